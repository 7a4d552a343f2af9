"""A branch opens a meeting day; before, it can look at what would come of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import clock, households
from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.once import key_used_before
from schoolbus.problems import AlreadyThere, Conflict, Invalid, Problem, Sentence, texts
from schoolbus.scope import Scope
from services.meetings import rooms, views
from services.meetings.days import inviting, telling
from services.meetings.days.offers import every, rooms_of, slots_of
from services.meetings.days.planning import Plan, errors, planned, teachers_elsewhere

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def open_day(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any], key: str) -> Document:
    """A new day with its slots and what it says, in one transaction; the one that is there when this was sent before.

    `key`: of the request; it is the day's id where the draft has none. Raises Invalid, Conflict.
    """
    scope = caller.branch(branch_id)
    plan = planned(store, scope, draft, draft.get("meeting_day_id") or key)
    day = store.meeting_days.first(scope, {"_id": plan.day["_id"]})
    if day is None:
        if wrong := errors(plan, store.teachers_among(scope, plan.held), clock.now()):
            raise Invalid(wrong)
        try:
            day = _opened(store, scope, plan)
        except AlreadyThere:
            day = store.meeting_days.first(scope, {"_id": plan.day["_id"]})
            if day is None:  # another branch's
                raise
    if day["asked"] != plan.day["asked"]:
        raise _another(draft)
    return views.days(store, scope, [day], staff=True)[0]


def preview(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any]) -> Document:
    """What opening it would make, and what stands against it. Nothing is kept, and nobody hears of it."""
    scope = caller.branch(branch_id)
    plan = planned(store, scope, draft, draft.get("meeting_day_id") or "")
    day, uses = plan.day, rooms_of(plan.day, plan.held)
    against = [teachers_elsewhere(store, scope, day, plan.held), rooms.taken(store, branch_id, uses)]
    students = inviting.invited(store, scope, day)
    families = store.families_of(scope, students)
    first = inviting.early(students, families, ())
    together = households.together(students, families)
    return {
        "dates": day["dates"],
        "left_out": plan.left_out,
        "teachers": _teachers(store, scope, plan, students),
        "slots": day["slot_count"],
        "students": len(students),
        "families": len(together),
        "early_families": sum(any(id in first for id in family) for family in together),
        **_said(
            errors(plan, store.teachers_among(scope, plan.held), clock.now()), [_objection(each) for each in against if each]
        ),
    }


def _said(errors: dict[str, Any], stands_against: list[Document]) -> Document:
    found = {"errors": errors, "stands_against": stands_against}
    return {**found, "texts": texts(found)}


def _opened(store: Store, scope: Scope, plan: Plan) -> Document:
    day = plan.day
    told = telling.due(store, scope, day, set())
    day["tell_at"] = told.tell_at
    slots = [slot for teacher in day["teachers"] for slot in slots_of(day, teacher, plan.held[teacher["teacher_id"]])]
    with store.transaction():
        store.open_alone(day["branch_id"])
        if elsewhere := teachers_elsewhere(store, scope, day, plan.held):
            raise elsewhere
        store.meeting_days.add(day, saying=telling.opened(day, told.told))
        rooms.reserve(store, day["branch_id"], day["_id"], day["title"], rooms_of(day, plan.held))
        store.add_all(store.slots, slots)
        store.add_all(store.invitations, told.invitations(day))
    log().info("meeting_day_opened", meeting_day=day["_id"], branch=day["branch_id"], slots=day["slot_count"])
    return day


def _teachers(store: Store, scope: Scope, plan: Plan, students: list[str]) -> list[Document]:
    people = store.people_by_id(scope, plan.held)
    taught = store.taught_among(scope, list(plan.held), students)

    def of_teacher(teacher_id: str) -> Document:
        theirs = sorted(every({teacher_id: plan.held[teacher_id]}))
        return {
            "teacher_id": teacher_id,
            "name": views.full_name(people.get(teacher_id)),
            "slots": len(theirs),
            "first_at": theirs[0].starts_at if theirs else None,
            "last_ends_at": theirs[-1].ends_at if theirs else None,
            "students": taught[teacher_id],
        }

    return [of_teacher(teacher_id) for teacher_id in plan.held]


def _another(draft: Mapping[str, Any]) -> Problem:
    """What is there is of another request."""
    if "meeting_day_id" not in draft:
        return key_used_before()
    return Conflict("already-there", "This meeting_day_id is of another meeting day", "Send another id, or none.")


def _objection(problem: Problem) -> Document:
    said = Sentence("%(title)s. %(detail)s", title=problem.body["title"], detail=problem.body["detail"])
    return {"slug": str(problem.body["type"]).rsplit("/", 1)[1], "detail": said}
