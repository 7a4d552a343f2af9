"""A branch's list of subjects. A class names one; renamed, its classes are told anew."""

from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Conflict, Sentence
from schoolbus.store import Document
from services.roster.editing import CLASSES, SUBJECTS, Edit, editing
from services.roster.problems import at_version
from services.roster.school import schemas
from services.roster.school.branches import open_branch
from services.roster.store import Store


def page(store: Store, caller: Caller, branch_id: str, page: Paging) -> Paged:
    return store.subjects.page(open_branch(store, caller, branch_id), {"active": True}, sort="name", page=page)


def add(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """A new one; the one that is there when its id was sent before."""
    with editing(store, caller, branch_id) as edit:
        there = edit.sent_before(SUBJECTS, open_branch(store, caller, branch_id), draft["subject_id"])
        if there:
            return there
        return edit.add(SUBJECTS, draft["subject_id"], branch_id, {name: draft[name] for name in ("name", "name_ur")})


def change(store: Store, caller: Caller, branch_id: str, subject_id: str, wanted: Document) -> Document:
    with editing(store, caller, branch_id) as edit:
        subject, classes = _seen(edit, caller, branch_id, subject_id, wanted["version"])
        to = {name: value for name, value in wanted.items() if name != "version"}
        changed = edit.change(SUBJECTS, subject, to)
        for found in classes:
            edit.change(CLASSES, found, {"subject": changed["name"]})
        return changed


def end(store: Store, caller: Caller, branch_id: str, subject_id: str, version: int | None) -> Document:
    """Raises Conflict while classes name it."""
    with editing(store, caller, branch_id) as edit:
        subject, classes = _seen(edit, caller, branch_id, subject_id, version)
        if classes:
            detail = Sentence("%(count)s classes name it: give them another, or end them first.", count=len(classes))
            raise Conflict("in-use", "This subject is in use", detail, classes=len(classes))
        return edit.end(SUBJECTS, subject)


def _seen(edit: Edit, caller: Caller, branch_id: str, subject_id: str, version: int | None) -> tuple[Document, list[Document]]:
    """The subject, held, and the classes that name it."""
    scope = open_branch(edit.store, caller, branch_id)
    edit.hold(SUBJECTS, [subject_id])
    subject = edit.one(SUBJECTS, scope, subject_id)
    at_version(subject, version, schemas.Subject().dump(subject))
    return subject, edit.find(CLASSES, scope, {"subject_id": subject_id})
