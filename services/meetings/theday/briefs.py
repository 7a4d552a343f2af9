"""What reports has told of students, and who may see which part of it: as in reports, part by part."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus.events import Event
from schoolbus.privacy import LAST
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


class Reader(NamedTuple):
    """Who reads it. `school`: head or office. `classes`: those that the teacher teaches; none: no teacher."""

    school: bool
    classes: Collection[str] = ()


def keep(store: Store, event: Event) -> None:
    """A chunk of briefs; of who was erased meanwhile, none."""
    store.briefs.project(event.branch_id, event.data["items"])
    drop_erased(store, event.scope, [item["student_id"] for item in event.data["items"]])


def drop_erased(store: Store, scope: Scope, student_ids: Collection[str]) -> None:
    erased = store.people.find(scope, {"person_id": {"$in": list(student_ids)}, "version": LAST})
    store.briefs.remove_all(scope, {"_id": {"$in": [row["_id"] for row in erased]}})


def forget(store: Store, erased: Event) -> None:
    """After somebody was erased: a brief that came just before their row said so goes too."""
    rows = store.people.collection.find({"person_id": erased.data["person_id"], "version": LAST}, {"_id": True})
    store.briefs.collection.delete_many({"_id": {"$in": [row["_id"] for row in rows]}})


def of(store: Store, scope: Scope, student_ids: Iterable[str]) -> dict[str, Document]:
    """By student."""
    ids = [f"{scope.branch_id}:{student_id}" for student_id in student_ids]
    return {row["student_id"]: row for row in store.briefs.find(scope, {"_id": {"$in": ids}})}


def shown(brief: Mapping[str, Any] | None, attends: Collection[str], reader: Reader) -> Document | None:
    """What of a child's brief somebody may see; `attends`: the child's classes. None: nothing of it.

    Who teaches the child sees the marks of the own classes and those that stand on a report card, as in reports; head and
    office see all marks, and no home notes. Attendance and behaviour are for all of these. A teacher who does not teach the
    child sees none of it.
    """
    taught = set(attends) & set(reader.classes)
    if brief is None or not (reader.school or taught):
        return None
    return {
        "marks": [mark for mark in brief["marks"] if reader.school or mark["on_card"] or mark["class_id"] in reader.classes],
        "homework": brief["homework"],
        "home_notes": brief["home_notes"] if taught else [],
        "attendance": brief.get("attendance"),
        "behaviour": brief.get("behaviour"),
    }
