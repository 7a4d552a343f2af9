"""The document of a booking. Plain values in, plain values out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from schoolbus import clock
from services.meetings.booking.needs import needs_of, way_of
from services.meetings.booking.rules import BOOKED
from services.meetings.booking.turns import NONE
from services.meetings.booking.who import Family
from services.meetings.invitation import of_meeting
from services.meetings.settings import settings
from services.meetings.timetable import period

Document = dict[str, Any]


class Wanted(NamedTuple):
    """`id` is the booking's, by the request's key. `way`: None, as the guardian asked for or the first that the teacher has."""

    id: str
    slot: Document
    family: Family
    way: str | None
    booked_by: str

    @property
    def same(self) -> Document:
        return {"slot_id": self.slot["_id"], "guardian_id": self.family.guardian_id, "student_id": self.family.student_id}

    @property
    def chosen_way(self) -> str:
        return way_of(self.slot["ways"], needs_of(self.family.guardian), self.way)


def new_booking(
    wanted: Wanted,
    *,
    title: str,
    teacher: str,
    state: str = BOOKED,
    turns: Mapping[str, Any] = NONE,
    held_until: datetime | None = None,
    hold_id: str | None = None,
) -> Document:
    """Its times are the slot's, and so is the place by its way. `turns`: by `turns.taken`, where the day has any."""
    slot, family, now, way = wanted.slot, wanted.family, clock.now(), wanted.chosen_way
    return {
        "_id": wanted.id,
        "branch_id": slot["branch_id"],
        **wanted.same,
        **{name: slot[name] for name in ("meeting_day_id", "teacher_id", "starts_at", "ends_at")},
        "attended_by": [family.guardian_id, slot["teacher_id"]],
        "way": way,
        "place": slot["ways"].get(way, ""),
        "state": state,
        "live": True,
        "minutes": period(slot).minutes(),
        **turns,
        "held_until": held_until,
        "hold_id": hold_id,
        "edition": 0,
        "summary": of_meeting(family.child["given_name"], title, teacher),
        "booked_at": now,
        "changed_at": now,
        "booked_by": wanted.booked_by,
        "remind_at": remind_at(slot["starts_at"], now) if state == BOOKED else None,
    }


def made_booked(booking: Mapping[str, Any]) -> Document:
    """What changes in what was held or offered when the family says yes; also after it had run out."""
    now = clock.now()
    return {
        "state": BOOKED,
        "live": True,
        "minutes": period(booking).minutes(),
        "held_until": None,
        "forgotten_at": None,
        "booked_at": now,
        "changed_at": now,
        "remind_at": remind_at(booking["starts_at"], now),
    }


def remind_at(starts_at: datetime, now: datetime, before: Sequence[timedelta] | None = None) -> datetime | None:
    """The next moment to remind of a meeting, after `now`; None when there is none left. `before`: from long to short."""
    moments = (starts_at - each for each in (settings().remind_hours.before() if before is None else before))
    return next((moment for moment in moments if moment > now), None)
