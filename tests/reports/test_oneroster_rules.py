"""What a platform pushes goes by the same rules as what teachers enter: terms, locks, submission, moderation, corrections."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest

from schoolbus.contracts.roster import CalendarChanged
from tests.reports.books import Book
from tests.reports.platforms import Pushing, refused, to, unique, why
from tests.reports.story import Branch, slug
from tests.support.people import teacher
from tests.support.services import Service


@pytest.fixture
def book(branch: Branch) -> Book:
    return Book(branch)


@pytest.fixture
def platform(book: Book) -> Pushing:
    return Pushing(book)


def test_of_a_locked_term_a_machine_changes_nothing(platform: Pushing, book: Book) -> None:
    category = platform.category()
    item = platform.item(category=category)
    result = platform.marks(item, "s1", 5)
    assert book.locks().status_code == 200
    for answer in (
        platform.asks("PUT", f"/results/{result}", {"result": platform.result(item, score=6)}),
        platform.asks("PUT", f"/results/{unique('res')}", {"result": platform.result(item, "s2")}),
        platform.asks("PUT", f"/results/{unique('res')}", {"result": platform.result(item, score=5)}),
        platform.asks("DELETE", f"/results/{result}"),
        platform.asks("PUT", f"/lineItems/{item}", {"lineItem": platform.line_item(category, title="Other")}),
        platform.asks("PUT", f"/lineItems/{unique('item')}", {"lineItem": platform.line_item(category)}),
        platform.asks("DELETE", f"/lineItems/{item}"),
        platform.asks("PUT", f"/categories/{category}", {"category": {"title": "Tests", "weight": 1}}),
    ):
        assert refused(answer) == (403, "forbidden"), answer.request.url
        assert why(answer).startswith("This term is locked")
    platform.marks(item, "s1", 5, id=result)  # what is there already is no change
    assert platform.gets(f"/results/{result}")["score"] == 5
    assert book.locks(locked=False).status_code == 200
    platform.marks(item, "s1", 6, id=result)


def test_after_it_is_submitted_a_push_is_a_correction_with_its_history(platform: Pushing, book: Book) -> None:
    item = platform.item()
    result, other = platform.marks(item, "s1", 5), platform.marks(item, "s2", 6)
    ours = platform.ours(item)["line_item_id"]
    assert book.history(ours, "s1") == []
    book.done("POST", f"line-items/{ours}/submission")
    book.done("POST", f"line-items/{ours}/moderation", by=teacher("t2", book.branch.id))
    platform.marks(item, "s1", 7, id=result)
    platform.deletes(f"/results/{other}")
    (corrected,) = book.history(ours, "s1")
    assert (corrected["reason"], corrected["by"]) == ("pushed by Taleem Online", platform.caller.person_id)
    assert (corrected["before"]["score"], corrected["after"]["score"]) == ("5", "7")
    (deleted,) = book.history(ours, "s2")
    assert (deleted["reason"], deleted["before"]["score"], deleted["after"]) == ("deleted by Taleem Online", "6", None)
    assert platform.ours(item)["state"] == "submitted", "to be moderated again"
    for answer in (
        platform.asks("DELETE", f"/lineItems/{item}"),
        platform.asks("PUT", f"/lineItems/{item}", {"lineItem": platform.line_item(title="Other")}),
    ):
        assert refused(answer) == (403, "forbidden")
        assert why(answer).startswith("It has been submitted")


def test_who_submits_what_a_platform_pushed_does_not_moderate_it(platform: Pushing, book: Book) -> None:
    item = platform.item()
    platform.marks(item, "s1", 5)
    ours = platform.ours(item)["line_item_id"]
    book.done("POST", f"line-items/{ours}/submission")
    own = book.call("POST", f"line-items/{ours}/moderation")
    assert (own.status_code, slug(own)) == (403, "own-marks")
    book.done("POST", f"line-items/{ours}/moderation", by=teacher("t2", book.branch.id))


def test_an_adjusted_score_is_read_as_it_counts(platform: Pushing, book: Book) -> None:
    item = platform.item()
    result = platform.marks(item, "s1", 5)
    ours = platform.ours(item)["line_item_id"]
    book.done("POST", f"line-items/{ours}/submission")
    rule = {"kind": "add", "value": "1.5", "reason": "Question 3 was unclear"}
    book.done("POST", f"line-items/{ours}/adjustments", rule, by=book.head)
    read = platform.gets(f"/results/{result}")
    assert (read["score"], read["metadata"]["enteredScore"]) == (6.5, "5")
    platform.marks(item, "s1", 6, id=result)
    assert platform.gets(f"/results/{result}")["score"] == 7.5


def test_of_who_has_left_the_class_what_is_there_can_be_corrected(platform: Pushing, book: Book) -> None:
    item = platform.item()
    result = platform.marks(item, "s3", 5)
    book.knows(("s3",), version=2, active=False)
    platform.marks(item, "s3", 6, id=result)
    ours = platform.ours(item)["line_item_id"]
    assert [each["reason"] for each in book.history(ours, "s3")] == ["pushed by Taleem Online"]
    another = platform.asks("PUT", f"/results/{unique('res')}", {"result": platform.result(platform.item(title="Other"), "s3")})
    assert refused(another) == (422, "invaliddata")
    assert platform.ids(f"/classes/{book.class_id}/students/s3/results") == [result]


def test_a_name_is_one_records_and_a_childs_result_is_one(platform: Pushing, book: Book) -> None:
    item = platform.item()
    first = platform.marks(item, "s1", 5)
    taken = platform.asks("PUT", f"/results/{first}", {"result": platform.result(item, "s2")})
    assert refused(taken) == (422, "invaliddata")
    assert "another line item or student" in why(taken)
    second = platform.marks(item, "s1", 6)
    assert platform.ids(f"/classes/{book.class_id}/lineItems/{item}/results") == [second]
    assert platform.asks("GET", f"/results/{first}").status_code == 404
    moved = platform.line_item(**{"class": to(Book(book.branch).class_id)}, category=platform.category())
    assert "of another class" in why(platform.asks("PUT", f"/lineItems/{item}", {"lineItem": moved}))


def test_two_at_once_leave_one(platform: Pushing, book: Book) -> None:
    category, item, result = platform.category(), unique("item"), unique("res")
    bodies = [{"lineItem": platform.line_item(category, title=f"Plants {number}")} for number in range(6)]
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda body: platform.asks("PUT", f"/lineItems/{item}", body), bodies))
        assert [each.status_code for each in answers] == [201] * 6
        marks = [{"result": platform.result(item, score=score)} for score in range(6)]
        answers = list(pool.map(lambda body: platform.asks("PUT", f"/results/{result}", body), marks))
        assert [each.status_code for each in answers] == [201] * 6
        categories = [{"category": {"title": f"Tests {number}", "weight": number}} for number in range(6)]
        named = unique("cat")
        answers = list(pool.map(lambda body: platform.asks("PUT", f"/categories/{named}", body), categories))
        assert [each.status_code for each in answers] == [201] * 6
    assert len(platform.gets(f"/classes/{book.class_id}/lineItems")) == 1
    assert platform.ids(f"/classes/{book.class_id}/results") == [result]
    assert platform.ids("/categories", filter=f"sourcedId='{named}'") == [named]


def test_the_term_is_by_its_id_or_the_one_that_the_day_is_in(reports: Service) -> None:
    branch = Branch(reports, f"branch-{uuid.uuid4().hex[:6]}")
    book = Book(branch)
    terms = [
        ("y", "2026-27", "schoolYear", "2026-08-01", "2027-06-30"),
        ("t1", "First term", "term", "2026-08-01", "2026-12-31"),
        ("p1", "Autumn", "gradingPeriod", "2026-10-01", "2026-11-30"),
        ("old", "First term", "term", "2025-08-01", "2025-12-31"),
    ]
    names = ("term_id", "title", "kind", "starts_on", "ends_on")
    told = [{**dict(zip(names, term, strict=True)), "parent_id": None, "year": "2027"} for term in terms]
    branch.knows(CalendarChanged(branch_id=branch.id, subject=branch.id, terms=told, holidays=[]))
    platform = Pushing(book)

    def term(**more: object) -> tuple[str, str]:
        put = {"metadata": {"subject": "English"}, **more}
        read = platform.gets(f"/lineItems/{platform.item(**put)}")
        assert read["academicSession"] == read["gradingPeriod"]
        return read["gradingPeriod"]["sourcedId"], read["metadata"]["term"]

    assert term() == ("p1", "Autumn"), "the shortest that the day is in"
    assert term(assignDate="2026-09-01") == ("t1", "First term")
    assert term(gradingPeriod=to("t1")) == ("t1", "First term")
    assert term(academicSession=to("old")) == ("old", "First term"), "and not the one of this year"
    assert term(metadata={"term": "AUTUMN"})[0] == "p1"
    assert platform.gets("/lineItems", filter="gradingPeriod.sourcedId='old'")
    assert "Say which" in why(
        platform.asks("PUT", "/lineItems/x", {"lineItem": platform.line_item(assignDate="2030-01-01", metadata={})})
    )


def test_without_a_subject_it_is_the_classs(platform: Pushing, book: Book) -> None:
    item = platform.item(metadata={"term": "First term"})
    assert platform.gets(f"/lineItems/{item}")["metadata"]["subject"] == "Science"
    platform.item(item, metadata={"subject": "Physics", "kind": "quiz"})
    read = platform.gets(f"/lineItems/{item}")["metadata"]
    assert (read["subject"], read["kind"], read["term"]) == ("Physics", "quiz", "First term")
