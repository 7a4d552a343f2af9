"""Machine clients: other systems that read the roster by themselves, each with its branches and scopes."""

import hashlib
import hmac
import secrets
from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.roster import MachineClientChanged
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Invalid, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.roster.store import Store

OLD_SECRET = timedelta(hours=24)  # how long it is good beside a new one
PERSON = "machine:"  # a token's subject is this and the client's id
_PRESENT = {"removed_at": None}


def make(store: Store, caller: Caller, wanted: dict[str, Any]) -> Document:
    """The client with its secret, which is not shown again. Raises Invalid."""
    branches = _branches(store, wanted)
    secret = secrets.token_urlsafe(32)
    moment = now()
    client = {
        "_id": new_id(),
        "branch_id": branches,
        "whole_chain": wanted["whole_chain"],
        "name": wanted["name"].strip(),
        "scopes": sorted(set(wanted["scopes"])),
        "hash": hashed(secret),
        "old_hash": None,
        "old_until": None,
        "made_at": moment,
        "made_by": caller.person_id,
        "secret_made_at": moment,
    }
    store.machines.add(client, saying=[_told(client)])
    log().info("machine_client_made", client=client["_id"], by=caller.person_id)
    return {**client, "client_secret": secret}


def page(store: Store, page: Paging) -> Paged:
    return store.machines.page(WHOLE_CHAIN, _PRESENT, sort="name", page=page)


def present(store: Store, client_id: str) -> Document | None:
    """A client that was not removed."""
    return store.machines.first(WHOLE_CHAIN, {"_id": client_id, **_PRESENT})


def names(store: Store, person_ids: Iterable[str]) -> dict[str, str]:
    """By the subject of their tokens, those of removed clients too; whoever is no machine has none."""
    ids = [id.removeprefix(PERSON) for id in person_ids if id.startswith(PERSON)]
    found = store.machines.find(WHOLE_CHAIN, {"_id": {"$in": ids}}) if ids else []
    return {PERSON + client["_id"]: client["name"] for client in found}


def renew_secret(store: Store, caller: Caller, client_id: str) -> Document:
    """A new secret; the one until now is good for a day more, so that nothing stands still. Any older one ends."""
    client = present(store, client_id)
    if client is None:
        raise NotFound(store.machines.what)
    secret, moment = secrets.token_urlsafe(32), now()
    to = {"hash": hashed(secret), "old_hash": client["hash"], "old_until": moment + OLD_SECRET, "secret_made_at": moment}
    renewed = store.machines.change(WHOLE_CHAIN, client_id, to=to, when={"hash": client["hash"], **_PRESENT})
    if renewed is None:
        raise Busy  # another renewed it just now, or removed it
    log().info("machine_secret_renewed", client=client_id, by=caller.person_id)
    return {**renewed, "client_secret": secret}


def remove(store: Store, caller: Caller, client_id: str) -> None:
    """It reads nothing more from now on, whatever tokens it still has. Its name stays: the audit trail says who has read."""
    gone: Document = {"removed_at": now(), "hash": None, "old_hash": None, "old_until": None, "scopes": [], "branch_id": []}
    client = present(store, client_id)
    said = [_told({**client, **gone}, active=False)] if client else []
    if client is None or store.machines.change(WHOLE_CHAIN, client_id, to=gone, when=_PRESENT, saying=said) is None:
        raise NotFound(store.machines.what)
    log().info("machine_client_removed", client=client_id, by=caller.person_id)


def of(store: Store, caller: Caller) -> Document | None:
    """The client behind a machine's token; None when it is no machine, or was removed."""
    if not caller.person_id.startswith(PERSON):
        return None
    return present(store, caller.person_id.removeprefix(PERSON))


def hashed(secret: str) -> bytes:
    """A secret has 256 random bits: nobody finds it from a fast hash, and a client may ask as often as it likes."""
    return hashlib.sha256(b"rabta machine secret " + secret.encode()).digest()


def fits(client: Document | None, secret: str) -> bool:
    made = hashed(secret)
    if client is None:
        return False
    old = client["old_hash"] if client["old_until"] and client["old_until"] > now() else None
    return hmac.compare_digest(made, client["hash"]) or (old is not None and hmac.compare_digest(made, old))


def _told(client: Document, *, active: bool = True) -> MachineClientChanged:
    """For the other services that answer machines."""
    return MachineClientChanged(branch_id="chain", subject=client["_id"], **{**shown(client), "active": active})


def shown(client: Document) -> Document:
    """What they know of it."""
    told = {name: client[name] for name in ("name", "scopes", "whole_chain")}
    return {**told, "branch_ids": client["branch_id"], "active": client.get("removed_at") is None}


def _branches(store: Store, wanted: dict[str, Any]) -> list[str]:
    branches = sorted(set(wanted["branches"]))
    if bool(branches) == wanted["whole_chain"]:
        raise Invalid({"branches": ["Name branches, or send whole_chain: one of the two."]})
    known = {branch["_id"] for branch in store.branches.find(WHOLE_CHAIN, {"_id": {"$in": branches}})}
    if unknown := [branch_id for branch_id in branches if branch_id not in known]:
        raise Invalid(
            {"branches": [Sentence("There is no branch %(branch_id)s.", branch_id=branch_id) for branch_id in unknown]}
        )
    return branches
