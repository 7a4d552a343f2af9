"""Homework: a teacher sets it for a class, changes it, takes it back; the families of its students are told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.events import Event
from schoolbus.ids import effect_id, new_id
from schoolbus.once import once
from schoolbus.problems import Conflict, GoneOn, Invalid
from schoolbus.scope import Scope
from services.reports.classroom import changing, reach
from services.reports.classroom.homework import files, telling
from services.reports.classroom.homework.schemas import IN_A_YEAR, in_a_year
from services.reports.classroom.homework.states import MOST_EDITIONS, SET, WITHDRAWN

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
CONTENT = ("kind", "title", "text", "subject", "due_on", "steps", "attachments")
_SAME = ("class_id", "teacher_id", *CONTENT)


def set_homework(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """The homework with its events, in one write; the one that is there when it was sent before."""
    scope, group = access.led_class(store, caller, branch_id, draft["class_id"])
    document = {
        "_id": draft.get("homework_id") or new_id(),
        "branch_id": branch_id,
        "class_id": draft["class_id"],
        "class_title": group["title"],
        **_content(store, scope, draft["class_id"], draft),
        "teacher_id": caller.person_id,
        "set_at": clock.now(),
        "edition": 0,
        "state": SET,
        "changed_at": None,
    }
    with changing.homework(store, branch_id, draft["class_id"]) as students:
        said = telling.of_new(document, students)
        return once(store.homework, scope, document, lambda: _add(store, scope, document, said), _SAME)


def _add(store: Store, scope: Scope, document: Document, said: Sequence[Event]) -> None:
    if not document["attachments"]:
        store.homework.add(document, saying=said)
        return
    with store.transaction():
        store.homework.add(document, saying=said)
        files.use(store, scope, document["attachments"])


def change(store: Store, caller: Caller, branch_id: str, homework_id: str, draft: Document) -> Document:
    """Its next edition; what was signed was the one before, which is kept. Raises NotFound, Conflict, GoneOn, Invalid."""
    scope = caller.branch(branch_id)
    found = store.homework.one(scope, homework_id)
    reach.led(store, caller, branch_id, found, "Homework")
    if found["state"] == WITHDRAWN:
        raise Conflict("withdrawn", "This homework was taken back", "Set it anew.")
    new = _content(store, scope, found["class_id"], draft)
    if all(new[name] == found[name] for name in CONTENT):  # sent again
        return found
    if draft["edition"] != found["edition"]:
        raise GoneOn(edition=found["edition"])
    _check(found, new)
    at = clock.now()
    to = {**new, "edition": found["edition"] + 1, "changed_at": at, "changed_by": caller.person_id}
    with changing.homework(store, branch_id, found["class_id"]) as students, store.transaction():
        said = telling.of_change({**found, **to}, found["due_on"], students)
        when = {"edition": found["edition"], "state": SET}
        changed = store.homework.change(scope, homework_id, to=to, when=when, saying=said)
        if changed is None:
            raise GoneOn
        store.homework_editions.add(_edition(found, caller.person_id))
        files.use(store, scope, new["attachments"])
    return changed


def withdraw(store: Store, caller: Caller, branch_id: str, homework_id: str) -> None:
    """It stands in no list any more; who looks it up sees that it was taken back. Twice is once."""
    scope = caller.branch(branch_id)
    found = store.homework.one(scope, homework_id)
    reach.led(store, caller, branch_id, found, "Homework")
    if found["state"] == WITHDRAWN:
        return
    over = {"state": WITHDRAWN, "edition": found["edition"] + 1, "changed_at": clock.now(), "withdrawn_by": caller.person_id}
    with changing.homework(store, branch_id, found["class_id"]) as students:
        said = telling.of_withdrawal({**found, **over}, students)
        when = {"edition": found["edition"], "state": SET}
        if store.homework.change(scope, homework_id, to=over, when=when, saying=said) is None:
            raise GoneOn


def _check(found: Document, new: Document) -> None:
    if new["due_on"] != found["due_on"] and not in_a_year(date.fromisoformat(new["due_on"])):
        raise Invalid({"due_on": [IN_A_YEAR]})
    if found["edition"] >= MOST_EDITIONS:
        raise Conflict("changed-too-often", "This homework has changed very often", "Take it back, and set it anew.")


def _content(store: Store, scope: Scope, class_id: str, draft: Document) -> Document:
    return {
        **{name: draft[name] for name in ("kind", "title", "text", "subject")},
        "due_on": draft["due_on"].isoformat(),
        "steps": [{"title": step["title"], "due_on": step["due_on"].isoformat()} for step in draft["steps"]],
        "attachments": files.of_class(store, scope, class_id, draft["attachment_ids"]),
    }


def _edition(found: Document, replaced_by: str) -> Document:
    """What it said until now."""
    return {
        "_id": effect_id("homework-edition", found["_id"], str(found["edition"])),
        "branch_id": found["branch_id"],
        "homework_id": found["_id"],
        "edition": found["edition"],
        **{name: found[name] for name in CONTENT},
        "written_by": found.get("changed_by") or found["teacher_id"],
        "replaced_by": replaced_by,
        "replaced_at": clock.now(),
    }
