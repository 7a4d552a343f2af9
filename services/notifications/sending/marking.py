"""Writes down what is said of a message: by receipts, by its reader, by the clock. Guarded writes, so order does not matter."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import metrics
from services.notifications.sending.attempts import IN_DOUBT, MISSING, Outcome, field, in_doubt
from services.notifications.sending.daily import DIGEST
from services.notifications.sending.ladder import following
from services.notifications.sending.sharing import SHARED
from services.notifications.sending.steps import SUPERSEDED, TOO_LATE, Change, failed, taken
from services.notifications.settings import Rules, rules
from services.notifications.states import FOLLOWS, State, follows, step

if TYPE_CHECKING:
    from schoolbus.store import Document, Documents

TRIES = 5  # for a message that others change at the same moment
_ON_ITS_WAY = [State.QUEUED.value, State.SENT.value]
_ARRIVED = (State.DELIVERED.value, State.READ.value)


def mark(
    documents: Documents,
    message_id: str,
    state: State,
    at: datetime,
    reason: str | None = None,
    *,
    number: int | None = None,
    carrier_id: str | None = None,
    seen: bool = False,
) -> Document | None:
    """A state was said of a message: of attempt `number`, or of its newest. The message after it; None when it is no news.
    `seen`: by its reader in the app, which is no word of an attempt, nor of a phone that others share."""
    for _ in range(TRIES):
        message = documents.first(WHOLE_CHAIN, {"_id": message_id})
        if message is None:
            return None
        about = 0 if seen else min(number or len(message["attempts"]), len(message["attempts"]))
        change = said(message, state, at, reason, about, carrier_id, rules())
        if not change.to:
            return None
        news = bool(change.history)
        if message.get("carries"):
            _tell_riders(documents, message, change, step(state, at, reason), about, seen=seen)
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


def follow(documents: Documents, message: Mapping[str, Any], change: Change, heard: str | None) -> None:
    """Those that ride on this message. What is in its person's digest (`digest.py`) comes to what it comes to; who shares a
    phone (`sharing.py`) to what is heard there, and when it goes there no more, they go on by themselves (`riders.py`).

    `heard`: the address of which something is said, or the channel where that has none; None: it was seen in the app. Before
    the message does, so that after a crash it is said of both again.
    """
    state, reason = State(change.to["state"]), change.to.get("reason")
    earlier = {"$in": [each.value for each in FOLLOWS[state]]}
    said = {"$set": {"state": state.value, "reason": reason}, "$push": {"history": change.history[-1]}}
    on_phone = {"rides_on": {"$in": _carrying(documents, message)}, "channel": SHARED}
    if FOLLOWS[state]:
        in_digest = {"rides_on": message["_id"], "channel": DIGEST, "state": earlier}
        documents.collection.update_many(WHOLE_CHAIN.filter(in_digest), said)
    if reason in (SUPERSEDED, TOO_LATE):  # so it is for all
        documents.collection.update_many(WHOLE_CHAIN.filter({**on_phone, "state": State.QUEUED.value}), said)
    elif _leaves(message, change, heard):
        there = {**on_phone, **_at(message, message["address"]), "state": {"$in": _ON_ITS_WAY}}
        go_on = {"state": State.QUEUED.value, "send_at": change.history[-1]["at"], "reason": reason}
        documents.change_all(WHOLE_CHAIN, there, go_on)
    elif heard and FOLLOWS[state] and "step" not in change.to:
        there = {**on_phone, **_at(message, heard), "state": earlier}
        documents.collection.update_many(WHOLE_CHAIN.filter(there), said)


def unheard(documents: Documents, message: Mapping[str, Any]) -> None:
    """No receipt came. Who rides on this message at a phone goes on too, where there is a way, unless it goes there again."""
    number = following(message)
    if number is None or message["ladder"][number]["address"] != message["address"]:
        there = {"rides_on": {"$in": _carrying(documents, message)}, "channel": SHARED, "state": State.SENT.value}
        documents.change_all(WHOLE_CHAIN, {**there, **_at(message, message["address"])}, {"due_at": message["due_at"]})


def _tell_riders(
    documents: Documents, message: Mapping[str, Any], change: Change, word: dict[str, Any], about: int, *, seen: bool
) -> None:
    """What is no news of the message may be of its riders: it was read in the app before its phone had it."""
    attempt = message["attempts"][about - 1] if about else None
    if not change.history:
        late = word["state"] == State.FAILED.value and not (message["state"] in _ARRIVED and about == len(message["attempts"]))
        if late or attempt is None:
            return
        change = Change({"state": word["state"], "reason": word["reason"]}, [{**word, "channel": attempt["channel"]}])
    rung = message["ladder"][attempt["step"]] if attempt and message["ladder"] else message
    follow(documents, message, change, None if seen else rung["address"] or (attempt or message)["channel"])


def _leaves(message: Mapping[str, Any], change: Change, heard: str | None) -> bool:
    """Whether it goes to the address where it stands no more, and has not gone."""
    if change.to["state"] in (State.FAILED.value, State.SKIPPED.value):
        return True
    if "step" in change.to:
        return bool(change.to["address"] != message["address"])
    waits = message["state"] == State.QUEUED.value and message["rides_on"] is None
    return heard is None and waits and in_doubt(message) is None


def _carrying(documents: Documents, message: Mapping[str, Any]) -> list[str]:
    """It; and of a digest what is in it and is for others at the phone too."""
    ids = [str(message["_id"])]
    if message.get("about_type") == DIGEST:
        ids += [each["_id"] for each in documents.find(WHOLE_CHAIN, {"rides_on": ids[0], "carries": True})]
    return ids


def _at(message: Mapping[str, Any], address: str | None) -> dict[str, Any]:
    """Those at an address; all, when nobody knows any more where it went, as its person was erased."""
    return {"address": address} if message["ladder"] else {}


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
