"""One message to its carrier: written into the ledger, called, and what came of it written down.

Whoever dies between the call and the writing leaves an attempt of which nobody knows what came: `doubt.py`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus import tracing
from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import metrics
from services.notifications.carriers import Carrier, NotTaken, Refused, Unsure
from services.notifications.sending import attempts, contacts, doubt
from services.notifications.sending.attempts import Attempt, Outcome, field
from services.notifications.sending.daily import URGENT
from services.notifications.sending.hours import next_moment
from services.notifications.sending.ladder import following
from services.notifications.sending.lanes import CODE
from services.notifications.sending.marking import follow, tell
from services.notifications.sending.onward import go_on
from services.notifications.sending.steps import Change, ended, over, taken
from services.notifications.settings import Rules
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.buckets import Buckets
    from schoolbus.gathered import Gathered
    from schoolbus.store import Document, Documents
    from services.notifications.sending.holidays import Holidays
    from services.notifications.sending.limits import Limits
    from services.notifications.sending.routes import Route
    from services.notifications.store import Store

DELAYS = (1, 5, 30, 120, 600, 1800, 3600, 7200)  # seconds before the next attempt; about four hours in all
OUT_OF_ORDER = "carrier_out_of_order"
JITTER = 0.2  # of a delay, at most: so that what failed together does not come again together


@dataclass(frozen=True)
class Desk:
    """Where messages are handed over: of messages, or of codes."""

    store: Store
    documents: Documents
    writes: Gathered
    route: Route
    limits: Limits
    buckets: Buckets
    contacts: Documents
    holidays: Holidays
    rules: Rules


def hand_over(desk: Desk, message: Document) -> None:
    """One attempt at a claimed message; or what is to be done instead."""
    if attempt := attempts.in_doubt(message):
        doubt.settle(desk, message, attempt)
        return
    if reason := over(message, now()):
        _without_attempt(desk, message, ended(message, now(), reason))
        return
    if seconds := _until_its_hour(desk, message):
        put_off(desk, message, seconds, message["reason"], tried_since=None)
        return
    carrier = desk.route.choose(message)
    if carrier is None:
        _no_carrier(desk, message)
        return
    if seconds := desk.limits.wait(desk.buckets, carrier.name, message["lane"], message["branch_id"]):
        put_off(desk, message, seconds, message["reason"], tried_since=None)
        return
    attempt = attempts.begun(message, carrier.name, now())
    if not begin(desk, message, attempt):
        return  # by now somebody else's, or delivered all the same
    try:
        with tracing.span(f"carrier {carrier.name}", "CLIENT", attempt=attempt["id"]):
            carrier_id = carrier.send(message, attempt["id"])
    except Refused as refusal:
        desk.route.worked(carrier)
        _refused(desk, message, attempt, carrier, refusal)
    except NotTaken as fault:
        desk.route.failed(carrier, fault)
        _not_taken(desk, message, attempt, carrier, fault)
    except Unsure as fault:
        desk.route.failed(carrier, NotTaken(fault.reason))
        again = now() + timedelta(seconds=doubt.WAIT)
        end(
            desk,
            message,
            attempt,
            Outcome.UNKNOWN,
            Change({"send_at": again, "leased_until": None, "reason": fault.reason}),
            fault.reason,
        )
    else:
        desk.route.worked(carrier)
        end(desk, message, attempt, Outcome.TAKEN, taken(message, desk.rules, now()), carrier_id=carrier_id)


def _until_its_hour(desk: Desk, message: Document) -> float:
    """Seconds: it may have waited for something else until into the night."""
    if message["urgency"] == URGENT:
        return 0
    at, branch_id = now(), message["branch_id"]
    moment = next_moment(
        at, desk.rules, message.get("hours"), lambda day: desk.holidays.on(branch_id, day), message.get("wanted_at")
    )
    return (moment - at).total_seconds()


def begin(desk: Desk, message: Document, attempt: Attempt) -> bool:
    """Writes an attempt into the ledger. False when the message is not ours to send any more."""
    number = len(message["attempts"])
    ours = {
        "_id": message["_id"],
        "claim": message["claim"],
        "state": State.QUEUED.value,
        f"attempts.{number}": attempts.MISSING,
    }

    def proof(row: Document) -> bool:
        stands = len(row["attempts"]) == number + 1 and row["attempts"][number]["id"] == attempt["id"]
        return stands and row["claim"] == message["claim"] and row["state"] == State.QUEUED.value

    if not desk.writes.write(ours, {"$push": {"attempts": attempt}}, proof):
        return False
    message["attempts"] = [*message["attempts"], attempt]
    return True


def end(
    desk: Desk,
    message: Document,
    attempt: Attempt,
    outcome: Outcome,
    change: Change,
    reason: str | None = None,
    carrier_id: str | None = None,
) -> None:
    """Writes down what came of an attempt, and what becomes of the message. A receipt may have been there before."""
    at, number = now(), attempts.named(attempt["id"])[1] or 1
    known = {"outcome": outcome.value, "ended_at": at, "reason": reason, "carrier_id": carrier_id}
    ledger = {field(number, name): value for name, value in known.items()}
    if carrier_id:
        change.to["carrier_id"] = carrier_id
    if change.history and message.get("carries"):
        follow(desk.documents, message, change, message["address"])
    here = {"_id": message["_id"], "state": State.QUEUED.value, "step": message["step"]}
    where = {**here, f"attempts.{number}": attempts.MISSING, field(number, "outcome"): Outcome.UNDER_WAY.value}
    update = change.update()
    update["$set"] = {**update["$set"], **ledger}
    if desk.writes.write(where, update, lambda row: _written(row, number, at)):
        _tell(message, change, at)
    else:  # a receipt was faster: it has said what became of the message
        doubtful = {"_id": message["_id"], field(number, "ended_at"): None}
        desk.documents.collection.update_one(WHOLE_CHAIN.filter(doubtful), {"$set": ledger})
        if carrier_id:
            metrics.handed_over(message, at)
            to = {"carrier_id": carrier_id, field(number, "carrier_id"): carrier_id}
            desk.documents.collection.update_one(WHOLE_CHAIN.filter({"_id": message["_id"]}), {"$set": to})


def put_off(desk: Desk, message: Document, seconds: float, reason: str | None, tried_since: datetime | None) -> None:
    """Not now, and without an attempt. `tried_since`: no carrier has taken it since then; None: it is none's fault."""
    again = now() + timedelta(seconds=seconds)
    to = {"send_at": again, "leased_until": None, "reason": reason, "tried_since": tried_since}
    desk.documents.change(WHOLE_CHAIN, message["_id"], to=to, when={"state": State.QUEUED.value, "claim": message["claim"]})


