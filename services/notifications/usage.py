"""What a branch's messages count, and the limit that its plans set.

Counted is every message that was put on its way in the month, whether or not it arrived; skipped ones are not. The limit is
about carriers: what stands in the app costs nobody anything and is always told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from schoolbus.clock import today
from schoolbus.metering import bounds, month_of
from schoolbus.scope import Scope, branch
from schoolbus.store import run_again_while_busy
from services.notifications.sending.channels import CARRIED, IN_THE_APP
from services.notifications.sending.steps import beyond
from services.notifications.settings import rules
from services.notifications.states import State

if TYPE_CHECKING:
    from services.notifications.store import Store

Message = dict[str, Any]
Written = TypeVar("Written")
LIMIT = "messages_per_month"


def count(store: Store, branch_id: str, month: str) -> dict[str, int]:
    by_channel = store.used(branch(branch_id), _on_its_way(month))
    none = (0, 0)
    return {
        "messages": sum(by_channel.get(channel, none)[0] for channel in CARRIED),
        "sms_parts": by_channel.get("sms", none)[1],
        "app_messages": sum(by_channel.get(channel, none)[0] for channel in IN_THE_APP),
    }


def add(store: Store, messages: Sequence[Message]) -> tuple[list[Message], int]:
    """Adds new messages; over their branch's limit they go to what costs nothing, or are skipped. As they were added, and
    how many.

    Of a branch with a limit, one process after the other: counting and adding are one transaction, and whoever else is at it
    comes again. So no two take the same last message.
    """
    limits = store.limits({message["branch_id"] for message in messages}, LIMIT)
    told = [message for message in messages if message["branch_id"] not in limits]
    added = store.messages.add_new(told)
    for branch_id, limit in limits.items():
        own = [message for message in messages if message["branch_id"] == branch_id]
        new: list[Message] = run_again_while_busy(partial(_add_alone, store, branch(branch_id), limit, own))
        told, added = [*told, *new], added + len(new)
    return told, added


def _add_alone(store: Store, scope: Scope, limit: int, messages: Sequence[Message]) -> list[Message]:
    with store.transaction():
        store.metered.touch(scope.branch_id or "")
        there = {each["_id"] for each in store.messages.find(scope, {"_id": {"$in": [each["_id"] for each in messages]}})}
        new = [message for message in messages if message["_id"] not in there]
        new = cut(new, limit - on_carriers(store, scope))
        if new:
            store.messages.put_all(new)
    return new


def one_more(store: Store, branch_id: str, write: Callable[[bool], Written]) -> Written:
    """A message that cost nothing so far is to go to a carrier. `write`: does so, or not, where the limit is reached.

    It is in force when `write` returns, within this transaction or by itself: no other is at it meanwhile.
    """
    limit = store.limit(branch_id, LIMIT)
    after: Written = (
        write(True) if limit is None else run_again_while_busy(lambda: _write_alone(store, branch_id, limit, write))
    )
    store.metered.touch(branch_id)
    return after


def _write_alone(store: Store, branch_id: str, limit: int, write: Callable[[bool], Written]) -> Written:
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
    """The first `left` that a carrier is to take stay as they are; others go to what costs nothing, or nowhere. Who was to hear
    by another's message that goes nowhere near their phone goes their own such way."""
    kept, over = [], set()
    for message in messages:
        if message["channel"] in CARRIED and message["state"] == State.QUEUED.value:
            left -= 1
            if left < 0:
                over.add(message["_id"])
                message = _beyond(message, message)
        kept.append(message)
    on = {message["_id"]: message for message in messages if message["_id"] in over}
    return [_beyond({**each, "rides_on": None}, on[each["rides_on"]]) if each["rides_on"] in over else each for each in kept]


def _on_its_way(month: str) -> dict[str, Any]:
    begins, ends = bounds(month)
    return {"created_at": {"$gte": begins, "$lt": ends}, "state": {"$ne": State.SKIPPED.value}}


def _beyond(message: Message, first: Mapping[str, Any]) -> Message:
    """`first`: the message that was to go to the phone; itself, or the one that it rode on."""
    message = {**message, "lane": first["lane"], "counted": None, "parts": None}
    change = beyond(message, rules(), message["wanted_at"], first["send_at"])
    return {**message, **change.to, "history": change.history}
