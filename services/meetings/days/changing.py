"""An open day is changed: its terms, where a teacher is to be found, one more teacher, one more date.

Each change is one transaction; `edition` of the day counts those that change what it offers, so that whoever remembers its
slots knows that they are others now. Bookings follow (settling.py).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.problems import Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import Scope
from services.meetings import rooms, views
from services.meetings.days import settling
from services.meetings.days.dates import closed_by, hhmm
from services.meetings.days.offers import Sitting, every, rooms_of, sittings_of, slots_of
from services.meetings.days.planning import (
    LONGEST,
    MOST_SLOTS,
    OPEN,
    invited_of,
    offered,
    teacher_of,
    teachers_elsewhere,
    terms_of,
    ways_of,
    wrong_opening,
)
from services.meetings.timetable import Period, period
from services.meetings.timetabling.states import PUBLISHING

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
Change = Callable[[Document], Document]  # from the day as it is to what is set in it


def change_terms(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, change: Mapping[str, Any]) -> Document:
    """Raises NotFound, Conflict, Invalid."""
    scope, to = caller.branch(branch_id), terms_of(change)
    if "title" in change:
        to["title"] = change["title"]
    if "invited" in change:
        to["invited"] = invited_of(change["invited"])

    def changed(day: Document) -> Document:
        if to.get("mode", day["mode"]) != day["mode"]:
            _check_not_publishing(store, scope, meeting_day_id)
        last = store.slots.find(scope, {"meeting_day_id": meeting_day_id}, sort="-starts_at -_id", limit=1)
        if wrong := wrong_opening({**day, **to}, [slot["starts_at"] for slot in last]):
            raise Invalid(wrong)
        if "title" in to:
            store.room_uses.change_all(scope, {"used_by": meeting_day_id}, {"title": to["title"]})
        return {**to, "tell_at": clock.now()}  # it is looked at who may book by now, and when to look again

    return _changed(store, scope, meeting_day_id, changed)


def change_ways(
    store: Store, caller: Caller, branch_id: str, meeting_day_id: str, teacher_id: str, draft: Mapping[str, Any]
) -> Document:
    """Where a teacher is to be found; families who booked hear where they find them now. Raises NotFound, Conflict."""
    scope, ways = caller.branch(branch_id), ways_of(draft)

    def changed(day: Document) -> Document:
        check_teacher(day, teacher_id)
        teachers = [{**each, **ways} if each["teacher_id"] == teacher_id else each for each in day["teachers"]]
        theirs = {"meeting_day_id": meeting_day_id, "teacher_id": teacher_id}
        store.slots.change_all(scope, theirs, {"ways": ways["ways"]})
        arrange_rooms(store, scope, {**day, "teachers": teachers})
        return {"teachers": teachers, **offers_changed(day)}

    return _changed(store, scope, meeting_day_id, changed)


def add_teacher(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, draft: Mapping[str, Any]) -> Document:
    """One more, for what is left of the day; families who are invited by that hear. Raises NotFound, Conflict, Invalid."""
    scope, teacher = caller.branch(branch_id), teacher_of(draft)
    teacher_id = teacher["teacher_id"]

    def changed(day: Document) -> Document:
        if any(each["teacher_id"] == teacher_id for each in day["teachers"]):
            raise Conflict("already-there", "This teacher is in the day already", "Change where they are to be found.")
        if not store.teachers_among(scope, [teacher_id]):
            raise Invalid({"teacher_id": [Sentence("%(teacher_id)s is no teacher of this branch.", teacher_id=teacher_id)]})
        more = {**day, "teachers": [*day["teachers"], teacher]}
        held = _ahead(offered(store, scope, more, [teacher]))
        if not held[teacher_id]:
            raise Invalid({"teacher_id": [Sentence("%(teacher_id)s has no time in these hours.", teacher_id=teacher_id)]})
        return {"teachers": more["teachers"], "tell_at": clock.now(), **_add(store, scope, more, held)}

    return _changed(store, scope, meeting_day_id, changed)


def add_date(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, draft: Mapping[str, Any]) -> Document:
    """One more date, with all teachers who have time. Raises NotFound, Conflict, Invalid."""
    scope, on = caller.branch(branch_id), draft["on"].isoformat()

    def changed(day: Document) -> Document:
        if any(each["on"] == on for each in day["dates"]):
            raise Conflict("already-there", "This date is in the day already", "Choose another one.")
        if holiday := closed_by(store.calendars.first(scope))(draft["on"]):
            raise Invalid({"on": [Sentence("The branch is closed: %(holiday)s.", holiday=holiday)]})
        hours = draft["hours"]
        new = {"on": on, **{name: hhmm(hours[name]) if hours else day[name] for name in ("starts", "ends")}}
        dates = sorted([*day["dates"], new], key=lambda each: str(each["on"]))
        if date.fromisoformat(dates[-1]["on"]) - date.fromisoformat(dates[0]["on"]) > LONGEST:
            raise Invalid({"on": [Sentence("Wants a date within %(days)s days of the others.", days=LONGEST.days)]})
        more = {**day, "dates": dates}
        held = _of_date(store, scope, more, draft["on"])
        if not any(held.values()):
            raise Invalid({"on": ["No teacher has time then."]})
        return {"dates": dates, "held_on": dates[0]["on"], "until": dates[-1]["on"], **_add(store, scope, more, held)}

    return _changed(store, scope, meeting_day_id, changed)


# What changes share


def still_open(store: Store, scope: Scope, meeting_day_id: str) -> Document:
    """Raises NotFound; Conflict for one that is cancelled."""
    day = store.meeting_days.one(scope, meeting_day_id)
    if day["state"] != OPEN:
        raise Conflict("day-cancelled", Sentence("“%(title)s” was cancelled", title=day["title"]), "Open another day.")
    return day


def offers_changed(day: Document) -> Document:
    """Other slots, or other ways: who remembers them reads anew, and what is booked is looked at."""
    return {"edition": day["edition"] + 1, "settle_at": clock.now() + settling.AGAIN}


def check_teacher(day: Document, teacher_id: str) -> None:
    if not any(each["teacher_id"] == teacher_id for each in day["teachers"]):
        raise NotFound("This teacher", detail="The day has none of this id.")


def arrange_rooms(store: Store, scope: Scope, day: Document) -> None:
    """Within a transaction: the day has the rooms of its slots as they are now, and no others. Raises Conflict."""
    slots = store.slots.find(scope, {"meeting_day_id": day["_id"]}, sort="starts_at _id")
    rooms.rearrange(store, day["branch_id"], day["_id"], day["title"], rooms_of(day, sittings_of(day, slots)))


def _changed(store: Store, scope: Scope, meeting_day_id: str, change: Change) -> Document:
    with store.transaction():
        to = change(still_open(store, scope, meeting_day_id))
        day = store.meeting_days.change(scope, meeting_day_id, to) or {}
    log().info("meeting_day_changed", meeting_day=meeting_day_id, branch=scope.branch_id, fields=sorted(to))
    if "settle_at" in to:
        settling.settle(store, day, settling.INLINE)
    return views.days(store, scope, [day], staff=True)[0]


def _check_not_publishing(store: Store, scope: Scope, meeting_day_id: str) -> None:
    """Raises Conflict: families would choose times that the timetable is about to give to others."""
    if store.timetables.first(scope, {"meeting_day_id": meeting_day_id, "publication": PUBLISHING}) is not None:
        raise Conflict(
            "publishing-now", "A timetable is being published", "Wait until it is done: then booking opens for what is left."
        )


def _add(store: Store, scope: Scope, day: Document, held: Mapping[str, list[Sitting]]) -> Document:
    """More slots of a day, with their rooms."""
    count = day["slot_count"] + sum(1 for _ in every(held))
    if count > MOST_SLOTS:
        raise Invalid(
            {
                "slot_minutes": [
                    Sentence("That makes %(count)s slots, and a day has up to %(most)s.", count=count, most=MOST_SLOTS)
                ]
            }
        )
    store.open_alone(day["branch_id"])
    if elsewhere := teachers_elsewhere(store, scope, day, held):
        raise elsewhere
    of_teachers = {teacher["teacher_id"]: teacher for teacher in day["teachers"]}
    store.add_all(store.slots, [slot for id, theirs in held.items() for slot in slots_of(day, of_teachers[id], theirs)])
    arrange_rooms(store, scope, day)
    return {"slot_count": count, **offers_changed(day)}


def _of_date(store: Store, scope: Scope, day: Document, on: date) -> dict[str, list[Sitting]]:
    """What its teachers offer on one of its dates, beside what they offer already and while they are not away."""
    there: dict[str, list[Period]] = {teacher["teacher_id"]: [] for teacher in day["teachers"]}
    for slot in store.slots.find(scope, {"meeting_day_id": day["_id"]}):
        there[slot["teacher_id"]].append(period(slot))

    def fits(teacher_id: str, meeting: Period) -> bool:
        is_away = settling.away(day, {"teacher_id": teacher_id, **meeting._asdict()})
        return not is_away and not any(each.overlaps(meeting) for each in there[teacher_id])

    held = _ahead(offered(store, scope, day, day["teachers"]))
    return {
        id: _whole(Sitting(on, [each for each in sitting.meetings if fits(id, each)]) for sitting in theirs if sitting.on == on)
        for id, theirs in held.items()
    }


def _ahead(held: Mapping[str, Iterable[Sitting]]) -> dict[str, list[Sitting]]:
    """Without what has begun."""
    now = clock.now()
    return {
        id: _whole(Sitting(sitting.on, [each for each in sitting.meetings if each.starts_at > now]) for sitting in theirs)
        for id, theirs in held.items()
    }


def _whole(held: Iterable[Sitting]) -> list[Sitting]:
    return [sitting for sitting in held if sitting.meetings]
