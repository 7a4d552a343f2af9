"""Families see published results of their child alone, and are told that there are some, never what."""

import uuid

import pytest

from schoolbus.caller import Caller
from schoolbus.contracts.reports import QuizResultRecorded
from tests.reports.books import Book
from tests.reports.story import Branch
from tests.support.people import operator
from tests.support.roster import people, related, someone
from tests.support.waiting import eventually


@pytest.fixture
def book(branch: Branch) -> Book:
    return Book(branch)


def told(book: Book, item: str, count: int) -> list[list[str]]:
    def found() -> list[list[str]] | None:
        events = [event for event in book.branch.heard(QuizResultRecorded) if event.subject == item]
        return [event.data["student_ids"] for event in events] if len(events) >= count else None

    made: list[list[str]] = eventually(found)
    assert len(made) == count, made
    return made


def seen(book: Book, item: str, student_id: str = "s1", guardian: str = "g1") -> list[tuple[str, str | None, str | None]]:
    found = book.done("GET", "results", by=book.branch.guardian(guardian), student_id=student_id, limit=500)["items"]
    return [(each["title"], each["score"], each["percent"]) for each in found if each["line_item_id"] == item]


def test_nothing_before_it_is_published_and_then_each_child_once(book: Book) -> None:
    item = book.item()
    book.enters(item, s1="8", s2={"status": "exempt"}, s3={"status": "not submitted"})
    assert seen(book, item) == []
    for _ in range(2):
        assert book.done("POST", f"line-items/{item}/publication")["published_at"]
    assert told(book, item, 1) == [["s1", "s3"]]
    assert seen(book, item) == [("Plants", "8", "80.0")]
    book.enters(item, s1="8", s2="6")
    assert told(book, item, 2)[1] == ["s2"], "only whose result is new or another"
    said = next(event for event in book.branch.heard(QuizResultRecorded) if event.subject == item)
    assert "8" not in {str(value) for value in said.data.values()}
    assert set(said.data) == {"quiz_id", "class_id", "class_title", "title", "teacher_id", "student_ids"}


def test_a_correction_is_told_and_one_that_is_withdrawn_is_seen_no_more(book: Book) -> None:
    item = book.item()
    book.enters(item, s1="8", s3="5")
    book.done("POST", f"line-items/{item}/publication")
    book.done("POST", f"line-items/{item}/submission")
    book.sheet(item, {"s1": "9"}, reason="Added up wrongly").raise_for_status()
    assert told(book, item, 2) == [["s1", "s3"], ["s1"]]
    rule = {"kind": "add", "value": "1", "reason": "Question 2"}
    book.done("POST", f"line-items/{item}/adjustments", rule, book.head)
    assert told(book, item, 3)[2] == ["s1", "s3"]
    book.done("DELETE", f"line-items/{item}/publication")
    assert seen(book, item) == []
    book.sheet(item, {"s3": "4"}, reason="Read wrongly").raise_for_status()
    book.done("POST", f"line-items/{item}/publication")
    assert told(book, item, 4)[3] == ["s3"], "of what was told before nothing is told again"
    assert seen(book, item) == [("Plants", "10", "100.0")]


def test_of_their_own_child_and_as_far_as_the_relation_permits(book: Book, branch: Branch, elsewhere: Branch) -> None:
    item = book.item()
    book.enters(item, s1="8", s3="5")
    book.done("POST", f"line-items/{item}/publication")
    assert [
        each["score"]
        for each in book.done("GET", "results", by=branch.guardian("g3"), student_id="s3")["items"]
        if each["line_item_id"] == item
    ] == ["5"]
    assert book.call("GET", "results", by=branch.guardian("g3"), student_id="s1").status_code == 404
    assert elsewhere.call("GET", "results", elsewhere.guardian(), params={"student_id": "s1"}).json()["items"] == []
    assert book.call("GET", "results", by=operator(), student_id="s1").status_code == 403
    branch.knows(people(branch.id, someone("g8", "guardian")), related(branch.id, ("g8", "s1"), may_receive_reports=False))
    assert book.call("GET", "results", by=branch.guardian("g8"), student_id="s1").status_code == 404
    for path in (f"line-items/{item}", f"line-items/{item}/results", "term-results/s1?term=First term"):
        assert branch.call("GET", path, branch.guardian()).status_code == 403


def test_teachers_see_what_is_not_published_in_their_own_classes(book: Book, branch: Branch) -> None:
    item = book.item()
    book.enters(item, s1="8")
    found = book.done("GET", "results", student_id="s1", term="first TERM", limit=500)["items"]
    assert item in {each["line_item_id"] for each in found}
    page = book.done("GET", "results", by=book.head, student_id="s1", limit=1)
    assert len(page["items"]) == 1


def test_a_class_of_a_thousand_is_told_in_parts(branch: Branch) -> None:
    here = Branch(branch.service, f"branch-{uuid.uuid4().hex[:6]}")
    students = tuple(f"m{number:03}" for number in range(600))
    for start in (0, 300):
        here.knows(people(here.id, *(someone(id, "student") for id in students[start : start + 300])))
    book = Book(here, students[:300])
    book.knows(students[300:])
    item = book.item()
    book.sheet(item, dict.fromkeys(students, "5")).raise_for_status()
    book.done("POST", f"line-items/{item}/publication")
    parts = told(book, item, 2)
    assert [len(part) for part in parts] == [500, 100]
    assert sorted(id for part in parts for id in part) == list(students)


def test_today_has_what_was_published_and_corrected_for_the_home(book: Book) -> None:
    def new(by: Caller | None = None) -> list[tuple[str, str | None]]:
        today = book.branch.today("s1", by or book.branch.guardian("g1"))
        return [(each["title"], each["score"]) for each in today["results"] if each["class_id"] == book.class_id]

    item = book.item()
    book.enters(item, s1="8", s3="5")
    assert new() == []
    book.done("POST", f"line-items/{item}/publication")
    assert new() == new(book.head) == [("Plants", "8")]
    assert new(book.branch.teacher()) == [], "who teaches the class has its gradebook"
    book.done("POST", f"line-items/{item}/submission")
    book.sheet(item, {"s1": "9"}, reason="Added up wrongly").raise_for_status()
    assert new() == [("Plants", "9")]
    book.done("DELETE", f"line-items/{item}/publication")
    assert new() == []
