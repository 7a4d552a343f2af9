"""What a branch's messages count, and the limit that its plans set.

Counted is every message that was put on its way in the month, whether or not it arrived; skipped ones are not. The limit is
about carriers: what stands in the app costs nobody anything and is always told.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now, today
from schoolbus.metering import bounds, month_of
from schoolbus.scope import Scope, branch
from services.notifications.sending.channels import CARRIED, IN_THE_APP
from services.notifications.states import State, step

if TYPE_CHECKING:
    from services.notifications.store import Store

Message = dict[str, Any]
LIMIT, OVER = "messages_per_month", "over_limit"


def count(store: Store, branch_id: str, month: str) -> dict[str, int]:
    by_channel = store.used(branch(branch_id), _on_its_way(month))
    none = (0, 0)
    return {
        "messages": sum(by_channel.get(channel, none)[0] for channel in CARRIED),
        "sms_parts": by_channel.get("sms", none)[1],
        "app_messages": sum(by_channel.get(channel, none)[0] for channel in IN_THE_APP),
    }


def within_limits(store: Store, messages: Sequence[Message]) -> list[Message]:
    """New messages, those over their branch's limit as skipped.

    Events that several processes handle at the same moment may go over the limit by as much as one of them.
    """
    limits = store.limits({message["branch_id"] for message in messages}, LIMIT)
    if not limits:
        return list(messages)
    by_branch: dict[str, list[Message]] = {}
    for message in messages:
        by_branch.setdefault(message["branch_id"], []).append(message)
    kept: list[Message] = []
    for branch_id, own in by_branch.items():
        limit = limits.get(branch_id)
        kept += own if limit is None else cut(own, limit - on_carriers(store, branch(branch_id)))
    return kept


def on_carriers(store: Store, scope: Scope) -> int:
    """Messages of this month that a carrier took or is to take."""
    return store.messages.count(scope, {**_on_its_way(month_of(today())), "counted": {"$in": list(CARRIED)}})


def cut(messages: Sequence[Message], left: int) -> list[Message]:
    """The first `left` that a carrier is to take stay as they are."""
    kept = []
    for message in messages:
        if message["channel"] in CARRIED and message["state"] == State.QUEUED.value:
            left -= 1
            kept.append(message if left >= 0 else _skipped(message))
        else:
            kept.append(message)
    return kept


def _on_its_way(month: str) -> dict[str, Any]:
    begins, ends = bounds(month)
    return {"created_at": {"$gte": begins, "$lt": ends}, "state": {"$ne": State.SKIPPED.value}}


def _skipped(message: Message) -> Message:
    return {
        **message,
        "state": State.SKIPPED.value,
        "reason": OVER,
        "history": [step(State.SKIPPED, now(), OVER)],
        "due_at": None,
    }
