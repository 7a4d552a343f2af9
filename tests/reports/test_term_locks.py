"""A locked term: nothing in it changes but by a correction of head or office, whatever was on its way."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from schoolbus.contracts.roster import BranchChanged
from schoolbus.problems import NotFound
from schoolbus.store import Busy
from services.reports.gradebook import line_items, locks, marks, queries, sheets
from services.reports.store import Store
from tests.reports.books import Book, new_id
from tests.reports.story import Branch, slug
from tests.support.people import head, office, teacher, using
from tests.support.roster import small_branch

ROW = {"student_id": "s1", "score": "5", "out_of": "10"}


@pytest.fixture
def book(branch: Branch) -> Book:
    return Book(branch)


@pytest.fixture
def store(store: Store) -> Store:
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    return store


def test_locked_only_head_and_office_correct_with_a_reason(book: Book, branch: Branch) -> None:
    category = book.category()
    item = book.item(category)
    book.enters(item, s1="5")
    for _ in range(2):
        assert book.locks(term="FIRST TERM").json()["locked"] is True
    for refused in (
        book.sheet(item, {"s1": "6"}, reason="Mine"),
        book.call("PUT", f"line-items/{item}", book.draft(category, title="Other")),
        book.call("PUT", f"line-items/{new_id()}", book.draft(category)),
        book.call("DELETE", f"line-items/{item}"),
        book.call("DELETE", f"line-items/{item}/results/s1", reason="Mine"),
        book.call("POST", f"line-items/{item}/submission"),
        book.call("POST", f"line-items/{item}/publication"),
        book.call("PUT", f"categories/{category}", {"class_id": book.class_id, "title": "Tests", "weight": "5"}),
        book.call("PUT", "marks", {"class_id": book.class_id, "term": "First term", "subject": "Urdu", "marks": [ROW]}),
        book.call("PUT", f"line-items/{item}", book.draft(category, term="Second term")),
    ):
        assert (refused.status_code, slug(refused)) == (409, "term-locked"), refused.request.url
    renamed = book.done("PUT", f"categories/{category}", {"class_id": book.class_id, "title": "Quizzes", "weight": "100"})
    assert renamed["title"] == "Quizzes"
    assert list(book.sheet(item, {"s1": "6"}, book.head).json()["errors"]) == ["reason"]
    assert book.sheet(item, {"s1": "6"}, office(branch_id=branch.id), reason="Added up wrongly").status_code == 200
    assert [each["by"] for each in book.history(item, "s1")] == ["o1"]
    assert book.done("GET", "gradebook", class_id=book.class_id, term="First term")["locked"] is True
    assert book.call("PUT", "term-locks", {"term": "First term", "locked": True}).status_code == 403


def test_it_is_opened_with_a_reason_which_stays(book: Book) -> None:
    item = book.item()
    book.locks()
    assert list(book.locks(False, None).json()["errors"]) == ["reason"]
    assert [each["locked"] for each in book.locks(False, "A sheet was late").json()["log"]] == [True, False]
    book.enters(item, s1="5")
    found = book.done("GET", "term-locks", class_id=book.class_id, term="first term")["items"]
    assert [(each["locked"], each["log"][1]["reason"]) for each in found if each["class_id"]] == [(False, "A sheet was late")]


def test_a_branch_is_locked_and_one_class_opened(book: Book, branch: Branch) -> None:
    other, term = Book(branch), f"Term {new_id()}"
    items = [each.item(term=term) for each in (book, other)]
    assert book.locks(class_id=None, term=term).status_code == 200
    assert [each.sheet(item, {"s1": "5"}).status_code for each, item in zip((book, other), items, strict=True)] == [409, 409]
    later = Book(branch)
    assert later.call("PUT", f"line-items/{new_id()}", later.draft(later.category(), term=term)).status_code == 409
    book.locks(False, "They were ill", term=term)
    assert [each.sheet(item, {"s1": "5"}).status_code for each, item in zip((book, other), items, strict=True)] == [200, 409]
    book.locks(class_id=None, term=term).raise_for_status()
    assert [each.sheet(item, {"s1": "6"}).status_code for each, item in zip((book, other), items, strict=True)] == [409, 409]


def test_a_locked_term_goes_by_the_scheme_that_held_then(branch: Branch) -> None:
    here = Branch(branch.service, f"branch-{new_id()[:6]}")
    book = Book(here)
    book.enters(book.item(), s1="7", s2="8")
    scheme = {
        "title": "Ours",
        "kind": "letters",
        "grades": ["5"],
        "pass_percent": "50",
        "bands": [_band("X", "75"), _band("Y", "0")],
    }
    book.done("PUT", f"grading-schemes/{new_id()}", scheme, book.head)
    assert [book.term(id)["grade"] for id in ("s1", "s2")] == ["Y", "X"]
    scheme_id = book.done("GET", "grading-schemes")["items"][0]["scheme_id"]
    book.locks().raise_for_status()
    changed = {**scheme, "bands": [_band("Z", "0")], "rounding": {"places": 0, "how": "down"}}
    assert book.done("PUT", f"grading-schemes/{scheme_id}", changed, book.head)["edition"] == 2
    assert [book.term(id)["grade"] for id in ("s1", "s2")] == ["Y", "X"]
    book.locks(False, "Graded anew").raise_for_status()
    assert [(book.term(id)["grade"], book.term(id)["percent"]) for id in ("s1", "s2")] == [("Z", "70"), ("Z", "80")]


def _band(letter: str, least: str) -> dict[str, Any]:
    return {"letter": letter, "least": least, "word": letter, "word_ur": letter}


# One write decides


def put(store: Store, score: str = "5", subject: str = "English") -> Any:
    sheet = {"class_id": "c1", "term": "Term", "subject": subject, "marks": [{**ROW, "score": score}], "reason": None}
    return marks.put_sheet(store, using(teacher("t1"), "mark"), "b1", sheet)


def lock(store: Store, class_id: str | None = "c1") -> Any:
    draft = {"term": "Term", "class_id": class_id, "locked": True, "reason": "Over"}
    return locks.put(store, using(head(), "lock terms"), "b1", draft)


@pytest.mark.parametrize("class_id", ["c1", None], ids=["class", "branch"])
@pytest.mark.parametrize("first", [True, False], ids=["first sheet", "later sheet"])
def test_a_lock_that_comes_while_a_sheet_is_on_its_way_waits_for_it(
    store: Store, monkeypatch: pytest.MonkeyPatch, class_id: str | None, first: bool
) -> None:
    if not first:
        put(store, subject="Urdu")
    enter, met = sheets.enter, []

    def slowly(*arguments: Any) -> Any:
        with ThreadPoolExecutor(1) as elsewhere:
            met.append(elsewhere.submit(lock, store, class_id).exception())
        return enter(*arguments)

    monkeypatch.setattr(sheets, "enter", slowly)
    put(store)
    assert isinstance(met[0], Busy), "it runs again, and is after the sheet"
    lock(store, class_id)
    assert [each["score"] for each in store.results.find(teacher("t1").branch("b1"), {"subject": "English"})] == ["5"]


@pytest.mark.parametrize("class_id", ["c1", None], ids=["class", "branch"])
@pytest.mark.parametrize("first", [True, False], ids=["first sheet", "later sheet"])
def test_a_sheet_that_comes_while_a_term_is_being_locked_finds_it_locked(
    store: Store, monkeypatch: pytest.MonkeyPatch, class_id: str | None, first: bool
) -> None:
    if not first:
        put(store, subject="Urdu")
    change, met = type(store.term_locks).change, []

    def slowly(documents: Any, scope: Any, id: str, to: Any, **more: Any) -> Any:
        if "log" in (more.get("push") or {}):
            with ThreadPoolExecutor(1) as elsewhere:
                met.append(elsewhere.submit(put, store).exception())
        return change(documents, scope, id, to, **more)

    with monkeypatch.context() as patched:
        patched.setattr(type(store.term_locks), "change", slowly)
        lock(store, class_id)
    assert isinstance(met[0], Busy)
    with pytest.raises(Exception, match="term-locked"):
        put(store)


def test_a_sheet_whose_item_is_deleted_meanwhile_is_not_stored(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    put(store)
    scope, by = head().branch("b1"), using(teacher("t1"), "mark")
    (item,) = store.line_items.find(scope)
    asked = queries.students_of_item

    def and_then_it_goes(*arguments: Any) -> Any:
        found = asked(*arguments)
        monkeypatch.setattr(queries, "students_of_item", asked)
        line_items.remove(store, by, "b1", item["_id"])
        return found

    monkeypatch.setattr(queries, "students_of_item", and_then_it_goes)
    sheet = {"results": [{"student_id": "s1", "status": "fully graded", "score": "6"}], "reason": None}
    with pytest.raises(NotFound):
        sheets.put(store, by, "b1", item["_id"], sheet)
    assert [(each["score"], each["deleted"]) for each in store.results.find(scope)] == [("5", True)]


def test_sheets_and_a_lock_at_once(book: Book, branch: Branch) -> None:
    """After the lock's answer nothing changes any more, and nobody has got an answer that was not kept."""
    category = book.category()
    items = [book.item(category, title=str(number)) for number in range(6)]

    def enter(number: int) -> tuple[str, int, str, int]:
        score = f"{number % 10}.{number + 11}".rstrip("0")
        return items[number % 6], number % 3, score, book.sheet(items[number % 6], {f"s{1 + number % 3}": score}).status_code

    with ThreadPoolExecutor(5) as pool:
        sent = [pool.submit(enter, number) for number in range(12)]
        locked = pool.submit(book.locks)
        sent += [pool.submit(enter, number) for number in range(12, 24)]
        assert locked.result().status_code == 200
        then = [book.scores(item) for item in items]
        answers = [each.result() for each in sent]
    assert [book.scores(item) for item in items] == then
    assert {status for *_, status in answers} <= {200, 409}
    taken = [(item, student, score) for item, student, score, status in answers if status == 200]
    kept = {score for scores in then for score in scores.values()}
    assert kept <= {score for _, _, score in taken}
    assert len(kept) == len({(item, student) for item, student, _ in taken})
