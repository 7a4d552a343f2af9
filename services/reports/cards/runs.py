"""Runs of report cards: what was asked for, counted against what was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id, new_id
from schoolbus.once import once
from schoolbus.problems import Invalid, NotAllowed
from schoolbus.rights import right
from schoolbus.scope import Scope
from schoolbus.store import current_session
from services.reports.cards.designing import templates
from services.reports.cards.states import ASKED, DRAFTED, FAILED, STATES, WITH_VERSION
from services.reports.cards.storage import check_room
from services.reports.cards.verifying.codes import new_code
from services.reports.cards.workflow import corrections
from services.reports.gradebook import terms

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_SAME = ("class_id", "term", "student_ids", "approved", "correction")


def ask(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """A new run with a card for each student, in one transaction; the one that is there when it was sent before."""
    scope, _ = access.led_class(store, caller, branch_id, draft["class_id"])
    draft = {**draft, **terms.named(store, scope, draft["term"])}
    if draft["approved"]:
        check_may_approve(caller, branch_id)
    made_with = templates.named(store, scope, draft["card_template_id"])
    there = store.runs.first(scope, {"_id": draft["run_id"]}) if draft.get("run_id") else None
    run, made = _begun(store, caller, scope, draft, made_with, there)
    if there is None:  # else it was asked for before
        check_room(store, scope)
    there = once(store.runs, scope, run, lambda: store.add_run(run, made), _SAME)
    return progress_of(store, scope, there)


def _begun(
    store: Store, caller: Caller, scope: Scope, draft: Document, template: str | None, there: Document | None
) -> tuple[Document, list[Document]]:
    branch_id = scope.branch_id or ""
    if not draft["correction"]:
        students = store.students_of_class(scope, draft["class_id"])
        run = new_run(branch_id, caller.person_id, draft, students, template)
        return run, cards(run)
    if there is not None and draft["student_ids"] is None:  # what was outdated then
        draft = {**draft, "student_ids": there["student_ids"]}
    former = corrections.former(store, scope, draft)  # also of who has left the class since
    run = new_run(branch_id, caller.person_id, draft, sorted(former), template)
    return run, corrections.carried_over(store, scope, run, cards(run), former)


def check_may_approve(caller: Caller, branch_id: str) -> None:
    """Raises NotAllowed."""
    if not replace(caller, right=right("approve report cards")).reaches_all(branch_id):
        raise NotAllowed("not-yours-to-approve", "Report cards are approved by the head", "Ask for them without approval.")


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
        **terms.of(draft),
        "student_ids": sorted(named),
        "template": template,
        "approved": draft.get("approved", False),
        "correction": draft.get("correction"),
        "asked_by": asked_by,
        "asked_at": clock.now(),
        "edition": 0,
        "steps": [],
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
    """Approved at once by who may do all of it, or as drafts."""
    approved = approval(run["asked_by"]) if run["approved"] else {"state": DRAFTED}
    return [
        {
            "_id": effect_id(run["_id"], student_id),
            "branch_id": run["branch_id"],
            "run_id": run["_id"],
            "class_id": run["class_id"],
            "student_id": student_id,
            **terms.of(run),
            "template": run["template"],
            "code": new_code(),
            "remarks": [],
            **approved,
        }
        for student_id in run["student_ids"]
    ]


def approval(by: str) -> Document:
    """What makes a card one that is asked for. `approval`: which it was, when there were several."""
    at = clock.now()
    approved = {"state": ASKED, "approval": new_id(), "approved_by": by, "approved_at": at, "asked_at": at}
    return {**approved, "attempts": 0, "leased_until": None}


def progress(store: Store, caller: Caller, branch_id: str, run_id: str) -> Document:
    scope = caller.branch(branch_id)
    run = store.runs.one(scope, run_id)
    access.led_class(store, caller, branch_id, run["class_id"])
    return progress_of(store, scope, run)


def progress_of(store: Store, scope: Scope, run: Document) -> Document:
    return counted(run, cards_of(store, scope, run["_id"]))


def cards_of(store: Store, scope: Scope, run_id: str) -> list[Document]:
    """Whose they are and how far, without what they say."""
    of_run, shown = scope.filter({"run_id": run_id}), dict.fromkeys(("student_id", "state", "reason"), True)
    return list(store.report_cards.collection.find(of_run, shown, session=current_session()))


def counted(run: Document, made: Sequence[Document]) -> Document:
    """The run with its numbers: asked = issued + waiting + failed, always. What was withdrawn had been issued."""
    states = [card["state"] for card in made]
    issued = sum(state in WITH_VERSION for state in states)
    failed = [{"student_id": card["student_id"], "reason": card["reason"]} for card in made if card["state"] == FAILED]
    asked = len(run["student_ids"])
    counts = {"asked": asked, "issued": issued, "failed": failed, "waiting": asked - issued - len(failed)}
    return {**run, **counts, "states": {state: states.count(state) for state in STATES}}
