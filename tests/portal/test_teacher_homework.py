"""Homework: set in a title and a tap, with files, changed."""

from typing import Any

from tests.portal.support import Browser, Stage
from tests.portal.teaching import AT, BRANCH, EMPTY, invalid


def test_homework_with_its_day_by_a_tap(stage: Stage, teacher: Browser) -> None:
    made: list[Any] = []
    stage.says("reports", f"{BRANCH}/homework", lambda sent: (made.append(sent) or sent, 201) if sent else (EMPTY, 200))
    teacher.get(f"{AT}/homework/new")
    answer = teacher.post(f"{AT}/homework/new", {"title": "Read page 4", "due": "2026-11-27", "key": "h1", "text": ""})
    assert answer.headers["Location"] == f"{AT}/homework/h1"
    assert made[0] == {
        "kind": "homework",
        "title": "Read page 4",
        "text": "Read page 4",
        "subject": None,
        "due_on": "2026-11-27",
        "steps": [],
        "class_id": "c1",
        "homework_id": "h1",
        "attachment_ids": [],
    }


def test_what_was_typed_stays_when_it_is_refused(stage: Stage, teacher: Browser) -> None:
    refused = invalid({"due_on": ["Before today."]})
    stage.says("reports", f"{BRANCH}/homework", lambda sent: (refused, 422) if sent else (EMPTY, 200))
    teacher.get(f"{AT}/homework/new")
    answer = teacher.post(f"{AT}/homework/new", {"title": "<b>Read</b>", "due": "other", "due_on": "2020-01-01", "key": "h2"})
    assert answer.status_code == 422
    assert "Before today." in answer.text
    assert "&lt;b&gt;Read&lt;/b&gt;" in answer.text
    assert 'name="key" value="h2"' not in answer.text, "it was not taken: once mended it is another"
