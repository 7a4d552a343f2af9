"""Tells what branches used, and their head and office when they come near their limit."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from schoolbus.clock import today
from schoolbus.contracts.notifications import UsageMetered
from schoolbus.metering import month_of
from services.notifications import notices
from services.notifications.usage import LIMIT, count
from services.notifications.wording.texts import LIMIT_NEAR

if TYPE_CHECKING:
    from services.notifications.store import Store

NEAR = 90  # percent of the limit, at which head and office hear of it


def meter(store: Store) -> None:
    """Once a month each hears of it."""
    for told in store.metered.tell(UsageMetered, partial(count, store)):
        limit, used = store.limit(told["branch_id"], LIMIT), told["used"]["messages"]
        if limit and used * 100 >= limit * NEAR and told["month"] == month_of(today()):
            notices.tell_staff(
                store,
                told["branch_id"],
                ("head", "office"),
                LIMIT_NEAR,
                {"used": used, "limit": limit},
                about=("usage", told["month"]),
                path=f"/v1/branches/{told['branch_id']}/subscriptions",
            )
