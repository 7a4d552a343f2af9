"""Classes and their sections, kept by hand."""

from schoolbus.caller import Caller
from schoolbus.problems import Conflict, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document
from services.roster.calendar.calendars import terms_of
from services.roster.editing import CLASSES, ENROLLMENTS, PEOPLE, SUBJECTS, TERMS, Edit, editing
from services.roster.fields import refuse
from services.roster.moving import enrollments
from services.roster.moving.seats import Seats
from services.roster.problems import at_version
from services.roster.school import schemas
from services.roster.school.branches import open_branch
from services.roster.store import Store

BLANK: Document = {
    "grade": None,
    "section": None,
    "subject_id": None,
    "subject": None,
    "course_id": None,
    "homeroom": False,
    "capacity": None,
    "location": None,
    "term_ids": [],
}


def add(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """A new one; the one that is there when its id was sent before."""
    with editing(store, caller, branch_id) as edit:
        scope = open_branch(store, caller, branch_id)
        there = edit.sent_before(CLASSES, scope, draft["class_id"])
        if there:
            return there
        fields = {name: value for name, value in draft.items() if name != "class_id"}
        return edit.add(CLASSES, draft["class_id"], branch_id, {**BLANK, **fields, **_named(edit, scope, fields)})


def change(store: Store, caller: Caller, branch_id: str, class_id: str, wanted: Document) -> Document:
    with editing(store, caller, branch_id) as edit:
        scope, found = _seen(edit, caller, branch_id, class_id, wanted["version"])
        to = {name: value for name, value in wanted.items() if name != "version"}
        changed = edit.change(CLASSES, found, {**to, **_named(edit, scope, to)})
        if changed["homeroom"] != found["homeroom"] or changed["term_ids"] != found["term_ids"]:
            _still_one_homeroom(edit, scope, changed)
        return changed


def end(store: Store, caller: Caller, branch_id: str, class_id: str, query: Document) -> Document:
    """Its teachers' enrolments end with it; what becomes of its students, the caller says. Raises Conflict `has-students`."""
    on = enrollments.begun(query["on"])  # the class is over today: nobody teaches or learns in it beyond
    with editing(store, caller, branch_id) as edit:
        scope, found = _seen(edit, caller, branch_id, class_id, query["version"])
        members = edit.find(ENROLLMENTS, scope, {"class_id": class_id})
        students = [row for row in members if row["role"] == "student"]
        if students and query["move_to"]:
            enrollments.move_all(edit, scope, students, query["move_to"], on)
        elif students and not query["withdraw"]:
            raise Conflict(
                "has-students",
                "Students are in this class",
                "Say move_to=CLASS_ID, or withdraw=true: they then are in no class.",
                students=len(students),
            )
        for row in edit.find(ENROLLMENTS, scope, {"class_id": class_id}):
            enrollments.end(edit, row, on)
        return edit.end(CLASSES, found)


def _seen(edit: Edit, caller: Caller, branch_id: str, class_id: str, version: int | None) -> tuple[Scope, Document]:
    """Held: nobody enrols anybody in it meanwhile."""
    scope = open_branch(edit.store, caller, branch_id)
    edit.hold(CLASSES, [class_id])
    found = edit.one(CLASSES, scope, class_id)
    at_version(found, version, schemas.ClassRecord().dump(found))
    return scope, found


def _named(edit: Edit, scope: Scope, fields: Document) -> Document:
    """The name of the subject that a class names, which is held. Raises Invalid for subjects and terms that are not here."""
    unknown = set(fields.get("term_ids", ())) - set(_terms(edit, scope, fields.get("term_ids", [])))
    if unknown:
        raise refuse(term_ids=Sentence("%(unknown)s: no term of this branch.", unknown=sorted(unknown)))
    if "subject_id" not in fields:
        return {}
    if fields["subject_id"] is None:
        return {"subject": None}
    edit.hold(SUBJECTS, [fields["subject_id"]])
    try:
        return {"subject": edit.one(SUBJECTS, scope, fields["subject_id"])["name"]}
    except NotFound:
        raise refuse(subject_id="It is no subject of this branch.") from None


def _terms(edit: Edit, scope: Scope, ids: list[str]) -> list[str]:
    """Held: nobody ends them meanwhile."""
    edit.hold(TERMS, ids)
    found = edit.find(TERMS, WHOLE_CHAIN, {**terms_of(scope.branch_id), "_id": {"$in": ids}}) if ids else []
    return [term["_id"] for term in found]


def _still_one_homeroom(edit: Edit, scope: Scope, found: Document) -> None:
    """A class that becomes a homeroom, or of another year, must not be its students' second. Raises Conflict."""
    members = edit.find(ENROLLMENTS, scope, {"class_id": found["_id"], "role": "student"})
    people = [row["person_id"] for row in members]
    edit.hold(PEOPLE, people)
    twice = Seats(edit, scope, people, [found["_id"]]).with_two_homerooms()
    if twice:
        raise Conflict(
            "already-in-class", "Students of it are in another homeroom", "Move them first.", student_ids=sorted(twice)
        )
