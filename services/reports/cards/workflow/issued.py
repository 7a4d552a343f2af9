"""Cards after they were issued: which are outdated, which families have acknowledged theirs, and one that was a mistake."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from schoolbus import access, audit, clock
from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.metering import month_of
from schoolbus.paging import Paged
from schoolbus.problems import NotFound
from schoolbus.rights import BRANCH, CHAIN, CLASSES
from schoolbus.scope import Scope
from services.reports import briefs
from services.reports.cards import report_cards
from services.reports.cards.states import IN_WORK, ISSUED, WITHDRAWN
from services.reports.cards.workflow import corrections, reaching
from services.reports.engagement import due
from services.reports.gradebook.terms import key_of
from services.reports.today import overviews

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_SHOWN = ("_id", "student_id", "class_id", "term", "version", "percent", "grade", "issued_at")


def of_term(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """The newest card of each child: of a class, or of all whom the caller teaches; of the branch for head and office. A page
    is shorter by what is filtered out of it."""
    scope = caller.branch(branch_id)
    where: Document = {"term_key": key_of(store, scope, query["term"]), "state": ISSUED}
    if query["class_id"] is not None:
        access.led_class(store, caller, branch_id, query["class_id"])
        where["class_id"] = query["class_id"]
    elif not caller.reaches_all(branch_id):
        where["student_id"] = {"$in": store.students_of_teacher(scope, caller.person_id)}
    page = store.report_cards.page(scope, where, sort="student_id", page=query["page"])
    students = sorted({card["student_id"] for card in page.items})
    if query["class_id"] is None:
        audit.note(store, caller, branch_id, students, by=(BRANCH, CHAIN, CLASSES))
    newest = corrections.newest(store, scope, students, where["term_key"])
    current = {card["student_id"]: card for card in page.items if newest[card["student_id"]]["_id"] == card["_id"]}
    shown = _as_school(store, scope, current, where["term_key"])
    return Paged([card for card in shown if _wanted(card, query)], page.next)


def _wanted(card: Document, query: Document) -> bool:
    unwanted = (query["outdated"] and not card["outdated"]) or (query["unacknowledged"] and card["acknowledgements"])
    return not unwanted


def _as_school(store: Store, scope: Scope, cards: corrections.Cards, term_key: str) -> list[Document]:
    late = corrections.outdated(store, scope, cards, term_key)
    waiting = {"student_id": {"$in": sorted(cards)}, "term_key": term_key, "state": {"$in": list(IN_WORK)}}
    in_work = {card["student_id"]: card["_id"] for card in store.report_cards.find(scope, waiting)}
    guardians: dict[str, set[str]] = defaultdict(set)
    related = {"student_id": {"$in": sorted(cards)}, "active": True, "may_receive_reports": True}
    for row in store.relations.find(scope, related):
        guardians[row["student_id"]].add(row["guardian_id"])
    return [
        {
            **{name: card[name] for name in _SHOWN},
            "outdated": student_id in late,
            "in_work": in_work.get(student_id),
            "acknowledgements": (said := card.get("acknowledgements", [])),
            "waiting_for": sorted(guardians[student_id] - {each["by"] for each in said}),
        }
        for student_id, card in sorted(cards.items())
    ]


def acknowledge(store: Store, caller: Caller, branch_id: str, report_card_id: str) -> Document:
    """By a guardian, of this version, once: twice is once."""
    card = report_cards.one(store, caller, branch_id, report_card_id)
    me = store.same_person(caller.person_id)
    said = {"by": caller.person_id, "at": clock.now()}
    when = {"state": ISSUED, "acknowledgements.by": {"$nin": me}}
    scope = caller.branch(branch_id)
    changed = store.report_cards.change(scope, card["_id"], to={}, when=when, push={"acknowledgements": said})
    due.touch(store, branch_id, {month_of(card["issued_at"].astimezone(clock.BRANCH_ZONE).date())})  # an older one's, too
    return report_cards.shown(store, caller, branch_id, [changed or store.report_cards.one(scope, card["_id"])])[0]


def withdraw(store: Store, caller: Caller, branch_id: str, report_card_id: str, draft: Document) -> Document:
    """One that was issued by mistake: families see it no more, and its code says so. Twice is once. Raises NotFound."""
    card = reaching.card(store, caller, branch_id, report_card_id)
    if card["state"] not in (ISSUED, WITHDRAWN):
        raise NotFound("Report card", detail="It is not issued: a card that is in work is given back.")
    scope, whose = caller.branch(branch_id), (store, branch_id, [card["student_id"]])
    to = {
        "state": WITHDRAWN,
        "withdrawn_reason": draft["reason"],
        "withdrawn_by": caller.person_id,
        "withdrawn_at": clock.now(),
    }
    with overviews.changing(*whose), briefs.changing(*whose):
        changed = store.report_cards.change(scope, report_card_id, when={"state": ISSUED}, to=to)
    if changed:
        log().info("report_card_withdrawn", report_card=report_card_id, branch=branch_id)
    return changed or store.report_cards.one(scope, report_card_id)
