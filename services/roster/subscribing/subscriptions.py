"""The services that each branch subscribes to."""

import json
from typing import Any

from schoolbus.caller import Caller
from schoolbus.contracts.roster import SERVICES
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.roster.school import branches
from services.roster.store import Store
from services.roster.telling import branch_changed


def subscribe(store: Store, caller: Caller, branch_id: str, services: list[str]) -> Document:
    """Other services hear of it, and so does the gateway within seconds."""
    branch = branches.one(store, caller, branch_id)
    wanted = [name for name in SERVICES if name in services]
    if wanted == branch["services"]:
        return branch
    new = {**branch, "services": wanted, "version": branch["version"] + 1}
    to = {"services": wanted, "version": new["version"]}
    # an import may rename the branch meanwhile: then all of this is done again, from the new name
    if (
        store.branches.change(
            caller.branch(branch_id), branch_id, to=to, when={"version": branch["version"]}, saying=[branch_changed(new)]
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
