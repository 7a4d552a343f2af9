"""Issuing a report card: the worker gathers what is known, has it set, stores the PDFs, and then issues the card in one write.

A worker may die at any line: PDFs that no card names are nothing, and the card comes again when its lease ends. A worker that
was too slow finds that another has claimed the card since (`attempts`), and issues nothing. There is no transaction: one whose
worker was killed would hold the card, and every claim with it, until the database gives it up after a minute.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.contracts.reports import ReportCardIssued
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, NotYet
from schoolbus.scope import branch
from services.reports import briefs
from services.reports.cards.card import EDITIONS, Card, Line
from services.reports.cards.designing import templates
from services.reports.cards.printing import printed
from services.reports.cards.runs import ASKED, FAILED, ISSUED
from services.reports.cards.typesetting import rendered
from services.reports.gradebook.reading import term_of
from services.reports.gradebook.schemes import of_class
from services.reports.paper import editions
from services.reports.today.overviews import changing

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
LEASE = 10  # seconds; a card takes about 0.1
MOST_ATTEMPTS = 5


class NoMarks(Exception):
    """There is nothing to put on the card: trying again won't help."""


def make(store: Store, asked: Document) -> None:
    """Brings a claimed card from asked to issued or failed; anything else that goes wrong is tried again."""
    if asked["attempts"] > MOST_ATTEMPTS:
        return fail(store, asked, f"It could not be made in {MOST_ATTEMPTS} attempts.")
    try:
        while not issue(store, asked):
            pass
    except NoMarks:
        fail(store, asked, "There are no marks for this term.")


def issue(store: Store, asked: Document) -> bool:
    """False when another card of this student and term took the version in the meantime."""
    card = gather(store, asked)
    said = printed(card, templates.design(store, branch(asked["branch_id"]), asked.get("template")))
    made = {edition: rendered(said, edition) for edition in EDITIONS}
    files = {edition: pdf for edition, (pdf, _) in made.items()}
    record = editions.record(store, said, {edition: fit for edition, (_, fit) in made.items()}, files)
    try:
        store_issued(store, asked, card, files, record)
    except AlreadyThere:
        return False
    return True


def gather(store: Store, asked: Document) -> Card:
    """What the card says, from what is known now. Raises NoMarks, or NotYet while the roster's events are on their way."""
    scope = branch(asked["branch_id"])
    reached, schemes = term_of(store, scope, asked["student_id"], asked["term_key"])
    if not reached.subjects:
        raise NoMarks
    school = store.branches.first(scope)
    student = store.person(scope, asked["student_id"])
    group = store.classes.first(scope, {"class_id": asked["class_id"]})
    if school is None or student is None or group is None:
        raise NotYet(f"roster of report card {asked['_id']}")
    same = {"student_id": asked["student_id"], "term_key": asked["term_key"], "state": ISSUED}
    latest = store.report_cards.first(scope, same, sort="-version")
    return Card(
        branch_name=school["name"],
        branch_name_ur=school["name_ur"],
        student_name=f"{student['given_name']} {student['family_name']}",
        student_name_ur=student["name_ur"],
        class_title=group["title"],
        term=asked["term"],
        lines=tuple(Line(each.subject, each.score, each.out_of, each.remark) for each in reached.subjects),
        issued_on=clock.today(),
        version=latest["version"] + 1 if latest else 1,
        number=asked["_id"][:8].upper(),
        scheme=schemes.get(asked["class_id"]) or of_class(store, scope, group, asked["term_key"]),
    )


def store_issued(store: Store, asked: Document, card: Card, files: dict[str, bytes], record: Document) -> None:
    """The PDFs, then state and event. `record`: what they can be made again of. Raises AlreadyThere: the version is taken."""
    scope, printed_as = branch(asked["branch_id"]), record["said"]
    said = ReportCardIssued(
        branch_id=asked["branch_id"],
        subject=asked["_id"],
        report_card_id=asked["_id"],
        student_id=asked["student_id"],
        term=asked["term"],
    )
    made_as = new_id()
    issued = {
        "state": ISSUED,
        "version": card.version,
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
        changed = store.report_cards.change(scope, asked["_id"], when=_still_ours(asked), to=issued, saying=[said])
    if changed:
        store.drop_files(scope, {"report_card_id": asked["_id"], "made_as": {"$ne": made_as}})
        log().info("report_card_issued", report_card=asked["_id"], branch=asked["branch_id"], version=card.version)
    else:
        store.drop_files(scope, {"report_card_id": asked["_id"], "made_as": made_as})


def file_documents(asked: Document, made_as: str, files: dict[str, bytes]) -> list[Document]:
    common = {"branch_id": asked["branch_id"], "report_card_id": asked["_id"], "made_as": made_as}
    return [{"_id": file_id(made_as, edition), **common, "pdf": pdf, "size": len(pdf)} for edition, pdf in files.items()]


def fail(store: Store, asked: Document, reason: str) -> None:
    scope, failed = branch(asked["branch_id"]), {"state": FAILED, "reason": reason}
    if store.report_cards.change(scope, asked["_id"], when=_still_ours(asked), to=failed):  # else another has it by now
        log().warning("report_card_failed", report_card=asked["_id"], branch=asked["branch_id"], attempts=asked["attempts"])


def file_id(made_as: str, edition: str) -> str:
    """`made_as` is new each time a card is set: only the one that the issued card names counts."""
    return f"{made_as}:{edition}"


def _still_ours(asked: Document) -> Document:
    return {"state": ASKED, "attempts": asked["attempts"]}
