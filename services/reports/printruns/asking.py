"""Print runs are asked for, followed, fetched and taken away."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import access, audit, clock
from schoolbus.caller import Caller
from schoolbus.grades import plain
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.once import once
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, Invalid, NotAllowed, NotFound
from schoolbus.route import Answer
from schoolbus.scope import Scope
from services.reports.cards.storage import check_room
from services.reports.papers.registers import month_of
from services.reports.papers.schemas import PAPERS
from services.reports.papers.singles import reach
from services.reports.printruns import clearing, states
from services.reports.printruns.clearing import FORGOTTEN
from services.reports.printruns.progress import with_progress
from services.reports.printruns.states import (
    ASKED,
    BRANCH,
    CANCELLED,
    CARDS,
    CERTIFICATES,
    CLASS,
    DIARY_WEEKS,
    GRADE,
    LETTERS,
    MADE,
    REGISTERS,
    UNDER_WAY,
)

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
WANTS = {CARDS: "term", LETTERS: "term", CERTIFICATES: "title", DIARY_WEEKS: "week", REGISTERS: "month"}
_SAME = ("what", "of", "class_id", "grade", "about", "language", "paper", "only_paper")


def ask(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """The worker does the rest. Sent again with the same id, it is there. Raises Invalid, NotFound, NotAllowed, Conflict."""
    scope = _reached(store, caller, branch_id, draft)
    run = _new(branch_id, caller.person_id, draft)
    run["among"] = None if (among := reach(store, caller, branch_id)) is None else sorted(among)
    if store.print_runs.first(scope, {"_id": run["_id"]}) is None:
        check_room(store, scope)
    there = once(store.print_runs, scope, run, lambda: store.print_runs.add(run), _SAME)
    log().info("print_run_asked", run=there["_id"], branch=branch_id, what=there["what"], of=there["of"])
    return with_progress(store, scope, [there])[0]


def _reached(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any]) -> Scope:
    """Whoever teaches a class prints for it; office and head for all."""
    if draft["of"] == CLASS:
        return access.led_class(store, caller, branch_id, draft["class_id"])[0]
    scope = caller.branch(branch_id)
    if not caller.reaches_all(branch_id):
        raise NotAllowed("not-your-class", "You print for your own classes", "The head and the office print for others.")
    classes = store.classes.find(scope, {"active": True})
    chosen = [each for each in classes if draft["of"] == BRANCH or plain(each["grade"] or "") == plain(draft["grade"])]
    if not chosen:
        raise Invalid({"grade" if draft["of"] == GRADE else "of": ["There are no classes."]})
    for each in chosen:
        audit.note(store, caller, branch_id, class_id=each["class_id"])
    return scope


def _new(branch_id: str, by: str, draft: Mapping[str, Any]) -> Document:
    at = clock.now()
    return {
        "_id": draft["report_print_run_id"] or new_id(),
        "branch_id": branch_id,
        "what": draft["what"],
        "of": draft["of"],
        "class_id": draft["class_id"],
        "grade": draft["grade"],
        "about": _about(draft),
        "language": draft["language"],
        "paper": PAPERS[draft["paper"]],
        "only_paper": draft["only_paper"],
        "state": ASKED,
        "reason": None,
        "asked": None,  # until it is planned
        "parts": None,
        "tried": 0,  # to plan it, or to join its parts
        "attempts": 0,
        "turn_at": at,
        "asked_by": by,
        "asked_at": at,
        "made_at": None,
        "kept_until": at + FORGOTTEN,
        "file_id": None,
        "pages": None,
        "size": 0,
        "untidy": False,
    }


def _about(draft: Mapping[str, Any]) -> str:
    """The term, title, week (its Monday) or month, as the run's part of the service knows it. Raises Invalid."""
    name = WANTS[draft["what"]]
    if name == "month":
        try:
            month_of(draft["month"])
        except ValueError:
            raise Invalid({"month": ["A month such as 2026-11."]}) from None
    said = draft[name]
    return said.isoformat() if name == "week" else str(said)


