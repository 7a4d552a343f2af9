"""Plans: services, limits and a price, kept by the chain's operator."""

import re
from collections.abc import Iterable
from typing import Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.roster import SERVICES
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Conflict, Invalid
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document
from services.roster.store import Store
from services.roster.subscribing.states import OPEN

_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,49}")


def page(store: Store, paging: Paging) -> Paged:
    return store.plans.page(WHOLE_CHAIN, sort="_id", page=paging)


def one(store: Store, plan_id: str) -> Document:
    return store.plans.one(WHOLE_CHAIN, plan_id)


def keep(store: Store, caller: Caller, plan_id: str, wanted: dict[str, Any]) -> Document:
    """A new plan, or another one in its place: its subscribers have what it has from now on, within seconds."""
    if not _ID.fullmatch(plan_id):
        raise Invalid({"plan_id": ["Up to 50 of a-z, 0-9 and hyphens."]})
    services = [name for name in SERVICES if name in wanted["services"]]
    plan = {**wanted, "services": services, "changed_at": now(), "changed_by": caller.person_id}
    with store.transaction():
        old = store.plans.first(WHOLE_CHAIN, {"_id": plan_id})
        if old is None:
            return store.plans.add({"_id": plan_id, "branch_id": [], **plan})
        kept = store.plans.change(WHOLE_CHAIN, plan_id, to=plan)
        if kept is None:
            raise Busy
        if any(old[name] != kept[name] for name in ("services", "limits")):
            # `passing` reckons those branches anew; if this process dies meanwhile, another does
            store.subscriptions.change_all(WHOLE_CHAIN, {"plan_id": plan_id, "state": {"$in": list(OPEN)}}, {"stale": True})
    log().info("plan_changed", plan=plan_id)
    return kept


def remove(store: Store, plan_id: str) -> None:
    """Raises NotFound; Conflict while a branch has asked for it or has it."""
    with store.transaction():
        one(store, plan_id)
        if in_use := store.subscriptions.count(WHOLE_CHAIN, {"plan_id": plan_id, "state": {"$in": list(OPEN)}}):
            raise Conflict(
                "plan-in-use",
                "Branches have this plan, or have asked for it",
                "Retire it (retired: true): nobody can ask for it any more, and those who have it keep it.",
                subscriptions=in_use,
            )
        store.plans.remove(WHOLE_CHAIN, plan_id)


def take(store: Store, plan_id: str) -> Document:
    """The plan that somebody asks for, inside the transaction that asks: so it can't be removed at the same time."""
    plan = store.plans.change(WHOLE_CHAIN, plan_id, to={"asked_at": now()})
    if plan is None:
        raise Invalid({"plan_id": ["There is no such plan."]})
    if plan["retired"]:
        raise Conflict("plan-retired", "This plan is no longer given", "Choose another one of /v1/plans.")
    return plan


def of(store: Store, subscriptions: Iterable[Document]) -> dict[str, Document]:
    """The plans of these, by id."""
    ids = {each["plan_id"] for each in subscriptions if each["plan_id"]}
    return {plan["_id"]: plan for plan in store.plans.find(WHOLE_CHAIN, {"_id": {"$in": sorted(ids)}})} if ids else {}
