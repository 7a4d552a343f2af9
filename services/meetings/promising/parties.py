"""Between whom a commitment is: the guardian and the teacher of the meeting it was agreed in, or as somebody names them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import access, audit
from schoolbus.caller import Caller
from schoolbus.problems import Invalid, NotAllowed
from schoolbus.rights import CLASSES
from schoolbus.scope import Scope
from services.meetings.theday.who import is_guardian, is_teacher, named

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
SOURCES = {"booking_id": "meeting", "written_meeting_id": "written_meeting"}  # a field of the draft: what it is of


class Parties(NamedTuple):
    """`source`: what it was agreed in: kind and id."""

    guardian_id: str
    teacher_id: str
    source: Document | None


def parties_of(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any]) -> Parties:
    """Raises NotFound, NotAllowed, Invalid.

    A guardian agrees for themselves, a teacher too; the head for any two. In a meeting, both are those of the meeting.
    """
    scope = caller.branch(branch_id)
    meeting, source = _meeting(store, scope, draft)
    if meeting and is_teacher(store, caller, branch_id, meeting["teacher_id"]):
        audit.note(store, caller, branch_id, [draft["student_id"]], by=(CLASSES,))
    else:
        access.student(store, caller, branch_id, draft["student_id"])
    if meeting:
        parties = Parties(meeting["guardian_id"], meeting["teacher_id"], source)
    else:
        parties = Parties(*named(store, caller, branch_id, draft), None)
    _check(store, caller, branch_id, draft["student_id"], parties)
    return parties


def _meeting(store: Store, scope: Scope, draft: Mapping[str, Any]) -> tuple[Document | None, Document | None]:
    """The meeting in which it was agreed. Raises Invalid when it is none about this child."""
    for field, kind in SOURCES.items():
        if (id := draft[field]) is not None:
            documents = store.bookings if kind == "meeting" else store.written_meetings
            found = documents.first(scope, {"_id": id, "student_id": draft["student_id"]})
            if found is None:
                raise Invalid({field: ["Is no meeting about this child."]})
            return found, {"kind": kind, "id": id}
    return None, None


def _check(store: Store, caller: Caller, branch_id: str, student_id: str, parties: Parties) -> None:
    scope, guardian_id, teacher_id, source = caller.branch(branch_id), *parties
    if not store.is_guardian_of(scope, guardian_id, student_id):
        raise Invalid({"guardian_id": ["Is no guardian of this child."]})
    if source is None and not store.teaches_student(scope, teacher_id, student_id):
        raise Invalid({"teacher_id": ["Does not teach this child."]})
    own = is_guardian(store, caller, branch_id, guardian_id) or is_teacher(store, caller, branch_id, teacher_id)
    if not own and not caller.reaches_all(branch_id):
        raise NotAllowed("not-your-commitment", "You agree for yourself alone", "The head can do it for others.")
