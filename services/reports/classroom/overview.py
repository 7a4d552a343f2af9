"""What of the classroom is in a child's overview (services/reports/today/overviews.py): made, never brought up to date."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import Asked
from services.reports.classroom.goals.schemas import OPEN
from services.reports.classroom.homework import given
from services.reports.classroom.homework.states import SET

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
NEW = timedelta(days=14)  # how long a goal is new
MOST = 100  # of each
_HOMEWORK = ("class_id", "class_title", "kind", "subject", "title", "text", "due_on", "steps", "edition")
_ENTRY = ("class_id", "class_title", "held_on", "subject", "text", "text_ur", "talking_point", "talking_point_ur")
_GOAL = ("class_id", "class_title", "student_id", "subject", "text", "text_ur", "due_on")


def gather(store: Store, branch_id: str, student_id: str, classes: Sequence[str], guardians: Sequence[str]) -> Document:
    """Homework, diary, goals and expectations of a child: three questions for all of them."""
    scope, today, of_classes = branch(branch_id), clock.today().isoformat(), {"class_id": {"$in": list(classes)}}
    goals = {"state": OPEN, "set_at": {"$gte": clock.now() - NEW}}
    merged = _merged(store, guardians)
    whose = {"$or": [{"student_id": student_id}, {**of_classes, "student_id": None}]}
    homework, diary, new_goals, expectations, acknowledged = store.together(
        Asked(store.homework, scope, {**of_classes, "due_on": {"$gte": today}, "state": SET}),
        Asked(store.diary, scope, {**of_classes, "held_on": {"$gte": today}}, only=_ENTRY),
        Asked(store.learning_goals, scope, {**whose, **goals}, only=(*_GOAL, "set_at")),
        Asked(store.expectations, scope, of_classes, only=("class_id", "class_title", "edition")),
        Asked(store.acknowledgements, scope, of_classes | {"guardian_id": {"$in": [*guardians, *merged]}}),
    )
    return {
        "homework": _homework(store, branch_id, student_id, homework),
        "diary": _picked(_ENTRY, sorted(diary, key=lambda each: (each["held_on"], each["subject"] or "")))[:MOST],
        "goals": _goals(new_goals),
        "expectations": _expectations(expectations, acknowledged, merged),
    }


def _homework(store: Store, branch_id: str, student_id: str, found: Sequence[Document]) -> list[Document]:
    """The next due first, with what the family and the teacher have said of it."""
    due = sorted(found, key=lambda each: (each["due_on"], each["_id"]))[:MOST]
    answers = given.of_children(store, branch_id, [each["_id"] for each in due], [student_id]) if due else {}
    return [_due(each, answers.get((each["_id"], student_id), {})) for each in due]


def _due(homework: Document, answer: Mapping[str, Any]) -> Document:
    return {
        "homework_id": homework["_id"],
        **{name: homework[name] for name in _HOMEWORK},
        "set_at": homework["set_at"].isoformat(),
        "done": answer.get("done"),
        "signed": given.signed(answer, homework["edition"]),
        "checked": answer.get("checked"),
    }


def _goals(found: Sequence[Document]) -> list[Document]:
    """The newest first."""
    newest = sorted(found, key=lambda each: (each["set_at"], each["_id"]), reverse=True)[:MOST]
    return [
        {"learning_goal_id": each["_id"], **{name: each[name] for name in _GOAL}, "set_at": each["set_at"].isoformat()}
        for each in newest
    ]


def _merged(store: Store, guardians: Sequence[str]) -> dict[str, str]:
    """Records that were merged into those of these guardians: what they acknowledged counts."""
    rows = store.people.find(WHOLE_CHAIN, {"counts_as": {"$in": list(guardians)}}) if guardians else []
    return {row["person_id"]: row["counts_as"] for row in rows}


def _expectations(editions: Sequence[Document], acknowledged: Sequence[Document], merged: Mapping[str, str]) -> list[Document]:
    """The newest of each class, with the guardians who have acknowledged it."""
    newest: dict[str, Document] = {}
    for each in sorted(editions, key=lambda each: each["edition"]):
        newest[each["class_id"]] = each
    done = {(each["class_id"], each["edition"], merged.get(each["guardian_id"], each["guardian_id"])) for each in acknowledged}
    return [
        {
            "expectations_id": class_id,
            "class_title": each["class_title"],
            "edition": each["edition"],
            "acknowledged_by": sorted(who for of, edition, who in done if (of, edition) == (class_id, each["edition"])),
        }
        for class_id, each in sorted(newest.items())
    ]


def _picked(names: Sequence[str], found: Sequence[Document]) -> list[Document]:
    return [{name: each[name] for name in names} for each in found]
