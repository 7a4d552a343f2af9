"""What others are made of behaviour notes: a child's course, briefs, "today"."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.scope import Scope, branch
from services.reports.behaviour import aspects
from services.reports.behaviour.course import course, mondays
from services.reports.behaviour.schemas import TONES

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
NEW = timedelta(days=14)  # how long a note is new in "today"
MOST = 20
NOTES, TEXT, WEEKS = 6, 300, 8  # of a brief: notes, characters of each, weeks that count
_SHOWN = ("aspect_id", "aspect", "aspect_ur", "tone", "level")


def of_student(store: Store, caller: Caller, branch_id: str, query: Document) -> Document:
    scope, student_id, today = access.student(store, caller, branch_id, query["student_id"]), query["student_id"], clock.today()
    since = mondays(today, query["weeks"])[0].isoformat()
    notes = store.behaviour_notes.find(scope, {"student_id": student_id, "withdrawn_at": None, "noted_on": {"$gte": since}})
    return {"student_id": student_id, **course(notes, aspects.of_branch(store, scope), today, query["weeks"])}


def today(store: Store, branch_id: str, student_id: str) -> list[Document]:
    """New notes of a child, the latest first."""
    where: Document = {"student_id": student_id, "withdrawn_at": None, "noted_at": {"$gte": clock.now() - NEW}}
    where["noted_on"] = {"$gte": (clock.today() - NEW - NEW).isoformat()}
    found = store.behaviour_notes.find(branch(branch_id), where, sort="-noted_on -noted_at", limit=MOST)
    shown = ("class_id", "class_title", *_SHOWN, "text", "text_ur", "noted_on")
    return [
        {"behaviour_note_id": note["_id"], **{name: note[name] for name in shown}, "noted_at": note["noted_at"].isoformat()}
        for note in found
    ]


def briefs(store: Store, branch_id: str, student_ids: Sequence[str]) -> dict[str, Document]:
    """Counts by aspect of the last weeks and the newest notes of them, by student; of whom nothing was noted nothing."""
    since = mondays(clock.today(), WEEKS)[0].isoformat()
    where = {"student_id": {"$in": list(student_ids)}, "withdrawn_at": None, "noted_on": {"$gte": since}}
    of_student: dict[str, list[Document]] = defaultdict(list)
    for note in store.behaviour_notes.find(branch(branch_id), where, sort="-noted_on -noted_at -_id"):
        of_student[note["student_id"]].append(note)
    return {id: {"since": since, "counts": _counts(notes), "notes": _newest(notes)} for id, notes in of_student.items()}


def counts(store: Store, scope: Scope, student_id: str, since: str, until: str) -> list[Document]:
    """How often a child was praised for what, and what was a concern, in these days."""
    where = {"student_id": student_id, "withdrawn_at": None, "noted_on": {"$gte": since, "$lte": until}}
    return _counts(store.behaviour_notes.find(scope, where, sort="noted_on _id"))


def _counts(notes: Sequence[Document]) -> list[Document]:
    counts: dict[str, Document] = {}
    for note in notes:
        of_aspect = counts.setdefault(
            note["aspect_id"], {**{name: note[name] for name in _SHOWN[:3]}, **dict.fromkeys(TONES, 0)}
        )
        of_aspect[note["tone"]] += 1
    return [counts[id] for id in sorted(counts)]


def _newest(notes: Sequence[Document]) -> list[Document]:
    return [
        {
            "behaviour_note_id": note["_id"],
            **{name: note[name] for name in _SHOWN},
            "text": _beginning(note["text"] or note["text_ur"]),
            "noted_on": note["noted_on"],
        }
        for note in notes[:NOTES]
    ]


def _beginning(text: str | None) -> str | None:
    return text if text is None or len(text) <= TEXT else f"{text[: TEXT - 3]}..."
