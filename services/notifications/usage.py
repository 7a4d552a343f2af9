"""What a branch's messages count, and the limit that its plans set.

Counted is every message that was put on its way in the month, whether or not it arrived; skipped ones are not. The limit is
about carriers: what stands in the app costs nobody anything and is always told.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now, today
from schoolbus.metering import bounds, month_of
from schoolbus.scope import Scope, branch
from schoolbus.store import run_again_while_busy
from services.notifications.sending.channels import CARRIED, IN_THE_APP
from services.notifications.states import State, step

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

Message = dict[str, Any]
Settled = Callable[[list[Message]], list[Message]]
LIMIT, OVER = "messages_per_month", "over_limit"


def count(store: Store, branch_id: str, month: str) -> dict[str, int]:
    by_channel = store.used(branch(branch_id), _on_its_way(month))
    none = (0, 0)
    return {
        "messages": sum(by_channel.get(channel, none)[0] for channel in CARRIED),
        "sms_parts": by_channel.get("sms", none)[1],
        "app_messages": sum(by_channel.get(channel, none)[0] for channel in IN_THE_APP),
    }


def add(store: Store, messages: Sequence[Message], settled: Settled) -> tuple[list[Message], int]:
    """Adds new messages, those over their branch's limit as skipped; as they were added, and how many. `settled`: what follows
    from those that are skipped.

    Of a branch with a limit, one process after the other: counting and adding are one transaction, and whoever else is at it
    comes again. So no two take the same last message.
    """
    limits = store.limits({message["branch_id"] for message in messages}, LIMIT)
    told = [message for message in messages if message["branch_id"] not in limits]
    added = store.messages.add_new(told)
    for branch_id, limit in limits.items():
        own = [message for message in messages if message["branch_id"] == branch_id]
        new: list[Message] = run_again_while_busy(partial(_add_alone, store, branch(branch_id), limit, own, settled))
        told, added = [*told, *new], added + len(new)
    return told, added


def _add_alone(store: Store, scope: Scope, limit: int, messages: Sequence[Message], settled: Settled) -> list[Message]:
    with store.transaction():
        store.metered.touch(scope.branch_id or "")
        there = {each["_id"] for each in store.messages.find(scope, {"_id": {"$in": [each["_id"] for each in messages]}})}
        new = [message for message in messages if message["_id"] not in there]
        new = settled(cut(new, limit - on_carriers(store, scope)))
        if new:
            store.messages.put_all(new)
    return new


def one_more(store: Store, branch_id: str, write: Callable[[bool], Document | None]) -> Document | None:
    """A message that cost nothing so far is to go to a carrier. `write`: does so, or not, where the limit is reached."""
    limit = store.limit(branch_id, LIMIT)
    after: Document | None = (
        write(True) if limit is None else run_again_while_busy(lambda: _write_alone(store, branch_id, limit, write))
    )
    store.metered.touch(branch_id)
    return after


def _write_alone(store: Store, branch_id: str, limit: int, write: Callable[[bool], Document | None]) -> Document | None:
    with store.transaction():
        store.metered.touch(branch_id)
        return write(on_carriers(store, branch(branch_id)) < limit)


def left(store: Store, branch_id: str) -> int | None:
    """How many a carrier may still take this month; None: no limit."""
    limit = store.limit(branch_id, LIMIT)
    return None if limit is None else max(0, limit - on_carriers(store, branch(branch_id)))


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
