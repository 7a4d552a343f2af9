"""A teacher sets homework; the families are told; nobody else's class is touched."""

import uuid
from typing import Any

import pytest

from schoolbus.contracts.reports import HomeworkSet
from services.reports.classroom.homework.telling import of_new
from tests.reports.story import Branch, in_days, slug
from tests.support.people import head, office
from tests.support.roster import classes, enrolled
from tests.support.waiting import eventually


def test_a_teacher_sets_homework_and_says_so(branch: Branch) -> None:
    answer = branch.sets_homework(title="Read chapter 3", subject="English")
    assert answer.status_code == 201, answer.text
    homework = answer.json()
    assert (homework["class_title"], homework["due_on"], homework["teacher_id"]) == ("Class c1", in_days(1), "t1")
    (said,) = eventually(lambda: [event for event in branch.heard(HomeworkSet) if event.subject == homework["homework_id"]])
    assert said.data["student_ids"] == ["s1", "s2", "s3"]
    assert (said.data["class_title"], said.data["title"], said.data["due_on"].isoformat()) == (
        "Class c1",
        "Read chapter 3",
        in_days(1),
    )


def test_head_and_office_may_too(branch: Branch) -> None:
    for caller in (head(branch_id=branch.id), office(branch_id=branch.id)):
        assert branch.sets_homework(caller).status_code == 201


def test_sent_twice_it_is_set_once(branch: Branch) -> None:
    homework_id = str(uuid.uuid4())
    first, second = (branch.sets_homework(homework_id=homework_id, title="Once") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    other = branch.sets_homework(homework_id=homework_id, title="Another")
    assert (other.status_code, slug(other)) == (409, "already-there")
    last = branch.sets_homework(title="Last")
    eventually(lambda: [event for event in branch.heard(HomeworkSet) if event.subject == last.json()["homework_id"]])
    assert len([event for event in branch.heard(HomeworkSet) if event.subject == homework_id]) == 1


def test_the_same_id_in_another_branch_shows_nothing(branch: Branch, elsewhere: Branch) -> None:
    homework_id = branch.sets_homework(title="Ours").json()["homework_id"]
    answer = elsewhere.sets_homework(homework_id=homework_id, title="Ours")
    assert answer.status_code == 409
    assert "Ours" not in answer.text


def test_a_large_class_makes_several_events() -> None:
    ids = {"_id": "h1", "branch_id": "b1", "class_id": "c1", "teacher_id": "t1"}
    homework = {**ids, "class_title": "C", "kind": "homework", "title": "T", "due_on": "2026-11-24", "edition": 0}
    said = of_new(homework, [f"s{number}" for number in range(1001)])
    assert [len(event.data["student_ids"]) for event in said] == [500, 500, 1]
    assert len({student for event in said for student in event.data["student_ids"]}) == 1001
    assert of_new(homework, []) == []


def test_only_for_a_class_that_one_teaches(branch: Branch) -> None:
    branch.knows(classes(branch.id, "c1", "c2"), enrolled(branch.id, "c2", students=("s9",), teachers=("t2",)))
    strange = branch.sets_homework(class_id="c2")
    assert (strange.status_code, slug(strange)) == (403, "not-your-class")
    assert branch.sets_homework(branch.teacher("t2"), class_id="c2").status_code == 201
    unknown = branch.sets_homework(class_id="c404")
    assert (unknown.status_code, slug(unknown)) == (404, "not-found")
    assert branch.sets_homework(branch.guardian()).status_code == 403


def test_not_in_another_branch(branch: Branch, elsewhere: Branch) -> None:
    answer = branch.call("POST", "homework", elsewhere.teacher(), json={"class_id": "c1"})
    assert (answer.status_code, slug(answer)) == (403, "not-your-branch")


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": " \u202e "},
        {"title": 5},
        {"title": "x" * 121},
        {"text": None},
        {"due_on": "tomorrow"},
        {"due_on": "2020-01-01"},
        {"due_on": "9999-12-31"},
        {"class_id": {"$ne": ""}},
        {"class_id": ""},
        {"homework_id": "no uuid"},
        {"colour": "red"},
    ],
    ids=str,
)
def test_wrong_input_is_named_and_nothing_is_stored(branch: Branch, wrong: dict[str, Any]) -> None:
    before = branch.call("GET", "homework?class_id=c1&limit=500", branch.teacher()).json()
    answer = branch.sets_homework(**wrong)
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert list(answer.json()["errors"]) == list(wrong)
    assert branch.call("GET", "homework?class_id=c1&limit=500", branch.teacher()).json() == before


@pytest.mark.parametrize(("body", "status"), [(b"{", 400), (b"\xff", 400), (b"[]", 422), (b'{"title": NaN}', 400), (b"", 400)])
def test_what_is_no_json_object_is_refused(branch: Branch, body: bytes, status: int) -> None:
    assert branch.call("POST", "homework", branch.teacher(), data=body).status_code == status


def test_pages_for_the_class_and_its_families(branch: Branch) -> None:
    for day in (3, 5, 4):
        branch.sets_homework(due_on=in_days(day + 100), title=f"Day {day}")
    first = branch.call("GET", "homework?class_id=c1&limit=2", branch.guardian("g3")).json()
    assert [homework["title"] for homework in first["items"]] == ["Day 5", "Day 4"]
    second = branch.call("GET", f"homework?class_id=c1&limit=1&after={first['next']}", branch.teacher("t2")).json()
    assert second["items"][0]["title"] == "Day 3"
    assert branch.call("GET", "homework?class_id=c1", branch.guardian("g4")).status_code == 404
    assert branch.call("GET", "homework", branch.teacher()).status_code == 422
