"""Writes what a line of a class list does, into the edit at hand and the roll: as the office would by hand."""

from collections.abc import Iterable

from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.scope import branch
from schoolbus.store import Document
from services.roster.classlists import plans
from services.roster.classlists.plans import Plan
from services.roster.classlists.roll import Roll, folded
from services.roster.editing import CLASSES, PEOPLE, Edit
from services.roster.kinds import RIGHTS
from services.roster.moving import enrollments, leaving
from services.roster.school import classes, guardians, members
from services.roster.store import Store

_ALL = dict.fromkeys(RIGHTS, True)  # a guardian by hand may all, until somebody takes it away


class Writer:
    """Ids come from the list and the line: written once more, they are the same."""

    def __init__(self, edit: Edit, roll: Roll, caller: Caller, list_id: str) -> None:
        self._edit, self._roll, self._caller, self._list_id = edit, roll, caller, list_id
        self._scope = branch(roll.branch_id)

    def write(self, plan: Plan) -> tuple[str | None, str | None]:
        """Student and guardian, as far as the line names them."""
        school_class = self._class(plan)
        student = self._student(plan)
        self._seat(plan, school_class, student)
        guardian = self._guardian(plan, student) if plan.row.guardian else None
        return student["_id"], guardian["_id"] if guardian else None

    def _class(self, plan: Plan) -> Document:
        if plan.school_class is not None:
            return plan.school_class
        title = plan.row.school_class
        fields = {**classes.BLANK, "title": title, "homeroom": True}
        made = self._edit.add(CLASSES, _id(self._list_id, "class", folded(title)), self._roll.branch_id, fields)
        self._roll.open(made)
        return made

    def _student(self, plan: Plan) -> Document:
        row = plan.row
        if plan.student is None:
            names = {"given_name": row.given_name, "family_name": row.family_name, "name_ur": row.name_ur or None}
            known = {"national_id": row.b_form or None, **({"extra": {"identifier": row.number}} if row.number else {})}
            return self._new("student", plan, {**names, **known})
        return self._filled(plan.student, plan.fills)

    def _seat(self, plan: Plan, school_class: Document, student: Document) -> None:
        if plans.ENROLLED not in plan.does and plans.MOVED not in plan.does:
            return
        id = _id(self._list_id, "seat", student["_id"], school_class["_id"])
        seat = enrollments.new(self._edit, self._roll.branch_id, school_class["_id"], student["_id"], "student", id=id)
        if plan.leaves is not None:
            self._roll.seats.free(plan.leaves)
            enrollments.end(self._edit, plan.leaves, None, moved_to=seat["_id"])
        self._roll.seats.take(seat)

    def _guardian(self, plan: Plan, student: Document) -> Document:
        row = plan.row
        if plan.guardian is None:
            names = {"given_name": row.guardian_given, "family_name": row.guardian_family, "name_ur": row.guardian_ur or None}
            guardian = self._new("guardian", plan, {**names, "phone": row.phone or None, "national_id": row.cnic or None})
        else:
            guardian = self._filled(plan.guardian, plan.guardian_fills)
        if plans.RELATED in plan.does:
            here = [self._roll.branch_id]
            guardian = leaving.as_guardian(self._edit, guardian, here)
            self._roll.keep(guardian)
            self._roll.relate(guardians.related(self._edit, student["_id"], guardian["_id"], here, _ALL))
        return guardian

    def _new(self, role: str, plan: Plan, fields: Document) -> Document:
        draft = {**fields, "person_id": new_person(self._list_id, plan.row.line.number, role)}
        person = members.new(self._edit, self._caller, self._scope, draft, [role])
        self._roll.keep(person)
        return person

    def _filled(self, person: Document, fills: Document) -> Document:
        if not fills:
            return person
        person = self._edit.change(PEOPLE, person, fills)
        self._roll.keep(person)
        return person


def new_person(list_id: str, line: int, role: str) -> str:
    return _id(list_id, role, str(line))


def _id(list_id: str, *what: str) -> str:
    """As of records kept by hand, version 4: people are later named by it as those are (fields.NewId)."""
    made = effect_id(list_id, *what)
    return f"{made[:14]}4{made[15:]}"


def load(edit: Edit, list_id: str, lines: Iterable[int]) -> None:
    """Looks once for all whom these lines may bring: nobody of them is there."""
    edit.load(PEOPLE, [new_person(list_id, line, role) for line in lines for role in ("student", "guardian")])


def hold(edit: Edit, planned: Iterable[Plan]) -> None:
    """Whom and what the lines found: nobody changes them until this is written."""
    those = list(planned)
    people = {each["_id"] for plan in those for each in (plan.student, plan.guardian) if each}
    edit.hold(PEOPLE, sorted(people))
    edit.hold(CLASSES, sorted({plan.school_class["_id"] for plan in those if plan.school_class}))


def ended_before(store: Store, branch_id: str, student_id: str, guardian_id: str) -> bool:
    """Whether somebody has ended that they are related; not by the undo of a list."""
    where = {"student_id": student_id, "guardian_id": guardian_id, "active": False, "taken_back": {"$ne": True}}
    return store.relations.first(branch(branch_id), where) is not None
