"""Who learns and who teaches in which class: enrolled, withdrawn, moved to another class."""

from collections.abc import Collection
from typing import Any

from schoolbus import audit
from schoolbus.caller import NOBODY, Caller
from schoolbus.clock import today
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, Invalid, Problem, Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document
from services.roster.editing import CLASSES, ENROLLMENTS, PEOPLE, Edit, editing
from services.roster.fields import refuse
from services.roster.kinds import SOURCE, roles_in
from services.roster.moving import schemas
from services.roster.moving.seats import Seats
from services.roster.problems import at_version
from services.roster.school.branches import open_branch
from services.roster.store import Store

_MOST_DUE = 500  # in one round


def page(store: Store, caller: Caller, branch_id: str, query: dict[str, Any]) -> Paged:
    """Those of a class, of a person, or all of the branch; with `ended`, also what is over."""
    where: Document = {name: query[name] for name in ("class_id", "person_id") if query[name]}
    scope = open_branch(store, caller, branch_id)
    if not where:
        where = store.enrolled_in(scope)
    if not query["ended"]:
        where["active"] = True
    found = store.enrollments.page(scope, where, page=query["page"])
    if children := {row["person_id"] for row in found.items if row["role"] == "student"}:
        audit.note(store, caller, branch_id, children)
    return found


def enrol(store: Store, caller: Caller, branch_id: str, drafts: list[Document]) -> list[Document]:
    """All or none. Who is in the class already is not enrolled twice. Raises Invalid with errors by place in the list."""
    with editing(store, caller, branch_id) as edit:
        scope = open_branch(store, caller, branch_id)
        enrolling = _Enrolling(edit, scope, drafts)
        return by_place("enrollments", drafts, enrolling.one)


def withdraw(store: Store, caller: Caller, branch_id: str, enrollment_id: str, query: Document) -> Document:
    """Ends on `on`, the first day that no longer counts: at once, or when that day comes."""
    with editing(store, caller, branch_id) as edit:
        row = edit.first(ENROLLMENTS, open_branch(store, caller, branch_id), enrollment_id)
        if row is not None and not row["active"]:
            return row
        row = _seen(edit, caller, branch_id, enrollment_id, query["version"])
        return end(edit, row, query["on"])


def move(store: Store, caller: Caller, branch_id: str, enrollment_id: str, wanted: Document) -> Document:
    """The enrolment in the other class; sent again, the same."""
    with editing(store, caller, branch_id) as edit:
        scope = open_branch(store, caller, branch_id)
        row = edit.first(ENROLLMENTS, scope, enrollment_id)
        there = edit.first(ENROLLMENTS, scope, row["moved_to"]) if row is not None and row.get("moved_to") else None
        if there is not None and there["class_id"] == wanted["class_id"]:
            return there
        row = _seen(edit, caller, branch_id, enrollment_id, wanted["version"])
        return move_all(edit, scope, [row], wanted["class_id"], wanted["on"])[0]


def move_all(edit: Edit, scope: Scope, rows: list[Document], class_id: str, on: str | None) -> list[Document]:
    """Students of one class go to another. Raises Invalid where it is full, or they sit in another homeroom."""
    on = begun(on)
    people = [row["person_id"] for row in rows]
    edit.hold(PEOPLE, people)
    edit.hold(CLASSES, [class_id])
    seats = Seats(edit, scope, people, [class_id])
    if class_id not in seats.classes or any(row["class_id"] == class_id for row in rows):
        raise refuse(class_id="It is no other class of this branch.")
    return [_moved(edit, seats, row, class_id, on) for row in rows]


def end(edit: Edit, row: Document, on: str | None, **more: Any) -> Document:
    """Over on `on` (today when None): the first day that no longer counts, as OneRoster's endDate."""
    on = on or today().isoformat()
    if on <= today().isoformat():
        return edit.end(ENROLLMENTS, row, ends_on=on, **more)
    return edit.change(ENROLLMENTS, row, {"ends_on": on, **more})


def new(edit: Edit, branch_id: str, class_id: str, person_id: str, role: str, **more: Any) -> Document:
    fields = {"class_id": class_id, "person_id": person_id, "role": role, "begins_on": today().isoformat(), "ends_on": None}
    return edit.add(ENROLLMENTS, more.pop("id", None), branch_id, {**fields, **more})


