"""A written meeting is opened when no time fits: by the family, by the teacher, or by the office for both."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.once import alike, key_used_before
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotAllowed
from schoolbus.scope import Scope
from services.meetings.theday.who import is_own, named
from services.meetings.writing import telling
from services.meetings.writing.forms import NEWEST
from services.meetings.writing.reading import shown
from services.meetings.writing.states import ASKED, REMINDED, answer_by

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
_SAME = ("student_id", "guardian_id", "teacher_id", "occasion")


def open_one(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any], key: str) -> Document:
    """The written meeting; the same one when it is sent again. Raises NotFound, NotAllowed, Invalid, Conflict.

    One for a child and teacher on a meeting day, or, without a day, in a term; a lapsed one can be asked for again.
    """
    scope = access.student(store, caller, branch_id, draft["student_id"])
    meeting = _new(store, caller, branch_id, draft, effect_id(key, draft["student_id"]))
    try:
        store.written_meetings.add(meeting, saying=[telling.asked(meeting)])
        log().info("written_meeting_opened", written_meeting=meeting["_id"], branch=branch_id)
    except AlreadyThere:
        meeting = _there(store, scope, meeting)
    return shown(store, caller, branch_id, [meeting])[0]


def occasion(meeting_day_id: str | None, terms: Sequence[Mapping[str, Any]], today: date) -> str:
    """What there is one written meeting of: the meeting day, or the shortest term that the day is in, or the half year."""
    if meeting_day_id is not None:
        return f"day:{meeting_day_id}"
    current = [term for term in terms if term["starts_on"] <= today.isoformat() <= term["ends_on"]]
    if current:
        return f"term:{max(current, key=lambda term: (term['starts_on'], term['term_id']))['term_id']}"
    return f"half:{today.year}-{1 if today.month <= 6 else 2}"


def _new(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any], id: str) -> Document:
    scope, today = caller.branch(branch_id), clock.today()
    parties = _parties(store, caller, branch_id, draft)
    calendar = store.calendars.first(scope) or {"terms": []}
    ends = answer_by(today)
    return {
        "_id": id,
        "branch_id": branch_id,
        "student_id": draft["student_id"],
        **parties,
        "meeting_day_id": draft["meeting_day_id"],
        "occasion": occasion(draft["meeting_day_id"], calendar["terms"], today),
        "live": True,
        "open": True,
        "form_version": NEWEST,
        "state": ASKED,
        "edition": 0,
        "answers": {},
        "answered_at": {},
        "asked_at": clock.now(),
        "answer_by": ends,
        "remind_at": ends - REMINDED,
    }


def _parties(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any]) -> Document:
    """Who writes to whom. Raises Invalid, NotAllowed."""
    scope, student_id = caller.branch(branch_id), draft["student_id"]
    guardian_id, teacher_id = named(store, caller, branch_id, draft)
    if not store.is_guardian_of(scope, guardian_id, student_id, may="may_book"):
        raise Invalid({"guardian_id": ["Is no guardian of this child who may book."]})
    if not _meets(store, scope, draft["meeting_day_id"], teacher_id, student_id):
        raise Invalid({"teacher_id": ["Neither teaches this child nor meets families on that day."]})
    parties: Document = {"guardian_id": guardian_id, "teacher_id": teacher_id}
    if not is_own(store, caller, branch_id, {**parties, "student_id": student_id}) and not caller.reaches_all(branch_id):
        raise NotAllowed("not-your-meeting", "You meet for yourself alone", "The office can open it for others.")
    return parties


def _meets(store: Store, scope: Scope, meeting_day_id: str | None, teacher_id: str, student_id: str) -> bool:
    """Raises NotFound for a day that is none."""
    day = store.meeting_days.one(scope, meeting_day_id) if meeting_day_id else None
    of_day = day is not None and teacher_id in {teacher["teacher_id"] for teacher in day["teachers"]}
    return of_day or store.teaches_student(scope, teacher_id, student_id)


def _there(store: Store, scope: Scope, meeting: Document) -> Document:
    """What the same request has made. Raises Conflict when there is another one of this occasion, Invalid for a used key."""
    there = store.written_meetings.first(scope, {"_id": meeting["_id"]})
    if there is not None:
        if not alike(there, meeting, _SAME):
            raise key_used_before()
        return there
    same = {name: meeting[name] for name in ("student_id", "teacher_id", "occasion")}
    other = store.written_meetings.first(scope, {**same, "live": True}) or {}
    raise Conflict(
        "already-written",
        "There is a written meeting already",
        "One of a child and teacher for each meeting day, or term.",
        **({"written_meeting_id": other["_id"]} if other.get("guardian_id") == meeting["guardian_id"] else {}),
    )
