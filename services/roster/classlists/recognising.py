"""Whom a line of a class list means: a child and a guardian of its branch, or somebody new. Plain values.

Where it is not sure it asks, by a finding: to take one child for another would show a stranger the child's marks.
"""

from collections.abc import Sequence

from schoolbus.store import Document
from services.roster.classlists import columns
from services.roster.classlists.roll import Roll, folded
from services.roster.classlists.rows import Row
from services.roster.families import alike
from services.roster.search.words import words_of

_OF_ANOTHER = "It is the number of %(name)s."
_WHICH = (
    "A child of this name is here already, with other guardians, or several are. "
    "If it is the same child, add this guardian on the child's page; if it is another one, add them by hand."
)


def student_by_number(row: Row, roll: Roll) -> Document | None:
    of_number = roll.students_of_number(row.number) if row.number else []
    of_form = roll.students_of_form(row.b_form) if row.b_form else []
    left = roll.who_left(row.number) if row.number and not of_number else None
    if left is not None:
        row.line.wrong(columns.NUMBER, "%(name)s had it, who has left: let them come again on their page.", name=name_of(left))
    for column, found in ((columns.NUMBER, of_number), (columns.B_FORM, of_form)):
        if len(found) > 1:
            row.line.wrong(column, "Several children have this number.")
        elif found and not _sounds_like(found[0], _as_record(row)):
            row.line.wrong(column, _OF_ANOTHER, name=name_of(found[0]))
    if of_number and of_form and of_number[0]["_id"] != of_form[0]["_id"]:
        row.line.wrong(columns.B_FORM, _OF_ANOTHER, name=name_of(of_form[0]))
    either = [*of_number, *of_form]
    return either[0] if either else None


def student_by_name(row: Row, school_class: Document | None, roll: Roll) -> Document | None:
    """A child of exactly this name in the class, or elsewhere in the branch with this very guardian."""
    named = [each for each in roll.students_named(row.student) if not _is_another(each, row)]
    class_id = school_class["_id"] if school_class else ""
    here = [each for each in named if roll.seats.held(each["_id"], class_id, "student")]
    theirs = [each for each in named if _has_guardian(each, row, roll)]
    if len(here) == 1 and (not row.guardian or here[0] in theirs or not roll.guardians_of(here[0]["_id"])):
        return here[0]
    among = [each for each in theirs if each in here] if here else theirs if row.phone or row.cnic else []
    if len(among) == 1:
        return among[0]
    if here or among:
        row.line.wrong(columns.STUDENT, _WHICH)
    elif named:
        row.line.odd(columns.STUDENT, "A child of this name is in another class of the branch: they are taken for two.")
    return None


def _is_another(student: Document, row: Row) -> bool:
    known, form = number_of(student), student.get("national_id")
    return bool(known and row.number and folded(known) != folded(row.number)) or bool(
        form and row.b_form and form != row.b_form
    )


def _has_guardian(student: Document, row: Row, roll: Roll) -> bool:
    return any(_is_guardian(each, row) for each in roll.guardians_of(student["_id"]))


def guardian(row: Row, roll: Roll, related: Sequence[Document], sure: bool) -> Document | None:
    """By the card; by the phone and a name that sounds like theirs; of a child that is surely this one, by the same name."""
    of_card = roll.people_of_card(row.cnic) if row.cnic else []
    if of_card:
        if not _sounds_like(of_card[0], _as_guardian(row)):
            row.line.wrong(columns.CNIC, "It is the card of %(name)s.", name=name_of(of_card[0]))
        return of_card[0]
    known: list[Document] = [*related, *(roll.people_of_phone(row.phone) if row.phone else ())]
    of_phone = [each for each in known if _is_guardian(each, row)]
    if of_phone:
        wanted = _as_guardian(row)
        of_phone.sort(key=lambda each: (each not in related, alike.names(each, wanted) != "same", each["_id"]))
        return of_phone[0]
    named = [each for each in related if _same_name(each, row) and not _other_card(each, row)]
    return named[0] if named and (sure or not row.phone) else None


def _is_guardian(person: Document, row: Row) -> bool:
    if row.cnic and person.get("national_id") == row.cnic:
        return True
    if not row.phone:
        return _same_name(person, row)
    same_phone = person["phone"] == row.phone and not _other_card(person, row)
    return same_phone and _sounds_like(person, _as_guardian(row))


def _same_name(person: Document, row: Row) -> bool:
    return alike.names(person, _as_guardian(row)) == "same"


def _other_card(person: Document, row: Row) -> bool:
    return bool(row.cnic and person.get("national_id") and person["national_id"] != row.cnic)


def _sounds_like(person: Document, record: Document) -> bool:
    """The same name by its sound, or one with more of its words than the other. A given name alone is shared by too many."""
    one, other = (set(words_of(name_of(each))) for each in (person, record))
    return one <= other or other <= one or alike.names(person, record) == "same"


def number_of(person: Document) -> str:
    return str((person.get("extra") or {}).get("identifier") or "")


def name_of(person: Document) -> str:
    return f"{person['given_name']} {person['family_name']}".strip()


def _as_record(row: Row) -> Document:
    return {"given_name": row.given_name, "family_name": row.family_name, "name_ur": row.name_ur or None}


def _as_guardian(row: Row) -> Document:
    return {"given_name": row.guardian_given, "family_name": row.guardian_family, "name_ur": row.guardian_ur or None}
