"""A teacher's gradebook: categories, line items, sheets, and what they come to."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.reports.books import Book, new_id
from tests.reports.story import Branch, in_days, slug
from tests.support.roster import classes, enrolled, people, someone


@pytest.fixture
def book(branch: Branch) -> Book:
    return Book(branch)


def errors(answer: Any) -> Any:
    assert answer.status_code == 422, answer.text
    return answer.json()["errors"]


def test_a_sheet_is_entered_and_read(book: Book) -> None:
    item = book.item(description="Two pages.", kind="quiz", assigned_on=in_days(-3), due_on=in_days(-1))
    made = book.enters(item, s1="8.50", s2={"status": "exempt"}, s3={"status": "not submitted", "comment": "Asked twice"})
    assert [(each["student_id"], each["score"], each["status"], each["edition"]) for each in made["results"]] == [
        ("s1", "8.5", "fully graded", 1),
        ("s2", None, "exempt", 1),
        ("s3", None, "not submitted", 1),
    ]
    page = book.done("GET", "gradebook", class_id=book.class_id, term="FIRST term", subject="english")
    (column,) = page["items"]
    assert (column["line_item"]["title"], column["line_item"]["due_on"]) == ("Plants", in_days(-1))
    assert [each["student_id"] for each in column["results"]] == page["student_ids"] == ["s1", "s2", "s3"]
    assert (page["locked"], page["next"], len(page["categories"])) == (False, None, 1)


def test_sent_again_it_is_no_other_and_rows_that_are_not_named_stay(book: Book) -> None:
    item = book.item()
    first = book.enters(item, s1="8", s2="7")["results"]
    assert book.enters(item, s1="8", s2="7")["results"] == first
    book.enters(item, s2="9")
    assert {id: (each["score"], each["edition"]) for id, each in book.results(item).items()} == {"s1": ("8", 1), "s2": ("9", 2)}
    assert book.history(item, "s2") == [], "until it is submitted, nothing is a correction"


def test_every_refused_row_is_named_and_nothing_is_stored(book: Book) -> None:
    item = book.item(result_min="1")
    rows: list[Any] = [
        {"student_id": "s1", "score": "5"},
        {"student_id": "s2", "status": "exempt", "score": "5"},
        {"student_id": "s3"},
        {"student_id": "s404", "score": "5"},
        {"student_id": "s1", "score": "5"},
        {"student_id": "s2", "score": "5", "status": "lost"},
        7,
    ]
    found = errors(book.call("PUT", f"line-items/{item}/results", {"results": rows}))["results"]
    assert list(found) == ["1", "2", "3", "4", "5", "6"]
    assert errors(book.sheet(item, {"s1": "10.5", "s2": "0.5", "s3": {"score": "11", "out_of": "12"}}))["results"] == {
        "0": {"score": ["More than 10."]},
        "1": {"score": ["Less than 1."]},
    }
    assert book.results(item) == {}


def test_two_teachers_enter_the_same_sheet(book: Book, branch: Branch) -> None:
    item = book.item()
    seen = {id: {"edition": 0} for id in ("s1", "s2")}
    assert book.sheet(item, {"s1": {**seen["s1"], "score": "5"}}).status_code == 200
    late = {"s1": {**seen["s1"], "score": "6"}, "s2": {**seen["s2"], "score": "6"}}
    assert errors(book.sheet(item, late, branch.teacher("t2")))["results"] == {
        "0": {"edition": ["Somebody has changed it meanwhile: it is 1 now."]}
    }
    assert book.scores(item) == {"s1": "5"}

    def half(number: int) -> int:
        who = branch.teacher("t1" if number % 2 else "t2")
        return book.sheet(item, {f"s{1 + number % 3}": str(number % 10)}, who).status_code

    with ThreadPoolExecutor(6) as pool:
        assert set(pool.map(half, range(12))) == {200}
    assert len(book.scores(item)) == 3


def test_who_left_the_class_gets_no_result_but_a_correction_with_a_reason(book: Book) -> None:
    book.knows(("z1", "z2"))
    item = book.item()
    book.enters(item, z1="5", s1="6")
    book.knows(("z1", "z2"), active=False, version=2)
    assert errors(book.sheet(item, {"z2": "5"}))["results"]["0"] == {"student_id": ["Not in this class."]}
    refused = errors(book.sheet(item, {"s1": "7", "z1": "8"}))["results"]
    assert refused == {"1": {"student_id": ["Has left this class: give a reason to correct what is there."]}}
    assert book.sheet(item, {"z1": "8"}, reason="A page was missing").status_code == 200
    (kept,) = book.history(item, "z1")
    assert (kept["before"]["score"], kept["after"]["score"], kept["reason"]) == ("5", "8", "A page was missing")


def test_categories_weigh_and_drop_and_a_term_adds_up(book: Book) -> None:
    """The example of docs/gradebook.md."""
    tests, exam = book.category("Tests", "30", drop_lowest=1), book.category("Exam", "70")
    for title, most, row in (("One", "10", "8"), ("Two", "20", "17.5"), ("Three", "10", {"status": "not submitted"})):
        book.enters(book.item(tests, title=title, result_max=most), s1=row)
    book.enters(book.item(exam, result_max="75"), s1="51", s2="60")
    book.enters(book.item(exam, subject="Maths", result_max="50"), s1="40", s2="45")
    term = book.term("s1")
    english, maths = term["subjects"]
    assert (english["percent"], english["score"], english["out_of"], english["grade"]) == ("72.7", "72.7", "100", "A")
    assert {part["category_id"]: (part["share"], part["percent"]) for part in english["categories"]} == {
        tests: ("30.00", "83.75"),
        exam: ("70.00", "68.00"),
    }
    assert (maths["percent"], maths["score"], maths["out_of"]) == ("80.0", "40", "50")
    assert (term["score"], term["out_of"], term["percent"], term["grade"]) == ("112.7", "150", "75.1", "A")
    page = book.done("GET", "term-results", class_id=book.class_id, term="First term", limit=2)
    assert page["items"][0] == term
    assert [each["subjects"][0]["categories"][0]["share"] for each in page["items"]][1] == "100.00", "s2 has no tests yet"
    averages = book.done("GET", "term-averages", class_id=book.class_id, term="First term")["items"]
    assert [(each["subject"], each["count"], each["mean"], each["median"]) for each in averages] == [
        ("English", 2, "76.4", "76.4"),
        ("Maths", 2, "85.0", "85.0"),
        (None, 2, "79.2", "79.2"),
    ]
    (last,) = book.done("GET", "term-results", class_id=book.class_id, term="First term", limit=2, after=page["next"])["items"]
    assert (last["student_id"], last["percent"], last["subjects"]) == ("s3", None, [])


def test_a_line_item_moves_to_another_category_and_a_full_category_stays(book: Book) -> None:
    tests, exam = book.category("Tests", "10"), book.category("Exam", "90")
    item, other = book.item(tests), book.item(exam)
    book.enters(item, s1="5")
    book.enters(other, s1="10")
    assert book.term("s1")["percent"] == "95.0"
    refused = book.call("DELETE", f"categories/{exam}")
    assert (refused.status_code, slug(refused), refused.json()["line_items"]) == (409, "category-in-use", 1)
    moved = book.done("PUT", f"line-items/{other}", book.draft(tests))
    assert (moved["category_id"], moved["edition"]) == (tests, 2)
    assert book.term("s1")["percent"] == "75.0"
    for _ in range(2):
        assert book.call("DELETE", f"categories/{exam}").status_code == 204
    assert errors(book.call("PUT", f"line-items/{new_id()}", book.draft(exam))) == {
        "category_id": ["This class has no such category."]
    }


def test_an_item_that_comes_while_its_category_goes(book: Book) -> None:
    for _ in range(3):
        category = book.category()
        with ThreadPoolExecutor(2) as pool:
            made = pool.submit(book.call, "PUT", f"line-items/{new_id()}", book.draft(category))
            gone = pool.submit(book.call, "DELETE", f"categories/{category}")
        assert (made.result().status_code, gone.result().status_code) in ((200, 409), (422, 204))


def test_a_line_item_is_changed_with_its_results(book: Book) -> None:
    category = book.category()
    item = book.item(category)
    book.enters(item, s1="8", s2={"score": "4", "out_of": "5"})
    assert errors(book.call("PUT", f"line-items/{item}", book.draft(category, result_max="7"))) == {
        "result_max": ["1 results lie outside."]
    }
    assert slug(book.call("PUT", f"line-items/{item}", book.draft(category, edition=7))) == "gone-on"
    book.done("PUT", f"line-items/{item}", book.draft(category, result_max="20", subject="ENGLISH", edition=1))
    assert {id: each["out_of"] for id, each in book.results(item).items()} == {"s1": "20", "s2": "5"}
    assert book.term("s1")["subjects"][0]["subject"] == "ENGLISH"
    book.done("PUT", f"line-items/{item}", book.draft(category, result_max="20", term="Second term"))
    assert book.term("s1")["subjects"] == []
    assert book.term("s1", "second term")["percent"] == "40.0"


def test_what_is_deleted_does_not_count_and_its_id_may_be_used_again(book: Book) -> None:
    category = book.category()
    item = book.item(category)
    book.enters(item, s1="8", s2="9")
    assert book.call("DELETE", f"line-items/{item}/results/s1").status_code == 204
    assert set(book.scores(item)) == {"s2"}
    assert book.call("DELETE", f"line-items/{item}/results/s9").status_code == 404
    for _ in range(2):
        assert book.call("DELETE", f"line-items/{item}").status_code == 204
    assert book.call("GET", f"line-items/{item}").status_code == 404
    assert book.term("s2")["subjects"] == []
    book.done("PUT", f"line-items/{item}", book.draft(category, title="Again", edition=0))
    assert book.scores(item) == {}
    book.enters(item, s1="3")
    assert book.results(item)["s1"]["edition"] == 3


def test_what_a_colleague_has_entered_meanwhile_is_not_deleted(book: Book) -> None:
    item = book.item()
    path = f"line-items/{item}/results/s1"
    book.enters(item, s1="8")
    book.enters(item, s1="9")
    refused = book.call("DELETE", path, edition=1)
    assert (refused.status_code, slug(refused), refused.json()["edition"]) == (409, "gone-on", 2)
    assert book.call("DELETE", path, edition=0).status_code == 409, "of who saw nothing there, too"
    assert book.scores(item) == {"s1": "9"}
    for _ in range(2):
        assert book.call("DELETE", path, edition=2).status_code == 204, "twice is once"
    assert book.scores(item) == {}
    assert book.call("DELETE", path, edition="first").status_code == 422


def test_marks_are_the_same_data(book: Book, branch: Branch) -> None:
    rows = [
        {"student_id": "s1", "score": "30", "out_of": "40", "remark": "Reads"},
        {"student_id": "s2", "score": "10", "out_of": "20"},
    ]
    sheet = {"class_id": book.class_id, "term": "First term", "subject": "Urdu", "marks": rows}
    book.done("PUT", "marks", sheet)
    (column,) = book.done("GET", "gradebook", class_id=book.class_id, term="first term")["items"]
    item = column["line_item"]
    assert (item["title"], item["kind"], item["result_max"]) == ("Term marks", "exam", "40")
    assert {each["student_id"]: (each["score"], each["out_of"]) for each in column["results"]} == {
        "s1": ("30", "40"),
        "s2": ("10", "20"),
    }
    assert [(book.term(id)["percent"], book.term(id)["subjects"][0]["remark"]) for id in ("s1", "s2")] == [
        ("75.0", "Reads"),
        ("50.0", None),
    ]
    book.enters(item["line_item_id"], s3="20", s2={"status": "exempt"})
    found = book.done("GET", "marks", class_id=book.class_id, term="First term")["items"]
    assert sorted((each["student_id"], each["score"], each["out_of"]) for each in found) == [
        ("s1", "30", "40"),
        ("s3", "20", "40"),
    ]
    book.done("PUT", "marks", {**sheet, "subject": "URDU", "marks": [{**row, "out_of": "60"} for row in rows]})
    book.done("PUT", "marks", {**sheet, "marks": [{"student_id": "s3", "score": "33", "out_of": "60"}]})
    assert book.done("GET", f"line-items/{item['line_item_id']}")["result_max"] == "60", "all of them are out of 60 by now"
    refused = book.call("PUT", f"line-items/{item['line_item_id']}", book.draft(item["category_id"], subject="Maths"))
    assert slug(refused) == "of-term-marks"


def test_for_the_class_and_nobody_else(book: Book, branch: Branch, elsewhere: Branch) -> None:
    item = book.item()
    strangers = [branch.teacher("t9"), elsewhere.teacher()]
    for stranger in strangers:
        for method, path, body in (
            ("GET", f"line-items/{item}", None),
            ("PUT", f"line-items/{item}/results", {"results": [{"student_id": "s1", "score": "1"}]}),
            ("POST", f"line-items/{item}/submission", None),
            ("DELETE", f"line-items/{item}", None),
        ):
            assert book.call(method, path, body, stranger).status_code in (403, 404), path
    assert book.call("GET", f"line-items/{item}", by=branch.teacher("t9")).status_code == 404
    assert elsewhere.call("GET", f"line-items/{item}", elsewhere.teacher()).status_code == 404
    taken = elsewhere.call("PUT", f"line-items/{item}", elsewhere.teacher(), json={**book.draft("x"), "class_id": "c1"})
    assert taken.status_code == 422
    mine = {"class_id": "c1", "title": "Tests", "weight": "1"}
    of_branch = book.category()
    assert elsewhere.call("PUT", f"categories/{of_branch}", elsewhere.teacher(), json=mine).status_code == 409
    all_classes = {**mine, "class_id": None}
    assert book.call("PUT", f"categories/{new_id()}", all_classes).status_code == 403
    common = book.done("PUT", f"categories/{new_id()}", all_classes, book.head)["category_id"]
    assert book.item(common)


def test_forty_children_and_thirty_line_items(branch: Branch) -> None:
    students = tuple(f"n{number:02}" for number in range(40))
    branch.knows(people(branch.id, *(someone(id, "student") for id in students)))
    book = Book(branch, students)
    tests, exam = book.category("Tests", "40", drop_lowest=2), book.category("Exam", "60")
    for number in range(30):
        item = book.item(exam if number % 10 == 9 else tests, title=f"No. {number}", assigned_on=in_days(-number))
        assert book.sheet(item, {id: str((number * place) % 11) for place, id in enumerate(students)}).status_code == 200
    page = book.done("GET", "gradebook", class_id=book.class_id, term="First term")
    assert [len(each["results"]) for each in page["items"]] == [40] * 30
    assert page["items"][0]["line_item"]["title"] == "No. 29", "by the day on which they were set"
    term = book.done("GET", "term-results", class_id=book.class_id, term="First term", limit=100)
    assert len(term["items"]) == 40
    assert term["items"][7] == book.child("n07")


def test_who_changes_class_keeps_the_newer_of_a_subject(branch: Branch) -> None:
    branch.knows(people(branch.id, someone("m1", "student")))
    before, after = Book(branch, ("m1",)), Book(branch, ("m1",))
    before.enters(before.item(subject="Maths"), m1="3")
    before.enters(before.item(subject="Urdu"), m1="6")
    after.enters(after.item(subject="maths"), m1="9")
    term = after.child("m1")
    assert [(each["subject"], each["percent"]) for each in term["subjects"]] == [("maths", "90.0"), ("Urdu", "60.0")]


def test_a_class_that_is_no_more_is_not_found(branch: Branch) -> None:
    branch.knows(classes(branch.id, "gone"), enrolled(branch.id, "gone", teachers=("t1",)))
    body = {"class_id": "nowhere", "title": "Tests", "weight": "1"}
    assert branch.call("PUT", f"categories/{new_id()}", branch.teacher(), json=body).status_code == 404
