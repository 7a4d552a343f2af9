"""The ledger: each call to a carrier stands in its message before it is made, and its outcome beside it afterwards.

An attempt's id is made of the message's and its number. Carriers bring it back in their receipts.
"""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

Attempt = dict[str, Any]
Message = Mapping[str, Any]


class Outcome(StrEnum):
    UNDER_WAY = "under_way"  # or we died before we wrote down what came of it
    TAKEN = "taken"
    REFUSED = "refused"  # for good
    NOT_TAKEN = "not_taken"  # surely not, this time
    UNKNOWN = "unknown"  # the carrier may have it


MISSING = {"$exists": False}
NOT_UNDER_WAY = {"attempts": {"$not": {"$elemMatch": {"outcome": Outcome.UNDER_WAY.value}}}}  # no call is being made
IN_DOUBT = (Outcome.UNDER_WAY.value, Outcome.UNKNOWN.value)


def attempt_id(message_id: str, number: int) -> str:
    """`number` counts from 1."""
    return f"{message_id}.{number}"


def named(id: str) -> tuple[str, int | None]:
    """The message's id and the number in an attempt's id; no number in what is no attempt's id."""
    message_id, dot, number = id.rpartition(".")
    return (message_id, int(number)) if dot and number.isascii() and number.isdigit() and len(number) < 6 else (id, None)


def begun(message: Message, carrier: str, at: datetime) -> Attempt:
    """The next attempt at a message, about to be made."""
    return {
        "id": attempt_id(message["_id"], len(message["attempts"]) + 1),
        "step": message["step"],
        "channel": message["channel"],
        "carrier": carrier,
        "began_at": at,
        "ended_at": None,
        "outcome": Outcome.UNDER_WAY.value,
        "carrier_id": None,
        "reason": None,
    }


def at_this_step(message: Message) -> list[Attempt]:
    return [attempt for attempt in message["attempts"] if attempt["step"] == message["step"]]


def in_doubt(message: Message) -> Attempt | None:
    """The last attempt, when it may have been taken and nobody has told us."""
    last = message["attempts"][-1] if message["attempts"] else None
    return last if last and last["step"] == message["step"] and last["outcome"] in IN_DOUBT else None


def to_be_asked_about(message: Message) -> bool:
    """The carrier is still to say whether it has it, and knows it by its words: they are not to change."""
    last = in_doubt(message)
    return last is not None and not last.get("asked_at")


def field(number: int, name: str) -> str:
    """Where the database keeps a field of an attempt."""
    return f"attempts.{number - 1}.{name}"
