"""Reviewed, approved, given back: a run's cards at once, or those named.

Each step is one transaction. It writes the run first, which names the edition that was seen: so of two steps at once one runs
again, and a request that comes late, after others have gone on, changes nothing. Then the cards, of which every one has to be
where the step begins. What is sent again finds itself done, by its place among the run's steps.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eventlet import tpool

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.ids import fingerprint
from schoolbus.logs import log
from schoolbus.problems import Invalid
from schoolbus.scope import Scope
from schoolbus.store import Busy
from services.reports.cards import runs
from services.reports.cards.content import marks
from services.reports.cards.states import ASKED, DRAFTED, FAILED, ISSUED, REVIEWED, WITHDRAWN
from services.reports.cards.workflow import reaching

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


@dataclass(frozen=True)
class Step:
    """`begins`: states from which it leads on. `to`: what a card becomes by whom. `refused`: why others can't."""

    name: str
    begins: tuple[str, ...]
    to: Callable[[str, Document], Document]
    refused: Mapping[str, str]


_NOT_RETURNED = dict.fromkeys(("returned_reason", "returned_by", "returned_at"))
_OVER = {ISSUED: "Is issued.", WITHDRAWN: "Was withdrawn."}
REVIEW = Step(
    "review",
    (DRAFTED,),
    lambda by, _: {"state": REVIEWED, "reviewed_by": by, "reviewed_at": clock.now(), **_NOT_RETURNED},
    {REVIEWED: "Is reviewed.", ASKED: "Is approved.", FAILED: "Has failed: give it back first.", **_OVER},
)
APPROVE = Step(
    "approve",
    (REVIEWED,),
    lambda by, _: runs.approval(by),
    {DRAFTED: "Is not reviewed.", ASKED: "Is approved.", FAILED: "Has failed: give it back first.", **_OVER},
)
GIVE_BACK = Step(
    "return",
    (REVIEWED, ASKED, FAILED),
    lambda by, draft: {
        "state": DRAFTED,
        "returned_reason": draft["reason"],
        "returned_by": by,
        "returned_at": clock.now(),
        "seen_marks": None,
    },
    {DRAFTED: "Is a draft.", **_OVER},
)


def review(store: Store, caller: Caller, branch_id: str, run_id: str, draft: Document) -> Document:
    """By the class teacher, head or office: of the cards named, or all that are drafts."""
    scope, run = reaching.reviewed(store, caller, branch_id, run_id)
    return _take(store, scope, run, caller.person_id, REVIEW, draft, _seen(store, scope, run, draft["report_card_ids"]))


def approve(store: Store, caller: Caller, branch_id: str, run_id: str, draft: Document) -> Document:
    """By the head: of the cards named, or all that are reviewed. The worker makes them."""
    scope, run = reaching.led(store, caller, branch_id, run_id)
    return _take(store, scope, run, caller.person_id, APPROVE, draft)


def give_back(store: Store, caller: Caller, branch_id: str, run_id: str, draft: Document) -> Document:
    """With a reason, to those who write on them; also what was approved, as long as it is not issued."""
    scope, run = reaching.reviewed(store, caller, branch_id, run_id)
    return _take(store, scope, run, caller.person_id, GIVE_BACK, draft)


def _take(
    store: Store, scope: Scope, run: Document, by: str, step: Step, draft: Document, seen: Mapping[str, str] | None = None
) -> Document:
    """Raises Conflict, Invalid with the cards that can't, by index: then nothing is changed."""
    done = {"step": step.name, "by": by, "of": fingerprint(json.dumps([draft["report_card_ids"], draft.get("reason")]))}
    if _sent_again(run, draft["edition"], done):
        return runs.progress_of(store, scope, run)
    with store.transaction():
        kept = {**done, "reason": draft.get("reason"), "at": clock.now(), "edition": draft["edition"]}
        to = {"edition": draft["edition"] + 1}
        changed = store.runs.change(scope, run["_id"], when={"edition": draft["edition"]}, to=to, push={"steps": kept})
        if changed is None:
            raise reaching.gone_on(store.runs.one(scope, run["_id"]))
        ids = _chosen(runs.cards_of(store, scope, run["_id"]), draft["report_card_ids"], step)
        where = {"_id": {"$in": ids}, "state": {"$in": list(step.begins)}}
        if store.report_cards.change_all(scope, where, step.to(by, draft)) != len(ids):
            raise Busy  # the worker was faster with one of them
        _keep_what_was_seen(store, scope, ids, seen)
        if step is GIVE_BACK:  # PDFs of a worker that died before it issued one
            store.files.remove_all(scope, {"report_card_id": {"$in": ids}})
    if step is GIVE_BACK:
        store.metered.touch(run["branch_id"])
    log().info(f"report_cards_{step.name}", run=run["_id"], branch=run["branch_id"], count=len(ids))
    return runs.progress_of(store, scope, changed)


def _sent_again(run: Document, edition: int, done: Document) -> bool:
    last = run["steps"][-1] if run["steps"] else {}
    return bool(last and last["edition"] == edition and all(last[name] == value for name, value in done.items()))


def _chosen(cards: Sequence[Document], named: Sequence[str] | None, step: Step) -> list[str]:
    """Ids of those named; of all that can go on, where nobody named any. Raises Invalid."""
    states = {card["_id"]: card["state"] for card in cards}
    if named is None:
        return [id for id, state in states.items() if state in step.begins]
    refused = {
        str(index): [step.refused.get(states[id], "Can't.") if id in states else "Not in this run."]
        for index, id in enumerate(named)
        if states.get(id) not in step.begins
    }
    refused |= {str(index): ["Named twice."] for index, id in enumerate(named) if id in named[:index]}
    if refused:
        raise Invalid({"report_card_ids": refused}, "Some cards can't; nothing was changed")
    return list(named)


def _seen(store: Store, scope: Scope, run: Document, named: Sequence[str] | None) -> dict[str, str]:
    """What the marks of the drafts are at review: others at issue, and the card comes back."""
    cards = [card for card in runs.cards_of(store, scope, run["_id"]) if card["state"] == DRAFTED]
    cards = [card for card in cards if named is None or card["_id"] in named]
    students = [card["student_id"] for card in cards]
    reached = tpool.execute(marks.of_students(store, scope, students, run["term_key"]))
    return {card["_id"]: marks.fingerprint(reached[card["student_id"]]) for card in cards}


def _keep_what_was_seen(store: Store, scope: Scope, ids: Sequence[str], seen: Mapping[str, str] | None) -> None:
    if seen is None or not ids:
        return
    if not set(ids) <= set(seen):
        raise Busy  # one of them has become a draft just now
    whose = {"branch_id": scope.branch_id}
    store.report_cards.upsert_all([({"_id": id, **whose}, {"$set": {"seen_marks": seen[id]}}) for id in ids])
