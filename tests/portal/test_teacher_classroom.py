"""Diary, expectations, goals and methods: what is refused stands on its page, with what somebody else wrote meanwhile."""

import re
from typing import Any

from tests.portal.support import Browser, Stage
from tests.portal.teaching import AT, BRANCH, EMPTY, gone_on, invalid

DAYS = [f"2026-11-{day}" for day in range(23, 30)]
ENTRY = {"subject": None, "text": "Theirs", "text_ur": None, "talking_point": None, "talking_point_ur": None, "edition": 2}
GOAL = {
    "learning_goal_id": "g1",
    "text": "Reads aloud",
    "text_ur": None,
    "subject": None,
    "due_on": None,
    "student_id": None,
    "steps": [{"text": "Alone", "done": False}],
    "notes": [],
    "state": "open",
    "edition": 4,
}


def has_diary(stage: Stage, *entries: dict[str, Any]) -> None:
    days = [{"held_on": day, "holiday": None, "entries": entries if day == "2026-11-26" else []} for day in DAYS]
    stage.says("reports", f"{BRANCH}/diary/c1", {"days": days})


def test_of_two_who_write_the_diary_the_second_sees_both(stage: Stage, teacher: Browser) -> None:
    has_diary(stage, ENTRY)
    stage.says("reports", f"{BRANCH}/diary/c1/2026-11-26", gone_on(2), 409)
    teacher.get(f"{AT}/diary?on=2026-11-26")
    page = teacher.post(f"{AT}/diary", {"on": "2026-11-26", "subject": "", "text": "Mine", "edition": "1"}).text
    assert re.search(r"There it says now.*Theirs", page, re.DOTALL)
    assert ">Mine</textarea>" in page
    assert 'name="edition" value="2"' in page


def test_a_day_that_has_no_diary_says_so_at_the_day(stage: Stage, teacher: Browser) -> None:
    has_diary(stage)
    stage.says("reports", f"{BRANCH}/diary/c1/2026-11-26", invalid({"held_on": ["A holiday."]}), 422)
    teacher.get(f"{AT}/diary")
    page = teacher.post(f"{AT}/diary", {"on": "2026-11-26", "subject": "Art & Craft", "text": "Mine"}).text
    assert 'id="on-error">A holiday.' in page
    assert 'value="Art &amp; Craft"' in page


def test_of_two_who_say_what_they_expect_the_second_sees_both(stage: Stage, teacher: Browser) -> None:
    there = {"rules": "Be kind", "homework": "Daily", "assessments": "Monthly", "edition": 3}
    there |= dict.fromkeys(("rules_ur", "homework_ur", "assessments_ur"))
    path = f"{BRANCH}/class-expectations/c1"
    stage.says("reports", path, lambda sent: (gone_on(3), 409) if sent else (there, 200))
    stage.says("reports", f"{path}/acknowledgements", {"acknowledged": 0, "students": 2, "families": []})
    teacher.get(f"{AT}/expectations")
    page = teacher.post(f"{AT}/expectations", {"rules": "Be punctual", "edition": "2"}).text
    assert re.search(r"There it says now.*Be kind", page, re.DOTALL)
    assert ">Be punctual</textarea>" in page
    assert 'name="edition" value="3"' in page


def test_a_word_on_a_goal_is_said_once_and_stays_at_its_goal(stage: Stage, teacher: Browser) -> None:
    stage.says("reports", f"{BRANCH}/learning-goals", {**EMPTY, "items": [GOAL, {**GOAL, "learning_goal_id": "g2"}]})
    stage.says("reports", f"{BRANCH}/learning-goals/g1", GOAL)
    stage.says("reports", f"{BRANCH}/learning-goals/g1/notes", {"type": "x", "title": "Later", "status": 503}, 503)
    teacher.get(f"{AT}/goals")
    fields = {"note-g1": "Well done", "done": "0", "edition": "4", "key": "k1"}
    for _ in range(2):
        page = teacher.post(f"{AT}/goals/g1", fields).text
        assert page.count('value="Well done"') == 1
    ids = {each.body["note_id"] for each in stage.of(f"{BRANCH}/learning-goals/g1/notes")}
    assert len(ids) == 1, "nobody knows whether it was stored: again it is the same"


def test_what_is_wrong_with_a_step_of_a_goal_stands_at_it(stage: Stage, teacher: Browser) -> None:
    refused = invalid({"steps": {"0": {"text": ["Too long."]}}})
    stage.says("reports", f"{BRANCH}/learning-goals", lambda sent: (refused, 422) if sent else (EMPTY, 200))
    teacher.get(f"{AT}/goals")
    page = teacher.post(f"{AT}/goals", {"text": "Reads", "step3": "Alone"}).text
    assert 'id="step3-error">Too long.' in page


def test_a_method_that_is_refused_keeps_its_words(stage: Stage, teacher: Browser) -> None:
    refused = invalid({"text": ["Too long."]})
    stage.says("reports", f"{BRANCH}/teaching-methods", lambda sent: (refused, 422) if sent else (EMPTY, 200))
    teacher.get(f"{AT}/methods")
    page = teacher.post(f"{AT}/methods", {"subject": "Urdu", "text": "By singing"}).text
    assert 'id="text-error">Too long.' in page
    assert ">By singing</textarea>" in page
