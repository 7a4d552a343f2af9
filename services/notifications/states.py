"""What becomes of a message on one channel. It only ever goes forward, so receipts may come late, twice and in any order.

From a channel that failed a message may go back to `queued` on the next one: `sending/steps.py`.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any


class State(StrEnum):
    QUEUED = "queued"
    SENT = "sent"  # the carrier took it
    DELIVERED = "delivered"  # it reached the handset, the mailbox or the screen
    READ = "read"
    FAILED = "failed"  # with a reason: the carrier's, or ours when we gave up
    SKIPPED = "skipped"  # with a reason: there was no way to tell this person


# A state and those it may follow. Failed is no end: a receipt of delivery, or a person who opens the message, proves it wrong.
FOLLOWS: Mapping[State, frozenset[State]] = {
    State.QUEUED: frozenset(),
    State.SENT: frozenset({State.QUEUED}),
    State.FAILED: frozenset({State.QUEUED, State.SENT}),
    State.SKIPPED: frozenset(),
    State.DELIVERED: frozenset({State.QUEUED, State.SENT, State.FAILED}),
    State.READ: frozenset({State.QUEUED, State.SENT, State.FAILED, State.SKIPPED, State.DELIVERED}),
}


def follows(state: State, current: State) -> bool:
    """Whether a message that is `current` becomes `state` when somebody says so."""
    return current in FOLLOWS[state]


def step(state: State, at: datetime, reason: str | None = None, channel: str | None = None) -> dict[str, Any]:
    """An entry of a message's history. `channel`: by which it came to it."""
    return {"state": state.value, "at": at, "reason": reason, "channel": channel}


def advance(message: Mapping[str, Any], state: State, at: datetime, reason: str | None = None) -> dict[str, Any]:
    """The message after `state` was said of it, or as it is when that is no step forward."""
    if not follows(state, State(message["state"])):
        return dict(message)
    return {
        **message,
        "state": state.value,
        "reason": reason,
        "history": [*message["history"], step(state, at, reason, message.get("channel"))],
    }
