"""From rung to rung: what a message becomes when a channel has failed, took it, or brought it home. Plain values.

Each function gives a `Change`: what to write, and what its history says of it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from services.notifications.messages import sms_text
from services.notifications.segments import parts
from services.notifications.sending.channels import APP, CARRIED, SMS, rings
from services.notifications.sending.ladder import following
from services.notifications.settings import Rules
from services.notifications.states import State, step

Message = Mapping[str, Any]
SUPERSEDED, TOO_LATE, OVER = "superseded", "too_late", "over_limit"


@dataclass
class Change:
    to: dict[str, Any]
    history: list[dict[str, Any]] = field(default_factory=list)

    def update(self) -> dict[str, Any]:
        """As the database wants it."""
        pushed: dict[str, Any] = {"$push": {"history": {"$each": self.history}}} if self.history else {}
        return {"$set": self.to, **pushed}


def stands(message: Message, number: int, rules: Rules, at: datetime, reason: str | None = None) -> Change:
    """On the rung `number`. In the app it is at once; elsewhere it waits for its carrier, or for its print run."""
    rung = message["ladder"][number]
    channel = rung["channel"]
    state = State.SENT if channel == APP else State.QUEUED
    to = {
        "step": number,
        "channel": channel,
        "address": rung["address"],
        "state": state.value,
        "reason": reason,
        "send_at": at,
        "tried_since": None,
        "leased_until": None,
        "claim": None,
        "due_at": due(channel, rules, at) if state is State.SENT else None,
        "counted": counted(message.get("counted"), channel),
        "parts": parts(sms_text(message["body"], message["link"])) if channel == SMS else message.get("parts"),
    }
    return Change(to, [step(state, at, None, channel)])


def taken(message: Message, rules: Rules, at: datetime) -> Change:
    """The carrier has it."""
    to = {
        "state": State.SENT.value,
        "reason": None,
        "leased_until": None,
        "due_at": due(message["channel"], rules, at),
    }
    return Change(to, [step(State.SENT, at, None, message["channel"])])


def failed(message: Message, rules: Rules, at: datetime, reason: str, *, free: bool = False) -> Change:
    """This channel has failed: the next rung, or the end; and the end when there is nothing to say any more. `free`: one for
    which no carrier is paid."""
    said = step(State.FAILED, at, reason, message["channel"])
    number = following(message, free=free)
    if number is None or over(message, at):
        return Change({"state": State.FAILED.value, "reason": reason, "leased_until": None, "due_at": None}, [said])
    change = stands(message, number, rules, at, reason)
    change.history.insert(0, said)
    return change


def beyond(message: Message, rules: Rules, at: datetime, ringing_at: datetime | None = None) -> Change:
    """The branch's plans give no carrier more: on the next rung that costs nothing, or skipped where there is none.
    `ringing_at`: from when somebody may be disturbed."""
    number = following(message, free=True)
    if number is None:
        to = {"state": State.SKIPPED.value, "reason": OVER, "leased_until": None, "due_at": None}
        return Change(to, [step(State.SKIPPED, at, OVER)])
    moment = ringing_at if ringing_at and rings(message["ladder"][number]["channel"]) else at
    return stands(message, number, rules, moment, OVER)


def over(message: Message, at: datetime) -> str | None:
    """Why a message that has not gone out is not to go out any more: the thing has changed, or its moment has passed."""
    if message.get("superseded"):
        return SUPERSEDED
    until = message.get("until")
    return TOO_LATE if until and until <= at else None


def ended(message: Message, at: datetime, reason: str) -> Change:
    """It is not sent after all. What a carrier may have had before may still prove to have arrived."""
    state = State.FAILED if message["attempts"] else State.SKIPPED
    to = {"state": state.value, "reason": reason, "leased_until": None, "due_at": None}
    return Change(to, [step(state, at, reason, message["channel"])])


def counted(before: str | None, channel: str | None) -> str | None:
    """As what a message counts in its branch's usage: the first carrier's channel that it was sent by, else the app."""
    if before in CARRIED:
        return before
    return channel if channel in CARRIED or channel == APP else before


def due(channel: str | None, rules: Rules, at: datetime) -> datetime | None:
    """When a receipt should have come; None where none comes."""
    seconds = rules.wait(channel)
    return at + timedelta(seconds=seconds) if seconds else None
