"""By what names staff sign in: username, e-mail address, staff number. Case and spaces around them don't matter."""

from typing import Any

from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import ANY_CASE, Document
from services.roster.identity import standing
from services.roster.store import Store

_ROSTERS = ("username", "email", "extra.identifier")  # as the roster has them


def same(name: str) -> str:
    return name.strip().casefold()


def account_of(store: Store, name: str) -> Document | None:
    """The account of whoever signs in by this name. None when there is none, or when it is the name of two."""
    named = store.accounts.first(WHOLE_CHAIN, {"username": same(name)})
    if named is not None:
        return named
    ids = [person["_id"] for person in staff_by(store, name, *_ROSTERS)]
    found = store.accounts.find(WHOLE_CHAIN, {"_id": {"$in": ids}}, limit=2)
    return found[0] if len(found) == 1 else None


def staff_by(store: Store, name: str, *fields: str) -> list[Document]:
    """Staff who are here and whose field of the roster says this."""
    people = [person for field in fields for person in _found(store, field, name.strip())]
    return list({person["_id"]: person for person in people if standing.is_staff(person)}.values())


def _found(store: Store, field: str, name: str) -> list[Any]:
    wanted = WHOLE_CHAIN.filter({field: name, "active": True})
    return list(store.people.collection.find(wanted, {"outbox": False}).collation(ANY_CASE).limit(50)) if name else []
