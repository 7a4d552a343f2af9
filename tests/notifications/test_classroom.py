"""What changes in the classroom, as families hear of it."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
import requests

from schoolbus.contracts.reports import ExpectationsChanged, GoalSet, HomeworkChanged, HomeworkWithdrawn
from schoolbus.events import Event
from tests.notifications.schools import School
from tests.support.waiting import eventually

Make = Callable[[School, Event], Event]


def _edition(kind: type[Event]) -> Make:
    def make(school: School, homework: Event) -> Event:
        data = {name: value for name, value in homework.data.items() if name not in ("kind", "edition")}
        return kind(branch_id=school.id, subject=homework.subject, **{**data, "edition": 1, "due_on": date(2026, 11, 30)})

    return make


def _of_class(school: School) -> dict[str, Any]:
    named = {"class_id": school.name("c1"), "class_title": "Science 5", "teacher_id": school.name("t1")}
    return {"branch_id": school.id, "subject": school.name("x"), **named, "student_ids": list(school.children)}


def _expectations(school: School, homework: Event) -> Event:
    return ExpectationsChanged(**_of_class(school), expectations_id=school.name("c1"), edition=1)


@pytest.mark.parametrize(
    ("make", "words", "place"),
    [
        (_edition(HomeworkChanged), "Homework of Ayesha in Science 5 has changed, due Mon 30 Nov.", "homework/"),
        (_edition(HomeworkWithdrawn), "Ayesha need not do the homework in Science 5 due Mon 30 Nov.", "homework/"),
        (_expectations, "What Science 5 expects, new for Ayesha: please read it", "class-expectations/"),
    ],
    ids=["changed", "withdrawn", "expectations"],
)
def test_a_family_hears_of_it(stage: Any, make: Make, words: str, place: str) -> None:
    school = School(stage)
    mother = school.guardian("sms")
    school.child(mother)
    homework = school.open().homework()
    stage.service.say(make(school, homework))
    (sms,) = eventually(lambda: stage.carriers.received(school.of(mother, "phone")))
    assert sms["text"].startswith(words)
    answer = requests.get(sms["text"].split("\n")[1], allow_redirects=False, timeout=10)
    assert answer.headers["Location"].startswith(f"/v1/branches/{school.id}/{place}")


def test_what_was_set_before_it_changed_is_not_told_after(stage: Any) -> None:
    school = School(stage)
    mother = school.guardian("app")
    school.child(mother)
    homework = school.open().homework()
    stage.learn(_edition(HomeworkChanged)(school, homework))
    stage.learn(homework)
    found = eventually(lambda: _states(school, homework.data["homework_id"], 2))
    assert sorted(found) == [("homework_changed", False), ("homework_set", True)]


def _states(school: School, homework_id: str, wanted: int) -> list[tuple[str, bool]] | None:
    messages = list(school.stage.collection("messages").find({"branch_id": school.id, "about_id": homework_id}))
    found = [(each["text"], each["reason"] == "superseded") for each in messages]
    return found if len(found) == wanted else None


def test_a_goal_comes_with_the_digest(stage: Any) -> None:
    school = School(stage)
    mother = school.guardian("sms")
    school.child(mother)
    school.open()
    goal = GoalSet(**_of_class(school), learning_goal_id=school.name("goal"))
    stage.learn(goal)
    found = list(stage.collection("messages").find({"branch_id": school.id, "about_id": goal.data["learning_goal_id"]}))
    assert [(each["person_id"], each["lane"], each["state"]) for each in found] == [(mother, "digest", "queued")]
