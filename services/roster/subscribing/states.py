"""What becomes of a subscription: by what people do, and by the days that pass. Plain values.

A day is the chain's calendar day (Asia/Karachi). `starts_on` is the first day in force (None: since ever), `ends_on` and
`trial_ends_on` are the last days of what they end.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

Subscription = Mapping[str, Any]


class State(StrEnum):
    REQUESTED = "requested"  # the branch asks
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"
    APPROVED = "approved"  # its first day has not come
    TRIAL = "trial"
    ACTIVE = "active"
    SUSPENDED = "suspended"  # nothing is in force, and nothing is lost
    ENDED = "ended"


RUNNING = (State.APPROVED, State.TRIAL, State.ACTIVE)  # which of them, the day says
IN_FORCE = (State.TRIAL, State.ACTIVE)
OPEN = (State.REQUESTED, *RUNNING, State.SUSPENDED)  # of the rest nothing can become anything


@dataclass(frozen=True)
class Action:
    """What somebody does to a subscription. `to` RUNNING: the day says which state it is."""

    name: str
    after: tuple[State, ...]
    to: tuple[State, ...]


APPROVE = Action("approval", (State.REQUESTED,), RUNNING)
REJECT = Action("rejection", (State.REQUESTED,), (State.REJECTED,))
WITHDRAW = Action("withdrawal", (State.REQUESTED,), (State.WITHDRAWN,))
SUSPEND = Action("suspension", RUNNING, (State.SUSPENDED,))
RESUME = Action("resumption", (State.SUSPENDED,), RUNNING)
END = Action("end", (*RUNNING, State.SUSPENDED), (State.ENDED,))


def becomes(subscription: Subscription, action: Action, day: date) -> State | None:
    """The state after `action`; None where it is not to be done in this state."""
    if State(subscription["state"]) not in action.after:
        return None
    return running_on(subscription, day) if action.to == RUNNING else action.to[0]


def on(subscription: Subscription, day: date) -> State:
    """The state once the days up to `day` have done their part."""
    state = State(subscription["state"])
    if state in RUNNING:
        return running_on(subscription, day)
    if state is State.SUSPENDED and _over(subscription, day):
        return State.ENDED
    return state


def running_on(subscription: Subscription, day: date) -> State:
    if _over(subscription, day):
        return State.ENDED
    if day.isoformat() < (subscription["starts_on"] or ""):
        return State.APPROVED
    trial_ends_on = subscription["trial_ends_on"]
    return State.TRIAL if trial_ends_on and day.isoformat() <= trial_ends_on else State.ACTIVE


def next_on(subscription: Subscription, day: date) -> str | None:
    """The next day (ISO) after `day` on which time changes something; None when it never will."""
    if State(subscription["state"]) not in (*RUNNING, State.SUSPENDED):
        return None
    ends = [date.fromisoformat(subscription[name]) for name in ("trial_ends_on", "ends_on") if subscription[name]]
    turns = [subscription["starts_on"] or "", *((end + timedelta(days=1)).isoformat() for end in ends if end < date.max)]
    return min((turn for turn in turns if turn > day.isoformat()), default=None)


def _over(subscription: Subscription, day: date) -> bool:
    return bool(subscription["ends_on"]) and subscription["ends_on"] < day.isoformat()
