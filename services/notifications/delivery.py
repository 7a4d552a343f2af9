"""From our queue to the carrier's yes: what each outcome of an attempt means.

An attempt whose outcome we never learned (we died, or the line did, after the text had gone out) may have been taken. The lease
leaves a minute for the receipt to come, which settles it, and only then is the message sent a second time, never a third: at
most one duplicate.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import metrics
from services.notifications.carriers import Carrier, NotTaken, Refused, Unsure
from services.notifications.states import FOLLOWS, State, step

if TYPE_CHECKING:
    from schoolbus.store import Document, Documents

LEASE = 60  # seconds; longer than a carrier's time limits together
DELAYS = (1, 5, 30, 120, 600, 1800, 3600, 7200)  # seconds before the next attempt; about four hours in all


def claim(documents: Documents, channel: str) -> Document | None:
    """The next message for a channel, the most urgent first."""
    where = {"channel": channel, "state": State.QUEUED.value, "send_at": {"$lte": now()}}
    return documents.claim(where, lease=LEASE, sort="urgency send_at")


def claim_code(documents: Documents) -> Document | None:
    return documents.claim({"state": State.QUEUED.value, "send_at": {"$lte": now()}}, lease=LEASE, sort="send_at")


def deliver(documents: Documents, message: Document, carrier: Carrier) -> None:
    """One attempt at a claimed message."""
    if reason := given_up(message):
        mark(documents, message["_id"], State.FAILED, now(), reason)
        return
    try:
        carrier_id = carrier.send(message)
    except Refused as refusal:
        mark(documents, message["_id"], State.FAILED, now(), refusal.reason)
    except NotTaken as fault:
        seconds = delay(message["attempts"], fault.retry_after)
        put_off(documents, message, fault.reason, seconds, refusals=message["refusals"] + 1)
    except Unsure as doubt:
        put_off(documents, message, doubt.reason, max(LEASE, delay(message["attempts"])))
    else:
        mark(documents, message["_id"], State.SENT, now(), carrier_id=carrier_id)


def deliver_code(documents: Documents, code: Document, carrier: Carrier) -> None:
    """As `deliver`; the text is gone with the attempt that ends the waiting."""
    if code["expires_at"] <= now():
        mark(documents, code["_id"], State.FAILED, now(), "expired")
    else:
        deliver(documents, code, carrier)
    documents.change(WHOLE_CHAIN, code["_id"], to={"body": None}, when={"state": {"$ne": State.QUEUED.value}})


def given_up(message: Document) -> str | None:
    """Why there is no further attempt; None when there is one. `attempts` counts the one about to be made."""
    earlier = message["attempts"] - 1
    if earlier > len(DELAYS):
        return message["reason"] or "no_answer"
    if earlier - message["refusals"] > 1:
        return "outcome_unknown"
    return None


def delay(attempts: int, retry_after: float = 0) -> float:
    """Seconds to wait after so many attempts: what the carrier asks for (an hour at most), or ours."""
    return max(DELAYS[min(attempts, len(DELAYS)) - 1], min(retry_after, 3600))


def put_off(documents: Documents, message: Document, reason: str, seconds: float, **counted: int) -> None:
    """Another attempt later, or the end of them."""
    if message["attempts"] > len(DELAYS):
        mark(documents, message["_id"], State.FAILED, now(), reason)
        return
    to = {"send_at": now() + timedelta(seconds=seconds), "leased_until": None, "reason": reason, **counted}
    documents.change(WHOLE_CHAIN, message["_id"], to=to, when={"state": State.QUEUED.value})


def mark(documents: Documents, id: str, state: State, at: datetime, reason: str | None = None, **known: Any) -> Document | None:
    """Says a state of a message; None when that is no step forward (or there is no such message). One guarded write."""
    step_forward = {"state": {"$in": [earlier.value for earlier in FOLLOWS[state]]}}
    to = {"state": state.value, "reason": reason, **known}
    message = documents.change(WHOLE_CHAIN, id, to=to, when=step_forward, push={"history": step(state, at, reason)})
    if message is not None:
        metrics.count(message)
        if state is State.FAILED:
            log().warning("message_failed", message=id, channel=message["channel"], code=(reason or "").partition(":")[0])
        if state in (State.SENT, State.DELIVERED) and len(message["history"]) == 2:  # the first news of it
            metrics.delay.labels(message["channel"]).observe(max(0.0, (at - message["created_at"]).total_seconds()))
    return message
