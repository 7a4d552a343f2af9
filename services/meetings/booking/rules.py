"""The rules of booking, on plain values: what stands against a slot, and which free slots to offer instead.

A slot, a booking here are their documents (see store.py); periods are UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from schoolbus.problems import Conflict
from services.meetings.timetable import Period, in_words, period

HELD, OFFERED, BOOKED, CANCELLED, ATTENDED, MISSED = "held", "offered", "booked", "cancelled", "attended", "missed"
SHOWN = 6  # free slots beside the one that is gone: what fits a phone's screen
Slot = Mapping[str, Any]
Booking = Mapping[str, Any]


def wrong_time(booking_opens_at: datetime | None, slot: Slot, now: datetime) -> Conflict | None:
    """Too early or too late to book."""
    if slot["starts_at"] <= now:
        return Conflict("time-passed", "That time has passed", f"The meeting was to begin at {in_words(slot['starts_at'])}.")
    if booking_opens_at is not None and now < booking_opens_at:
        opens_at = booking_opens_at.isoformat()
        return Conflict(
            "booking-not-open", "Booking is not open yet", f"It opens at {in_words(booking_opens_at)}.", opens_at=opens_at
        )
    return None


def family_clash(wanted: Slot, held: Sequence[Booking], student_id: str) -> Conflict | None:
    """What the family holds already: a meeting of this child with this teacher on that day, or any at that time.

    `held` are the live bookings of the guardian and of the child around that day.
    """
    for booking in held:
        if booking["student_id"] == student_id and all(
            booking[name] == wanted[name] for name in ("meeting_day_id", "teacher_id")
        ):
            when = in_words(booking["starts_at"])
            return Conflict(
                "already-booked", "This meeting is already booked", f"It is at {when}.", held_slot=held_slot(booking)
            )
    for booking in held:
        if period(booking).overlaps(period(wanted)):
            same = booking["branch_id"] == wanted["branch_id"]
            shown = held_slot(booking) if same else _times(booking)  # nothing else of another branch
            when = in_words(booking["starts_at"])
            return Conflict("time-clash", "You have a meeting then", f"It is at {when}.", held_slot=shown)
    return None


def slot_taken(wanted: Slot, of_teacher: Iterable[Slot], of_others: Iterable[Slot], held: Iterable[Booking]) -> Conflict:
    """Somebody was faster: what is free instead, from slots of the same teacher and of the others of the day."""
    return _gone("slot-taken", "That time has just gone", beside(wanted, of_teacher, of_others, _periods(held)))


def teacher_busy(wanted: Slot, of_teacher: Iterable[Slot], of_others: Iterable[Slot], held: Iterable[Booking]) -> Conflict:
    """As `slot_taken`, when the teacher is in a meeting of another day then: of its times, that one is not offered."""
    others = [slot for slot in of_teacher if slot["_id"] != wanted["_id"]]
    return _gone("teacher-busy", "The teacher has another meeting then", beside(wanted, others, of_others, _periods(held)))


def teaching_elsewhere(meetings: Sequence[Period], theirs: Iterable[Slot]) -> list[Slot]:
    """The slots that a new day's meetings overlap; `theirs` are the slots that its teachers have already."""
    minutes = {minute for meeting in meetings for minute in meeting.minutes()}
    return [slot for slot in theirs if not minutes.isdisjoint(period(slot).minutes())]


def beside(
    wanted: Slot, of_teacher: Iterable[Slot], of_others: Iterable[Slot], busy: Sequence[Period], limit: int = SHOWN
) -> list[Slot]:
    """The free slots nearest to the wanted one, outside `busy`: the same teacher's first, then others'; each in time order."""
    same = _nearest(wanted, of_teacher, busy, limit)
    return same + _nearest(wanted, of_others, busy, limit - len(same))


def offer(slot: Slot) -> dict[str, Any]:
    """A free slot as problems show it."""
    return {
        "slot_id": slot["_id"],
        **{name: slot[name] for name in ("meeting_day_id", "teacher_id")},
        "place": place_of(slot),
        "ways": slot["ways"],
        **_times(slot),
    }


def held_slot(booking: Booking) -> dict[str, Any]:
    """The slot of a booking as problems show it: never who holds it."""
    return {**{name: booking[name] for name in ("slot_id", "meeting_day_id", "teacher_id", "way", "place")}, **_times(booking)}


def place_of(slot: Slot, way: str | None = None) -> str:
    """Where the meeting is: by the way that is wanted, or by the first that the teacher has."""
    ways: Mapping[str, str] = slot["ways"]
    return ways[way] if way else next(iter(ways.values()), "")


def _gone(slug: str, title: str, free: Sequence[Slot]) -> Conflict:
    detail = {0: "No other time is free", 1: "1 time is free beside it"}.get(len(free), f"{len(free)} times are free beside it")
    return Conflict(slug, title, detail, free_slots=[offer(slot) for slot in free])


def _periods(slots: Iterable[Slot | Booking]) -> list[Period]:
    return [period(slot) for slot in slots]


def _nearest(wanted: Slot, free: Iterable[Slot], busy: Sequence[Period], limit: int) -> list[Slot]:
    fitting = [slot for slot in free if not any(period(slot).overlaps(other) for other in busy)]
    fitting.sort(key=lambda slot: (abs(slot["starts_at"] - wanted["starts_at"]), slot["starts_at"], slot["_id"]))
    return sorted(fitting[:limit], key=lambda slot: (slot["starts_at"], slot["_id"]))


def _times(slot: Slot) -> dict[str, str]:
    return {name: slot[name].isoformat() for name in ("starts_at", "ends_at")}
