"""Print runs: what waits for a class becomes one PDF; it is printed, handed out, and printed again when somebody asks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import Scope
from schoolbus.store import Busy
from services.notifications.paper import waiting
from services.notifications.sending.marking import mark
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

ASKED, PRINTED, FAILED = "asked", "printed", "failed"
MOST = 2000  # messages of a run; the rest waits for the next one
_AGAIN = {"state": ASKED, "reason": None, "attempts": 0, "leased_until": None}


def ask(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any]) -> Document:
    """All that waits for the class is this run's from now on, in one transaction: no other run prints it.

    The run that is there when it was asked for before, by the same id. Raises Conflict where nothing waits.
    """
    scope, _ = waiting.reach(store, caller, branch_id, draft["class_id"])
    if draft["run_id"] and (there := store.print_runs.first(scope, {"_id": draft["run_id"]})):
        return _same(there, draft)
    ids = waiting.message_ids(store, scope, draft["class_id"], MOST)
    if not ids:
        way_out = "What has been printed is in an earlier run, and can be printed again."
        raise Conflict("nothing-waits", "No letters wait here", way_out)
    run = _run(branch_id, caller.person_id, draft, ids)
    with store.transaction():
        try:
            store.print_runs.add(run)
        except AlreadyThere as taken:
            raise Conflict("already-there", "This id is taken", "Send another id, or none.") from taken
        taken_now = store.messages.change_all(scope, {"_id": {"$in": ids}, **waiting.WAITING}, {"print_run": run["_id"]})
        if taken_now != len(ids):
            raise Busy  # another run, or a receipt, was faster: look again
    audit.note(store, caller, branch_id, class_id=draft["class_id"])
    log().info("print_run_asked", run=run["_id"], messages=len(ids))
    return run


def page(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """The newest first; of a class teacher's own class."""
    if query["class_id"] is None and not caller.reaches_all(branch_id):
        raise Invalid({"class_id": ["Name your class."]})
    scope = waiting.reach(store, caller, branch_id, query["class_id"])[0] if query["class_id"] else caller.branch(branch_id)
    where = {"class_id": query["class_id"]} if query["class_id"] else {}
    found = store.print_runs.page(scope, where, sort="-asked_at", page=query["page"])
    audit.note(store, caller, branch_id, {letter["student_id"] for run in found.items for letter in run["letters"]})
    return found


def one(store: Store, caller: Caller, branch_id: str, run_id: str) -> Document:
    return _reached(store, caller, branch_id, run_id)[1]


def pdf(store: Store, caller: Caller, branch_id: str, run_id: str) -> bytes:
    """Raises NotFound, while it is being made too; Conflict once it has been thrown away."""
    scope, run = _reached(store, caller, branch_id, run_id)
    if run["state"] != PRINTED:
        raise NotFound("PDF", detail="It is being made, or could not be: the run says which.")
    found = store.print_files.first(scope, {"_id": run_id})
    if found is None:
        raise Conflict("pdf-gone", "The PDF was kept for a while only", "Have it made again: POST …/again.")
    return bytes(found["pdf"])


def again(store: Store, caller: Caller, branch_id: str, run_id: str) -> Document:
    """The same letters once more, as when the paper jammed or the PDF is gone. Nothing new goes into them."""
    scope, run = _reached(store, caller, branch_id, run_id)
    if run["state"] == ASKED:
        return run
    changed = store.print_runs.change(scope, run_id, to=_AGAIN, when={"state": run["state"]})
    return changed or store.print_runs.one(scope, run_id)


def handed_out(store: Store, caller: Caller, branch_id: str, run_id: str, student_ids: Sequence[str] | None) -> Document:
    """Whoever handed them out says so: of all children of the run, or of these. Saying so again changes nothing.

    Raises Conflict before it is printed, Invalid for a child who has no letter in it.
    """
    scope, run = _reached(store, caller, branch_id, run_id)
    if not run["letters"]:
        raise Conflict("not-printed", "These letters are not printed yet", "Wait until the run is printed.")
    known = {letter["student_id"] for letter in run["letters"]}
    if unknown := [id for id in student_ids or () if id not in known]:
        raise Invalid({"student_ids": [Sentence("%(count)s of them have no letter in this run.", count=len(unknown))]})
    wanted = known if student_ids is None else set(student_ids)
    at = now()
    for letter in run["letters"]:
        if letter["student_id"] in wanted:
            for message_id in letter["message_ids"]:
                mark(store.messages, message_id, State.DELIVERED, at)
    out = sorted({*run["handed_out"], *wanted})
    return store.print_runs.change(scope, run_id, to={"handed_out": out}) or run


def _reached(store: Store, caller: Caller, branch_id: str, run_id: str) -> tuple[Scope, Document]:
    run = store.print_runs.one(caller.branch(branch_id), run_id)
    if not (run["class_id"] and caller.reaches_all(branch_id)):  # who reaches all sees that of a class that is no more, too
        waiting.reach(store, caller, branch_id, run["class_id"])
    audit.note(store, caller, branch_id, [letter["student_id"] for letter in run["letters"]], class_id=run["class_id"])
    return caller.branch(branch_id), run


def _same(there: Document, draft: Mapping[str, Any]) -> Document:
    if there["class_id"] != draft["class_id"]:
        raise Conflict("already-there", "This id is another class's run", "Send another id, or none.")
    return there


def _run(branch_id: str, asked_by: str, draft: Mapping[str, Any], ids: Sequence[str]) -> Document:
    return {
        "_id": draft["run_id"] or new_id(),
        "branch_id": branch_id,
        "class_id": draft["class_id"],
        "asked_by": asked_by,
        "asked_at": now(),
        "asked": len(ids),
        "letters": [],
        "left_out": [],
        "handed_out": [],
        "printed_at": None,
        **_AGAIN,
    }
