"""Subscriptions of a branch: asked for by the branch, decided by the chain. Who did what when stays in their history."""

import json
from datetime import date, timedelta
from typing import Any

from schoolbus.caller import Caller
from schoolbus.clock import now, today
from schoolbus.contracts.roster import SERVICES
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.metering import month_of
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.roster.school import branches
from services.roster.store import Store
from services.roster.subscribing import plans, states, usage
from services.roster.subscribing.reckoning import all_of, direct_id, in_force, keep_direct, reckon
from services.roster.subscribing.states import APPROVE, END, Action, State

Asked = dict[str, Any]
FURTHEST = timedelta(days=3653)  # from today to a first day


def overview(store: Store, caller: Caller, branch_id: str) -> Document:
    """What a branch has, what it used this month, and all its subscriptions."""
    branch = branches.one(store, caller, branch_id)
    subscriptions = all_of(store, [branch])[branch_id]
    month = month_of(today())
    found = in_force(store, subscriptions, today()).fields()
    used = usage.of_branch(store, caller, branch_id, month)["usage"]
    return {**found, "month": month, "usage": used, "subscriptions": subscriptions}


def page(store: Store, query: dict[str, Any]) -> Paged:
    """Of all branches, for the operator."""
    where = {"state": query["state"]} if query["state"] else {}
    return store.subscriptions.page(WHOLE_CHAIN, where, sort="asked_at", page=query["page"])


def subscribe(store: Store, caller: Caller, branch_id: str, services: list[str]) -> Document:
    """The operator's own choice, a subscription without plan; what plans give comes on top of it."""
    wanted = [name for name in SERVICES if name in services]
    with store.transaction():
        branch = branches.one(store, caller, branch_id)
        direct = next(each for each in all_of(store, [branch])[branch_id] if each["_id"] == direct_id(branch_id))
        if (wanted, State.ACTIVE) == (direct["services"], direct["state"]):
            return branch
        step = _step(caller, "choice", State.ACTIVE, None)
        keep_direct(store, [direct])
        to = {"services": wanted, "state": State.ACTIVE.value, "ends_on": None, "next_on": None, "reason": None}
        store.subscriptions.change(caller.branch(branch_id), direct["_id"], to=to, push={"history": step})
        reckon(store, [branch], today())
        return branches.one(store, caller, branch_id)


def ask(store: Store, caller: Caller, branch_id: str, wanted: Asked) -> Document:
    """A branch asks for a plan; what the operator asks for is approved at once. Raises Conflict when it is asked for."""
    starts_on = _not_too_far(wanted["starts_on"] or today())
    if starts_on < today():
        raise Invalid({"starts_on": ["This day is over."]})
    with store.transaction():
        branch = branches.one(store, caller, branch_id)
        plan = plans.take(store, wanted["plan_id"])
        asked = {
            "_id": new_id(),
            "branch_id": branch_id,
            "plan_id": plan["_id"],
            "plan_name": plan["name"],
            "services": None,  # as the plan says
            "state": State.REQUESTED.value,
            "starts_on": starts_on.isoformat(),
            "trial_ends_on": None,
            "ends_on": None,
            "next_on": None,
            "stale": False,
            "reason": wanted["reason"],
            "asked_by": caller.person_id,
            "asked_at": now(),
            "history": [_step(caller, "request", State.REQUESTED, wanted["reason"])],
        }
        if not caller.operator and store.subscriptions.count(
            caller.branch(branch_id), {"plan_id": plan["_id"], "state": State.REQUESTED.value}
        ):
            raise Conflict("already-asked", "This plan is asked for already", "Withdraw that request to ask anew.")
        store.subscriptions.add(asked)
        if caller.operator:
            return _do(store, caller, branch, asked, APPROVE, {})
    log().info("subscription_asked", subscription=asked["_id"], branch=branch_id, plan=plan["_id"])
    return asked


def act(store: Store, caller: Caller, branch_id: str, id: str, action: Action, asked: Asked) -> Document:
    """One step of a subscription. Raises NotFound; Conflict when its state does not permit it."""
    with store.transaction():
        branch = branches.one(store, caller, branch_id)
        found = next((each for each in all_of(store, [branch])[branch_id] if each["_id"] == id), None)
        if found is None:
            raise NotFound("Subscription")
        keep_direct(store, [found])
        return _do(store, caller, branch, found, action, asked)


def _do(store: Store, caller: Caller, branch: Document, found: Document, action: Action, asked: Asked) -> Document:
    day = today()
    new = {**found, **_days(store, found, action, asked, day), "reason": asked.get("reason")}
    state = states.becomes(new, action, day)
    if state is None:
        raise Conflict(
            "not-in-this-state",
            Sentence("A subscription that is %(state)s takes no %(name)s", state=found["state"], name=action.name),
            Sentence("It takes one when it is %(after)s.", after=list(action.after)),
            state=found["state"],
        )
    if action is END and asked.get("ends_on") and asked["ends_on"] >= day:
        state = State(found["state"])  # its last day is yet to come: the days will end it
    new["state"] = state.value
    new["next_on"] = states.next_on(new, day)
    to = {name: new[name] for name in ("state", "starts_on", "trial_ends_on", "ends_on", "next_on", "reason")} | {
        "stale": False
    }
    push = {"history": _step(caller, action.name, state, new["reason"])}
    done = store.subscriptions.change(
        caller.branch(branch["_id"]), found["_id"], to=to, push=push, when={"state": found["state"]}
    )
    if done is None:
        raise Busy
    reckon(store, [branch], day)
    log().info("subscription_changed", subscription=found["_id"], branch=branch["_id"], action=action.name, state=state.value)
    return done


def _days(store: Store, found: Document, action: Action, asked: Asked, day: date) -> dict[str, Any]:
    """The days that an action sets. Raises Invalid when they can't be."""
    if action is END:
        ends_on = asked.get("ends_on") or day
        if ends_on < day:
            raise Invalid({"ends_on": ["This day is over."]})
        return {"ends_on": ends_on.isoformat()}
    if action is not APPROVE:
        return {}
    starts_on = _not_too_far(asked.get("starts_on") or max(date.fromisoformat(found["starts_on"]), day))
    ends_on = asked.get("ends_on")
    if ends_on and ends_on < max(starts_on, day):
        raise Invalid({"ends_on": ["Before its first day, or over."]})
    trial = plans.one(store, found["plan_id"])["trial_days"]
    return {
        "starts_on": starts_on.isoformat(),
        "trial_ends_on": (starts_on + timedelta(days=trial - 1)).isoformat() if trial else None,
        "ends_on": ends_on.isoformat() if ends_on else None,
    }


def _not_too_far(starts_on: date) -> date:
    if starts_on > today() + FURTHEST:
        raise Invalid({"starts_on": ["More than ten years away."]})
    return starts_on


def _step(caller: Caller, action: str, state: State, reason: str | None) -> Document:
    return {"at": now(), "by": caller.person_id, "action": action, "state": state.value, "reason": reason}


def for_gateway(store: Store) -> bytes:
    """JSON, `{"branches": {branch id: [services]}, "suspended": {branch id: [services]}}`."""
    wanted = {"services": True, "suspended": True}
    found = list(store.branches.collection.find(WHOLE_CHAIN.filter({"active": True}), wanted).sort("_id", 1))
    subscribed = {branch["_id"]: branch["services"] for branch in found}
    suspended = {branch["_id"]: branch["suspended"] for branch in found if branch.get("suspended")}
    return json.dumps({"branches": subscribed, "suspended": suspended}, separators=(",", ":")).encode()
