"""At most so many messages a day to one person; what is beyond that, and not urgent, waits for the day's digest."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from schoolbus.clock import BRANCH_ZONE
from schoolbus.ids import effect_id
from services.notifications.sending.channels import rings
from services.notifications.sending.hours import next_at
from services.notifications.settings import Rules
from services.notifications.states import State

Message = dict[str, Any]
Told = Mapping[tuple[str, str], int]  # how many were told a person on a day, so far

URGENT = 0  # the urgency that breaks quiet hours and the day's number
DIGEST = "digest"  # the channel and the lane of a message that waits for the digest, or stands in it


def counts(message: Mapping[str, Any]) -> bool:
    """Whether a message is one of the day's."""
    return (
        message["state"] == State.QUEUED.value
        and message["role"] == "guardian"
        and message["urgency"] != URGENT
        and message["rides_on"] is None
        and message["about_type"] != DIGEST
        and rings(message["channel"])
    )


def day_of(moment: datetime) -> str:
    day: date = moment.astimezone(BRANCH_ZONE).date()
    return day.isoformat()


def kept_to(messages: Sequence[Message], told: Told, rules: Rules, at: datetime) -> list[Message]:
    """The same messages: of each person and day the first ones as they are, and the others held for the digest, unless that is
    too late for them; with those that are to wait for it (`in_digest`)."""
    so_far = dict(told)
    kept = []
    for message in messages:
        if not counts(message):
            kept.append(message)
        elif message.get("in_digest"):
            kept.append(held(message, rules, at))
        else:
            key = message["person_id"], day_of(message["send_at"])
            so_far[key] = so_far.get(key, 0) + 1
            beyond = so_far[key] > rules.messages_per_day
            waits = held(message, rules, at) if beyond else None
            until = message.get("until")
            kept.append(waits if waits and not (until and until <= waits["send_at"]) else {**message, "day": key[1]})
    return kept


def held(message: Message, rules: Rules, at: datetime) -> Message:
    """For the next digest of its person. All that wait for the same one have its id."""
    moment = next_at(max(at, message["send_at"]), rules.digest_at)
    digest_id = effect_id(DIGEST, message["branch_id"], message["person_id"], moment.isoformat())
    waits = {"channel": DIGEST, "lane": DIGEST, "address": None, "send_at": moment, "digest_id": digest_id}
    return {**message, **waits, "counted": None, "parts": None}


def days(messages: Iterable[Message]) -> tuple[set[str], set[str]]:
    """The persons and days that are to be counted for these."""
    counted = [message for message in messages if counts(message)]
    return {message["person_id"] for message in counted}, {day_of(message["send_at"]) for message in counted}
