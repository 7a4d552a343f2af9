"""How a branch grades: presets, editions, and the cards that name them."""

import uuid
from typing import Any

import pytest

from tests.reports.books import Book, new_id
from tests.reports.story import Branch, slug, text_of
from tests.support.people import office
from tests.support.services import Service


@pytest.fixture
def book(reports: Service) -> Book:
    return Book(Branch(reports, f"branch-{uuid.uuid4().hex[:6]}"))


def band(letter: str, least: str, **more: Any) -> dict[str, Any]:
    return {"letter": letter, "least": least, "word": f"Word {letter}", "word_ur": "لفظ", **more}


def scheme(**more: Any) -> dict[str, Any]:
    bands = [band("Q", "0"), band("P", "60.5")]
    return {"title": "Ours", "kind": "letters", "bands": bands, "pass_percent": "60.5", **more}


def test_a_preset_is_taken_changed_and_kept(book: Book) -> None:
    presets = {each["preset"]: each for each in book.done("GET", "grading-schemes/presets")["items"]}
    assert set(presets) == {"board", "percentage", "letters", "gpa", "competency"}
    for name, preset in presets.items():
        draft = {key: value for key, value in preset.items() if key != "preset"} | {"grades": [f"1{name}"]}
        made = book.done("PUT", f"grading-schemes/{new_id()}", draft, office(branch_id=book.branch.id))
        assert {key: made[key] for key in draft} == draft
    assert len(book.done("GET", "grading-schemes", by=book.branch.guardian())["items"]) == 5
    assert book.call("PUT", f"grading-schemes/{new_id()}", scheme()).status_code == 403


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"bands": []}, "bands"),
        ({"bands": [band("A", "10")]}, "bands"),
        ({"bands": [band("A", "10"), band("A", "0")]}, "bands"),
        ({"bands": [band("A", "0"), band("B", "0.00")]}, "bands"),
        ({"kind": "gpa"}, "bands"),
        ({"pass_percent": "100.5"}, "pass_percent"),
        ({"rounding": {"places": 3}}, "rounding"),
        ({"missing": "perhaps"}, "missing"),
        ({"edition": 4}, None),
    ],
    ids=str,
)
def test_what_is_no_scheme_is_named(branch: Branch, wrong: dict[str, Any], where: str | None) -> None:
    answer = branch.call("PUT", f"grading-schemes/{new_id()}", office(branch_id=branch.id), json=scheme(**wrong))
    if where is None:
        assert (answer.status_code, slug(answer)) == (409, "gone-on")
    else:
        assert (answer.status_code, list(answer.json()["errors"])) == (422, [where])


def test_a_grade_has_one_scheme(book: Book) -> None:
    ours, path = new_id(), "grading-schemes"
    book.done("PUT", f"{path}/{ours}", scheme(grades=["05", "6"]), book.head)
    refused = book.call("PUT", f"{path}/{new_id()}", scheme(grades=["5"]), book.head)
    assert (slug(refused), refused.json()["grades"]) == ("grade-has-a-scheme", ["5"])
    book.done("PUT", f"{path}/{new_id()}", scheme(title="All others"), book.head)
    assert slug(book.call("PUT", f"{path}/{new_id()}", scheme(), book.head)) == "grade-has-a-scheme"
    for _ in range(2):
        assert book.call("DELETE", f"{path}/{ours}", by=book.head).status_code == 204
    assert book.call("GET", f"{path}/{ours}").status_code == 404
    assert book.done("GET", f"{path}/{ours}", edition=1)["grades"] == ["05", "6"], "cards name it"
    assert book.done("PUT", f"{path}/{ours}", scheme(grades=["5"]), book.head)["edition"] == 3


def test_the_scheme_of_the_classs_grade_holds(book: Book) -> None:
    book.enters(book.item(), s1={"status": "not submitted"}, s2="6.05")
    assert (book.term("s1")["grade"], book.term("s2")["grade"]) == ("F", "B"), "the board's, without any"
    id = new_id()
    book.done("PUT", f"grading-schemes/{id}", scheme(missing="left_out", rounding={"places": 2, "how": "down"}), book.head)
    assert (book.term("s1")["percent"], book.term("s2")["percent"], book.term("s2")["grade"]) == (None, "60.50", "P")
    points = [band("P", "60.5", points="3.5"), band("Q", "0", points="0")]
    book.done("PUT", f"grading-schemes/{new_id()}", scheme(kind="gpa", grades=["5"], bands=points), book.head)
    assert (book.term("s2")["gpa"], book.term("s1")["gpa"]) == ("3.50", "0.00")


def test_an_issued_card_names_the_edition_that_it_was_made_with(book: Book) -> None:
    branch, id = book.branch, new_id()
    book.done("PUT", f"grading-schemes/{id}", scheme(), book.head)
    branch.marks("First term", s1="45", s2="10")
    assert branch.issues("First term", student_ids=["s1"])["issued"] == 1
    (card,) = branch.cards("s1", branch.guardian())
    assert (card["percent"], card["grade"]) == ("90.0", "P")
    book.done("PUT", f"grading-schemes/{id}", scheme(bands=[band("R", "0")]), book.head)
    (still,) = branch.cards("s1", branch.guardian())
    assert still == card
    assert (card["scheme_id"], card["scheme_edition"]) == (id, 1)
    kept = book.done("GET", f"grading-schemes/{card['scheme_id']}", edition=card["scheme_edition"])
    assert [each["letter"] for each in kept["bands"]] == ["P", "Q"]
    pdf = branch.call("GET", f"report-cards/{card['report_card_id']}/pdf?language=en", branch.guardian())
    assert "WordP" in text_of(pdf.content)
    branch.issues("First term", student_ids=["s1"])
    newest = branch.cards("s1", branch.guardian())[0]
    assert (newest["grade"], newest["scheme_edition"]) == ("R", 2)


def test_a_card_has_percentages_alone_where_the_scheme_has_no_grades(book: Book) -> None:
    branch = book.branch
    book.done("PUT", f"grading-schemes/{new_id()}", scheme(kind="percentage", bands=[]), book.head)
    exam = book.category("Exam")
    book.enters(book.item(exam), s2="8")
    book.enters(book.item(exam, result_max="30"), s2="20")
    assert branch.issues("First term", student_ids=["s2"])["issued"] == 1
    (card,) = branch.cards("s2", branch.guardian())
    assert (card["percent"], card["grade"]) == ("73.3", "")
    pdf = branch.call("GET", f"report-cards/{card['report_card_id']}/pdf?language=en", branch.guardian())
    assert "73.3" in text_of(pdf.content)