def end_due(store: Store) -> int:
    """Those whose last day is over; how many."""
    due = {"source": SOURCE, "active": True, "ends_on": {"$gt": "", "$lte": today().isoformat()}}
    with editing(store, NOBODY, None) as edit:
        rows = store.enrollments.find(WHOLE_CHAIN, due, limit=_MOST_DUE)
        for row in rows:
            edit.end(ENROLLMENTS, row)
    return len(rows)


def begun(on: str | None) -> str:
    """A day on which somebody moves, today when None. Raises Invalid for one to come: what moves people is done on the day."""
    if on and on > today().isoformat():
        raise refuse(on="This day is still to come: take today or an earlier one.")
    return on or today().isoformat()


def by_place(name: str, drafts: list[Document], one: Any) -> list[Document]:
    """`one` of each draft. Raises Invalid with all that is wrong, by place in the list."""
    errors: dict[int, Any] = {}
    made: list[Document] = []
    for place, draft in enumerate(drafts):
        try:
            made.append(one(draft))
        except Problem as problem:
            errors[place] = problem.body.get("errors") or [problem.body.get("detail") or problem.body["title"]]
    if errors:
        raise Invalid({name: errors})
    return made


class _Enrolling:
    """A list of people on their way into classes."""

    def __init__(self, edit: Edit, scope: Scope, drafts: Collection[Document]) -> None:
        people, classes = ({draft[name] for draft in drafts} for name in ("person_id", "class_id"))
        edit.hold(PEOPLE, people)
        edit.hold(CLASSES, classes)
        edit.load(ENROLLMENTS, [draft["enrollment_id"] for draft in drafts if draft["enrollment_id"]])
        self._edit, self._scope = edit, scope
        self._people = edit.by_id(PEOPLE, scope, people)
        self._seats = Seats(edit, scope, people, classes)

    def one(self, draft: Document) -> Document:
        """Raises Invalid, or Conflict for an id that is another's."""
        id, person_id, class_id, role = (draft[name] for name in ("enrollment_id", "person_id", "class_id", "role"))
        there = self._edit.sent_before(ENROLLMENTS, self._scope, id) or self._seats.held(person_id, class_id, role)
        if there:
            return there
        if class_id not in self._seats.classes:
            raise refuse(class_id="It is no class of this branch.")
        if person_id not in self._people or role not in roles_in(self._people[person_id], self._scope.branch_id or ""):
            raise refuse(person_id=Sentence("Nobody with this id is a %(role)s of this branch.", role=role))
        fault = self._seats.against(person_id, class_id) if role == "student" else None
        if fault:
            raise refuse(class_id=fault)
        if draft["begins_on"] and draft["begins_on"] > today().isoformat():
            raise refuse(begins_on="This day is still to come: enrol them when it is there.")
        more = {"begins_on": draft["begins_on"]} if draft["begins_on"] else {}
        row = new(self._edit, self._scope.branch_id or "", class_id, person_id, role, id=id, **more)
        self._seats.take(row)
        return row


def _moved(edit: Edit, seats: Seats, row: Document, class_id: str, on: str) -> Document:
    if row["role"] != "student":
        raise Conflict("not-a-student", "Only students are moved", "Enrol the teacher in the other class.")
    seats.free(next(each for each in seats.of(row["person_id"]) if each["_id"] == row["_id"]))
    there = seats.held(row["person_id"], class_id, "student")
    fault = None if there else seats.against(row["person_id"], class_id)
    if fault:
        raise refuse(class_id=fault)
    if there is None:
        there = new(edit, row["branch_id"], class_id, row["person_id"], "student", begins_on=on)
        seats.take(there)
    end(edit, row, on, moved_to=there["_id"])
    return there


def _seen(edit: Edit, caller: Caller, branch_id: str, enrollment_id: str, version: int | None) -> Document:
    row = edit.one(ENROLLMENTS, open_branch(edit.store, caller, branch_id), enrollment_id)
    at_version(row, version, schemas.Enrollment().dump(row))
    return row
