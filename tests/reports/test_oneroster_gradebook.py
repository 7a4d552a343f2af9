"""A learning platform pushes marks by OneRoster, and a class's teacher, the family and the term have them."""

from decimal import Decimal

import pytest

from schoolbus.contracts.reports import QuizResultRecorded
from tests.reports.books import Book
from tests.reports.platforms import Pushing, refused, to, unique, why
from tests.reports.story import Branch
from tests.support.waiting import eventually


@pytest.fixture
def book(branch: Branch) -> Book:
    return Book(branch)


@pytest.fixture
def platform(book: Book) -> Pushing:
    return Pushing(book)


def test_what_is_put_is_read_as_it_was_put(platform: Pushing, book: Book) -> None:
    category = platform.category(title="Quizzes", weight=12.5)
    item = platform.item(category=category, description="Chapter 3", scoreScale=None, learningObjectiveSet=[])
    result = platform.marks(item, "s1", 7.25, comment="Well done", textScore="Merit")
    read = platform.gets(f"/categories/{category}")
    assert {name: read[name] for name in ("sourcedId", "status", "title", "weight")} == {
        "sourcedId": category,
        "status": "active",
        "title": "Quizzes",
        "weight": 12.5,
    }
    read = platform.gets(f"/lineItems/{item}")
    put = platform.line_item(category, description="Chapter 3")
    assert {
        name: read[name] for name in ("title", "description", "assignDate", "dueDate", "resultValueMin", "resultValueMax")
    } == {name: put[name] for name in ("title", "description", "assignDate", "dueDate", "resultValueMin", "resultValueMax")}
    assert {name: read[name]["sourcedId"] for name in ("class", "school", "category")} == {
        "class": book.class_id,
        "school": book.branch.id,
        "category": category,
    }
    assert read["class"]["href"].endswith(f"/ims/oneroster/rostering/v1p2/classes/{book.class_id}")
    assert read["category"]["href"].endswith(f"/ims/oneroster/gradebook/v1p2/categories/{category}")
    assert read["metadata"] == {"subject": "English", "kind": "other", "term": "First term", "state": "open"}
    read = platform.gets(f"/results/{result}")
    assert read.pop("dateLastModified")
    assert {name: read.pop(name)["sourcedId"] for name in ("lineItem", "student", "class")} == {
        "lineItem": item,
        "student": "s1",
        "class": book.class_id,
    }
    assert read == {
        "sourcedId": result,
        "status": "active",
        "metadata": {},
        "scoreStatus": "fully graded",
        "score": 7.25,
        "textScore": "Merit",
        "scoreDate": "2026-11-10",
        "comment": "Well done",
    }


def test_it_stands_in_every_collection_that_it_belongs_to(platform: Pushing, book: Book) -> None:
    category = platform.category()
    item, other = platform.item(category=category), platform.item(category=category, title="Animals")
    first, second, third = platform.marks(item, "s1"), platform.marks(item, "s2"), platform.marks(other, "s1")
    of_class = f"/classes/{book.class_id}"
    assert category in platform.ids("/categories", limit=5000)
    assert category in platform.ids(f"{of_class}/categories")
    for path in ("/lineItems", f"{of_class}/lineItems", f"/schools/{book.branch.id}/lineItems"):
        assert {item, other} <= set(platform.ids(path, limit=5000)), path
    assert set(platform.ids(f"{of_class}/lineItems")) == {item, other}
    assert {first, second, third} <= set(platform.ids("/results", limit=5000))
    assert set(platform.ids(f"{of_class}/results")) == {first, second, third}
    assert set(platform.ids(f"{of_class}/lineItems/{item}/results")) == {first, second}
    assert set(platform.ids(f"{of_class}/students/s1/results")) == {first, third}


def test_the_teacher_has_it_publishes_it_and_the_family_sees_it(platform: Pushing, book: Book) -> None:
    item = platform.item()
    platform.marks(item, "s1", 8)
    ours = platform.ours(item)
    assert book.scores(ours["line_item_id"]) == {"s1": "8"}
    assert (ours["state"], ours["published_at"], ours["subject"], ours["term"]) == ("open", None, "English", "First term")
    guardian = book.branch.guardian("g1")

    def seen() -> list[str]:
        found = book.done("GET", "results", by=guardian, student_id="s1", limit=500)["items"]
        return [each["score"] for each in found if each["line_item_id"] == ours["line_item_id"]]

    assert seen() == [], "a platform publishes nothing"
    book.done("POST", f"line-items/{ours['line_item_id']}/publication")
    assert seen() == ["8"]
    platform.marks(item, "s1", 9)
    assert seen() == ["9"]
    told = eventually(
        lambda: [each for each in book.branch.heard(QuizResultRecorded) if each.subject == ours["line_item_id"]][1:]
    )
    assert told[0].data["teacher_id"] in ("t1", "t2"), "a machine is nobody that a family knows"
    assert book.term("s1")["percent"] == "90.0"


