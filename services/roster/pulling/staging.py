"""What a pull has fetched, until it is imported; and which roles each user had, so that a later pull sees one end.

Rows are kept as the text that came: whatever another system sends, the database can hold it. They are kept by run, so that one
worker that falls behind clears away nothing that another has fetched.
"""

import json
from collections.abc import Iterator
from itertools import islice
from typing import Any

from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document, current_session
from services.roster.store import Store

Row = dict[str, Any]
_CHUNK = 500


def keep(store: Store, source: str, run: str, collection: str, rows: list[Row]) -> None:
    """A row that was there already is replaced. Within the caller's transaction."""
    documents = {_id(run, collection, row["sourcedId"]): {"row": json.dumps(row, ensure_ascii=False)} for row in rows}
    common = {"branch_id": [], "source": source, "run": run, "collection": collection}
    held = [{"_id": id, **common, **row} for id, row in documents.items()]
    if held:
        store.pulled.collection.delete_many({"_id": {"$in": list(documents)}}, session=current_session())
        store.pulled.collection.insert_many(held, session=current_session())


def rows(store: Store, run: str, collection: str) -> Iterator[Row]:
    where = WHOLE_CHAIN.filter({"run": run, "collection": collection})
    for found in store.pulled.collection.find(where).sort("_id", 1):
        yield json.loads(found["row"])


def count(store: Store, run: str) -> int:
    return store.pulled.count(WHOLE_CHAIN, {"run": run})


def clear(store: Store, run: str, collection: str | None = None) -> None:
    """What was fetched; people's data is kept no longer than it is needed."""
    where = {"run": run, **({"collection": collection} if collection else {})}
    store.pulled.collection.delete_many(WHOLE_CHAIN.filter(where))


def clear_others(store: Store, source: str, run: str) -> None:
    """What earlier runs left that were ended just before they would have cleared it away."""
    store.pulled.collection.delete_many(WHOLE_CHAIN.filter({"source": source, "run": {"$ne": run}}))


# Roles


def remember_roles(store: Store, source: str, run: str) -> None:
    """The roles of the users that were fetched, once they are imported."""
    fetched = rows(store, run, "users")
    while chunk := list(islice(fetched, _CHUNK)):
        held = [_held(source, row["sourcedId"], roles_of(row)) for row in chunk]
        with store.transaction():
            ids = [each["_id"] for each in held]
            store.pulled_roles.collection.delete_many({"_id": {"$in": ids}}, session=current_session())
            store.pulled_roles.collection.insert_many(held, session=current_session())


def known_roles(store: Store, source: str, user_ids: list[str]) -> dict[str, list[tuple[str, str]]]:
    """(role, sourcedId of the organisation) of each user, as they were imported last."""
    found = store.pulled_roles.find(WHOLE_CHAIN, {"_id": {"$in": [_id(source, "roles", id) for id in user_ids]}})
    return {each["user"]: [(role, org) for role, org in each["roles"]] for each in found}


def roles_of(row: Row) -> list[tuple[str, str]]:
    """(role, sourcedId of the organisation); none of a user who is to be deleted."""
    if row.get("status") == "tobedeleted":
        return []
    roles = row.get("roles") if isinstance(row.get("roles"), list) else []
    pairs = [(str(each.get("role") or ""), _org(each)) for each in roles or [] if isinstance(each, dict)]
    return list(dict.fromkeys(pair for pair in pairs if all(pair)))


def forget(store: Store, source: str) -> None:
    """All of a source, also what later pulls would have gone by."""
    store.pulled.collection.delete_many(WHOLE_CHAIN.filter({"source": source}))
    store.pulled_roles.collection.delete_many(WHOLE_CHAIN.filter({"source": source}))


def forget_user(store: Store, source: str, sourced_id: str) -> None:
    """Of somebody who is erased: the other system's id for them. Within the caller's transaction."""
    one = {"_id": _id(source, "roles", sourced_id)}
    store.pulled_roles.collection.delete_many(WHOLE_CHAIN.filter(one), session=current_session())


def _org(role: Row) -> str:
    org = role.get("org")
    return str(org.get("sourcedId") or "") if isinstance(org, dict) else ""


def _held(source: str, user_id: str, roles: list[tuple[str, str]]) -> Document:
    kept = [list(pair) for pair in roles]
    return {"_id": _id(source, "roles", user_id), "branch_id": [], "source": source, "user": user_id, "roles": kept}


def _id(owner: str, collection: str, sourced_id: str) -> str:
    return f"{owner}\x1f{collection}\x1f{sourced_id}"
