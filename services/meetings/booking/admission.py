"""Whether a booking may be made, by the day's rules and by what the family holds: asked before the write, for the words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.problems import Conflict, Problem, Sentence
from schoolbus.scope import Scope
from services.meetings.booking import rules
from services.meetings.booking.making import Wanted
from services.meetings.booking.who import Family
from services.meetings.days import inviting

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def against(
    store: Store,
    scope: Scope,
    day: Mapping[str, Any],
    wanted: Wanted,
    held: Sequence[Document],
    now: datetime,
    *,
    told: bool | None = None,
) -> Problem | None:
    """What stands against it. `held`: the live bookings of the guardian and of the child near that time. `told`: whether the
    child's family was told of the day, where that is known."""
    return (
        of_day(store, scope, day, wanted.family, wanted.slot, now, told=told)
        or (None if wanted.family.by_staff else rules.too_late(day, wanted.slot, now))
        or of_family(day, wanted, held)
    )


def of_day(
    store: Store,
    scope: Scope,
    day: Mapping[str, Any],
    family: Family,
    slot: Mapping[str, Any],
    now: datetime,
    *,
    told: bool | None = None,
) -> Problem | None:
    """What the day itself has against this family: it is off, not booked yet, or not for this child."""
    return (
        closed(day)
        or _wishes_first(day, family)
        or _not_invited(store, scope, day, family, told)
        or rules.wrong_time(_opens_at(store, scope, day, family, now), slot, now)
    )


def of_family(day: Mapping[str, Any], wanted: Wanted, held: Sequence[Document]) -> Conflict | None:
    """What the family holds already: this meeting, another at that time, or one too far away."""
    way = wanted.chosen_way
    place = wanted.slot["ways"].get(way, "")
    return rules.family_clash(wanted.slot, held, wanted.family.student_id) or rules.too_close(
        wanted.slot, place, way, held, day["travel_minutes"]
    )


def closed(day: Mapping[str, Any]) -> Conflict | None:
    if day["state"] == "open":
        return None
    return Conflict(
        "day-cancelled", Sentence("“%(title)s” was cancelled", title=day["title"]), "Look which other days there are."
    )


def _opens_at(store: Store, scope: Scope, day: Mapping[str, Any], family: Family, now: datetime) -> datetime | None:
    """When it opens for this family; who may book early is asked only while that makes a difference."""
    opens, earlier = day["booking_opens_at"], day["early_opens_at"]
    if opens is None or earlier is None or not earlier <= now < opens:
        return rules.opens_at(day, early=False)
    return rules.opens_at(day, early=inviting.may_be_early(store, scope, day, family.student_id))


def _wishes_first(day: Mapping[str, Any], family: Family) -> Conflict | None:
    """A day for which a timetable is made is booked by staff alone, until that is published."""
    if family.by_staff or day["mode"] != "timetable":
        return None
    return Conflict(
        "wishes-first", "This day is not booked yet", "Say whom you want to meet and when you can come: a timetable is made."
    )


def _not_invited(store: Store, scope: Scope, day: Mapping[str, Any], family: Family, told: bool | None) -> Problem | None:
    """Who was told of the day is invited, and who is by its rule; staff may book for every family."""
    student_id = family.student_id
    if told is None:
        told = store.invitations.first(scope, {"meeting_day_id": day["_id"], "student_id": student_id}) is not None
    if told or family.by_staff or inviting.is_invited(store, scope, day, student_id):
        return None
    return inviting.not_invited()
