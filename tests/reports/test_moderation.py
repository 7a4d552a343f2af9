"""Results are submitted, moderated, adjusted, corrected; who did what and why stays."""

import pytest

from tests.reports.books import Book
from tests.reports.story import Branch, slug
from tests.support.people import office


@pytest.fixture
def book(branch: Branch) -> Book:
    return Book(branch)


def test_from_open_to_moderated_and_never_by_who_entered_them(book: Book, branch: Branch) -> None:
    item = book.item()
    assert slug(book.call("POST", f"line-items/{item}/submission")) == "nothing-entered"
    book.enters(item, s1="5", s2="9")
    another = branch.teacher("t2")
    assert slug(book.call("POST", f"line-items/{item}/moderation", by=another)) == "not-submitted"
    for _ in range(2):
        assert book.done("POST", f"line-items/{item}/submission")["state"] == "submitted"
    refused = book.call("POST", f"line-items/{item}/moderation")
    assert (refused.status_code, slug(refused)) == (403, "own-marks")
    assert book.call("POST", f"line-items/{item}/moderation", by=branch.guardian()).status_code == 403
    for _ in range(2):
        done = book.done("POST", f"line-items/{item}/moderation", by=another)
    assert [(step["state"], step["by"]) for step in done["steps"]] == [("submitted", "t1"), ("moderated", "t2")]


def test_after_submission_a_change_is_a_correction(book: Book) -> None:
    item = book.item()
    book.enters(item, s1="5", s2="9")
    book.done("POST", f"line-items/{item}/submission")
    assert list(book.sheet(item, {"s1": "6"}).json()["errors"]) == ["reason"]
    assert book.sheet(item, {"s1": "5", "s2": "9"}).status_code == 200, "that is no change"
    assert book.scores(item) == {"s1": "5", "s2": "9"}
    for _ in range(2):
        assert book.sheet(item, {"s1": "6", "s3": {"score": "1"}}, reason="Added up wrongly").status_code == 200
    (of_s1,), (of_s3,) = (book.history(item, id) for id in ("s1", "s3"))
    assert (of_s1["before"]["score"], of_s1["after"]["score"], of_s1["reason"], of_s1["by"], of_s1["why"]) == (
        *("5", "6", "Added up wrongly", "t1", "correction"),
    )
    assert (of_s3["before"], of_s3["after"]["score"]) == (None, "1")
    assert book.results(item)["s1"]["corrected_at"]
    assert book.results(item)["s2"]["corrected_at"] is None
    path = f"line-items/{item}/results/s3"
    assert list(book.call("DELETE", path).json()["errors"]) == ["reason"]
    assert book.call("DELETE", path, reason="Another child's").status_code == 204
    assert book.history(item, "s3")[0]["after"] is None
    refused = book.call("DELETE", f"line-items/{item}")
    assert slug(refused) == "submitted"


def test_all_results_are_adjusted_by_one_rule_and_back(book: Book, branch: Branch) -> None:
    item, by = book.item(result_max="20"), branch.teacher("t2")
    book.enters(item, s1="17.25", s2="4", s3={"status": "exempt"})
    rule = {"kind": "scale", "value": "1.05", "reason": "Question 3 was unclear"}
    assert slug(book.call("POST", f"line-items/{item}/adjustments", rule, by)) == "not-submitted"
    book.done("POST", f"line-items/{item}/submission")
    assert slug(book.call("POST", f"line-items/{item}/adjustments", rule)) == "own-marks"
    first = book.done("POST", f"line-items/{item}/adjustments", rule, by)["adjustments"][0]["adjustment_id"]
    floor = {"kind": "floor", "value": "5", "reason": "Nobody below 5"}
    for _ in range(2):
        key = {"Idempotency-Key": "the-same-request"}
        branch.call("POST", f"line-items/{item}/adjustments", by, json=floor, headers=key).raise_for_status()
    assert book.scores(item) == {"s1": "18.11", "s2": "5", "s3": None}
    assert {id: each["entered_score"] for id, each in book.results(item).items()} == {"s1": "17.25", "s2": "4", "s3": None}
    book.sheet(item, {"s2": "6"}, reason="A page was missing").raise_for_status()
    assert book.scores(item)["s2"] == "6.3", "a correction is adjusted as all are"
    for _ in range(2):
        book.done("DELETE", f"line-items/{item}/adjustments/{first}", by=book.head, reason="It was clear")
    assert book.scores(item) == {"s1": "17.25", "s2": "6", "s3": None}
    assert [(each["why"], each["after"]["score"]) for each in book.history(item, "s1")] == [
        ("adjustment", "17.25"),
        ("adjustment", "18.11"),
    ]
    assert book.call("DELETE", f"line-items/{item}/adjustments/unknown", by=by).status_code == 404
    refused = book.call("PUT", f"line-items/{item}", book.draft(book.category(), result_max="40"), book.head)
    assert slug(refused) == "adjusted"


def test_what_was_moderated_and_then_corrected_is_looked_at_again(book: Book, branch: Branch) -> None:
    item, another = book.item(), branch.teacher("t2")
    book.enters(item, s1="5")
    book.done("POST", f"line-items/{item}/submission")
    book.done("POST", f"line-items/{item}/moderation", by=another)
    assert book.sheet(item, {"s1": "6"}, book.head, reason="Added up wrongly").json()["line_item"]["state"] == "moderated"
    corrected = book.sheet(item, {"s1": "7"}, reason="And again").json()["line_item"]
    assert (corrected["state"], corrected["steps"][-1]["reason"]) == ("submitted", "And again")
    assert book.done("POST", f"line-items/{item}/moderation", by=another)["state"] == "moderated"
    assert book.call("DELETE", f"line-items/{item}/results/s1", reason="Another child's").status_code == 204
    assert book.done("GET", f"line-items/{item}")["state"] == "submitted"


def test_given_back_it_is_open_again(book: Book, branch: Branch) -> None:
    item = book.item()
    book.enters(item, s1="5")
    book.done("POST", f"line-items/{item}/submission")
    path, body = f"line-items/{item}/reopening", {"reason": "Some are missing"}
    assert slug(book.call("POST", path, body)) == "own-marks"
    assert list(book.call("POST", path, {}, book.head).json()["errors"]) == ["reason"]
    opened = book.done("POST", path, body, office(branch_id=branch.id))
    assert (opened["state"], opened["steps"][-1]["reason"]) == ("open", "Some are missing")
    assert book.enters(item, s1="6", s2="7")
    assert book.history(item, "s1") == []
