"""An attempt of which nobody knows what came: we died, or the line did, after the text had gone out.

A minute is left for its receipt to come, which settles it. Then the carrier is asked, where it can be. Where it can't, the
attempt
stays `unknown`: nothing is sent on this channel again, and after the channel's time the message goes on to the next.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import metrics
from services.notifications.carriers import CannotTell, NotTaken
from services.notifications.sending.attempts import Attempt, Outcome, field, named
from services.notifications.sending.lanes import BULK
from services.notifications.sending.marking import follow, tell
from services.notifications.sending.onward import go_on
from services.notifications.sending.steps import Change, taken
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.sending.handover import Desk

WAIT = 60  # seconds for a receipt to come
ASK_AGAIN = 30  # seconds, when the carrier did not answer
AGAIN = 10  # seconds until an announcement that was not taken goes once more: with its new words, if it was corrected meanwhile
UNKNOWN = "outcome_unknown"


def settle(desk: Desk, message: Document, attempt: Attempt) -> None:
    if attempt.get("asked_at"):  # in vain, and its time is over
        go_on(desk.store, message, UNKNOWN, desk.rules, partial(_write, desk, message, attempt, {}))
        return
    left = WAIT - (now() - attempt["began_at"]).total_seconds()
    if left > 0:
        _write(desk, message, attempt, {}, _later(left, message["reason"]))
        return
    try:
        found = desk.route.named(attempt["carrier"]).find(message, attempt)
    except NotTaken as fault:
        _unanswered(desk, message, attempt, fault.reason)
    except (CannotTell, KeyError):  # or the carrier is none of ours any more
        _unknown(desk, message, attempt)
    else:
        _answered(desk, message, attempt, _nobodys(desk, message, found))


def _nobodys(desk: Desk, message: Document, carrier_ids: Sequence[str]) -> str | None:
    """The first of the carrier's ids that is known of no other attempt, at this message or at another to the same address."""
    address, person_id = message["address"], message.get("person_id")
    ways = [{"address": address}, *([{"person_id": person_id}] if person_id else [])]  # it may have gone on to another channel
    theirs = {"attempts.carrier_id": {"$in": list(carrier_ids)}, "ladder.address": address, "_id": {"$ne": message["_id"]}}
    theirs["$or"] = ways
    others = desk.documents.find(WHOLE_CHAIN, theirs) if carrier_ids else []
    known = {attempt["carrier_id"] for each in (message, *others) for attempt in each["attempts"]}
    return next((id for id in carrier_ids if id not in known), None)


def _answered(desk: Desk, message: Document, attempt: Attempt, carrier_id: str | None) -> None:
    """The carrier has it under this id, or surely has not got it."""
    outcome = Outcome.TAKEN if carrier_id else Outcome.NOT_TAKEN
    metrics.doubts.labels(attempt["carrier"], outcome.value).inc()
    log().info("attempt_settled", attempt=attempt["id"], outcome=outcome.value)
    known = {"outcome": outcome.value, "ended_at": now(), "asked_at": now(), "carrier_id": carrier_id}
    change = (
        taken(message, desk.rules, now()) if carrier_id else _later(AGAIN if message["lane"] == BULK else 0, message["reason"])
    )
    if carrier_id:
        change.to["carrier_id"] = carrier_id
    _write(desk, message, attempt, known, change)


def _unanswered(desk: Desk, message: Document, attempt: Attempt, reason: str) -> None:
    """The carrier is out of reach: it is asked again, for as long as the channel has time."""
    asked = now() - attempt["began_at"]
    if asked > timedelta(seconds=WAIT + desk.rules.unknown_wait):
        _unknown(desk, message, attempt)
    else:
        _write(desk, message, attempt, {}, _later(ASK_AGAIN, reason))


def _unknown(desk: Desk, message: Document, attempt: Attempt) -> None:
    metrics.doubts.labels(attempt["carrier"], Outcome.UNKNOWN.value).inc()
    log().warning("attempt_unknown", attempt=attempt["id"], carrier=attempt["carrier"])
    known = {"outcome": Outcome.UNKNOWN.value, "ended_at": attempt["ended_at"] or now(), "asked_at": now()}
    wait = desk.rules.wait(message["channel"]) or desk.rules.unknown_wait
    _write(desk, message, attempt, known, _later(min(wait, desk.rules.unknown_wait), UNKNOWN))


def _later(seconds: float, reason: str | None) -> Change:
    return Change({"send_at": now() + timedelta(seconds=seconds), "leased_until": None, "reason": reason})


def _write(desk: Desk, message: Document, attempt: Attempt, known: dict[str, Any], change: Change) -> None:
    """Unless a receipt has said something meanwhile."""
    number = named(attempt["id"])[1] or 1
    to = {**change.to, **{field(number, name): value for name, value in known.items()}}
    ours = {"state": State.QUEUED.value, "claim": message["claim"], field(number, "outcome"): attempt["outcome"]}
    if change.history and message.get("carries"):
        follow(desk.documents, message, change, message["address"])
    push = {"history": {"$each": change.history}} if change.history else None
    after = desk.documents.change(WHOLE_CHAIN, message["_id"], to=to, when=ours, push=push)
    if after is not None and change.history:
        tell(message, after)
