"""Branches, and the services that each subscribes to."""

import json
from typing import Any

from schoolbus.caller import Caller
from schoolbus.contracts.roster import SERVICES
from schoolbus.paging import Paged, Paging
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.roster.keeping_branches import changed
from services.roster.store import Store


def page(store: Store, caller: Caller, page: Paging) -> Paged:
    """All of the chain for an operator, else those where the caller has a role."""
    theirs = {} if caller.operator else {"_id": {"$in": list(caller.branches)}}
    return store.branches.page(WHOLE_CHAIN, {"active": True, **theirs}, sort="name", page=page)


def one(store: Store, caller: Caller, branch_id: str) -> Document:
    return store.branches.one(caller.branch(branch_id), branch_id)


def subscribe(store: Store, caller: Caller, branch_id: str, services: list[str]) -> Document:
    """Other services hear of it, and so does the gateway within seconds."""
    branch = one(store, caller, branch_id)
    wanted = [name for name in SERVICES if name in services]
    if wanted == branch["services"]:
        return branch
    new = {**branch, "services": wanted, "version": branch["version"] + 1}
    to = {"services": wanted, "version": new["version"]}
    # an import may rename the branch meanwhile: then all of this is done again, from the new name
    if (
        store.branches.change(
            caller.branch(branch_id), branch_id, to=to, when={"version": branch["version"]}, saying=[changed(new)]
        )
        is None
    ):
        raise Busy
    return new


def subscriptions(store: Store) -> bytes:
    """For the gateway: JSON, `{"branches": {branch id: [services]}}`."""
    found = store.branches.collection.find(WHOLE_CHAIN.filter({"active": True}), {"services": True}).sort("_id", 1)
    subscribed: dict[str, Any] = {branch["_id"]: branch["services"] for branch in found}
    return json.dumps({"branches": subscribed}, separators=(",", ":")).encode()
