"""Learning goals: of a class for all its families, of a child for its own."""

import uuid

import pytest

from schoolbus.contracts.reports import GoalSet
from tests.reports.classrooms import Classroom
from tests.reports.story import Branch, in_days
from tests.support.people import head
from tests.support.roster import classes, enrolled, people, related, someone

GOAL = {
    "class_id": "c1",
    "text": "Read a page aloud",
    "text_ur": "ایک صفحہ بلند آواز سے پڑھنا",
    "subject": "English",
}


@pytest.fixture
def room(branch: Branch) -> Classroom:
    return Classroom(branch)


def add(room: Classroom, status: int = 201, **more: object) -> dict:
    return room.ask("POST", "learning-goals", status=status, json={**GOAL, **more})


def change(goal: dict, **more: object) -> dict:
    return {name: goal[name] for name in ("subject", "text", "text_ur", "due_on", "steps", "state", "edition")} | more


def ids(goals: dict) -> set[str]:
    return {each["learning_goal_id"] for each in goals["items"]}


def test_of_a_class_and_of_a_child(room: Classroom) -> None:
    id = str(uuid.uuid4())
    first, again = (add(room, learning_goal_id=id, due_on=in_days(30), steps=[{"text": "A sentence"}]) for _ in range(2))
    assert first == again
    own = add(room, student_id="s1", text="Speak up in class")
    assert [each.data["student_ids"] for each in room.heard(GoalSet, id)] == [["s1", "s2", "s3"]]
    assert [each.data["student_ids"] for each in room.heard(GoalSet, own["learning_goal_id"])] == [["s1"]]
    ours, child = first["learning_goal_id"], own["learning_goal_id"]
    assert ids(room.ask("GET", "learning-goals?student_id=s1", room.guardian("g2"))) == {ours, child}
    assert ids(room.ask("GET", "learning-goals?class_id=c1", room.guardian("g2"))) == {ours, child}
    assert ids(room.ask("GET", "learning-goals?class_id=c1", room.guardian("g3"))) == {ours}
    assert ids(room.ask("GET", "learning-goals?class_id=c1", room.branch.teacher("t2"))) == {ours, child}
    assert room.refused("GET", "learning-goals?student_id=s1", room.guardian("g3")) == (404, "not-found")
    assert room.refused("GET", f"learning-goals/{child}", room.guardian("g3")) == (404, "not-found")
    assert room.refused("GET", "learning-goals", room.guardian("g3")) == (422, "invalid")
    assert room.ask("GET", f"learning-goals/{child}", room.guardian("g1"))["text"] == "Speak up in class"
    today = room.branch.today("s1", room.guardian())["goals"]
    assert [each["learning_goal_id"] for each in today] == [child, ours]
    assert [each["learning_goal_id"] for each in room.branch.today("s3", room.guardian("g3"))["goals"]] == [ours]


def test_how_it_goes_and_how_it_ends(elsewhere: Branch) -> None:
    room = Classroom(elsewhere)
    goal = add(room, student_id="s2", steps=[{"text": "One"}, {"text": "Two"}])
    path = f"learning-goals/{goal['learning_goal_id']}"
    note = {"note_id": str(uuid.uuid4()), "text": "She reads to her brother."}
    for _ in range(2):
        noted = room.ask("POST", f"{path}/notes", elsewhere.teacher("t2"), 201, json=note)
    assert [(each["text"], each["by"]) for each in noted["notes"]] == [(note["text"], "t2")]
    reached = change(goal, state="reached", steps=[{"text": "One", "done": True}, {"text": "Two", "done": True}])
    for _ in range(2):
        now = room.ask("PUT", path, json=reached)
    assert (now["state"], now["edition"], now["notes"], bool(now["settled_at"])) == ("reached", 1, noted["notes"], True)
    assert room.refused("PUT", path, json=change(goal, text="Else")) == (409, "gone-on")
    assert elsewhere.today("s2", room.guardian())["goals"] == []
    assert ids(room.ask("GET", "learning-goals?student_id=s2&state=open", room.guardian())) == set()
    assert room.ask("PUT", path, json=change(now, state="open"))["settled_at"] is None
    assert room.refused("POST", f"{path}/notes", room.guardian(), json=note)[0] == 403


def test_a_childs_goal_goes_with_the_child(room: Classroom) -> None:
    branch = room.branch
    branch.knows(
        people(branch.id, someone("t7", "teacher"), someone("s9", "student")),
        classes(branch.id, "c1", "c7"),
        enrolled(branch.id, "c7", teachers=("t7",)),
        enrolled(branch.id, "c1", students=("s9",)),
        related(branch.id, ("g4", "s9")),
    )
    add(room, status=404, class_id="c1", student_id="s404")
    goal = add(room, student_id="s9")
    path = f"learning-goals/{goal['learning_goal_id']}"
    later = branch.teacher("t7")
    assert room.refused("GET", path, later) == (404, "not-found")
    branch.knows(
        enrolled(branch.id, "c1", students=("s9",), version=2, active=False), enrolled(branch.id, "c7", students=("s9",))
    )
    assert room.ask("PUT", path, later, json=change(goal, state="dropped"))["state"] == "dropped"
    assert room.refused("PUT", path, json=change(goal)) == (404, "not-found")
    assert room.ask("GET", path, room.guardian("g4"))["state"] == "dropped"
    assert room.ask("GET", path, head(branch_id=branch.id))["student_id"] == "s9"
