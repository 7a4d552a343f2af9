"""Home notes: a guardian tells how a child learns and lives at home, a teacher says that it was read."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import access, audit, clock
from schoolbus.caller import Caller
from schoolbus.contracts.reports import HomeNoteAcknowledged, HomeNoteWritten
from schoolbus.ids import new_id
from schoolbus.once import once
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, NotFound
from schoolbus.rights import CLASSES, SELF
from schoolbus.route import Answer
from services.reports import briefs
from services.reports.homenotes import voices
from services.reports.today.overviews import changing

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_SAID = ("kind", "text", "choices", "voice", "language")


def write(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """The note, its voice and its event, in one write; the one that is there when it was sent before. Raises Invalid."""
    scope = access.student(store, caller, branch_id, draft["student_id"])
    voice = voices.of_writer(store, scope, caller, draft["student_id"], draft["voice_id"])
    note = {
        "_id": draft.get("home_note_id") or new_id(),
        "branch_id": branch_id,
        "student_id": draft["student_id"],
        "guardian_id": caller.person_id,
        "kind": draft["kind"],
        "text": draft["text"] or "",
        "choices": draft["choices"],
        "voice": voice,
        "language": draft["language"],
        "written_at": clock.now(),
        "acknowledged": False,
        "answer": None,
    }
    said = HomeNoteWritten(
        branch_id=branch_id,
        subject=note["_id"],
        home_note_id=note["_id"],
        student_id=note["student_id"],
        guardian_id=note["guardian_id"],
        teacher_ids=store.teachers_of_student(scope, note["student_id"]),
    )

    def add() -> None:
        with store.transaction():
            voices.use(store, scope, voice, note["_id"])
            store.home_notes.add(note, saying=[said])

    with briefs.changing(store, branch_id, [note["student_id"]]):
        return once(store.home_notes, scope, note, add, ("student_id", "guardian_id", *_SAID))


def mine(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """The newest first: a guardian's own, and a teacher's of the children they teach."""
    scope = caller.branch(branch_id)
    either: list[Document] = []
    if caller.reaches(branch_id, SELF):
        either.append({"guardian_id": {"$in": store.same_person(caller.person_id)}})
    if caller.reaches(branch_id, CLASSES):
        either.append({"student_id": {"$in": store.students_of_teacher(scope, caller.person_id)}})
    where: Document = {"$or": either}
    if query["acknowledged"] is not None:
        where["acknowledged"] = query["acknowledged"]
    if query["student_id"] is not None:
        where["student_id"] = query["student_id"]
    found = store.home_notes.page(scope, where, sort="-written_at", page=query["page"])
    _note(store, caller, branch_id, found.items)
    return found


def one(store: Store, caller: Caller, branch_id: str, home_note_id: str) -> Document:
    """A note of those that `mine` lists. Raises NotFound."""
    note = store.home_notes.one(caller.branch(branch_id), home_note_id)
    own = caller.reaches(branch_id, SELF) and note["guardian_id"] in store.same_person(caller.person_id)
    taught = caller.reaches(branch_id, CLASSES) and store.teaches_student(
        caller.branch(branch_id), caller.person_id, note["student_id"]
    )
    if not own and not taught:
        audit.note(store, caller, branch_id, [note["student_id"]], refused=True)
        raise NotFound("Home note")
    _note(store, caller, branch_id, [note])
    return note


def _note(store: Store, caller: Caller, branch_id: str, notes: Sequence[Document]) -> None:
    """In the audit trail: who saw these."""
    oneself = store.same_person(caller.person_id)
    for student_id, own in {(note["student_id"], note["guardian_id"] in oneself) for note in notes}:
        audit.note(store, caller, branch_id, [student_id], by=(SELF if own else CLASSES,))


def voice(store: Store, caller: Caller, branch_id: str, home_note_id: str) -> Answer:
    """Of a note that the caller may read. Raises NotFound."""
    return voices.heard(store, caller.branch(branch_id), one(store, caller, branch_id, home_note_id))


def acknowledge(store: Store, caller: Caller, branch_id: str, home_note_id: str, given: Document) -> Document:
    """By the first teacher of the child who says so, with an answer or none; later ones find it done. Raises Conflict for
    another answer."""
    scope = caller.branch(branch_id)
    note = store.home_notes.one(scope, home_note_id)
    if not store.teaches_student(scope, caller.person_id, note["student_id"]):
        audit.note(store, caller, branch_id, [note["student_id"]], refused=True)
        raise NotFound("Home note")
    audit.note(store, caller, branch_id, [note["student_id"]])
    said = HomeNoteAcknowledged(
        branch_id=branch_id,
        subject=home_note_id,
        home_note_id=home_note_id,
        student_id=note["student_id"],
        guardian_id=note["guardian_id"],
        teacher_id=caller.person_id,
    )
    done = {"acknowledged": True, "acknowledged_by": caller.person_id, "acknowledged_at": clock.now(), **given}
    with changing(store, branch_id, [note["student_id"]]):
        changed = store.home_notes.change(scope, home_note_id, when={"acknowledged": False}, to=done, saying=[said])
    there = changed or store.home_notes.one(scope, home_note_id)
    if given["answer"] is not None and there.get("answer") != given["answer"]:
        raise Conflict("already-answered", "A teacher has read this note already", "Write to the guardian in a conversation.")
    return there
