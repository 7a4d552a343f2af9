"""What a line of a class list would do in its branch. Nothing is written here.

A list adds, fills in and moves; it ends nothing by what it leaves out.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from schoolbus.caller import Caller
from schoolbus.store import Document
from services.roster.classlists import columns
from services.roster.classlists.recognising import guardian, name_of, number_of, student_by_name, student_by_number
from services.roster.classlists.roll import Roll
from services.roster.classlists.rows import Row
from services.roster.identity import standing
from services.roster.kinds import SOURCE

CLASS_ADDED, STUDENT_ADDED, STUDENT_FILLED, ENROLLED, MOVED = (
    "class_added",
    "student_added",
    "student_filled",
    "enrolled",
    "moved",
)
GUARDIAN_ADDED, GUARDIAN_FILLED, PHONE_CHANGED = "guardian_added", "guardian_filled", "phone_changed"
RELATED = "related"
DOES = (CLASS_ADDED, STUDENT_ADDED, STUDENT_FILLED, ENROLLED, MOVED, GUARDIAN_ADDED, GUARDIAN_FILLED, PHONE_CHANGED, RELATED)
_NAMED = 10  # classes that a finding names
_STAYS = "The phone stays as it is: it can't be changed from here. Ask the chain's operator."
_NO_CLASS = "No class of this branch is called %(title)s. There are: %(titles)s."
_FULL = "The class is full, or the child is in several own classes already."
_SEAT = "The child's seat in %(title)s came with %(source)s: move them there."
_NOT_HERE = "This child's guardians are not for a list to change: add this guardian on the child's page."
_NOT_OURS = "%(name)s came with %(source)s: make them a guardian there."
_NO_MORE = "%(name)s was this child's guardian and is no more. If they are again, add them on the child's page."
EndedBefore = Callable[[str, str], bool]  # whether a student and a guardian were related, and that was ended


@dataclass
class Plan:
    """`school_class`, `student`, `guardian`: who is there already; None: new, or none. `leaves`: the seat that is given up."""

    row: Row
    does: list[str] = field(default_factory=list)
    school_class: Document | None = None
    student: Document | None = None
    leaves: Document | None = None
    guardian: Document | None = None
    fills: Document = field(default_factory=dict)
    guardian_fills: Document = field(default_factory=dict)


def plan(row: Row, roll: Roll, caller: Caller, new_classes: bool, ended_before: EndedBefore) -> Plan:
    """What is wrong is among the line's findings; then it does nothing."""
    made = Plan(row)
    if not row.line.is_wrong:
        _place(made, roll, new_classes)
    if not row.line.is_wrong:
        sure = _recognise(made, roll)
        _seat(made, roll)
        if row.guardian and not row.line.is_wrong:
            _relate(made, roll, caller, sure, ended_before)
    return Plan(row) if row.line.is_wrong else made


def _place(made: Plan, roll: Roll, new_classes: bool) -> None:
    title = made.row.school_class
    found = roll.classes_called(title)
    if len(found) > 1:
        made.row.line.wrong(
            columns.CLASS, "Several classes are called %(title)s: give them different titles first.", title=title
        )
    elif found:
        made.school_class = found[0]
    elif new_classes:
        made.does.append(CLASS_ADDED)
    else:
        made.row.line.wrong(columns.CLASS, _NO_CLASS, title=title, titles=_classes(roll))


def _classes(roll: Roll) -> str:
    titles = sorted(each["title"] for each in roll.seats.classes.values() if each["homeroom"])
    return ", ".join(titles[:_NAMED]) + (" …" if len(titles) > _NAMED else "") if titles else "none yet"


# The child


def _recognise(made: Plan, roll: Roll) -> bool:
    """Whether it is sure who the child is: by a number, which nobody else has."""
    row = made.row
    by_number = student_by_number(row, roll)
    made.student = by_number or (None if row.line.is_wrong else student_by_name(row, made.school_class, roll))
    if row.line.is_wrong:
        return False
    if made.student is None:
        made.does.append(STUDENT_ADDED)
        return True
    if made.student["source"] == SOURCE and roll.here_alone(made.student):
        made.fills = _blank_in(made.student, name_ur=row.name_ur, national_id=row.b_form)
        if row.number and not number_of(made.student):
            made.fills["extra"] = {**(made.student.get("extra") or {}), "identifier": row.number}
    if made.fills:
        made.does.append(STUDENT_FILLED)
    return by_number is not None


