"""What stands on a meeting day for a family now: plain values."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from schoolbus.clock import now, today

Document = Mapping[str, Any]


def is_to_come(day: Document) -> bool:
    return bool(day["state"] == "open" and day["until"] >= today().isoformat())


def is_open(day: Document, at: datetime | None = None) -> bool:
    """Whether families can book, or say their wishes. Who may come early is told by a message and finds the day open there."""
    at = at or now()
    if not is_to_come(day):
        return False
    if day["mode"] == "timetable":
        return day["wishes_until"] is None or datetime.fromisoformat(day["wishes_until"]) > at
    opens = day["early_opens_at"] or day["booking_opens_at"]
    return opens is None or datetime.fromisoformat(opens) <= at


def to_answer(days: Iterable[Document], bookings: Iterable[Document]) -> list[Document]:
    """Of those that are open, those on which the family has no meeting yet."""
    met = {booking["meeting_day_id"] for booking in bookings}
    return [day for day in days if is_open(day) and day["meeting_day_id"] not in met]
