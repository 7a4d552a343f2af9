"""One sheet after the other, as PDF: of report cards what was issued, of the others what is known now."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope
from services.reports.cards.issuing import file_id
from services.reports.cards.states import ISSUED
from services.reports.gradebook.terms import key, key_of
from services.reports.paper import certificate, diary_week, letter, register
from services.reports.papers import certificates, diary_weeks, letters, looks, registers
from services.reports.printruns.states import CARDS, CERTIFICATES, DIARY_WEEKS, LETTERS, REGISTERS

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Make = Callable[[Document], bytes]  # the PDF of a sheet; raises Missing


class Missing(Exception):
    """Why there is no such paper of a child or a class, as people are told."""


def maker(store: Store, scope: Scope, run: Document, sheets: Sequence[Document]) -> Make:
    """For these sheets; what they have in common is read once."""
    makers = {
        CARDS: _cards,
        LETTERS: _letters,
        CERTIFICATES: _certificates,
        DIARY_WEEKS: _diary_weeks,
        REGISTERS: _registers,
    }
    return makers[run["what"]](store, scope, run, sheets)


def _cards(store: Store, scope: Scope, run: Document, sheets: Sequence[Document]) -> Make:
    """The newest issued version of each, as the family has it: nothing is set anew."""
    where = {"student_id": {"$in": _students(sheets)}, "term_key": key_of(store, scope, run["about"]), "state": ISSUED}
    shown = {"student_id": 1, "made_as": 1}
    found = store.report_cards.collection.find(scope.filter(where), shown).sort("version")
    newest = {card["student_id"]: card for card in found}

    def one(sheet: Document) -> bytes:
        if (card := newest.get(sheet["student_id"])) is None:
            raise Missing("No report card of this term is issued.")
        file = store.files.first(scope, {"_id": file_id(card["made_as"], run["language"])})
        if file is None:
            raise Missing("The report card was made anew at this moment. Print it once more.")
        return bytes(file["pdf"])

    return one


def _letters(store: Store, scope: Scope, run: Document, sheets: Sequence[Document]) -> Make:
    people, classes = store.people_by_id(scope, _students(sheets)), _classes(store, scope, sheets)
    look, term_key = looks.of_branch(store, scope, run["paper"]), key_of(store, scope, run["about"])

    def one(sheet: Document) -> bytes:
        if (student := people.get(sheet["student_id"])) is None:
            raise Missing("Not a student here any more.")
        title = classes[sheet["class_id"]]["title"]
        try:
            values = letters.of_student(store, scope, student, title, term_key, run["among"])
        except letters.NothingYet:
            raise Missing("Nothing of this term is published.") from None
        return letter.render(values, run["language"], look)

    return one


def _certificates(store: Store, scope: Scope, run: Document, sheets: Sequence[Document]) -> Make:
    look = looks.of_branch(store, scope, run["paper"])
    where = {"student_id": {"$in": _students(sheets)}, "title_key": key(run["about"])}
    newest = {each["student_id"]: each for each in store.certificates.find(scope, where, sort="given_on")}

    def one(sheet: Document) -> bytes:
        if (kept := newest.get(sheet["student_id"])) is None:
            raise Missing("There is no such certificate.")
        return certificate.render(certificates.as_values(store, scope, kept), run["language"], look)

    return one


def _diary_weeks(store: Store, scope: Scope, run: Document, sheets: Sequence[Document]) -> Make:
    """A copy for each child; it is set once for each class."""
    look, classes = looks.of_branch(store, scope, run["paper"]), _classes(store, scope, sheets)

    @lru_cache(maxsize=1)
    def of_class(class_id: str) -> bytes | None:
        week = diary_weeks.of_class(store, scope, classes[class_id], date.fromisoformat(run["about"]))
        return diary_week.render(week, run["language"], look) if week.entries else None

    def one(sheet: Document) -> bytes:
        if (pdf := of_class(sheet["class_id"])) is None:
            raise Missing("Nothing was written in this week.")
        return pdf

    return one


def _registers(store: Store, scope: Scope, run: Document, sheets: Sequence[Document]) -> Make:
    look, classes = looks.of_branch(store, scope, run["paper"]), _classes(store, scope, sheets)

    def one(sheet: Document) -> bytes:
        try:
            values = registers.of_class(store, scope, classes[sheet["class_id"]], run["about"])
        except letters.NothingYet:
            raise Missing("No register was taken in this month.") from None
        return register.render(values, run["language"], look)

    return one


def _students(sheets: Iterable[Document]) -> list[str]:
    return [sheet["student_id"] for sheet in sheets if sheet["student_id"]]


def _classes(store: Store, scope: Scope, sheets: Iterable[Document]) -> dict[str, Document]:
    ids = sorted({sheet["class_id"] for sheet in sheets})
    return {row["class_id"]: row for row in store.classes.find(scope, {"class_id": {"$in": ids}})}
