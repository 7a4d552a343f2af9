"""Which meetings each teacher of a day offers, and when which room is theirs. Plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Any, NamedTuple

from schoolbus.ids import effect_id
from services.meetings.days.spans import around, common, hours, without
from services.meetings.timetable import Period, period, periods

Document = dict[str, Any]
Free = Mapping[date, list[Period]]


class Sitting(NamedTuple):
    """One teacher's meetings of one date, in order; at least one."""

    on: date
    meetings: list[Period]

    @property
    def whole(self) -> Period:
        """From the first meeting to the end of the last."""
        return Period(self.meetings[0].starts_at, self.meetings[-1].ends_at)


def sittings(day: Mapping[str, Any], teacher: Mapping[str, Any], free: Free) -> list[Sitting]:
    """What a teacher offers: where the day's hours, their own and the time that they have meet, but for the breaks.

    Of a day's document: `dates`, `breaks`, `slot_minutes`, `break_minutes`, and of its teacher the last three and `hours`,
    where they are their own. `free`: when they have time, by date.
    """
    made: list[Sitting] = []
    before: list[Period] = []  # a night may meet the next date's hours
    for held in day["dates"]:
        on = date.fromisoformat(held["on"])
        spans = without(common(_hours(held, teacher), free[on]), before)
        for each in (*day["breaks"], *teacher["breaks"]):
            spans = without(spans, around(on, each))
        meetings = [meeting for span in spans for meeting in periods(span, *_lengths(day, teacher))]
        before = spans
        if meetings:
            made.append(Sitting(on, meetings))
    return made


def slots_of(day: Mapping[str, Any], teacher: Mapping[str, Any], held: Iterable[Sitting]) -> list[Document]:
    """The documents of what a teacher offers; their ids follow from the day, the teacher and the time."""
    return [
        {
            "_id": effect_id(day["_id"], teacher["teacher_id"], meeting.starts_at.isoformat()),
            "branch_id": day["branch_id"],
            "meeting_day_id": day["_id"],
            "teacher_id": teacher["teacher_id"],
            "ways": teacher["ways"],
            **meeting._asdict(),
        }
        for sitting in held
        for meeting in sitting.meetings
    ]


def rooms_of(day: Mapping[str, Any], held: Mapping[str, Sequence[Sitting]]) -> list[tuple[str, Period]]:
    """The rooms in which nobody else may be, and when. `held`: by teacher."""
    return [
        (teacher["ways"]["visit"], sitting.whole)
        for teacher in day["teachers"]
        if "visit" in teacher["ways"] and not teacher["shared"]
        for sitting in held[teacher["teacher_id"]]
    ]


def fits(day: Mapping[str, Any]) -> bool:
    """Whether a meeting of the day's length fits into its hours at all."""
    length = timedelta(minutes=day["slot_minutes"])
    return any(periods(hours(date.fromisoformat(held["on"]), held), length) for held in day["dates"])


def every(held: Mapping[str, Sequence[Sitting]]) -> Iterator[Period]:
    """All meetings of all teachers."""
    return (meeting for theirs in held.values() for sitting in theirs for meeting in sitting.meetings)


def _hours(held: Mapping[str, Any], teacher: Mapping[str, Any]) -> list[Period]:
    on = date.fromisoformat(held["on"])
    return common([hours(on, held)], around(on, teacher["hours"])) if teacher["hours"] else [hours(on, held)]


def _lengths(day: Mapping[str, Any], teacher: Mapping[str, Any]) -> tuple[timedelta, timedelta]:
    length, pause = (day[name] if teacher[name] is None else teacher[name] for name in ("slot_minutes", "break_minutes"))
    return timedelta(minutes=length), timedelta(minutes=pause)


def sittings_of(day: Mapping[str, Any], slots: Iterable[Mapping[str, Any]]) -> dict[str, list[Sitting]]:
    """From the documents of a day's slots, in time order, back to what each of its teachers offers."""
    spans = [(date.fromisoformat(held["on"]), hours(date.fromisoformat(held["on"]), held)) for held in day["dates"]]
    found: dict[str, dict[date, list[Period]]] = {teacher["teacher_id"]: {} for teacher in day["teachers"]}
    # who was erased has past times under a name of its own
    known = [slot for slot in slots if slot["teacher_id"] in found]
    for meeting, teacher_id in ((period(slot), slot["teacher_id"]) for slot in known):
        on = next(on for on, span in spans if span.overlaps(meeting))
        found[teacher_id].setdefault(on, []).append(meeting)
    return {id: [Sitting(on, meetings) for on, meetings in theirs.items()] for id, theirs in found.items()}
