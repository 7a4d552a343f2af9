"""Remarks for many students in one request: all rows or none, and every refused row is named by its index."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from marshmallow import ValidationError

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.ids import new_id
from schoolbus.problems import Invalid, NotAllowed, Sentence
from schoolbus.scope import Scope
from schoolbus.store import Busy
from services.reports.cards import runs
from services.reports.cards.content.remarks import OF_HEAD, OF_SUBJECT, place, with_those
from services.reports.cards.states import DRAFTED, REVIEWED
from services.reports.cards.workflow import reaching
from services.reports.cards.workflow.schemas import LONGEST_BESIDE_MARKS, RemarkRow

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_ROW = RemarkRow()
Refused = dict[str, dict[str, list[str]]]


def put(store: Store, caller: Caller, branch_id: str, run_id: str, draft: Document) -> Document:
    """On drafts; the head's also on cards that are reviewed already. Raises Invalid, NotFound, NotAllowed."""
    scope, run, own = reaching.taught(store, caller, branch_id, run_id)
    rows, refused = _read(draft["remarks"], run["student_ids"] if own is None else own)
    refused |= _not_theirs(caller, branch_id, rows, leads=own is None)
    _from_bank(store, scope, rows, refused)
    _check(refused)
    with store.transaction():
        cards = {card["student_id"]: card for card in store.report_cards.find(scope, _of(run, rows))}
        _check({str(row["index"]): why for row in rows if (why := _too_late(cards[row["student_id"]], row))})
        _write(store, scope, caller.person_id, cards, rows)
    return {"cards": len(cards)}


def _of(run: Document, rows: Sequence[Document]) -> Document:
    return {"run_id": run["_id"], "student_id": {"$in": sorted({row["student_id"] for row in rows})}}


def _read(sent: Sequence[Any], students: Sequence[str]) -> tuple[list[Document], Refused]:
    """A child has several rows, one of each kind and subject."""
    rows: list[Document] = []
    refused: Refused = {}
    known, seen = set(students), set()
    for index, sent_row in enumerate(sent):
        try:
            row = {**_ROW.load(sent_row), "index": index}
        except ValidationError as error:
            refused[str(index)] = error.normalized_messages()
            continue
        which = (row["student_id"], place(row))
        if row["student_id"] not in known:
            refused[str(index)] = {"student_id": ["Has no card in this run, or is not taught by you."]}
        elif which in seen:
            refused[str(index)] = {"student_id": ["Named twice with this kind of remark."]}
        seen.add(which)
        rows.append(row)
    return rows, refused


def _not_theirs(caller: Caller, branch_id: str, rows: Sequence[Document], *, leads: bool) -> Refused:
    """The head's remark is the head's, and a subject's teacher speaks for the subject alone."""
    refused: Refused = {}
    approves = _approves(caller, branch_id)
    for row in rows:
        if row["kind"] == OF_HEAD and not approves:
            refused[str(row["index"])] = {"kind": ["The head's alone."]}
        elif row["kind"] not in (OF_HEAD, OF_SUBJECT) and not leads:
            refused[str(row["index"])] = {"kind": ["Who teaches the class writes it."]}
    return refused


def _approves(caller: Caller, branch_id: str) -> bool:
    try:
        runs.check_may_approve(caller, branch_id)
    except NotAllowed:
        return False
    return True


def _from_bank(store: Store, scope: Scope, rows: Sequence[Document], refused: Refused) -> None:
    """Its words as they are now: what is changed in the bank later changes no card."""
    ids = sorted({row["remark_id"] for row in rows if row["remark_id"]})
    found = {each["_id"]: each for each in store.remark_bank.find(scope, {"_id": {"$in": ids}})} if ids else {}
    for row in rows:
        if row["remark_id"] in found:
            row |= {name: found[row["remark_id"]][name] for name in ("text", "text_ur")}
        elif row["remark_id"]:
            refused[str(row["index"])] = {"remark_id": ["Is not in the remarks bank."]}
        if row["kind"] == OF_SUBJECT and len(row["text"] or row["text_ur"] or "") > LONGEST_BESIDE_MARKS:
            refused[str(row["index"])] = {
                "remark_id": [Sentence("Longer than %(longest)s characters.", longest=LONGEST_BESIDE_MARKS)]
            }


def _too_late(card: Document, row: Document) -> dict[str, list[str]] | None:
    may = (DRAFTED, REVIEWED) if row["kind"] == OF_HEAD else (DRAFTED,)
    return (
        None
        if card["state"] in may
        else {"student_id": [Sentence("The card is %(state)s: it is given back first.", state=card["state"])]}
    )


def _check(refused: Mapping[str, Any]) -> None:
    if refused:
        raise Invalid({"remarks": refused}, "Some rows can't be taken; nothing was stored")


def _write(store: Store, scope: Scope, by: str, cards: Mapping[str, Document], rows: Sequence[Document]) -> None:
    """Raises Busy where another wrote on one of the cards at this moment."""
    at, new = clock.now(), defaultdict(list)
    for row in rows:
        said = {name: row[name] for name in ("kind", "subject", "remark_id", "text", "text_ur")}
        new[row["student_id"]].append({**said, "by": by, "at": at})
    ids = [card["_id"] for card in cards.values()]
    where = {"_id": {"$in": ids}, "state": {"$in": [DRAFTED, REVIEWED]}}
    if store.report_cards.change_all(scope, where, {"remarked": new_id()}) != len(ids):
        raise Busy
    store.report_cards.upsert_all(
        [
            (
                {"_id": card["_id"], "branch_id": card["branch_id"]},
                {"$set": {"remarks": with_those(card["remarks"], new[student])}},
            )
            for student, card in cards.items()
        ]
    )
