"""What a branch has is written into its own document, and others hear of it in the same write."""

from datetime import date
from functools import partial

from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.scope import branch as scope_of
from schoolbus.store import Busy, Document, run_again_while_busy
from services.roster.importing.keeping_branches import changed
from services.roster.store import Store
from services.roster.subscribing import plans, states
from services.roster.subscribing.effective import NO_LIMITS, Effective, effective
from services.roster.subscribing.states import State

AT_ONCE = 500  # branches in one round


def direct_id(branch_id: str) -> str:
    """The id of the subscription without plan: the operator's own choice of services, one in each branch."""
    return effect_id("direct subscription", branch_id)


def all_of(store: Store, branch: Document) -> list[Document]:
    """A branch's subscriptions, the operator's choice among them: until it is changed, it is what its import gave it."""
    kept = store.subscriptions.find(scope_of(branch["_id"]), sort="asked_at")
    if all(each["_id"] != direct_id(branch["_id"]) for each in kept):
        kept.insert(0, _of_import(branch))
    return kept


def keep_direct(store: Store, branch: Document) -> None:
    """What an import gave becomes a document before anything else changes what the branch has. Inside a transaction."""
    if store.subscriptions.first(scope_of(branch["_id"]), {"_id": direct_id(branch["_id"])}) is None:
        store.subscriptions.add({**_of_import(branch), "asked_at": now()})


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
        "asked_at": None,
        "history": [],
    }


def in_force(store: Store, subscriptions: list[Document], day: date) -> Effective:
    return effective(subscriptions, plans.by_id(store, {each["plan_id"] for each in subscriptions if each["plan_id"]}), day)


def reckon(store: Store, branch: Document, day: date) -> Document:
    """The branch as its subscriptions, read anew, make it. Inside a transaction that changes one of them.

    The branch's document is written whatever comes out: two transactions that change two of its subscriptions then meet in it,
    and neither reckons with what the other is about to change. Raises Busy.
    """
    keep_direct(store, branch)
    found = in_force(store, all_of(store, branch), day).fields()
    new = {**branch, **found}
    to, said = {**found, "reckoned_at": now()}, []
    if (branch["services"], branch.get("limits", NO_LIMITS)) != (found["services"], found["limits"]):
        new["version"] = to["version"] = branch["version"] + 1
        said = [changed(new)]
    # an import may rename the branch meanwhile: then all of this is done again, from the new name
    if store.branches.change(WHOLE_CHAIN, branch["_id"], to=to, when={"version": branch["version"]}, saying=said) is None:
        raise Busy
    return new


def pass_time(store: Store, day: date) -> int:
    """Starts and ends what is due, and brings changed plans to their subscribers; of how many branches.

    Every replica does it. What one has done, the next finds done.
    """
    due = {"$or": [{"next_on": {"$type": "string", "$lte": day.isoformat()}}, {"stale": True}]}
    found = store.subscriptions.find(WHOLE_CHAIN, due, limit=AT_ONCE)
    branch_ids = sorted({each["branch_id"] for each in found})
    for branch_id in branch_ids:
        run_again_while_busy(partial(_bring_up_to, store, branch_id, day))
    return len(branch_ids)


def _bring_up_to(store: Store, branch_id: str, day: date) -> None:
    with store.transaction():
        branch = store.branches.one(WHOLE_CHAIN, branch_id)
        for each in store.subscriptions.find(scope_of(branch_id), {"state": {"$in": list(states.OPEN)}}):
            _move(store, each, day)
        reckon(store, branch, day)


def _move(store: Store, subscription: Document, day: date) -> None:
    state, turn = states.on(subscription, day), states.next_on(subscription, day)
    moved = {"state": state.value, "next_on": turn if state in states.OPEN else None, "stale": False}
    if all(subscription[name] == value for name, value in moved.items()):
        return
    step = {"at": now(), "by": None, "action": "time", "state": state.value, "reason": None}
    push = {"history": step} if state != subscription["state"] else None
    store.subscriptions.change(scope_of(subscription["branch_id"]), subscription["_id"], to=moved, push=push)
    log().info("subscription_moved", subscription=subscription["_id"], state=state.value)
