"""Terms are found by their titles, in the branch's calendar where it has them."""

import uuid

import pytest

from schoolbus.contracts.roster import CalendarChanged
from services.reports.gradebook.terms import chosen
from tests.reports.books import Book, new_id
from tests.reports.story import Branch
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


def test_a_line_item_says_its_term_as_the_calendar_does(reports: Service) -> None:
    branch = Branch(reports, f"branch-{uuid.uuid4().hex[:6]}")
    book = Book(branch)
    category = book.category()
    terms = [{**term, "kind": "term", "parent_id": None, "year": "2026"} for term in YEARS]
    reports.say(CalendarChanged(branch_id=branch.id, subject=branch.id, terms=terms, holidays=[]))

    def known() -> bool:
        made = book.done("PUT", f"line-items/{new_id()}", book.draft(category, term="second TERM"))
        return (made["term"], made["term_id"]) == ("Second term", "x")

    eventually(known)
