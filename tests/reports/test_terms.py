"""Terms are found by their titles, in the branch's calendar where it has them."""

import uuid
from typing import Any

import pytest

from schoolbus.contracts.roster import CalendarChanged
from services.reports.gradebook.terms import chosen
from tests.reports.books import Book, new_id
from tests.reports.story import Branch, in_days
from tests.support.services import Service
from tests.support.waiting import eventually

YEARS = [
    {"term_id": "t25", "title": "First term", "starts_on": "2025-04-01", "ends_on": "2025-09-01"},
    {"term_id": "t26", "title": "First Term", "starts_on": "2026-04-01", "ends_on": "2026-09-01"},
    {"term_id": "t27", "title": "FIRST TERM", "starts_on": "2027-04-01", "ends_on": "2027-09-01"},
    {"term_id": "x", "title": "Second term", "starts_on": "2026-09-02", "ends_on": "2027-03-01"},
]


@pytest.mark.parametrize(
    ("today", "found"), [("2024-01-01", "t25"), ("2026-05-01", "t26"), ("2026-12-01", "t26"), ("2028-01-01", "t27")]
)
def test_of_those_with_one_title_the_one_that_has_begun_last(today: str, found: str) -> None:
    term = chosen(YEARS, "first term", today)
    assert term is not None
    assert term["term_id"] == found
    assert chosen(YEARS, "Third term", today) is None


def calendar(branch: Branch, terms: list[dict[str, str]]) -> CalendarChanged:
    rows = [{**term, "kind": "term", "parent_id": None, "year": "2026"} for term in terms]
    return CalendarChanged(branch_id=branch.id, subject=branch.id, terms=rows, holidays=[])


def test_a_line_item_says_its_term_as_the_calendar_does(reports: Service) -> None:
    branch = Branch(reports, f"branch-{uuid.uuid4().hex[:6]}")
    book = Book(branch)
    category = book.category()
    reports.say(calendar(branch, YEARS))

    def known() -> bool:
        made = book.done("PUT", f"line-items/{new_id()}", book.draft(category, term="second TERM"))
        return (made["term"], made["term_id"]) == ("Second term", "x")

    eventually(known)


def test_another_years_first_term_is_another_term(reports: Service) -> None:
    """The child stays in a class whose id stays: its marks of last year are not mixed with this year's, nor is its card."""
    branch = Branch(reports, f"branch-{uuid.uuid4().hex[:6]}")
    book = Book(branch)
    last, now = YEARS[0], {**YEARS[1], "starts_on": in_days(-1), "ends_on": in_days(60)}
    category = book.category()

    def item_of(term: str = "First term", **more: str) -> Any:
        return book.done("PUT", f"line-items/{new_id()}", book.draft(category, term=term, **more))

    def card() -> tuple[str, int]:
        asked = {"class_id": book.class_id, "term": "first term", "student_ids": ["s1"], "approved": True}
        run = book.done("POST", "report-card-runs", asked, book.head)
        cards = f"report-card-runs/{run['run_id']}/cards"
        (made,) = eventually(lambda: book.done("GET", cards, by=book.head, state="issued")["items"])
        found = book.done("GET", f"report-cards/{made['report_card_id']}", by=book.head)
        return found["percent"], found["version"]

    before = item_of()  # before any calendar comes
    book.enters(before["line_item_id"], s1="3")
    reports.say(calendar(branch, [last]))
    eventually(lambda: item_of()["term_id"] == "t25")
    assert card() == ("30.0", 1)
    reports.say(calendar(branch, [last, now]), sequence=2)
    eventually(lambda: item_of()["term_id"] == "t26")
    assert book.term("s1")["percent"] is None, "nothing is entered this year"
    book.enters(item_of(subject="Urdu")["line_item_id"], s1="9")
    assert book.term("s1")["percent"] == "90.0"
    assert book.term("s1", term="t25")["percent"] == "30.0", "an earlier year's by its id"
    assert card() == ("90.0", 1), "this year's first, and no correction of last year's"
    reports.say(calendar(branch, [last, {**now, "term_id": "again"}]), sequence=3)
    eventually(lambda: item_of()["term_id"] == "again")
    assert book.term("s1")["percent"] == "90.0", "a term that was entered anew is the same term"
    stays = book.done("PUT", f"line-items/{before['line_item_id']}", book.draft(category, title="Trees"))
    assert (stays["term_id"], stays["title"]) == (before["term_id"], "Trees"), "what was set last year stays there"
    titles = [each["title"] for each in book.done("GET", "line-items", class_id=book.class_id, term="t25")["items"]]
    assert "Trees" in titles
