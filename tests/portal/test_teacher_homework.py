"""Homework: set in a title and a tap, with files, changed."""

import re
from typing import Any
from urllib.parse import parse_qs

from tests.portal.support import Browser, Stage
from tests.portal.teaching import AT, BRANCH, EMPTY, gone_on, invalid, post_files


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


# Files


def takes_files(stage: Stage, path: str, id_name: str, service: str = "reports") -> list[str]:
    """The ids under which they came; the API's own follows from it."""
    ids: list[str] = []

    def store(_: bytes) -> tuple[Any, int]:
        asked = stage.asked[-1]
        ids.append(parse_qs(asked.path.partition("?")[2])["client_id"][0])
        return {id_name: f"file-{ids[-1][:8]}"}, 201

    stage.says(service, path, store)
    return ids


def test_a_file_is_stored_once_whatever_becomes_of_the_rest(stage: Stage, teacher: Browser) -> None:
    ids = takes_files(stage, f"{BRANCH}/homework-files", "file_id")
    answers = [(invalid({"due_on": ["Before today."]}), 422), ({}, 201)]
    stage.says("reports", f"{BRANCH}/homework", lambda sent: answers.pop(0) if sent else (EMPTY, 200))
    teacher.get(f"{AT}/homework/new")
    fields = {"title": "Read", "due": "other", "due_on": "2020-01-01", "key": "h3"}
    page = post_files(teacher, f"{AT}/homework/new", fields, file1=("Page 4.pdf", b"%PDF-"), file2=("voice.ogg", b"Ogg"))
    assert page.status_code == 422
    stored = [f"file-{id[:8]} {name}" for id, name in zip(ids, ("Page 4.pdf", "voice.ogg"), strict=True)]
    assert all(f'name="stored" value="{each}" checked' in page.text for each in stored)
    answer = teacher.post(f"{AT}/homework/new", {**fields, "due_on": "2026-12-01", "key": "h4", "stored": stored[0]})
    assert answer.status_code == 303
    made = [each.body for each in stage.of(f"{BRANCH}/homework") if each.method == "POST"]
    assert made[0]["attachment_ids"] == [each.split()[0] for each in stored]
    assert made[1]["attachment_ids"] == [stored[0].split()[0]], "the other one was taken off"
    assert len(ids) == 2


def test_an_id_of_a_file_is_of_the_form_and_the_content(stage: Stage, teacher: Browser) -> None:
    ids = takes_files(stage, f"{BRANCH}/homework-files", "file_id")
    down = {"type": "about:blank", "title": "Later", "status": 503}
    stage.says("reports", f"{BRANCH}/homework", lambda sent: (down, 503) if sent else (EMPTY, 200))
    teacher.get(f"{AT}/homework/new")
    for content in (b"one", b"one", b"another"):
        page = post_files(teacher, f"{AT}/homework/new", {"title": "Read", "key": "h5"}, file1=("voice.ogg", content))
        assert 'name="key" value="h5"' in page.text, "nobody knows whether it was done"
    assert ids[0] == ids[1] != ids[2], "sent again it is the same, recorded anew it is another"


HOMEWORK = {
    "homework_id": "h1",
    "title": "Read",
    "text": "Page 4",
    "subject": None,
    "due_on": "2026-11-27",
    "kind": "homework",
    "steps": [],
    "state": "set",
    "edition": 1,
    "attachments": [{"file_id": "f1", "name": "Page 4.pdf"}],
}


def test_a_file_has_the_name_that_it_was_attached_by(stage: Stage, teacher: Browser) -> None:
    stage.says("reports", f"{BRANCH}/homework/h1", HOMEWORK)
    stage.says("reports", f"{BRANCH}/homework-files/f1", b"%PDF-")
    answer = teacher.get(f"{AT}/homework/h1/files/f1?name=x.apk")
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Page%204.pdf"
    assert teacher.get(f"{AT}/homework/h1/files/f2").status_code == 404, "of something else"
    assert not stage.of(f"{BRANCH}/homework-files/f2")


# Changed


def test_of_two_who_change_it_the_second_sees_both(stage: Stage, teacher: Browser) -> None:
    refusals = [(invalid({"title": ["Too long."]}), 422), (gone_on(2), 409), (HOMEWORK, 200)]
    there = {**HOMEWORK, "edition": 2, "text": "Page 5 by a colleague"}
    stage.says("reports", f"{BRANCH}/homework/h1", lambda sent: refusals.pop(0) if sent else (there, 200))
    teacher.get(f"{AT}/homework/h1/change")
    fields = {"title": "Read it", "text": "Mine", "due": "other", "due_on": "", "edition": "1", "keep": "f1"}
    page = teacher.post(f"{AT}/homework/h1/change", fields).text
    assert 'name="edition" value="1"' in page, "what the colleague wrote was not shown"
    assert "There it says now" not in page
    page = teacher.post(f"{AT}/homework/h1/change", fields).text
    assert re.search(r"There it says now.*Page 5 by a colleague", page, re.DOTALL)
    assert ">Mine</textarea>" in page
    assert 'name="edition" value="2"' in page
    assert re.search(r'name="due_on" type="date" value=""', page), "what was emptied stays empty"


def test_what_is_wrong_with_a_step_stands_at_the_step(stage: Stage, teacher: Browser) -> None:
    refused = invalid({"steps": {"0": {"due_on": ["After the whole."]}}})
    stage.says("reports", f"{BRANCH}/homework", lambda sent: (refused, 422) if sent else (EMPTY, 200))
    teacher.get(f"{AT}/homework/new")
    page = teacher.post(f"{AT}/homework/new", {"title": "A model", "step2": "Draw", "step2_on": "2027-01-01"}).text
    assert 'id="step2_on-error">After the whole.' in page


def test_what_was_looked_through_stays_when_it_is_refused(stage: Stage, teacher: Browser) -> None:
    stage.says("reports", f"{BRANCH}/homework/h1", HOMEWORK)
    child = {"student_id": "s1", "seen": True, "done": "help", "signed": False, "checked": None, "comment": None}
    counts = dict.fromkeys(("seen", "done", "signed", "checked", "help"), 1) | {"students": 2}
    stage.says("reports", f"{BRANCH}/homework/h1/answers", {"answers": [child], "counts": counts})
    stage.says("reports", f"{BRANCH}/homework/h1/checks", invalid({"checks": {"0": {"comment": ["Too long."]}}}), 422)
    teacher.get(f"{AT}/homework/h1")
    answer = teacher.post(f"{AT}/homework/h1/checks", {"checked-s1": "late", "comment-s1": "Well done"})
    assert answer.status_code == 422
    assert '<option value="late" selected>' in answer.text
    assert 'value="Well done" aria-invalid="true"' in answer.text
