"""What a branch has is written into its own document, and others hear of it in the same write."""

from collections.abc import Sequence
from datetime import date
from functools import partial
from typing import Any

from schoolbus import outbox
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document, run_again_while_busy
from services.roster.store import Store
from services.roster.subscribing import plans, states
from services.roster.subscribing.effective import NO_LIMITS, Effective, effective
from services.roster.subscribing.states import State
from services.roster.telling import branch_changed

AT_ONCE = 100  # branches in one transaction: more would keep imports waiting


def direct_id(branch_id: str) -> str:
    """The id of the subscription without plan: the operator's own choice of services, one in each branch."""
    return effect_id("direct subscription", branch_id)


def all_of(store: Store, branches: Sequence[Document]) -> dict[str, list[Document]]:
    """The subscriptions of each branch, oldest first. The operator's choice is one, or in its place what an import gave."""
    kept: dict[str, list[Document]] = {branch["_id"]: [] for branch in branches}
    for each in store.subscriptions.find(WHOLE_CHAIN, {"branch_id": {"$in": sorted(kept)}}, sort="asked_at"):
        kept[each["branch_id"]].append(each)
    for branch in branches:
        found = kept[branch["_id"]]
        if all(each["_id"] != direct_id(branch["_id"]) for each in found):
            found.insert(0, _of_import(branch))
    return kept


def keep_direct(store: Store, subscriptions: Sequence[Document]) -> None:
    """What an import gave becomes a document before anything else changes what the branch has. Inside a transaction."""
    store.add_each(store.subscriptions, [{**each, "asked_at": now()} for each in subscriptions if each["asked_at"] is None])


def _of_import(branch: Document) -> Document:
    return {
        "_id": direct_id(branch["_id"]),
        "branch_id": branch["_id"],
        "plan_id": None,
        "plan_name": None,
        "services": branch["services"],
        "state": State.ACTIVE.value,
        "starts_on": None,
        "trial_ends_on": None,
        "ends_on": None,
        "next_on": None,
        "stale": False,
        "reason": None,
        "asked_by": None,
        "asked_at": None,  # no document yet
        "history": [],
    }


def in_force(store: Store, subscriptions: Sequence[Document], day: date) -> Effective:
    return effective(subscriptions, plans.of(store, subscriptions), day)


def reckon(store: Store, branches: Sequence[Document], day: date) -> None:
    """Each branch is made what its subscriptions, read anew, make it. Inside a transaction that changes one of them.

    A branch's document is written whatever comes out: two transactions that change two of its subscriptions then meet in it,
    and neither reckons with what the other is about to change. Raises Busy.
    """
    subscriptions = all_of(store, branches)
    together = [each for found in subscriptions.values() for each in found]
    keep_direct(store, together)
    offered = plans.of(store, together)
    updates = []
    for branch in branches:
        found = effective(subscriptions[branch["_id"]], offered, day).fields()
        updates.append(({"_id": branch["_id"], "version": branch["version"]}, _update(branch, found)))
    # an import may rename a branch meanwhile: then all of this is done again, from the new name
    if store.update_each(store.branches, updates) < len(updates):
        raise Busy


def _update(branch: Document, found: dict[str, Any]) -> Document:
    """A new version when anything is new, so that an import that read the branch before reads it again."""
    known = {"limits": NO_LIMITS, "suspended": [], **branch}
    new = [name for name in found if known[name] != found[name]]
    update: Document = {"$set": {**found, "reckoned_at": now(), "version": branch["version"] + bool(new)}}
    if new and new != ["suspended"]:  # which nobody but the gateway needs to know
        outbox.said_in(update, [branch_changed({**branch, **found})])
    return update


def pass_time(store: Store, day: date) -> int:
    """Starts and ends what is due, and brings changed plans to their subscribers; of how many branches.

    Every replica does it. What one has done, the next finds done.
    """
    branch_ids = sorted({each["branch_id"] for each in store.subscriptions.find(WHOLE_CHAIN, due(day))})
    for start in range(0, len(branch_ids), AT_ONCE):
        run_again_while_busy(partial(_bring_up_to, store, branch_ids[start : start + AT_ONCE], day))
    return len(branch_ids)


def due(day: date) -> Document:
    """Said as the partial indexes say it: once a second, nobody reads all that ever was."""
    return {"$or": [{"next_on": {"$gt": "", "$lte": day.isoformat()}}, {"stale": True}]}


def _bring_up_to(store: Store, branch_ids: Sequence[str], day: date) -> None:
    with store.transaction():
        branches = store.branches.find(WHOLE_CHAIN, {"_id": {"$in": list(branch_ids)}})
        of_these = {"branch_id": {"$in": list(branch_ids)}, "state": {"$in": list(states.OPEN)}}
        moves = [move for each in store.subscriptions.find(WHOLE_CHAIN, of_these) if (move := _move(each, day))]
        store.update_each(store.subscriptions, moves)
        if moves:  # else another replica was here before
            reckon(store, branches, day)


def _move(subscription: Document, day: date) -> tuple[Document, Document] | None:
    """What a day changes in a subscription; None: nothing."""
    state, turn = states.on(subscription, day), states.next_on(subscription, day)
    moved = {"state": state.value, "next_on": turn if state in states.OPEN else None, "stale": False}
    if all(subscription[name] == value for name, value in moved.items()):
        return None
    update: Document = {"$set": moved}
    if state != subscription["state"]:
        update["$push"] = {"history": {"at": now(), "by": None, "action": "time", "state": state.value, "reason": None}}
        log().info("subscription_moved", subscription=subscription["_id"], state=state.value)
    return {"_id": subscription["_id"]}, update
