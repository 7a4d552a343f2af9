"""The worker's part: the PDF of a run is made and kept, its messages are sent, and then the run is printed.

A worker may die at any line: the run comes again when its lease ends, and doing it twice is doing it once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now, today
from schoolbus.logs import log
from schoolbus.metrics import runs_ended
from schoolbus.problems import NotYet
from schoolbus.scope import Scope, branch
from services.notifications import metrics
from services.notifications.paper import seating, waiting
from services.notifications.paper.letters import Letter, letters, printed
from services.notifications.paper.runs import ASKED, FAILED, PRINTED
from services.notifications.sending.attempts import Outcome, begun
from services.notifications.states import State, step

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LEASE = 120  # seconds; a class takes about one
MOST_ATTEMPTS = 5
KEPT = timedelta(days=30)  # of a PDF
CARRIER = "paper.print"


def claim(store: Store) -> Document | None:
    return store.print_runs.claim({"state": ASKED}, lease=LEASE, sort="asked_at")


def make(store: Store, run: Document) -> None:
    scope = branch(run["branch_id"])
    if run["attempts"] > MOST_ATTEMPTS:
        reason = f"It could not be made in {MOST_ATTEMPTS} attempts."
        store.print_runs.change(scope, run["_id"], to={"state": FAILED, "reason": reason}, when={"state": ASKED})
        runs_ended.labels("letters", "failed").inc()
        log().error("print_run_failed", run=run["_id"])
        return
    messages = store.messages.find(scope, {"print_run": run["_id"]}, sort="created_at")
    made, left_out = _letters(store, scope, run, messages)
    at = now()
    if made:
        _keep(store, run, _set(store, scope, run, made), at)
    for letter in made:
        for message in letter.messages:
            _sent(store, scope, message, run, at)
    missing = run["asked"] - len(messages)  # removed since it was asked for
    left_out += [{"message_id": None, "reason": "gone"}] * missing
    to = {"state": PRINTED, "printed_at": at, "letters": [_shown(letter) for letter in made], "left_out": left_out}
    if store.print_runs.change(scope, run["_id"], to=to, when={"state": ASKED, "attempts": run["attempts"]}):
        runs_ended.labels("letters", "done").inc()
        log().info("print_run_printed", run=run["_id"], letters=len(made), left_out=len(left_out))


def _letters(store: Store, scope: Scope, run: Document, messages: list[Document]) -> tuple[list[Letter], list[dict[str, Any]]]:
    touched = {id for message in messages for id in (message["person_id"], *message["student_ids"]) if id}
    students = waiting.students(store, scope, run["class_id"])
    order = seating.order(store, scope, run["class_id"])
    made, left_out = letters(
        messages, store.people_by_id(scope, touched), students, [id for id in order if id in set(students)]
    )
    return made, list(left_out)


def _set(store: Store, scope: Scope, run: Document, made: list[Letter]) -> bytes:
    """Raises NotYet while the branch is unknown."""
    school = store.branches.first(scope)
    if school is None:
        raise NotYet(f"branch of print run {run['_id']}")
    group = (store.classes.first(scope, {"class_id": run["class_id"]}) if run["class_id"] else None) or {}
    people = store.people_by_id(scope, {id for letter in made for id in (letter.person_id, letter.student_id)})
    return printed(made, people, school, group, run["_id"][:8].upper(), today())


def _keep(store: Store, run: Document, pdf: bytes, at: datetime) -> None:
    kept = {"branch_id": run["branch_id"], "pdf": pdf, "expires_at": at + KEPT}
    store.print_files.collection.update_one({"_id": run["_id"]}, {"$set": kept}, upsert=True)


def _sent(store: Store, scope: Scope, message: Any, run: Document, at: datetime) -> None:
    """In the ledger paper is a carrier as any other; of a run that is printed again it is not said twice."""
    attempt = {**begun(message, CARRIER, at), "ended_at": at, "outcome": Outcome.TAKEN.value, "carrier_id": run["_id"]}
    to = {"state": State.SENT.value, "reason": None, "due_at": None, "carrier_id": run["_id"]}
    push = {"attempts": attempt, "history": step(State.SENT, at, None, message["channel"])}
    when = {**waiting.WAITING, "print_run": run["_id"]}
    if (after := store.messages.change(scope, message["_id"], to=to, when=when, push=push)) is not None:
        metrics.count(after)


def _shown(letter: Letter) -> dict[str, Any]:
    return {
        "person_id": letter.person_id,
        "student_id": letter.student_id,
        "language": letter.language,
        "seat": letter.seat or None,
        "message_ids": [message["_id"] for message in letter.messages],
    }
