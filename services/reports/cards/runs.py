"""Runs of report cards: what was asked for, counted against what was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id, new_id
from schoolbus.once import once
from schoolbus.problems import Invalid
from services.reports.cards.designing import templates
from services.reports.cards.storage import check_room
from services.reports.gradebook.terms import key

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
ASKED, ISSUED, FAILED = "asked", "issued", "failed"  # the states of a report card: docs/reports.md


def ask(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """A new run with a card to make for each student, in one transaction; the one that is there when it was sent before."""
    scope, _ = access.led_class(store, caller, branch_id, draft["class_id"])
    made_with = templates.named(store, scope, draft["card_template_id"])
    run = new_run(branch_id, caller.person_id, draft, store.students_of_class(scope, draft["class_id"]), made_with)
    if store.runs.first(scope, {"_id": run["_id"]}) is None:  # else it was asked for before
        check_room(store, scope)
    there = once(store.runs, scope, run, lambda: store.add_run(run, cards(run)), ("class_id", "term", "student_ids"))
    return counted(there, store.report_cards.find(scope, {"run_id": there["_id"]}))


def new_run(branch_id: str, asked_by: str, draft: Document, students: Sequence[str], template: str | None = None) -> Document:
    """For the students named, or for the whole class; `template`: an edition of one. Raises Invalid."""
    named = draft["student_ids"] or students
    if not named:
        raise Invalid({"class_id": ["This class has no students."]})
    errors = refused(named, students)
    if errors:
        raise Invalid({"student_ids": errors}, "Some students can't have a card from this class; nothing was asked")
    return {
        "_id": draft.get("run_id") or new_id(),
        "branch_id": branch_id,
        "class_id": draft["class_id"],
        "term": draft["term"],
        "student_ids": sorted(named),
        "template": template,
        "asked_by": asked_by,
        "asked_at": clock.now(),
    }


def refused(named: Sequence[str], students: Iterable[str]) -> dict[str, list[str]]:
    """What is wrong with whom, by index."""
    known, seen = set(students), set()
    errors: dict[str, list[str]] = {}
    for index, student_id in enumerate(named):
        if student_id not in known:
            errors.setdefault(str(index), []).append("Not in this class.")
        if student_id in seen:
            errors.setdefault(str(index), []).append("Named twice.")
        seen.add(student_id)
    return errors


def cards(run: Document) -> list[Document]:
    return [
        {
            "_id": effect_id(run["_id"], student_id),
            "branch_id": run["branch_id"],
            "run_id": run["_id"],
            "class_id": run["class_id"],
            "student_id": student_id,
            "term": run["term"],
            "term_key": key(run["term"]),
            "template": run["template"],
            "state": ASKED,
            "asked_at": run["asked_at"],
        }
        for student_id in run["student_ids"]
    ]


def progress(store: Store, caller: Caller, branch_id: str, run_id: str) -> Document:
    scope = caller.branch(branch_id)
    run = store.runs.one(scope, run_id)
    access.led_class(store, caller, branch_id, run["class_id"])
    return counted(run, store.report_cards.find(scope, {"run_id": run_id}))


def counted(run: Document, made: Sequence[Document]) -> Document:
    """The run with its numbers: asked = issued + waiting + failed, always."""
    issued = sum(card["state"] == ISSUED for card in made)
    failed = [{"student_id": card["student_id"], "reason": card["reason"]} for card in made if card["state"] == FAILED]
    asked = len(run["student_ids"])
    return {**run, "asked": asked, "issued": issued, "failed": failed, "waiting": asked - issued - len(failed)}
