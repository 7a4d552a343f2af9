"""Who reads a written meeting: its guardian and its teacher, each the own side until it is done or over; then the head."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.problems import NotFound
from schoolbus.rights import BRANCH, SELF
from services.meetings import views
from services.meetings.theday.who import is_guardian, is_teacher
from services.meetings.writing.forms import FORMS, SIDES
from services.meetings.writing.states import shows_the_other

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def page(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """One's own; a head's are those of the branch. The newest first."""
    scope, same = caller.branch(branch_id), {"$in": store.same_person(caller.person_id)}
    where: Document = {} if query["state"] is None else {"state": query["state"]}
    if not caller.reaches_all(branch_id):
        own: list[Document] = []
        if caller.has(branch_id, "teacher"):
            own.append({"teacher_id": same})
        if caller.has(branch_id, "guardian"):
            children = store.students_of_guardian(scope, caller.person_id, "may_book")
            own.append({"guardian_id": same, "student_id": {"$in": children}})
        where["$or"] = own
    found = store.written_meetings.page(scope, where, sort="-asked_at", page=query["page"])
    for student_id in {each["student_id"] for each in found.items}:
        audit.note(store, caller, branch_id, [student_id])
    return Paged(shown(store, caller, branch_id, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, written_meeting_id: str) -> Document:
    return shown(store, caller, branch_id, [seen(store, caller, branch_id, written_meeting_id)])[0]


def seen(store: Store, caller: Caller, branch_id: str, written_meeting_id: str) -> Document:
    """Raises NotFound for those whom it doesn't concern."""
    scope = caller.branch(branch_id)
    meeting = store.written_meetings.one(scope, written_meeting_id)
    own = side_of(store, caller, branch_id, meeting) is not None
    may = own or caller.reaches_all(branch_id)
    audit.note(store, caller, branch_id, [meeting["student_id"]], by=(SELF,) if own else (BRANCH,), refused=not may)
    if not may:
        raise NotFound("Written meeting")
    return meeting


def side_of(store: Store, caller: Caller, branch_id: str, meeting: Document) -> str | None:
    """On which side the caller writes; none is who is no longer guardian of the child."""
    if is_teacher(store, caller, branch_id, meeting["teacher_id"]):
        return "teacher"
    if is_guardian(store, caller, branch_id, meeting["guardian_id"]) and store.is_guardian_of(
        caller.branch(branch_id), caller.person_id, meeting["student_id"], may="may_book"
    ):
        return "guardian"
    return None


def shown(store: Store, caller: Caller, branch_id: str, found: Sequence[Document]) -> list[Document]:
    """With names, the questions, and the answers that the caller may read by now."""
    whom = ("student", "guardian", "teacher")
    people = store.people_by_id(caller.branch(branch_id), {each[f"{who}_id"] for each in found for who in whom})

    def one(meeting: Document) -> Document:
        own = side_of(store, caller, branch_id, meeting)
        all_sides = shows_the_other(meeting["state"]) and (own is not None or caller.has(branch_id, "head"))
        readable = SIDES if all_sides else (own,)
        return {
            **meeting,
            **{f"{who}_name": views.full_name(people.get(meeting[f"{who}_id"])) for who in whom},
            "form": FORMS[meeting["form_version"]],
            "answers": {side: answers for side, answers in meeting["answers"].items() if side in readable},
            "answered": [side for side in SIDES if side in meeting["answers"]],
        }

    return [one(meeting) for meeting in found]
