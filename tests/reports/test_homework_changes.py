"""Homework and projects change, and are taken back; families hear of it, once."""

from datetime import timedelta
from typing import Any

import pytest

from schoolbus import clock
from schoolbus.contracts.reports import HomeworkChanged, HomeworkSet, HomeworkWithdrawn
from schoolbus.contracts.roster import BranchChanged
from services.reports.classroom.homework import setting
from services.reports.classroom.homework.schemas import HomeworkChange, HomeworkDraft
from services.reports.store import Store
from tests.reports.classrooms import Classroom, changed
from tests.reports.story import Branch, in_days
from tests.support.people import teacher, using
from tests.support.roster import small_branch


@pytest.fixture
def room(branch: Branch) -> Classroom:
    return Classroom(branch)


def test_a_project_has_steps_and_says_so(room: Classroom) -> None:
    steps = [{"title": "Choose a plant", "due_on": in_days(2)}, {"title": "Draw it", "due_on": in_days(5)}]
    project = room.set(kind="project", title="A plant's life", due_on=in_days(9), steps=steps)
    assert (project["kind"], project["steps"]) == ("project", steps)
    (said,) = room.heard(HomeworkSet, project["homework_id"])
    assert (said.data["kind"], said.data["edition"]) == ("project", 0)
    (due,) = [each for each in room.branch.today("s1", room.guardian())["homework"] if each["kind"] == "project"]
    assert due["steps"] == steps


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "essay"},
        {"steps": [{"title": "Begin", "due_on": in_days(0)}]},
        {"kind": "project", "due_on": in_days(3), "steps": [{"title": "Begin", "due_on": in_days(4)}]},
        {"kind": "project", "steps": [{"title": "", "due_on": in_days(0)}]},
        {"attachment_ids": ["unknown"]},
        {"attachment_ids": ["x"] * 6},
    ],
    ids=str,
)
def test_what_is_no_homework_is_refused(room: Classroom, wrong: dict[str, Any]) -> None:
    answer = room.branch.sets_homework(**wrong)
    assert (answer.status_code, list(answer.json()["errors"])) == (422, [list(wrong)[-1]])


def test_a_change_is_told_with_its_edition_and_sent_twice_is_one(room: Classroom) -> None:
    homework = room.set(title="Before")
    draft = changed(homework, title="After", due_on=in_days(4))
    for _ in range(2):
        now = room.ask("PUT", f"homework/{homework['homework_id']}", room.branch.teacher("t2"), json=draft)
    assert (now["edition"], now["title"], now["teacher_id"]) == (1, "After", "t1")
    again = room.change(now, text="More")
    said = room.heard(HomeworkChanged, homework["homework_id"])
    assert [(each.data["edition"], each.data["teacher_id"]) for each in said][:1] == [(1, "t2")]
    assert again["edition"] == 2
    stale = room.refused("PUT", f"homework/{homework['homework_id']}", json=changed(now, title="Lost"))
    assert stale == (409, "gone-on")


def test_nothing_is_moved_into_the_past(room: Classroom) -> None:
    homework = room.set(title="Soon")
    path = f"homework/{homework['homework_id']}"
    assert room.refused("PUT", path, json=changed(homework, due_on="2020-01-01")) == (422, "invalid")


def test_what_is_over_can_be_mended_and_nobody_is_told(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    by = using(teacher("t1"), "set homework")
    draft = {"title": "Sums", "text": "1 to 5", "due_on": in_days(0)}
    homework = setting.set_homework(store, by, "b1", HomeworkDraft().load(draft | {"class_id": "c1"}))
    said = store.homework.collection.find_one({"_id": homework["_id"]})["said"]
    later = clock.today() + timedelta(days=3)
    monkeypatch.setattr(clock, "today", lambda: later)
    mended = setting.change(store, by, "b1", homework["_id"], HomeworkChange().load(draft | {"text": "1 to 4", "edition": 0}))
    setting.withdraw(store, by, "b1", homework["_id"])
    kept = store.homework.collection.find_one({"_id": homework["_id"]})
    assert (mended["edition"], kept["edition"], kept["state"], kept["said"]) == (1, 2, "withdrawn", said)


def test_taken_back_it_is_in_no_list_and_says_so(room: Classroom) -> None:
    homework = room.set(title="Not after all")
    path = f"homework/{homework['homework_id']}"
    for _ in range(2):
        room.ask("DELETE", path, status=204)
    (said,) = room.heard(HomeworkWithdrawn, homework["homework_id"])
    assert (said.data["edition"], said.data["student_ids"]) == (1, ["s1", "s2", "s3"])
    assert room.ask("GET", path, room.guardian())["state"] == "withdrawn"
    listed = room.ask("GET", "homework?class_id=c1&limit=500", room.guardian())["items"]
    assert homework["homework_id"] not in {each["homework_id"] for each in listed}
    due = room.branch.today("s1", room.guardian())["homework"]
    assert homework["homework_id"] not in {each["homework_id"] for each in due}
    assert room.refused("PUT", path, json=changed(homework, title="Again")) == (409, "withdrawn")
    answer = room.refused("PUT", f"{path}/answers/s1", room.guardian(), json={"edition": 1, "signed": True})
    assert answer == (409, "withdrawn")


def test_tonight_is_what_is_not_signed_yet(elsewhere: Branch) -> None:
    room = Classroom(elsewhere)
    first, second = room.set(title="One", due_on=in_days(1)), room.set(title="Two", due_on=in_days(2))
    tonight = elsewhere.today("s1", room.guardian())["tonight"]
    assert tonight == {"homework_ids": [first["homework_id"], second["homework_id"]], "talking_points": []}
    room.answer(first, done="partly", signed=True)
    today = elsewhere.today("s1", room.guardian("g2"))
    assert today["tonight"]["homework_ids"] == [second["homework_id"]]
    assert [(each["done"], each["signed"]) for each in today["homework"]] == [("partly", True), (None, False)]
    assert len(elsewhere.today("s2", room.guardian())["tonight"]["homework_ids"]) == 2
    room.change(first, text="Also page 13")
    assert elsewhere.today("s1", room.guardian())["tonight"]["homework_ids"][0] == first["homework_id"]
