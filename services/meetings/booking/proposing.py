"""What a family could take: sets of free times for several children and teachers (proposals.py)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.problems import Invalid, Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope
from services.meetings import views
from services.meetings.booking import admission, proposals, rules, slots
from services.meetings.booking.live import with_teachers
from services.meetings.booking.needs import is_evening, needs_of, way_of
from services.meetings.booking.proposals import Free, Meeting
from services.meetings.booking.who import Family, family_of, is_staff
from services.meetings.timetable import period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def propose(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, query: Mapping[str, Any]) -> Document:
    """Sets of free times, the best first. Raises NotFound, NotAllowed, Conflict, Invalid.

    `query`: student_id and teacher_id, so many of each that belong together by their place; guardian_id from staff; way.
    """
    scope = caller.branch(branch_id)
    day = store.meeting_days.one(scope, meeting_day_id)
    if closed := admission.closed(day):
        raise closed
    pairs = list(zip(query["student_id"], query["teacher_id"], strict=True))
    families = [_family(store, caller, branch_id, pair, query) for pair in pairs]
    needs = needs_of(families[0].guardian)
    offered = {teacher_id: _offered(store, scope, day, teacher_id, query["way"]) for _, teacher_id in pairs}
    free = {teacher_id: _free(store, teacher_id, theirs, needs, query["way"]) for teacher_id, theirs in offered.items()}
    held = _held(store, day, [each for theirs in offered.values() for each in theirs], families)
    found = proposals.best(
        {pair: free[pair[1]] for pair in pairs},
        [Meeting(period(each), each["way"], each["place"]) for each in held],
        timedelta(minutes=day["travel_minutes"]),
        rather=is_evening if "evening" in needs else None,
    )
    return {"items": _shown(store, scope, found, staff=is_staff(caller, branch_id))}


def _family(store: Store, caller: Caller, branch_id: str, pair: proposals.Pair, query: Mapping[str, Any]) -> Family:
    asked = {"student_id": pair[0], "guardian_id": query["guardian_id"]}
    return family_of(store, caller, branch_id, asked, pair[1])


def _offered(store: Store, scope: Scope, day: Document, teacher_id: str, way: str | None) -> list[Document]:
    if not any(each["teacher_id"] == teacher_id for each in day["teachers"]):
        raise Invalid({"teacher_id": [Sentence("%(teacher_id)s is not there on this day.", teacher_id=teacher_id)]})
    now = clock.now()
    theirs = slots.of_teacher(store, scope, day, teacher_id)
    return [each for each in theirs if each["starts_at"] > now and (way is None or way in each["ways"])]


def _free(store: Store, teacher_id: str, offered: Sequence[Document], needs: list[str], way: str | None) -> list[Free]:
    found = []
    for each in slots.without(offered, store.bookings.find(WHOLE_CHAIN, with_teachers([teacher_id], clock.now()))):
        how = way_of(each["ways"], needs, way)
        found.append(Free(each["_id"], period(each), how, rules.place_of(each, how)))
    return found


def _held(store: Store, day: Document, offered: Sequence[Document], families: Sequence[Family]) -> list[Document]:
    """What the guardian and the children have near that day; what they hold for a moment gives way to what they choose."""
    if not offered:
        return []
    guardian_id = families[0].guardian_id
    held = store.held_near(offered, guardian_id, {each.student_id for each in families})
    return [
        each
        for each in held
        if (each["state"], each["guardian_id"], each["meeting_day_id"]) != (rules.HELD, guardian_id, day["_id"])
    ]


def _shown(store: Store, scope: Scope, found: Sequence[proposals.Proposal], *, staff: bool) -> list[Document]:
    people = store.people_by_id(scope, {id for proposal in found for pair, _ in proposal.meetings for id in pair})

    def meeting(pair: proposals.Pair, slot: Free) -> Document:
        student_id, teacher_id = pair
        return {
            "slot_id": slot.slot_id,
            "student_id": student_id,
            "student_name": views.full_name(people.get(student_id)),
            "teacher_id": teacher_id,
            "teacher_name": views.full_name(people.get(teacher_id)),
            "way": slot.way,
            "place": slot.place if staff else rules.shown_place(slot.way, slot.place),
            "starts_at": slot.period.starts_at,
            "ends_at": slot.period.ends_at,
        }

    return [
        {
            "slots": [meeting(pair, slot) for pair, slot in proposal.meetings],
            "waiting_minutes": int(proposal.waiting.total_seconds()) // 60,
        }
        for proposal in found
    ]
