"""What families wish of a meeting day: teachers by importance, times that fit, ways to meet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotAllowed, NotFound, Sentence
from schoolbus.rights import CHILDREN
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking.admission import closed
from services.meetings.booking.who import family_of
from services.meetings.days import inviting
from services.meetings.timetabling.states import TIMETABLE

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def put(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, draft: Mapping[str, Any]) -> Document:
    """All that the family wishes, instead of what it wished before. Raises NotFound, NotAllowed, Conflict, Invalid."""
    scope = caller.branch(branch_id)
    day = store.meeting_days.one(scope, meeting_day_id)
    guardian_id = _guardian(store, caller, branch_id, draft["guardian_id"])
    by_staff = guardian_id not in store.same_person(caller.person_id)
    check_open(day, by_staff=by_staff)
    _check_teachers(day, draft["children"])
    for child in draft["children"]:
        asked = {"student_id": child["student_id"], "guardian_id": draft["guardian_id"]}
        family_of(store, caller, branch_id, asked, "")
        if not by_staff and not inviting.is_invited(store, scope, day, child["student_id"]):
            raise inviting.not_invited()
    wishes = {
        "_id": effect_id(meeting_day_id, "wishes", guardian_id),
        "branch_id": branch_id,
        "meeting_day_id": meeting_day_id,
        "guardian_id": guardian_id,
        "children": draft["children"],
        "fits": [{**fit, "on": fit["on"].isoformat()} for fit in draft["fits"]],
        "ways": list(dict.fromkeys(draft["ways"])),
        "together": draft["together"],
        "put_by": caller.person_id,
        "put_at": clock.now(),
    }
    _keep(store, scope, wishes)
    return shown(store, scope, [wishes])[0]


def page(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, query: Mapping[str, Any]) -> Paged:
    """Those of a day: all for the office, a guardian's own for themselves."""
    scope = caller.branch(branch_id)
    store.meeting_days.one(scope, meeting_day_id)
    where: Document = {"meeting_day_id": meeting_day_id}
    if not caller.reaches_all(branch_id):
        where["guardian_id"] = {"$in": store.same_person(caller.person_id)}
    elif query["guardian_id"]:
        where["guardian_id"] = query["guardian_id"]
    found = store.wishes.page(scope, where, page=query["page"])
    wishes = found.items if caller.reaches_all(branch_id) else _of_own_children(store, scope, caller, found.items)
    if children := {child["student_id"] for each in wishes for child in each["children"]}:
        audit.note(store, caller, branch_id, sorted(children))
    return Paged(shown(store, scope, wishes), found.next)


def _of_own_children(store: Store, scope: Scope, caller: Caller, found: Sequence[Document]) -> list[Document]:
    """Nothing of children who are theirs to book for no more."""
    own = store.students_of_guardian(scope, caller.person_id, "may_book")
    left = [{**each, "children": [child for child in each["children"] if child["student_id"] in own]} for each in found]
    return [each for each in left if each["children"]]


def shown(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    ids = {each["guardian_id"] for each in found} | {child["student_id"] for each in found for child in each["children"]}
    people = store.people_by_id(scope, ids)
    return [
        {
            **each,
            "guardian_name": views.full_name(people.get(each["guardian_id"])),
            "children": [
                {**child, "student_name": views.full_name(people.get(child["student_id"]))} for child in each["children"]
            ],
        }
        for each in found
    ]


def check_open(day: Mapping[str, Any], *, by_staff: bool) -> None:
    """Raises Conflict when a day takes no wishes, or no more of them."""
    if problem := closed(day):
        raise problem
    if day["mode"] != TIMETABLE:
        raise Conflict("no-wishes-wanted", "This day takes no wishes", "Book one of its free times.")
    until = day["wishes_until"]
    if not by_staff and until is not None and until <= clock.now():
        raise Conflict("wishes-closed", "It is too late for wishes", "The office can add yours.", closed_at=until.isoformat())


def answered_children(store: Store, scope: Scope, meeting_day_id: str) -> tuple[set[str], set[str]]:
    """The children that are wished for, and the guardians who have said something."""
    found = store.wishes.find(scope, {"meeting_day_id": meeting_day_id})
    return {child["student_id"] for each in found for child in each["children"]}, {each["guardian_id"] for each in found}


def unanswered(store: Store, scope: Scope, day: Mapping[str, Any]) -> list[str]:
    """The invited children for whom none of their guardians has said anything."""
    children, guardians = answered_children(store, scope, day["_id"])
    students = inviting.invited(store, scope, day)
    heard = {student for guardian, student in store.families_of(scope, students) if guardian in guardians}
    return [student for student in students if student not in children | heard]


def _guardian(store: Store, caller: Caller, branch_id: str, guardian_id: str | None) -> str:
    if caller.reaches(branch_id, CHILDREN) and guardian_id in (None, caller.person_id):
        return caller.person_id
    if not caller.reaches_all(branch_id):
        raise NotAllowed("not-your-wishes", "You wish for yourself alone", "Leave guardian_id out.")
    if guardian_id is None:
        raise Invalid({"guardian_id": ["Wanted from staff: on whose behalf."]})
    scope = caller.branch(branch_id)
    if not store.students_of_guardian(scope, guardian_id):
        raise NotFound("This guardian")
    return store.counting(scope, guardian_id)


def _check_teachers(day: Mapping[str, Any], children: Sequence[Mapping[str, Any]]) -> None:
    there = {teacher["teacher_id"] for teacher in day["teachers"]}
    wrong = {
        str(place): {"teacher_ids": [Sentence("%(strangers)s: not there on this day.", strangers=list(strangers))]}
        for place, child in enumerate(children)
        if (strangers := [teacher_id for teacher_id in child["teacher_ids"] if teacher_id not in there])
    }
    if wrong:
        raise Invalid({"children": wrong})


def _keep(store: Store, scope: Scope, wishes: Document) -> None:
    """A unique index keeps two guardians from wishing for the same child."""
    to = {name: wishes[name] for name in wishes if name not in ("_id", "branch_id")}
    for _ in range(2):  # the same guardian may have sent the first ones twice, at once
        try:
            if store.wishes.change(scope, wishes["_id"], to) is None:
                store.wishes.add(wishes)
            return
        except AlreadyThere:
            continue
    raise Conflict(
        "wished-already", "Another guardian has wishes for this child", "Ask them to change theirs, or the office to do it."
    )
