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
Key = tuple[str, str]  # a person and a day
Places = Mapping[Key, Sequence[str]]  # the ids of what counts for a person on a day, in the order in which it came

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


def wanted(messages: Iterable[Message]) -> dict[Key, list[str]]:
    """Those that count, by their person and day; not those that are to wait for the digest anyhow (`in_digest`)."""
    found: dict[Key, list[str]] = {}
    for message in messages:
        if counts(message) and not message.get("in_digest"):
            found.setdefault(_key(message), []).append(message["_id"])
    return found


def kept_to(messages: Sequence[Message], places: Places, rules: Rules, at: datetime) -> list[Message]:
    """The same messages: of each person and day the first ones as they are, and the others held for the digest; with those that
    are to wait for it (`in_digest`). For whichever the digest is too late, it goes as it is.

    `places`: where those of these that count stand, among those of other processes.
    """
    first = {id for ids in places.values() for id in ids[: rules.messages_per_day]}
    return [_kept(message, rules, at) if counts(message) and message["_id"] not in first else message for message in messages]


def _kept(message: Message, rules: Rules, at: datetime) -> Message:
    waits, until = held(message, rules, at), message.get("until")
    return message if until and until <= waits["send_at"] else waits


def held(message: Message, rules: Rules, at: datetime) -> Message:
    """For the next digest of its person, of all branches together. All that wait for the same one have its id."""
    moment = next_at(max(at, message["send_at"]), digest_time(message.get("hours"), rules))
    digest_id = effect_id(DIGEST, message["person_id"], moment.isoformat())
    waits = {"channel": DIGEST, "lane": DIGEST, "address": None, "send_at": moment, "digest_id": digest_id}
    return {**message, **waits, "counted": None, "parts": None}


def digest_time(family: Mapping[str, str] | None, rules: Rules) -> str:
    """The chain's time of day, or the beginning of the family's own hours where that is not in them."""
    if not family:
        return rules.digest_at
    begins, ends, time = family["from"], family["to"], rules.digest_at
    within = begins <= time < ends if begins < ends else time >= begins or time < ends
    return time if within else begins


def _key(message: Mapping[str, Any]) -> Key:
    return message["person_id"], day_of(message["send_at"])
