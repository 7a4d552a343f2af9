"""The children for whom a teacher finds a meeting important. For staff alone: no family sees that it is meant, or is not."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import access, audit, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.problems import Conflict
from schoolbus.scope import Scope
from services.meetings.days.changing import still_open
from services.meetings.days.inviting import is_invited

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def mark(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, student_id: str) -> Document:
    """By a teacher of the day, of a child whom they teach; twice is once. Raises NotFound, Conflict."""
    scope = access.student(store, caller, branch_id, student_id)
    day = still_open(store, scope, meeting_day_id)
    teacher_id = _teacher_of(store, caller, day)
    if not is_invited(store, scope, day, student_id):
        raise Conflict("not-invited", "This child is not invited", "The office says who is, when it opens a day.")
    marked = {
        "_id": effect_id(meeting_day_id, "priority", teacher_id, student_id),
        "branch_id": branch_id,
        **{"meeting_day_id": meeting_day_id, "teacher_id": teacher_id, "student_id": student_id},
        "marked_at": clock.now(),
    }
    store.priorities.add_new([marked])
    _tell_early(store, scope, day)
    return store.priorities.first(scope, {"_id": marked["_id"]}) or marked


def unmark(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, student_id: str) -> None:
    """What their family has heard and booked by then stays."""
    scope = access.student(store, caller, branch_id, student_id)
    day = store.meeting_days.one(scope, meeting_day_id)
    store.priorities.remove(scope, effect_id(meeting_day_id, "priority", _teacher_of(store, caller, day), student_id))


def page(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, paging: Any) -> Any:
    """A teacher's own; office and head see all."""
    scope = caller.branch(branch_id)
    where: Document = {"meeting_day_id": store.meeting_days.one(scope, meeting_day_id)["_id"]}
    if not caller.reaches_all(branch_id):
        where["teacher_id"] = {"$in": store.same_person(caller.person_id)}
    found = store.priorities.page(scope, where, sort="marked_at", page=paging)
    if children := {each["student_id"] for each in found.items}:
        audit.note(store, caller, branch_id, children)
    return found


def _teacher_of(store: Store, caller: Caller, day: Document) -> str:
    """The id that the caller has among the day's teachers."""
    same = store.same_person(caller.person_id)
    for teacher in day["teachers"]:
        if teacher["teacher_id"] in same:
            return str(teacher["teacher_id"])
    raise Conflict("not-your-day", "You have no meetings on this day", "The office can add you to it.")


def _tell_early(store: Store, scope: Scope, day: Document) -> None:
    """Who may book before the others by that hears at once; when the others may already, there is nothing to tell."""
    now = clock.now()
    if day["early_opens_at"] and day["early_opens_at"] <= now < day["booking_opens_at"]:
        store.meeting_days.change(scope, day["_id"], {"tell_at": now}, when={"state": day["state"]})
