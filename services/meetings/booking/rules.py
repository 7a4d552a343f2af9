"""The rules of booking, on plain values: what stands against a slot, and which free slots to offer instead.

A slot, a booking here are their documents (see store.py); periods are UTC.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from schoolbus.problems import Conflict, Sentence
from services.meetings.timetable import Period, period

HELD, OFFERED, BOOKED, CANCELLED, ATTENDED, MISSED = "held", "offered", "booked", "cancelled", "attended", "missed"
RELEASED = "released"  # was held or offered, and is free again
MADE = (BOOKED, CANCELLED, ATTENDED, MISSED)  # those that were booked once
VISIT, TELEPHONE = "visit", "telephone"
SHOWN = 6  # free slots beside the one that is gone: what fits a phone's screen
Slot = Mapping[str, Any]
Booking = Mapping[str, Any]


def wrong_time(booking_opens_at: datetime | None, slot: Slot, now: datetime) -> Conflict | None:
    """Too early or too late to book."""
    if slot["starts_at"] <= now:
        return Conflict(
            "time-passed",
            "That time has passed",
            Sentence("The meeting was to begin at %(starts_at)s.", starts_at=slot["starts_at"]),
        )
    if booking_opens_at is not None and now < booking_opens_at:
        opens_at = booking_opens_at.isoformat()
        return Conflict(
            "booking-not-open",
            "Booking is not open yet",
            Sentence("It opens at %(booking_opens_at)s.", booking_opens_at=booking_opens_at),
            opens_at=opens_at,
        )
    return None


def not_booked(booking: Booking) -> Conflict:
    return Conflict(
        "not-booked", "This meeting is not booked", Sentence("It is %(state)s.", state=booking["state"]), state=booking["state"]
    )


def family_clash(wanted: Slot, held: Sequence[Booking], student_id: str) -> Conflict | None:
    """What the family holds already: a meeting of this child with this teacher on that day, or any at that time.

    `held` are the live bookings of the guardian and of the child around that day.
    """
    for booking in held:
        if booking["student_id"] == student_id and all(
            booking[name] == wanted[name] for name in ("meeting_day_id", "teacher_id")
        ):
            return already(booking)
    for booking in held:
        if period(booking).overlaps(period(wanted)):
            same = booking["branch_id"] == wanted["branch_id"]
            shown = held_slot(booking) if same else _times(booking)  # nothing else of another branch
            return Conflict("time-clash", "You have a meeting then", _is_at(booking), held_slot=shown)
    return None


def already(booking: Booking) -> Conflict:
    """The child has a time with that teacher on that day: booked, or kept for the family to say yes to."""
    when, shown = booking["starts_at"], held_slot(booking)
    if booking["state"] == HELD:
        way_out = Sentence("%(when)s. Book what is held, or give it back.", when=when)
        return Conflict("already-held", "A time with this teacher is held", way_out, held_slot=shown)
    if booking["state"] == OFFERED:
        way_out = Sentence("%(when)s. Say yes or no to what is offered.", when=when)
        return Conflict(
            "already-offered", "A time with this teacher is offered", way_out, held_slot=shown, booking_id=booking["_id"]
        )
    return Conflict("already-booked", "This meeting is already booked", _is_at(booking), held_slot=shown)


def _is_at(booking: Booking) -> Sentence:
    return Sentence("It is at %(when)s.", when=booking["starts_at"])


def opens_at(day: Mapping[str, Any], *, early: bool) -> datetime | None:
    """When a day may be booked; earlier by those who may book early."""
    opens: datetime | None = day["booking_opens_at"]
    earlier: datetime | None = day["early_opens_at"]
    return min(opens, earlier) if early and opens and earlier else opens


def too_late(day: Mapping[str, Any], slot: Slot, now: datetime) -> Conflict | None:
    """Past the moment until which families book, change and cancel by themselves; staff may after it."""
    hours = day["change_until_hours"]
    closed_at = slot["starts_at"] - timedelta(hours=hours)
    if not hours or now < closed_at:
        return None
    return Conflict(
        "deadline-passed",
        "It is too late to change this by yourself",
        Sentence("That was until %(closed_at)s: please call the office.", closed_at=closed_at),
        closed_at=closed_at.isoformat(),
    )


def too_close(wanted: Slot, place: str, way: str, held: Iterable[Booking], travel_minutes: int) -> Conflict | None:
    """A meeting in another room so near that the family can't walk over. By telephone or video nobody walks.

    `held`: the family's live bookings, none of which overlaps the wanted slot.
    """
    travel = timedelta(minutes=travel_minutes)
    for booking in held:
        if travel and way == VISIT == booking["way"] and place != booking["place"]:
            apart = max(wanted["starts_at"] - booking["ends_at"], booking["starts_at"] - wanted["ends_at"])
            if apart < travel:
                same = booking["branch_id"] == wanted["branch_id"]
                shown = held_slot(booking) if same else _times(booking)
                detail = Sentence(
                    "Between two rooms there have to be %(minutes)s minutes, and you have a meeting at %(when)s.",
                    minutes=travel_minutes,
                    when=booking["starts_at"],
                )
                return Conflict("too-close", "That leaves no time to walk", detail, held_slot=shown)
    return None


def slot_taken(wanted: Slot, of_teacher: Iterable[Slot], of_others: Iterable[Slot], held: Iterable[Booking]) -> Conflict:
    """Somebody was faster: what is free instead, from slots of the same teacher and of the others of the day."""
    return _gone("slot-taken", "That time has just gone", beside(wanted, of_teacher, of_others, _periods(held)))


def teacher_busy(wanted: Slot, of_teacher: Iterable[Slot], of_others: Iterable[Slot], held: Iterable[Booking]) -> Conflict:
    """As `slot_taken`, when the teacher is in a meeting of another day then: of its times, that one is not offered."""
    others = [slot for slot in of_teacher if slot["_id"] != wanted["_id"]]
    return _gone("teacher-busy", "The teacher has another meeting then", beside(wanted, others, of_others, _periods(held)))


def no_turn_left(
    slug: str, most: int, wanted: Slot, of_others: Iterable[Slot], held: Iterable[Booking], mine: Sequence[Booking] = ()
) -> Conflict:
    """As many as the day allows are booked: with the teacher (`teacher-is-full`), or by the family (`household-has-its-own`);
    `mine`: which the family has."""
    if slug == "teacher-is-full":
        free = beside(wanted, [], of_others, _periods(held))
        return _gone(slug, Sentence("The teacher has all %(most)s meetings of this day", most=most), free)
    many = Sentence("%(most)s meetings for each family on this day", most=most)
    return Conflict(
        slug,
        "One meeting for each family on this day" if most == 1 else many,
        "Move or cancel what is booked, or write to the teacher.",
        held_slots=[
            {**held_slot(booking), "place": shown_place(booking["way"], booking["place"])}
            for booking in mine
            if booking["branch_id"] == wanted["branch_id"]
        ],
    )


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
        "place": shown_place(*next(iter(slot["ways"].items()), (VISIT, ""))),
        "ways": {way: shown_place(way, place) for way, place in slot["ways"].items()},
        **_times(slot),
    }


def held_slot(booking: Booking) -> dict[str, Any]:
    """The slot of a booking as problems show it: never who holds it."""
    return {**{name: booking[name] for name in ("slot_id", "meeting_day_id", "teacher_id", "way", "place")}, **_times(booking)}


def place_of(slot: Slot, way: str | None = None) -> str:
    """Where the meeting is: by the way that is wanted, or by the first that the teacher has."""
    ways: Mapping[str, str] = slot["ways"]
    return ways[way] if way else next(iter(ways.values()), "")


def shown_place(way: str, place: str) -> str:
    """What families are told who have no meeting there: rooms alone. One link serves all meetings of a teacher."""
    return place if way == VISIT else ""


def _gone(slug: str, title: str, free: Sequence[Slot]) -> Conflict:
    detail = {0: "No other time is free", 1: "1 time is free beside it"}.get(
        len(free), Sentence("%(count)s times are free beside it", count=len(free))
    )
    return Conflict(slug, title, detail, free_slots=[offer(slot) for slot in free])


def with_free(problem: Conflict, free: Sequence[Slot]) -> Conflict:
    """The same, and what is free instead."""
    problem.body["free_slots"] = [offer(slot) for slot in free]
    return problem


def _periods(slots: Iterable[Slot | Booking]) -> list[Period]:
    return [period(slot) for slot in slots]


def _nearest(wanted: Slot, free: Iterable[Slot], busy: Sequence[Period], limit: int) -> list[Slot]:
    fitting = [slot for slot in free if not any(period(slot).overlaps(other) for other in busy)]
    fitting.sort(key=lambda slot: (abs(slot["starts_at"] - wanted["starts_at"]), slot["starts_at"], slot["_id"]))
    return sorted(fitting[:limit], key=lambda slot: (slot["starts_at"], slot["_id"]))


def _times(slot: Slot) -> dict[str, str]:
    return {name: slot[name].isoformat() for name in ("starts_at", "ends_at")}