def delay(made: int, retry_after: float = 0) -> float:
    """Seconds to wait after so many attempts: what the carrier asks for (an hour at most), or ours."""
    return max(DELAYS[min(made, len(DELAYS)) - 1], min(retry_after, 3600))


def spread(seconds: float) -> float:
    return seconds * (1 + random.uniform(0, JITTER))  # noqa: S311 - no secret


def gives_up(message: Document, wait: float, rules: Rules, at: datetime) -> bool:
    """Whether a channel that takes nothing has had its time. With another rung to go, that is as long as a receipt may take,
    since it was first tried: what waited for its hour, or behind others, has all of it before it."""
    if len(attempts.at_this_step(message)) > len(DELAYS):
        return True
    patience = rules.wait(message["channel"]) or rules.unknown_wait
    late = at + timedelta(seconds=wait) - _tried_since(message, at) > timedelta(seconds=patience)
    return late and following(message) is not None


def _tried_since(message: Document, at: datetime) -> datetime:
    since: datetime | None = message.get("tried_since")
    return since or at


def _no_carrier(desk: Desk, message: Document) -> None:
    """None works at the moment."""
    seconds = spread(desk.route.pause())
    if not gives_up(message, seconds, desk.rules, now()):
        put_off(desk, message, seconds, message["reason"] or OUT_OF_ORDER, _tried_since(message, now()))
        return
    go_on(desk.store, message, OUT_OF_ORDER, desk.rules, partial(_without_attempt, desk, message))


def _without_attempt(desk: Desk, message: Document, change: Change) -> None:
    """What becomes of a message though nothing was tried; unless it is somebody else's by now."""
    ours = {"state": State.QUEUED.value, "claim": message["claim"]}
    if message.get("carries") and desk.documents.first(WHOLE_CHAIN, {"_id": message["_id"], **ours}):
        follow(desk.documents, message, change, message["address"])
    push = {"history": {"$each": change.history}}
    if after := desk.documents.change(WHOLE_CHAIN, message["_id"], to=change.to, when=ours, push=push):
        tell(message, after)


def _not_taken(desk: Desk, message: Document, attempt: Attempt, carrier: Carrier, fault: NotTaken) -> None:
    seconds = spread(delay(len(attempts.at_this_step(message)), fault.retry_after))
    avoid = None
    if not fault.busy and desk.route.another(message, carrier):
        seconds, avoid = 0, carrier.name  # the channel's second carrier may take it at once
    write = partial(end, desk, message, attempt, Outcome.NOT_TAKEN, reason=fault.reason)
    if gives_up(message, seconds, desk.rules, now()):
        go_on(desk.store, message, fault.reason, desk.rules, write)
        return
    again, since = now() + timedelta(seconds=seconds), _tried_since(message, attempt["began_at"])
    write(Change({"send_at": again, "leased_until": None, "reason": fault.reason, "avoid": avoid, "tried_since": since}))


def _refused(desk: Desk, message: Document, attempt: Attempt, carrier: Carrier, refusal: Refused) -> None:
    if (code := contacts.bad(message["channel"], refusal.code, refusal.reason)) and message["lane"] != CODE:
        contacts.flag(desk.contacts, message, message["channel"], message["address"], code)
    write = partial(end, desk, message, attempt, Outcome.REFUSED, reason=refusal.reason)
    if refusal.carriers_own and desk.route.another(message, carrier):
        write(Change({"send_at": now(), "leased_until": None, "reason": refusal.reason}))
    else:
        go_on(desk.store, message, refusal.reason, desk.rules, write)


def _written(row: Any, number: int, at: datetime) -> bool:
    return len(row["attempts"]) >= number and row["attempts"][number - 1]["ended_at"] == at


def _tell(message: Document, change: Change, at: datetime) -> None:
    if not change.history:
        return
    after = {**message, **change.to}
    tell(message, after)
    if after["state"] == State.SENT.value:
        metrics.handed_over(message, at)