# Reading


def several(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """The newest first; for a teacher those of a class of theirs."""
    where: Document = {}
    if query["class_id"]:
        scope, _ = access.led_class(store, caller, branch_id, query["class_id"])
        where["class_id"] = query["class_id"]
    else:
        scope = caller.branch(branch_id)
        if not caller.reaches_all(branch_id):
            where["class_id"] = {"$in": store.classes_of(scope, caller.person_id, "teacher")}
    where |= _readable(store, caller, branch_id)
    found = store.print_runs.page(scope, where, sort="-asked_at", page=query["page"])
    shown = with_progress(store, scope, found.items)
    audit.note(store, caller, branch_id, {each["student_id"] for run in shown for each in run["failed"] if each["student_id"]})
    return Paged(shown, found.next)


def one(store: Store, caller: Caller, branch_id: str, run_id: str) -> Document:
    scope, run = _run(store, caller, branch_id, run_id)
    return with_progress(store, scope, [run])[0]


def pdf(store: Store, caller: Caller, branch_id: str, run_id: str) -> Answer:
    """Raises NotFound while it is not made; Conflict when it is kept no longer."""
    scope, run = _run(store, caller, branch_id, run_id)
    if run["state"] == states.REMOVED:
        raise Conflict("pdf-gone", "The file was kept for a while only", "Ask for it once more.")
    pieces = store.pieces_if_there(run["file_id"]) if run["state"] == MADE else None
    if pieces is None:
        raise NotFound("PDF", detail="It is being made, or could not be: the run says which.")
    parts = store.print_parts.find(scope, {"run_id": run_id})
    audit.note(store, caller, branch_id, {each["student_id"] for part in parts for each in part["sheets"]})
    name = f"{run['what'].replace('_', '-')}-{run_id[:8]}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Content-Length": f"{run['size']}"}
    return Answer(pieces, "application/pdf", headers={**headers, "Cache-Control": "private, no-store"})


def cancel(store: Store, caller: Caller, branch_id: str, run_id: str) -> Document:
    """What is under way stops, what was made goes. Twice is once."""
    scope, run = _run(store, caller, branch_id, run_id)
    to = {"state": CANCELLED, "untidy": True}
    changed = store.print_runs.change(scope, run_id, to=to, when={"state": {"$in": list(UNDER_WAY)}})
    if changed is None:
        changed = clearing.remove(store, scope, run_id)
    if changed is not None:
        clearing.tidy(store, changed)
        log().info("print_run_cancelled", run=run_id, state=changed["state"])
    return one(store, caller, branch_id, run["_id"])


def _run(store: Store, caller: Caller, branch_id: str, run_id: str) -> tuple[Scope, Document]:
    """Raises NotFound: to whom it is out of reach it looks as one that is not there."""
    scope = caller.branch(branch_id)
    run = store.print_runs.first(scope, {"_id": run_id, **_readable(store, caller, branch_id)})
    if run is None:
        raise NotFound("Print run")
    if caller.reaches_all(branch_id):  # also of a class that is no more
        audit.note(store, caller, branch_id, class_id=run["class_id"])
        return scope, run
    if run["class_id"] is None:
        raise NotFound("Print run")
    try:
        access.led_class(store, caller, branch_id, run["class_id"])
    except (NotAllowed, NotFound):
        raise NotFound("Print run") from None
    return scope, run


def _readable(store: Store, caller: Caller, branch_id: str) -> Document:
    """A letter has results of the classes that its asker teaches: those runs are for who teaches all of these, and what the
    head or the office asked for is for them."""
    taught = reach(store, caller, branch_id)
    if taught is None:
        return {}
    covered = {"among": {"$ne": None, "$not": {"$elemMatch": {"$nin": sorted(taught)}}}}
    return {"$or": [{"what": {"$ne": LETTERS}}, covered]}
