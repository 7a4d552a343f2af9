"""A class list that was confirmed is written in small pieces, each one transaction.

What is written is what was shown: a line that would do something else by now is left out, with its reason.
"""

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from functools import partial

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import branch
from schoolbus.store import Document, run_again_while_busy
from services.roster import telling
from services.roster.classlists import journal, lists, plans, sheet, writing
from services.roster.classlists.claimed import LEASE, Lost, close, content, told
from services.roster.classlists.plans import Plan, plan
from services.roster.classlists.roll import Roll
from services.roster.classlists.rows import as_row
from services.roster.classlists.sheet import PROBLEM, Finding, Line
from services.roster.editing import Edit, editing
from services.roster.store import Store

_PIECE = 100  # lines
_OTHERWISE = "Something has changed in Rabta since this was shown: send the sheet again."


def apply(store: Store, document: Document) -> None:
    lines, _ = sheet.read(content(store, document["_id"]))
    written = document["written"]
    while written < len(lines):
        piece = lines[written : written + _PIECE]
        run_again_while_busy(partial(_write, store, document, piece, written, len(lines)))
        written += len(piece)
    close(store, document, lists.DONE)
    telling.forget(store)
    log().info("class_list_applied", id=document["_id"], branch=document["branch_id"], lines=len(lines))


def _write(store: Store, document: Document, piece: Sequence[Line], written: int, of: int) -> None:
    """One piece, with how far the list has come: both or neither."""
    id, branch_id, caller = document["_id"], document["branch_id"], lists.acting(document, "confirmed")
    with editing(store, caller, branch_id) as edit:
        current = store.class_lists.one(branch(branch_id), id)
        if current["written"] != written or current["attempts"] != document["attempts"]:
            raise Lost
        shown = _shown(store, branch_id, id, piece)
        lines = [Line(line.number, line.cells, line.titles, list(line.findings)) for line in piece]  # it may run again
        done = _do(store, document, edit, lines, shown, caller)
        applied = Counter(current["applied"]) + Counter(word for made in done for word in made.does)
        skipped = sum(not row["left_out"] for row in shown.values()) - len(done)
        journal.keep(store, edit, id, branch_id)
        to = {
            "written": written + len(piece),
            "progress": (written + len(piece)) / of,
            "applied": dict(applied),
            "not_as_shown": current["not_as_shown"] + skipped,
            "leased_until": now() + timedelta(seconds=LEASE),
        }
        if store.class_lists.change(branch(branch_id), id, to=to, when={"written": written, "state": lists.APPLYING}) is None:
            raise Lost


def _do(
    store: Store, document: Document, edit: Edit, lines: Sequence[Line], shown: dict[int, Document], caller: Caller
) -> list[Plan]:
    """The lines that are as they were shown; the others are told in their rows."""
    roll = Roll(edit, branch(document["branch_id"]))
    writing.load(edit, document["_id"], [line.number for line in lines])
    writer = writing.Writer(edit, roll, caller, document["_id"])
    ended = partial(writing.ended_before, store, document["branch_id"])
    done = []
    for line in lines:
        row = shown[line.number]
        if row["left_out"]:
            continue
        made = plan(as_row(line), roll, caller, document["new_classes"], ended)
        if line.is_wrong or made.does != row["does"] or _whom(made) != _whom_shown(row):
            _say(store, row, _OTHERWISE)
            continue
        writer.write(made)
        done.append(made)
    writing.hold(edit, done)
    return done


def _whom(made: Plan) -> tuple[str | None, str | None]:
    student, guardian = made.student, made.guardian
    return student["_id"] if student else None, guardian["_id"] if guardian else None


def _whom_shown(row: Document) -> tuple[str | None, str | None]:
    """Whom a line was taken for; None for who was to be new."""
    is_new = plans.STUDENT_ADDED in row["does"], plans.GUARDIAN_ADDED in row["does"]
    return None if is_new[0] else row["student_id"], None if is_new[1] else row["guardian_id"]


def _shown(store: Store, branch_id: str, id: str, piece: Sequence[Line]) -> dict[int, Document]:
    where = {"list_id": id, "line": {"$in": [line.number for line in piece]}}
    return {row["line"]: row for row in store.class_list_rows.find(branch(branch_id), where)}


def _say(store: Store, row: Document, reason: str) -> None:
    finding = told(Finding(PROBLEM, reason, row["line"]))
    to = {"left_out": True, "does": [], "findings": [*row["findings"], finding]}
    store.class_list_rows.change(branch(row["branch_id"]), row["_id"], to=to)
