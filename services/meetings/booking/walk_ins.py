"""The desk on the day itself: a guardian stands there, and the staff find the soonest time with the child's teachers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.access import student
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.once import alike, key_used_before
from schoolbus.problems import Conflict
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking import admission, alternatives, rules, slots
from services.meetings.booking.making import Wanted
from services.meetings.booking.rules import MADE
from services.meetings.booking.taking import take
from services.meetings.booking.who import Family, family_of, sees_needs
from services.meetings.theday import delays
from services.meetings.timetable import period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
_SAME = ("meeting_day_id", "teacher_id", "student_id", "guardian_id")
_TRIES = 5


def desk(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, student_id: str) -> Document:
    """The child's teachers who are there, each with the soonest free time from now, how late they are, and what the child has
    with them."""
    scope = student(store, caller, branch_id, student_id)
    day = store.meeting_days.one(scope, meeting_day_id)
    there = [teacher["teacher_id"] for teacher in day["teachers"]]
    theirs = [id for id in store.teachers_of_student(scope, student_id) if id in there]
    people = store.people_by_id(scope, theirs)
    where = {"live": True, "meeting_day_id": meeting_day_id, "student_id": student_id, "state": {"$in": list(MADE)}}
    booked = {each["teacher_id"]: each for each in store.bookings.find(scope, where)}

    def shown(teacher_id: str) -> Document:
        free = _ahead(store, scope, day, teacher_id)
        has = booked.get(teacher_id)
        return {
            "teacher_id": teacher_id,
            "teacher_name": views.full_name(people.get(teacher_id)),
            "next_free": _offer(free[0]) if free else None,
            "free_slots": len(free),
            "minutes_late": delays.today(store, scope, day, teacher_id)["minutes"],
            "booking_id": has and has["_id"],
            "meets_at": has and has["starts_at"],
        }

    return {"meeting_day_id": meeting_day_id, "student_id": student_id, "teachers": [shown(id) for id in theirs]}


def walk_in(
    store: Store, caller: Caller, branch_id: str, meeting_day_id: str, request: Mapping[str, Any], key: str
) -> Document:
    """The soonest free time from now with that teacher is the family's, past any deadline; sent again, the same booking.

    `request`: teacher_id, student_id, guardian_id, way. Raises NotFound, NotAllowed, Conflict, Invalid.
    """
    scope = caller.branch(branch_id)
    day = store.meeting_days.one(scope, meeting_day_id)
    family = family_of(store, caller, branch_id, request, request["teacher_id"])._replace(by_staff=True)
    id = effect_id(key, "walk-in")
    wanted = {"meeting_day_id": meeting_day_id, "teacher_id": request["teacher_id"]}
    same = {**wanted, "student_id": family.student_id, "guardian_id": family.guardian_id}
    booking = _before(store, scope, id, same)
    if booking is None:
        try:
            booking = _taken(store, scope, day, id, request, family, caller.person_id)
        except Conflict:  # perhaps with the same request, sent again meanwhile
            booking = _before(store, scope, id, same)
            if booking is None:
                raise
    return views.bookings(store, scope, [booking], needs=sees_needs(caller, branch_id), day=day)[0]


def _before(store: Store, scope: Scope, id: str, same: Document) -> Document | None:
    """What the same request has made. Raises Invalid for another one's key."""
    before = store.bookings.first(scope, {"_id": id})
    if before is not None and not alike(before, same, _SAME):
        raise key_used_before()
    return before


def _taken(store: Store, scope: Scope, day: Document, id: str, request: Mapping[str, Any], family: Family, by: str) -> Document:
    """Also when others take the soonest one meanwhile, or the family is with another teacher then."""
    if clash := admission.closed(day):
        raise clash
    last: Conflict | None = None
    for _ in range(_TRIES):
        free = _ahead(store, scope, day, request["teacher_id"], request["way"])
        held = store.held_near(free, family.guardian_id, [family.student_id]) if free else []
        wanted = [Wanted(id, slot, family, request["way"], by) for slot in free]
        fitting = next((each for each in wanted if admission.of_family(day, each, held) is None), None)
        if fitting is None:
            raise _nothing_free(store, scope, day, request["teacher_id"], family)
        try:
            return take(store, scope, day, [fitting])[0]
        except Conflict as problem:
            last = problem
    raise last or _nothing_free(store, scope, day, request["teacher_id"], family)


def _nothing_free(store: Store, scope: Scope, day: Document, teacher_id: str, family: Family) -> Conflict:
    """Or the family has its meeting already; what is free with others."""
    theirs = slots.of_teacher(store, scope, day, teacher_id)
    if not theirs:
        return Conflict("no-time-left", "This teacher is not there on this day", "Choose another teacher.", free_slots=[])
    last = theirs[-1]
    held = store.held_near([last], family.guardian_id, [family.student_id])
    if clash := rules.family_clash({**last, "starts_at": last["ends_at"]}, held, family.student_id):
        return clash
    others = alternatives.of_others(store, scope, day, last, held, clock.now())
    problem = Conflict(
        "no-time-left", "No time is left with this teacher", "Others may be free, or they join the waiting list."
    )
    return rules.with_free(problem, rules.beside(last, [], others, [period(each) for each in held]))


def _ahead(store: Store, scope: Scope, day: Document, teacher_id: str, way: str | None = None) -> list[Document]:
    """The teacher's free slots from now, in time order."""
    return [each for each in slots.free(store, scope, day, teacher_id) if way is None or way in each["ways"]]


def _offer(slot: Document) -> Document:
    ways = [{"way": way, "place": place} for way, place in slot["ways"].items()]
    times = {name: slot[name] for name in ("starts_at", "ends_at")}
    return {"slot_id": slot["_id"], "place": rules.place_of(slot), "ways": ways, **times}
