"""Issuing a report card: the worker gathers what is known, has it set, stores the PDFs, and then issues the card in one write.

A worker may die at any line: PDFs that no card names are nothing, the card comes again when its lease ends, and however it ends
they go. A worker that was too slow finds that another has claimed the card since (`attempts`), and issues nothing. There is no
transaction: one whose worker was killed would hold the card, and every claim with it, until the database gives it up after a
minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import clock, metrics
from schoolbus.contracts.reports import ReportCardCorrected, ReportCardIssued
from schoolbus.events import Event
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere
from schoolbus.scope import branch
from services.reports import briefs
from services.reports.cards.card import EDITIONS, Card
from services.reports.cards.content.gathering import NoMarks, gather
from services.reports.cards.content.marks import fingerprint_of_card
from services.reports.cards.designing import templates
from services.reports.cards.printing import printed
from services.reports.cards.states import ASKED, DRAFTED, FAILED, ISSUED
from services.reports.cards.typesetting import rendered
from services.reports.cards.verifying import codes
from services.reports.cards.verifying.looking_up import PAGE
from services.reports.paper import editions
from services.reports.paper.codes import Check
from services.reports.settings import settings
from services.reports.today.overviews import changing

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
LEASE = 10  # seconds; a card takes about 0.1
MOST_ATTEMPTS = 5


class Otherwise(Exception):
    """The marks are others than those that were reviewed."""


def make(store: Store, asked: Document) -> None:
    """Brings a claimed card from asked to issued or failed; anything else that goes wrong is tried again."""
    if asked["attempts"] > MOST_ATTEMPTS:
        return fail(store, asked, f"It could not be made in {MOST_ATTEMPTS} attempts.")
    try:
        while not issue(store, asked):
            pass
    except NoMarks:
        fail(store, asked, "There are no marks for this term.")
    except Otherwise:
        give_back(store, asked, "Marks have changed since it was reviewed.")


def issue(store: Store, asked: Document) -> bool:
    """False when another card of this student and term took the version in the meantime."""
    design = templates.design(store, branch(asked["branch_id"]), asked.get("template"))
    card = gather(store, asked, design.sections, check_of(asked))
    if asked.get("seen_marks") not in (None, fingerprint_of_card(card)):
        raise Otherwise
    said = printed(card, design)
    made = {edition: rendered(said, edition) for edition in EDITIONS}
    files = {edition: pdf for edition, (pdf, _) in made.items()}
    record = editions.record(store, said, {edition: fit for edition, (_, fit) in made.items()}, files)
    try:
        store_issued(store, asked, card, files, record)
    except AlreadyThere:
        return False
    return True


def check_of(asked: Document) -> Check:
    """Where anybody who has the paper sees whether it is the school's."""
    return Check(f"{settings().public_url}{PAGE}{asked['code']}", codes.shown(asked["code"]))


def store_issued(store: Store, asked: Document, card: Card, files: dict[str, bytes], record: Document) -> None:
    """The PDFs, then state and event. `record`: what they can be made again of. Raises AlreadyThere: the version is taken."""
    scope, printed_as = branch(asked["branch_id"]), record["said"]
    made_as = new_id()
    issued = {
        "state": ISSUED,
        "version": card.version,
        "printed_marks": fingerprint_of_card(card),
        "percent": printed_as["percent"],
        "grade": printed_as["grade"]["letter"],
        "scheme_id": card.scheme.scheme_id,
        "scheme_edition": card.scheme.edition,
        "issued_at": clock.now(),
        "made_as": made_as,
        "record": record,
    }
    store.metered.touch(asked["branch_id"])
    store.files.add_new(file_documents(asked, made_as, files))
    whose = (store, asked["branch_id"], [asked["student_id"]])
    with changing(*whose), briefs.changing(*whose):
        changed = store.report_cards.change(
            scope, asked["_id"], when=_still_ours(asked), to=issued, saying=[_said(asked, card.version)]
        )
    if changed:
        store.drop_files(scope, {"report_card_id": asked["_id"], "made_as": {"$ne": made_as}})
        metrics.runs_ended.labels("report_card", "done").inc()
        log().info("report_card_issued", report_card=asked["_id"], branch=asked["branch_id"], version=card.version)
    else:
        store.drop_files(scope, {"report_card_id": asked["_id"], "made_as": made_as})


def _said(asked: Document, version: int) -> Event:
    about = {name: asked[name] for name in ("branch_id", "student_id", "term")}
    about |= {"subject": asked["_id"], "report_card_id": asked["_id"]}
    return ReportCardIssued(**about) if version == 1 else ReportCardCorrected(**about, card_version=version)


def file_documents(asked: Document, made_as: str, files: dict[str, bytes]) -> list[Document]:
    common = {"branch_id": asked["branch_id"], "report_card_id": asked["_id"], "made_as": made_as}
    return [{"_id": file_id(made_as, edition), **common, "pdf": pdf, "size": len(pdf)} for edition, pdf in files.items()]


def fail(store: Store, asked: Document, reason: str) -> None:
    if _end(store, asked, {"state": FAILED, "reason": reason}):  # else another has it by now
        metrics.runs_ended.labels("report_card", "failed").inc()
        log().warning("report_card_failed", report_card=asked["_id"], branch=asked["branch_id"], attempts=asked["attempts"])


def give_back(store: Store, asked: Document, reason: str) -> None:
    """To those who review it, by nobody."""
    given_back = {"state": DRAFTED, "returned_reason": reason, "returned_by": None, "returned_at": clock.now()}
    if _end(store, asked, given_back):
        log().info("report_card_given_back", report_card=asked["_id"], branch=asked["branch_id"])


def _end(store: Store, asked: Document, to: Document) -> bool:
    """Without the PDFs of those who died at it: by their ids from before, as it may be asked for again and issued at once."""
    scope = branch(asked["branch_id"])
    left = store.files.collection.distinct("_id", scope.filter({"report_card_id": asked["_id"]}))
    if not store.report_cards.change(scope, asked["_id"], when=_still_ours(asked), to=to):
        return False
    store.drop_files(scope, {"_id": {"$in": left}})
    store.metered.touch(asked["branch_id"])
    return True


def file_id(made_as: str, edition: str) -> str:
    """`made_as` is new each time a card is set: only the one that the issued card names counts."""
    return f"{made_as}:{edition}"


def _still_ours(asked: Document) -> Document:
    """`approval`: of another, attempts are counted anew. Of a child that was erased since, the card has another's id."""
    same = {name: asked[name] for name in ("attempts", "student_id")}
    return {**same, "state": ASKED, "approval": asked.get("approval")}
