"""What a branch has by all its subscriptions together. Plain values."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from schoolbus.contracts.roster import SERVICES
from services.roster.subscribing import states
from services.roster.subscribing.states import IN_FORCE, State, Subscription

LIMITS = {"messages_per_month": "notifications", "storage_mb": "reports"}  # a limit, and the service that keeps to it
NO_LIMITS: dict[str, int | None] = dict.fromkeys(LIMITS)


@dataclass(frozen=True)
class Effective:
    """`suspended`: services that the branch would have if nothing were suspended. A limit that is None is none."""

    services: list[str]
    limits: dict[str, int | None]
    suspended: list[str]

    def fields(self) -> dict[str, Any]:
        return {"services": self.services, "limits": self.limits, "suspended": self.suspended}


def effective(subscriptions: Iterable[Subscription], plans: Mapping[str, Mapping[str, Any]], day: date) -> Effective:
    """Services of all that are in force add up, and so do their limits, of those plans that have the limit's service.

    One without a limit lifts it. A subscription without a plan is the operator's own choice of services and has no limits.
    """
    offers = [(states.on(each, day), offer(each, plans)) for each in subscriptions]
    in_force = [given for state, given in offers if state in IN_FORCE]
    held = {name for given in in_force for name in given["services"]}
    paused = {name for state, given in offers if state is State.SUSPENDED for name in given["services"]}
    return Effective(
        services=[name for name in SERVICES if name in held],
        limits={
            limit: _sum([given["limits"].get(limit) for given in in_force if service in given["services"]])
            for limit, service in LIMITS.items()
        },
        suspended=[name for name in SERVICES if name in paused - held],
    )


def offer(subscription: Subscription, plans: Mapping[str, Mapping[str, Any]]) -> Mapping[str, Any]:
    """The services and limits of one subscription: its plan's as they are now."""
    if subscription["plan_id"] is None:
        return {"services": subscription["services"], "limits": {}}
    return plans.get(subscription["plan_id"]) or {"services": [], "limits": {}}


def _sum(limits: list[int | None]) -> int | None:
    known = [limit for limit in limits if limit is not None]
    return sum(known) if known and len(known) == len(limits) else None