def _seat(made: Plan, roll: Roll) -> None:
    row, found = made.row, made.school_class
    id = made.student["_id"] if made.student else ""
    if row.line.is_wrong or (made.student and found and roll.seats.held(id, found["_id"], "student")):
        return
    made.leaves = (
        roll.seats.homeroom_beside(id, found["_id"]) if found and found["homeroom"] else _own_homeroom(id, roll, found)
    )
    if made.leaves and made.leaves["source"] != SOURCE:
        title = roll.seats.classes[made.leaves["class_id"]]["title"]
        row.line.wrong(columns.CLASS, _SEAT, title=title, source=made.leaves["source"])
        return
    if _against(made, roll, id):
        row.line.wrong(columns.CLASS, _FULL)
    made.does.append(MOVED if made.leaves else ENROLLED)


def _own_homeroom(student_id: str, roll: Roll, found: Document | None) -> Document | None:
    """Of a class that is new, and so of any year, the seat that a child gives up for it."""
    if found is not None:
        return None
    rows = roll.seats.of(student_id)
    return next((row for row in rows if roll.seats.classes.get(row["class_id"], {}).get("homeroom")), None)


def _against(made: Plan, roll: Roll, student_id: str) -> str | None:
    """What stands against the seat once the other one is free."""
    if made.school_class is None:
        return None
    if made.leaves:
        roll.seats.free(made.leaves)
    fault = roll.seats.against(student_id, made.school_class["_id"])
    if made.leaves:
        roll.seats.take(made.leaves)
    return fault


# The guardian


def _relate(made: Plan, roll: Roll, caller: Caller, sure: bool, ended_before: EndedBefore) -> None:
    row, student = made.row, made.student
    related = roll.guardians_of(student["_id"]) if student else []
    found = guardian(row, roll, related, sure)
    made.guardian = found
    if found in related:
        _fill(made, roll, caller, sure)
        return
    if student and not roll.here_alone(student):
        row.line.wrong(columns.GUARDIAN, _NOT_HERE)
    elif found and "guardian" not in found["roles"].get(roll.branch_id, ()) and found["source"] != SOURCE:
        row.line.wrong(columns.GUARDIAN, _NOT_OURS, name=name_of(found), source=found["source"])
    elif student and found and ended_before(student["_id"], found["_id"]):
        row.line.wrong(columns.GUARDIAN, _NO_MORE, name=name_of(found))
    if found is None:
        made.does.append(GUARDIAN_ADDED)
        others = roll.people_of_phone(row.phone) if row.phone else []
        if others:
            row.line.odd(columns.PHONE, "%(name)s has this phone too: they are taken for two people.", name=name_of(others[0]))
    else:
        _fill(made, roll, caller, sure)
    made.does.append(RELATED)


def _fill(made: Plan, roll: Roll, caller: Caller, sure: bool) -> None:
    row, found = made.row, made.guardian
    assert found is not None
    own = found["source"] == SOURCE and roll.here_alone(found) and standing.may_change(caller, found)
    if own:
        made.guardian_fills = _blank_in(found, name_ur=row.guardian_ur, national_id=row.cnic)
        if made.guardian_fills:
            made.does.append(GUARDIAN_FILLED)
    if not row.phone or found["phone"] == row.phone:
        return
    if own and (sure or (row.cnic and found.get("national_id") == row.cnic)):
        made.guardian_fills["phone"] = row.phone
        made.does.append(PHONE_CHANGED)
    elif found["source"] != SOURCE:
        row.line.odd(
            columns.PHONE, "The phone stays as it is: it came with %(source)s, change it there.", source=found["source"]
        )
    else:
        row.line.odd(columns.PHONE, _STAYS)


def _blank_in(person: Document, **known: str) -> Document:
    return {name: value for name, value in known.items() if value and not person.get(name)}
