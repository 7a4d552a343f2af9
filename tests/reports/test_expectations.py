"""What a class expects: each edition is acknowledged anew, by each guardian for themselves."""

import pytest

from schoolbus.contracts.reports import ExpectationsChanged
from schoolbus.contracts.roster import BranchChanged
from schoolbus.scope import WHOLE_CHAIN
from services.reports.classroom import overview
from services.reports.classroom.expectations.acknowledging import laid_out
from services.reports.store import Store
from tests.reports.classrooms import Classroom
from tests.reports.story import Branch
from tests.support.people import head
from tests.support.roster import enrolled, people, related, small_branch, someone
from tests.support.waiting import eventually

WORDS = {"rules": "Be on time.", "homework": "Each evening.", "assessments": "A quiz a week.", "rules_ur": "وقت پر آئیں۔"}
HERE = "class-expectations/c1"


@pytest.fixture
def room(elsewhere: Branch) -> Classroom:
    return Classroom(elsewhere)


def put(room: Classroom, edition: int, status: int = 200, **more: str) -> dict:
    return room.ask("PUT", HERE, status=status, json={**WORDS, **more, "edition": edition})


def acknowledge(room: Classroom, edition: int, by: str = "g1", status: int = 200) -> dict:
    return room.ask("POST", f"{HERE}/acknowledgement", room.guardian(by), status, json={"edition": edition})


def waiting(room: Classroom, student: str = "s1", by: str = "g1") -> list[int]:
    return [each["edition"] for each in room.branch.today(student, room.guardian(by))["expectations"]]


def test_a_story_of_two_editions(room: Classroom) -> None:
    assert room.refused("GET", HERE, room.guardian()) == (404, "not-found")
    assert waiting(room) == []
    first = put(room, 0)
    assert (first["expectations_id"], first["edition"], put(room, 0)) == ("c1", 1, first)
    (said,) = eventually(lambda: room.branch.heard(ExpectationsChanged))
    assert (said.data["expectations_id"], said.data["student_ids"]) == ("c1", ["s1", "s2", "s3"])
    assert (waiting(room), waiting(room, "s2"), waiting(room, by="g2")) == ([1], [1], [1])
    for _ in range(2):
        assert acknowledge(room, 1)["acknowledged"]
    assert (waiting(room), waiting(room, "s2")) == ([], []), "of a family with two children once"
    assert waiting(room, by="g2") == [1], "who lives apart reads for themselves"
    assert (room.ask("GET", HERE, room.guardian())["acknowledged"], room.ask("GET", HERE)["acknowledged"]) == (True, False)
    found = room.ask("GET", f"{HERE}/acknowledgements")
    assert (found["students"], found["acknowledged"]) == (3, 2)
    assert found["families"][0] == {"student_id": "s1", "acknowledged_by": ["g1"], "waiting": ["g2"]}
    assert room.branch.today("s1", head(branch_id=room.branch.id))["expectations"] == []

    put(room, 0, status=409, rules="Be early.")
    assert put(room, 1, rules="Be early.")["edition"] == 2
    assert (waiting(room), room.ask("GET", HERE, room.guardian())["acknowledged"]) == ([2], False)
    acknowledge(room, 1, status=409)
    assert room.ask("GET", f"{HERE}/acknowledgements")["acknowledged"] == 0
    assert [each["edition"] for each in room.branch.today("s3", head(branch_id=room.branch.id))["expectations"]] == [2]


def test_who_comes_later_is_asked_and_who_is_not_here_is_not(branch: Branch) -> None:
    room = Classroom(branch)
    put(room, 0)
    room.ask("POST", f"{HERE}/acknowledgement", room.guardian("g4"), 404, json={"edition": 1})
    assert room.branch.call("GET", f"{HERE}/acknowledgements", room.guardian()).status_code == 403
    branch.knows(
        people(branch.id, someone("s8", "student")),
        related(branch.id, ("g4", "s8")),
        enrolled(branch.id, "c1", students=("s8",)),
    )
    assert waiting(room, "s8", "g4") == [1]
    acknowledge(room, 1, "g4")
    assert room.ask("GET", f"{HERE}/acknowledgements")["students"] == 4
    for wrong in ({"rules": ""}, {"edition": -1}, {"homework": None}, {"colour": "red"}):
        assert room.branch.call("PUT", HERE, room.teacher, json={**WORDS, "edition": 1, **wrong}).status_code == 422


def test_what_a_merged_record_acknowledged_counts(store: Store) -> None:
    for event in small_branch("b1"):
        store.keep_branch(event) if isinstance(event, BranchChanged) else store.keep(event)
    store.keep(people("b1", someone("g1-old", "guardian", active=False, counts_as="g1")))
    edition = {"_id": "e1", "branch_id": "b1", "class_id": "c1", "class_title": "C", "edition": 1}
    store.expectations.add(edition)
    store.acknowledgements.add({"_id": "a1", "branch_id": "b1", "class_id": "c1", "edition": 1, "guardian_id": "g1-old"})
    assert store.acknowledgements.count(WHOLE_CHAIN) == 1
    (found,) = overview.gather(store, "b1", "s1", ["c1"], ["g1", "g2"])["expectations"]
    assert found["acknowledged_by"] == ["g1"]


def test_each_guardian_is_in_one_of_the_two_lists() -> None:
    guardians = {"s1": ["g1", "g2"], "s2": ["g1"]}
    assert laid_out(["s1", "s2", "s3"], guardians, ["g2", "gone"]) == [
        {"student_id": "s1", "acknowledged_by": ["g2"], "waiting": ["g1"]},
        {"student_id": "s2", "acknowledged_by": [], "waiting": ["g1"]},
        {"student_id": "s3", "acknowledged_by": [], "waiting": []},
    ]
