"""Writes down what is said of a message: by receipts, by its reader, by the clock. Guarded writes, so order does not matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import metrics
from services.notifications.sending.attempts import IN_DOUBT, MISSING, Outcome, field
from services.notifications.sending.steps import Change, failed, taken
from services.notifications.settings import Rules, rules
from services.notifications.states import FOLLOWS, State, follows, step

if TYPE_CHECKING:
    from schoolbus.store import Document, Documents

TRIES = 5  # for a message that others change at the same moment


def mark(
    documents: Documents,
    message_id: str,
    state: State,
    at: datetime,
    reason: str | None = None,
    *,
    number: int | None = None,
    carrier_id: str | None = None,
) -> Document | None:
    """A state was said of a message: of attempt `number`, or of its newest. The message after it; None when it is no news."""
    for _ in range(TRIES):
        message = documents.first(WHOLE_CHAIN, {"_id": message_id})
        if message is None:
            return None
        about = min(number or len(message["attempts"]), len(message["attempts"]))
        change = said(message, state, at, reason, about, carrier_id, rules())
        if not change.to:
            return None
        news = bool(change.history)
        if news and message.get("carries"):
            follow(documents, message_id, change)
        unchanged = {"state": message["state"], "step": message["step"], f"attempts.{len(message['attempts'])}": MISSING}
        push = {"history": {"$each": change.history}} if news else None
        after = documents.change(WHOLE_CHAIN, message_id, to=change.to, when=unchanged, push=push)
        if after is not None:
            if news:
                tell(message, after)
            return after if news else None
    log().warning("message_too_busy", message=message_id)
    return None


def said(
    message: Mapping[str, Any],
    state: State,
    at: datetime,
    reason: str | None,
    about: int,
    carrier_id: str | None,
    wanted: Rules,
) -> Change:
    """What a word about attempt `about` (0: there is none) changes.

    Of an earlier rung only good news counts: delivered is delivered. That one failed has been dealt with.
    """
    attempt = message["attempts"][about - 1] if about else None
    change = Change({})
    current = message["step"] == (attempt["step"] if attempt else message["step"]) and about == len(message["attempts"])
    if state in (State.DELIVERED, State.READ):
        if follows(state, State(message["state"])):
            to = {"state": state.value, "reason": None, "due_at": None, "leased_until": None}
            change = Change(to, [step(state, at, None, attempt["channel"] if attempt else message["channel"])])
    elif current and follows(state, State(message["state"])):
        change = taken(message, wanted, at) if state is State.SENT else failed(message, wanted, at, reason or "failed")
    if attempt:
        change.to |= _in_ledger(attempt, about, state, at, reason, carrier_id)
    return change


def follow(documents: Documents, message_id: str, change: Change) -> None:
    """Messages that ride on this one (`sharing.py`, `digest.py`) come to what it comes to.

    Before it does, so that after a crash it is said of both again.
    """
    state = State(change.to["state"])
    if not FOLLOWS[state]:
        return
    riding = {"rides_on": message_id, "state": {"$in": [earlier.value for earlier in FOLLOWS[state]]}}
    update = {
        "$set": {"state": state.value, "reason": change.to.get("reason")},
        "$push": {"history": change.history[-1]},
    }
    documents.collection.update_many(WHOLE_CHAIN.filter(riding), update)


def tell(before: Mapping[str, Any], after: Mapping[str, Any]) -> None:
    """Metrics and log of a step."""
    metrics.count(after)
    if after["state"] == State.FAILED.value or after["step"] != before["step"]:
        code = (after["reason"] or "").partition(":")[0]
        log().info("channel_failed", message=after["_id"], channel=before["channel"], code=code, next=_next(before, after))


def _next(before: Mapping[str, Any], after: Mapping[str, Any]) -> str | None:
    return str(after["channel"]) if after["step"] != before["step"] else None


def _in_ledger(
    attempt: Mapping[str, Any], number: int, state: State, at: datetime, reason: str | None, carrier_id: str | None
) -> dict[str, Any]:
    """A receipt proves that the carrier took it."""
    to: dict[str, Any] = {}
    known = State(attempt["receipt"]["state"]) if attempt.get("receipt") else State.QUEUED
    if follows(state, known):
        to[field(number, "receipt")] = {"state": state.value, "at": at}
        if state is State.FAILED:
            to[field(number, "reason")] = reason
    if attempt["outcome"] in IN_DOUBT:
        to[field(number, "outcome")] = Outcome.TAKEN.value
        to[field(number, "ended_at")] = attempt["ended_at"] or at
    if carrier_id and not attempt["carrier_id"]:
        to[field(number, "carrier_id")] = carrier_id
    return to
