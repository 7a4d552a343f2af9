"""Behaviour notes: what a teacher saw of a child, praise as easily as concern, of one or of several children at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import access, audit, clock
from schoolbus.caller import Caller
from schoolbus.contracts.reports import BehaviourNoted, BehaviourNotesWithdrawn
from schoolbus.ids import effect_id, new_id
from schoolbus.once import alike
from schoolbus.outbox import saying_with
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, Invalid, NotAllowed, NotFound
from schoolbus.rights import BRANCH, CHAIN
from schoolbus.scope import Scope, branch
from services.reports import briefs
from services.reports.behaviour import aspects
from services.reports.today import overviews

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_WORDS = ("tone", "level", "text", "text_ur")
_SAME = ("student_id", "class_id", "aspect_id", *_WORDS, "noted_by")


def note(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """A note of each child with its event, all or none; those that are there when they were sent before."""
    scope, group = access.led_class(store, caller, branch_id, draft["class_id"])
    students = list(dict.fromkeys(draft["student_ids"]))
    _check(students, store.students_of_class(scope, draft["class_id"]))
    aspect = aspects.active(store, scope, draft["aspect_id"])
    draft = {**draft, "noting_id": draft.get("noting_id") or new_id()}
    made = [_made(caller, branch_id, group["title"], aspect, draft, student_id) for student_id in students]
    whose = (store, branch_id, students)
    with overviews.changing(*whose), briefs.changing(*whose):
        return {"notes": shown(branch_id, _once(store, scope, made))}


def _check(students: Sequence[str], of_class: Iterable[str]) -> None:
    """Raises Invalid, which names rows by their index."""
    known = set(of_class)
    refused = {str(index): ["Not in this class."] for index, id in enumerate(students) if id not in known}
    if refused:
        raise Invalid({"student_ids": refused}, "Not all are in this class; nothing was noted")


def _made(caller: Caller, branch_id: str, class_title: str, aspect: Document, draft: Document, student_id: str) -> Document:
    return {
        "_id": effect_id("behaviour", branch_id, draft["noting_id"], student_id),
        "branch_id": branch_id,
        "student_id": student_id,
        "class_id": draft["class_id"],
        "class_title": class_title,
        "aspect_id": aspect["_id"],
        "aspect": aspect["title"],
        "aspect_ur": aspect["title_ur"],
        **{name: draft[name] for name in _WORDS},
        "noted_on": (draft["noted_on"] or clock.today()).isoformat(),
        "noted_at": clock.now(),
        "noted_by": caller.person_id,
        "edition": 0,
        "changed_at": None,
        "withdrawn_at": None,
    }


def _once(store: Store, scope: Scope, made: Sequence[Document]) -> list[Document]:
    """Raises Conflict where the ids are taken by something else."""
    try:
        with store.transaction():
            store.behaviour_notes.put_all([saying_with(note, [_said(note)]) for note in made])
        return list(made)
    except AlreadyThere:
        there = {row["_id"]: row for row in store.behaviour_notes.find(scope, {"_id": {"$in": [note["_id"] for note in made]}})}
        if not all(note["_id"] in there and alike(there[note["_id"]], note, _SAME) for note in made):
            raise Conflict("already-there", "This id is taken by something else", "Send another noting_id, or none.") from None
        return [there[note["_id"]] for note in made]


def _said(note: Document) -> BehaviourNoted:
    return BehaviourNoted(
        branch_id=note["branch_id"],
        subject=note["_id"],
        behaviour_note_id=note["_id"],
        student_id=note["student_id"],
        class_id=note["class_id"],
        teacher_id=note["noted_by"],
        edition=0,
    )


# Reading


def several(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """A child's, or a class's for those who teach it: the latest first."""
    if query["student_id"]:
        scope = access.student(store, caller, branch_id, query["student_id"])
        where: Document = {"student_id": query["student_id"], "withdrawn_at": None}
    else:
        scope, _ = access.led_class(store, caller, branch_id, query["class_id"])
        where = {"class_id": query["class_id"]}
    found = store.behaviour_notes.page(scope, where, sort="-noted_on", page=query["page"])
    audit.note(store, caller, branch_id, {note["student_id"] for note in found.items})
    return Paged(shown(branch_id, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, note_id: str) -> Document:
    return shown(branch_id, [_reached(store, caller, branch_id, note_id)])[0]


def _reached(store: Store, caller: Caller, branch_id: str, note_id: str) -> Document:
    """Raises NotFound: a stranger's and an unknown one look the same."""
    found = store.behaviour_notes.one(caller.branch(branch_id), note_id)
    try:
        access.student(store, caller, branch_id, found["student_id"])
    except NotFound:
        raise NotFound("Behaviour note") from None
    return found


def shown(branch_id: str, found: Sequence[Document]) -> list[Document]:
    """A withdrawn note has no words any more."""
    path = f"/v1/branches/{branch_id}/conversations"
    return [
        {
            **note,
            **({"text": None, "text_ur": None} if note["withdrawn_at"] else {}),
            "answer": {"path": path, "student_id": note["student_id"], "teacher_id": note["noted_by"]},
        }
        for note in found
    ]


# Changing


def change(store: Store, caller: Caller, branch_id: str, note_id: str, to: Document) -> Document:
    """Other words, by who wrote it or the head's office. Families see the last ones, and are not told again. Raises GoneOn."""
    found = _own(store, caller, branch_id, note_id)
    if found["withdrawn_at"]:
        raise Conflict("withdrawn", "This note was withdrawn", "Write another.")
    words = {name: to[name] for name in _WORDS}
    if alike(found, words, _WORDS):
        return shown(branch_id, [found])[0]
    changed = _change(store, found, {**words, "changed_at": clock.now()}, to["edition"])
    return shown(branch_id, [changed])[0]


def withdraw(store: Store, caller: Caller, branch_id: str, note_id: str) -> Document:
    """It was a mistake: it counts no more, says nothing, and a message of it that still waits is not sent."""
    found = _own(store, caller, branch_id, note_id)
    if found["withdrawn_at"] is None:
        gone = {"text": None, "text_ur": None, "withdrawn_at": clock.now()}
        found = _change(store, found, gone, found["edition"], withdrawn=True)
    return shown(branch_id, [found])[0]


def _own(store: Store, caller: Caller, branch_id: str, note_id: str) -> Document:
    found = _reached(store, caller, branch_id, note_id)
    if found["noted_by"] != caller.person_id and not caller.reaches(branch_id, BRANCH, CHAIN):
        raise NotAllowed("not-your-note", "Another has written this note", "Who wrote it, the head or the office may do this.")
    return found


def _change(store: Store, note: Document, to: Document, edition: int, *, withdrawn: bool = False) -> Document:
    whose = (store, note["branch_id"], [note["student_id"]])
    after = {**to, "edition": edition + 1}
    saying = [_withdrawn({**note, **after})] if withdrawn else []
    with overviews.changing(*whose), briefs.changing(*whose):
        when = {"edition": edition, "withdrawn_at": None}
        changed = store.behaviour_notes.change(branch(note["branch_id"]), note["_id"], to=after, when=when, saying=saying)
    if changed is None:
        raise GoneOn()
    return changed


def _withdrawn(note: Document) -> BehaviourNotesWithdrawn:
    named = {name: note[name] for name in ("student_id", "class_id", "edition")}
    item = {"behaviour_note_id": note["_id"], **named, "teacher_id": note["noted_by"]}
    return BehaviourNotesWithdrawn(branch_id=note["branch_id"], subject=note["_id"], items=[item])