def test_what_a_teacher_enters_is_read_there_by_the_ids_that_we_gave(platform: Pushing, book: Book) -> None:
    category = book.category(title="Oral")
    item = book.item(category, title="Poems")
    entered = book.enters(item, s1="6.5", s2={"status": "exempt"})["results"]
    assert platform.gets(f"/categories/{category}")["metadata"] == {"school": book.branch.id, "class": book.class_id}
    assert platform.gets(f"/lineItems/{item}")["category"]["sourcedId"] == category
    read = {each["student"]["sourcedId"]: each for each in platform.gets(f"/classes/{book.class_id}/lineItems/{item}/results")}
    assert {id: (each["scoreStatus"], each.get("score")) for id, each in read.items()} == {
        "s1": ("fully graded", 6.5),
        "s2": ("exempt", None),
    }
    assert {each["sourcedId"] for each in read.values()} == {each["result_id"] for each in entered}
    mine = next(each["result_id"] for each in entered if each["student_id"] == "s1")
    platform.marks(item, "s1", 7, id="its-own" + item)
    assert platform.gets(f"/results/{mine}")["sourcedId"] == "its-own" + item, "by either name"
    assert book.scores(item)["s1"] == "7"


def test_put_again_takes_its_place_and_twice_is_once(platform: Pushing, book: Book) -> None:
    category, item = platform.category(), None
    item = platform.item(category=category)
    result = platform.marks(item, "s1", 5)
    before = [platform.gets(path) for path in (f"/categories/{category}", f"/lineItems/{item}", f"/results/{result}")]
    platform.category(category)
    platform.item(item, category)
    platform.marks(item, "s1", 5, id=result)
    assert before == [platform.gets(path) for path in (f"/categories/{category}", f"/lineItems/{item}", f"/results/{result}")]
    platform.category(category, title="Exams", weight=60)
    platform.item(item, category, title="Forests", resultValueMax=20)
    platform.marks(item, "s1", score=None, id=result, scoreStatus="not submitted")
    assert platform.gets(f"/categories/{category}")["weight"] == 60
    assert platform.gets(f"/lineItems/{item}")["title"] == "Forests"
    read = platform.gets(f"/results/{result}")
    assert (read["scoreStatus"], "score" in read) == ("not submitted", False)
    assert len(platform.gets(f"/classes/{book.class_id}/results")) == 1


def test_deleted_it_is_gone_and_those_who_keep_up_are_told(platform: Pushing, book: Book) -> None:
    category = platform.category()
    item = platform.item(category=category)
    kept, gone = platform.marks(item, "s1"), platform.marks(item, "s2")
    platform.deletes(f"/results/{gone}")
    platform.deletes(f"/results/{gone}")
    assert refused(platform.asks("GET", f"/results/{gone}")) == (404, "unknownobject")
    assert platform.ids(f"/classes/{book.class_id}/results") == [kept]
    in_use = platform.asks("DELETE", f"/categories/{category}")
    assert refused(in_use) == (422, "invaliddata")
    assert "line items are in it" in why(in_use)
    ours = platform.ours(item)["line_item_id"]
    platform.deletes(f"/lineItems/{item}")
    assert refused(platform.asks("GET", f"/lineItems/{item}")) == (404, "unknownobject")
    assert refused(platform.asks("GET", f"/results/{kept}")) == (404, "unknownobject")
    assert refused(platform.asks("GET", f"/classes/{book.class_id}/lineItems/{item}/results")) == (404, "unknownobject")
    assert refused(platform.asks("PUT", f"/results/{kept}", {"result": platform.result(item)})) == (404, "unknownobject")
    assert book.call("GET", f"line-items/{ours}").status_code == 404
    assert set(platform.ids(f"/classes/{book.class_id}/results", filter="status='tobedeleted'")) == {kept, gone}
    changed = platform.gets(f"/classes/{book.class_id}/lineItems", filter="dateLastModified>='2020-01-01'")
    assert [(each["sourcedId"], each["status"]) for each in changed] == [(item, "tobedeleted")]
    platform.deletes(f"/categories/{category}")
    assert refused(platform.asks("GET", f"/categories/{category}")) == (404, "unknownobject")
    for path in ("/results/none", "/lineItems/none", "/categories/none"):
        assert refused(platform.asks("DELETE", path)) == (404, "unknownobject")
    platform.category(category)
    platform.item(item, category)
    assert platform.ids(f"/classes/{book.class_id}/lineItems/{item}/results") == [], "put again it comes without its results"
    platform.marks(item, "s1", 3, id=kept)
    assert platform.gets(f"/results/{kept}")["score"] == 3


