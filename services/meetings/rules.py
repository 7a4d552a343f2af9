"""The rules of booking, on plain values: what stands against a slot, and which free slots to offer instead.

A slot here is its document (see store.py); periods are UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from schoolbus.problems import Conflict
from services.meetings.timetable import Period, in_words

FREE, BOOKED = "free", "booked"
OFFERED = 6  # free slots beside the one that is gone: what fits a phone's screen
Slot = Mapping[str, Any]


def period(slot: Slot) -> Period:
    return Period(slot["starts_at"], slot["ends_at"])


def is_booked_for(slot: Slot, guardian_id: str, student_id: str) -> bool:
    return bool(slot["state"] == BOOKED and slot["guardian_id"] == guardian_id and slot["student_id"] == student_id)


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


def family_clash(wanted: Slot, held: Iterable[Slot], guardian_id: str, student_id: str) -> Conflict | None:
    """What the family holds already: a meeting of this child with this teacher on that day, or any at that time.

    `held` are the booked slots of the guardian and of the child around that day; the booking that is asked for is no clash.
    """
    others = [slot for slot in held if slot["_id"] != wanted["_id"] or not is_booked_for(slot, guardian_id, student_id)]
    for slot in others:
        if slot["student_id"] == student_id and all(slot[name] == wanted[name] for name in ("meeting_day_id", "teacher_id")):
            when = in_words(slot["starts_at"])
            return Conflict("already-booked", "This meeting is already booked", f"It is at {when}.", held_slot=offer(slot))
    for slot in others:
        if period(slot).overlaps(period(wanted)):
            shown = offer(slot) if slot["branch_id"] == wanted["branch_id"] else _times(slot)  # nothing else of another branch
            when = in_words(slot["starts_at"])
            return Conflict("time-clash", "You have a meeting then", f"It is at {when}.", held_slot=shown)
    return None


def slot_taken(wanted: Slot, of_teacher: Iterable[Slot], of_others: Iterable[Slot], held: Iterable[Slot]) -> Conflict:
    """Somebody was faster: what is free instead, from slots of the same teacher and of the others of the day."""
    return _gone("slot-taken", "That time has just gone", beside(wanted, of_teacher, of_others, _periods(held)))


def teacher_busy(wanted: Slot, of_teacher: Iterable[Slot], of_others: Iterable[Slot], held: Iterable[Slot]) -> Conflict:
    """As `slot_taken`, when the teacher is in a meeting of another day then: of its times, that one is not offered."""
    others = [slot for slot in of_teacher if slot["_id"] != wanted["_id"]]
    return _gone("teacher-busy", "The teacher has another meeting then", beside(wanted, others, of_others, _periods(held)))


def teaching_elsewhere(meetings: Sequence[Period], theirs: Iterable[Slot]) -> list[Slot]:
    """The slots that a new day's meetings overlap; `theirs` are the slots that its teachers have already."""
    minutes = {minute for meeting in meetings for minute in meeting.minutes()}
    return [slot for slot in theirs if not minutes.isdisjoint(period(slot).minutes())]


def beside(
    wanted: Slot, of_teacher: Iterable[Slot], of_others: Iterable[Slot], busy: Sequence[Period], limit: int = OFFERED
) -> list[Slot]:
    """The free slots nearest to the wanted one, outside `busy`: the same teacher's first, then others'; each in time order."""
    same = _nearest(wanted, of_teacher, busy, limit)
    return same + _nearest(wanted, of_others, busy, limit - len(same))


def offer(slot: Slot) -> dict[str, Any]:
    """A slot as problems show it: never who holds it."""
    return {"slot_id": slot["_id"], **{name: slot[name] for name in ("meeting_day_id", "teacher_id", "place")}, **_times(slot)}


def _gone(slug: str, title: str, free: Sequence[Slot]) -> Conflict:
    detail = {0: "No other time is free", 1: "1 time is free beside it"}.get(len(free), f"{len(free)} times are free beside it")
    return Conflict(slug, title, detail, free_slots=[offer(slot) for slot in free])


def _periods(slots: Iterable[Slot]) -> list[Period]:
    return [period(slot) for slot in slots]


def _nearest(wanted: Slot, free: Iterable[Slot], busy: Sequence[Period], limit: int) -> list[Slot]:
    fitting = [slot for slot in free if not any(period(slot).overlaps(other) for other in busy)]
    fitting.sort(key=lambda slot: (abs(slot["starts_at"] - wanted["starts_at"]), slot["starts_at"], slot["_id"]))
    return sorted(fitting[:limit], key=lambda slot: (slot["starts_at"], slot["_id"]))


def _times(slot: Slot) -> dict[str, str]:
    return {name: slot[name].isoformat() for name in ("starts_at", "ends_at")}
