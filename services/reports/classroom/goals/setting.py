"""Learning goals: set for a class or for one child in it, with steps, notes on how it goes, and an end."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.contracts.reports import GoalSet
from schoolbus.ids import new_id
from schoolbus.once import once
from schoolbus.problems import Conflict, GoneOn, NotFound
from schoolbus.scope import Scope
from services.reports.classroom import changing, reach
from services.reports.classroom.goals.schemas import MOST_NOTES, OPEN
from services.reports.classroom.saying import to_families
from services.reports.today import overviews

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_TEXTS = ("subject", "text", "text_ur", "due_on", "steps")
_SAME = ("class_id", "student_id", "set_by", *_TEXTS)


def set_goal(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """The goal with its events, in one write; the one that is there when it was sent before."""
    scope, group = access.led_class(store, caller, branch_id, draft["class_id"])
    if draft["student_id"] is not None:
        reach.child_in_class(store, caller, branch_id, draft["class_id"], draft["student_id"])
    goal = {
        "_id": draft.get("learning_goal_id") or new_id(),
        "branch_id": branch_id,
        "class_id": draft["class_id"],
        "class_title": group["title"],
        "student_id": draft["student_id"],
        **_content(draft),
        "state": OPEN,
        "notes": [],
        "set_by": caller.person_id,
        "set_at": clock.now(),
        "settled_at": None,
        "edition": 0,
    }
    with _changing(store, goal) as students:
        what = {"learning_goal_id": goal["_id"], "teacher_id": caller.person_id}
        said = to_families(GoalSet, goal, students, **what)
        return once(store.learning_goals, scope, goal, lambda: store.learning_goals.add(goal, saying=said), _SAME)


def change(store: Store, caller: Caller, branch_id: str, goal_id: str, draft: Document) -> Document:
    """What it says, which steps are done, how it ended. Raises NotFound, GoneOn."""
    scope, goal = led(store, caller, branch_id, goal_id)
    new = {**_content(draft), "state": draft["state"]}
    if all(goal[name] == value for name, value in new.items()):  # sent again
        return goal
    settled_at = None if new["state"] == OPEN else goal["settled_at"] or clock.now()
    to = {**new, "settled_at": settled_at, "edition": draft["edition"] + 1, "changed_by": caller.person_id}
    with _changing(store, goal):
        changed = store.learning_goals.change(scope, goal_id, to=to, when={"edition": draft["edition"]})
    if changed is None:
        raise GoneOn(edition=goal["edition"])
    return changed


def note(store: Store, caller: Caller, branch_id: str, goal_id: str, draft: Document) -> Document:
    """How it goes. Twice is once. Raises NotFound, Conflict."""
    scope, _ = led(store, caller, branch_id, goal_id)
    noted = {
        "note_id": draft.get("note_id") or new_id(),
        "text": draft["text"],
        "text_ur": draft["text_ur"],
        "by": caller.person_id,
        "at": clock.now(),
    }
    room = {f"notes.{MOST_NOTES - 1}": {"$exists": False}, "notes.note_id": {"$ne": noted["note_id"]}}
    changed = store.learning_goals.change(scope, goal_id, to={}, when=room, push={"notes": noted})
    if changed is not None:
        return changed
    there = store.learning_goals.one(scope, goal_id)
    if all(each["note_id"] != noted["note_id"] for each in there["notes"]):
        raise Conflict("too-many-notes", "There are very many notes already", "Set the next goal.")
    return there


def led(store: Store, caller: Caller, branch_id: str, goal_id: str) -> tuple[Scope, Document]:
    """A class's goal is in the hands of its teachers; a child's goes with the child, to those who teach it now."""
    scope = caller.branch(branch_id)
    goal = store.learning_goals.one(scope, goal_id)
    if goal["student_id"] is None:
        reach.led(store, caller, branch_id, goal, "Learning goal")
    else:
        of_child(store, caller, branch_id, goal)
    return scope, goal


def of_child(store: Store, caller: Caller, branch_id: str, goal: Document) -> None:
    try:
        access.student(store, caller, branch_id, goal["student_id"])
    except NotFound:
        raise NotFound("Learning goal") from None


@contextmanager
def _changing(store: Store, goal: Document) -> Iterator[Sequence[str]]:
    """Around a change of what these students see today."""
    if goal["student_id"] is None:
        with changing.of_class(store, goal["branch_id"], goal["class_id"]) as students:
            yield students
    else:
        with overviews.changing(store, goal["branch_id"], [goal["student_id"]]):
            yield [goal["student_id"]]


def _content(draft: Document) -> Document:
    due_on = draft["due_on"].isoformat() if draft["due_on"] else None
    return {**{name: draft[name] for name in _TEXTS}, "due_on": due_on}