@pytest.mark.parametrize("score", ["7.123456", "0.000001", "9.999999", "10", "0", 3.1, 0.1])
def test_a_score_is_kept_to_its_sixth_decimal(platform: Pushing, book: Book, score: str | float) -> None:
    item = platform.item()
    result = platform.marks(item, "s1", score)
    kept = book.scores(platform.ours(item)["line_item_id"])["s1"]
    assert Decimal(kept) == Decimal(str(score))
    assert Decimal(str(platform.gets(f"/results/{result}")["score"])) == Decimal(str(score))


def test_what_stands_on_paper_has_two_decimals(platform: Pushing, book: Book) -> None:
    item = platform.item()
    platform.marks(item, "s1", "7.333333")
    (subject,) = book.term("s1")["subjects"]
    assert (subject["score"], subject["out_of"], subject["percent"]) == ("73.3", "100", "73.3")
    platform.marks(item, "s1", "7.5")
    (subject,) = book.term("s1")["subjects"]
    assert (subject["score"], subject["out_of"]) == ("7.5", "10")


def test_bad_bodies_say_what_is_wrong(platform: Pushing, book: Book) -> None:
    item = platform.item()
    for body, where in (
        ({"result": platform.result(item, score=11)}, "score: More than 10"),
        ({"result": platform.result(item, score="7.1234567")}, "result.score: At most six decimals"),
        ({"result": platform.result(item, score=None)}, "score: Wants a score"),
        ({"result": platform.result(item, scoreStatus="Graded")}, "result.scoreStatus"),
        ({"result": platform.result(item, scoreStatus="exempt")}, "What is exempt has no score"),
        ({"result": platform.result(item, "s99")}, "student: Not in this class"),
        ({"result": platform.result(item, scoreDate="soon")}, "result.scoreDate: Wants a day"),
        ({"result": platform.result(item, **{"class": to("c1")})}, "class: The line item is of another class"),
        ({"result": platform.result(item, sourcedId="another")}, "sourcedId: The path says another"),
        ({"result": {"scoreStatus": "exempt"}}, "result.lineItem"),
        ({"results": {}}, "results: Unknown field"),
        ([], "_schema"),
    ):
        answer = platform.asks("PUT", f"/results/{unique('res')}", body)
        assert refused(answer) == (422, "invaliddata"), body
        assert where in why(answer)
    for change, where in (
        ({"title": ""}, "lineItem.title"),
        ({"resultValueMax": -1}, "lineItem.resultValueMax"),
        ({"resultValueMin": 10}, "resultValueMax: Must be above resultValueMin"),
        ({"dueDate": "2026-11-01"}, "dueDate: Before it is set"),
        ({"metadata": {"subject": "English"}}, "gradingPeriod: Say which"),
        ({"category": None}, "lineItem.category"),
    ):
        answer = platform.asks("PUT", f"/lineItems/{unique('item')}", {"lineItem": {**platform.line_item(), **change}})
        assert refused(answer) == (422, "invaliddata"), change
        assert where in why(answer)
    for change in ({"class": to("c99")}, {"category": to("none")}, {"school": to("b99")}, {"gradingPeriod": to("t99")}):
        answer = platform.asks("PUT", f"/lineItems/{unique('item')}", {"lineItem": {**platform.line_item(), **change}})
        assert refused(answer) == (404, "unknownobject"), change
    not_json = platform.service.call("PUT", "/ims/oneroster/gradebook/v1p2/results/x", platform.caller, data=b"{")
    assert refused(not_json) == (400, "invaliddata")
