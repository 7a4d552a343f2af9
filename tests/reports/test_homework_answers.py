"""What families say of homework, and what its teacher sees of it and finds."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.classroom.homework.checking import counted
from services.reports.classroom.homework.given import for_family, signed
from tests.reports.classrooms import Classroom
from tests.reports.story import Branch
from tests.support.people import head
from tests.support.roster import classes, enrolled, people, related, someone


@pytest.fixture
def room(branch: Branch) -> Classroom:
    return Classroom(branch)


def of(answers: Any, student: str = "s1") -> Any:
    return next(each for each in answers["answers"] if each["student_id"] == student)


def test_seen_done_signed_and_the_teacher_knows(room: Classroom) -> None:
    homework = room.set(title="Read")
    for _ in range(2):
        room.sees(homework)
    assert room.answer(homework, done="yes", signed=True) == {
        "student_id": "s1",
        "seen": True,
        "done": "yes",
        "signed": True,
        "signed_before": False,
        "checked": None,
        "comment": None,
    }
    found = room.answers(homework)
    assert found["counts"] == {"students": 3, "seen": 1, "done": 1, "help": 0, "signed": 1, "checked": 0}
    assert [(each["by"], each["edition"]) for each in of(found)["seen"]] == [("g1", 0)]
    assert (of(found)["done_by"], of(found)["signatures"][0]["by"], of(found, "s3")["done"]) == ("g1", "g1", None)


def test_a_guardian_of_two_children_answers_for_each(room: Classroom) -> None:
    homework = room.set(title="Two")
    room.answer(homework, "s1", signed=True)
    room.answer(homework, "s2", done="help")
    seen = room.ask("GET", f"homework/{homework['homework_id']}", room.guardian())
    assert [(each["student_id"], each["signed"], each["done"]) for each in seen["answers"]] == [
        ("s1", True, None),
        ("s2", False, "help"),
    ]
    listed = room.ask("GET", "homework?class_id=c1&limit=500", room.guardian())["items"]
    assert next(each for each in listed if each["homework_id"] == homework["homework_id"]) == seen
    assert room.ask("GET", f"homework/{homework['homework_id']}")["answers"] == []  # a teacher's own are none


def test_guardians_who_live_apart(room: Classroom) -> None:
    """Each sees that it is signed, and not by whom; either may take back their own signature alone."""
    homework = room.set(title="Apart")
    room.answer(homework, by="g1", signed=True)
    seen = room.ask("GET", f"homework/{homework['homework_id']}", room.guardian("g2"))
    assert (seen["answers"][0]["signed"], seen["answers"][0]["seen"]) == (True, False)
    assert "g1" not in str(seen)
    assert room.answer(homework, by="g2", signed=False)["signed"]
    assert room.answer(homework, by="g2", signed=True)["signed"]
    assert room.answer(homework, by="g1", signed=False)["signed"]
    assert not room.answer(homework, by="g2", signed=False)["signed"]


def test_a_signature_is_of_an_edition(room: Classroom) -> None:
    homework = room.set(title="Sums 1 to 5", text="Page 12")
    room.answer(homework, done="yes", signed=True)
    newer = room.change(homework, text="Page 13")
    assert newer["edition"] == 1
    mine = room.ask("GET", f"homework/{homework['homework_id']}", room.guardian())["answers"][0]
    assert (mine["signed"], mine["signed_before"], mine["done"], mine["seen"]) == (False, True, "yes", False)
    path = f"homework/{homework['homework_id']}/answers/s1"
    stale = {"edition": 0, "signed": True}
    assert room.refused("PUT", path, room.guardian(), json=stale) == (409, "gone-on")
    assert room.answers(newer)["counts"] | {"help": 0} == {
        "students": 3,
        "seen": 0,
        "done": 1,
        "help": 0,
        "signed": 0,
        "checked": 0,
    }
    assert room.answer(newer, signed=True)["signed"]
    earlier = room.ask("GET", f"homework/{homework['homework_id']}/editions", room.guardian())["items"]
    assert [(each["edition"], each["text"]) for each in earlier] == [(0, "Page 12")]


def test_nobody_elses_child_and_nobody_elses_class(room: Classroom) -> None:
    homework = room.set(title="Ours")
    room.branch.knows(
        people(room.branch.id, someone("t7", "teacher")),
        classes(room.branch.id, "c1", "c7"),
        enrolled(room.branch.id, "c7", students=("s9",), teachers=("t7",)),
    )
    for student, caller in (("s1", "g3"), ("s9", "g1"), ("s404", "g1")):
        path = f"homework/{homework['homework_id']}/answers/{student}"
        for method, below, body in (("POST", "/seen", None), ("PUT", "", {"edition": 0, "signed": True})):
            assert room.refused(method, path + below, room.guardian(caller), json=body) == (404, "not-found")
    stranger = room.branch.teacher("t7")
    for method, below, body in (
        ("GET", "/answers", None),
        ("GET", "", None),
        ("GET", "/editions", None),
        ("PUT", "/checks", {"checks": [{"student_id": "s1", "checked": "done"}]}),
        ("DELETE", "", None),
    ):
        answer = room.branch.call(method, f"homework/{homework['homework_id']}{below}", stranger, json=body)
        assert answer.status_code == 404, (method, below)
    assert room.answers(homework)["counts"]["seen"] == 0


def test_who_comes_later_and_who_leaves(room: Classroom) -> None:
    homework = room.set(title="Before you came")
    room.branch.knows(
        people(room.branch.id, someone("s8", "student")),
        related(room.branch.id, ("g4", "s8")),
        enrolled(room.branch.id, "c1", students=("s8",)),
    )
    room.answer(homework, "s8", "g4", signed=True)
    assert of(room.answers(homework), "s8")["signed"]
    room.branch.knows(enrolled(room.branch.id, "c1", students=("s8",), version=2, active=False))
    path = f"homework/{homework['homework_id']}/answers/s8"
    assert room.refused("POST", f"{path}/seen", room.guardian("g4")) == (404, "not-found")
    assert room.answers(homework)["counts"]["students"] == 3


def test_a_class_is_checked_in_one_request_all_rows_or_none(room: Classroom) -> None:
    homework = room.set(title="Checked")
    path = f"homework/{homework['homework_id']}/checks"
    rows: list[Any] = [
        {"student_id": "s1", "checked": "done", "comment": "Neat."},
        {"student_id": "s2", "checked": "perfect"},
        {"student_id": "s404", "checked": "done"},
        {"student_id": "s1", "checked": "late"},
        7,
    ]
    refused = room.branch.call("PUT", path, room.teacher, json={"checks": rows})
    assert (refused.status_code, list(refused.json()["errors"]["checks"])) == (422, ["1", "2", "3", "4"])
    assert room.answers(homework)["counts"]["checked"] == 0
    for _ in range(2):
        found = room.ask("PUT", path, json={"checks": [rows[0], {"student_id": "s3", "checked": "not_done"}]})
    assert found["counts"]["checked"] == 2
    mine = room.ask("GET", f"homework/{homework['homework_id']}", room.guardian("g2"))["answers"][0]
    assert (mine["checked"], mine["comment"]) == ("done", "Neat.")
    found = room.ask("PUT", path, head(branch_id=room.branch.id), json={"checks": [{"student_id": "s1", "checked": None}]})
    assert (found["counts"]["checked"], of(found)["checked_by"]) == (1, None)


def test_all_at_once_is_each_once(room: Classroom) -> None:
    homework = room.set(title="Opened by all")
    whom = [("s1", "g1"), ("s1", "g2"), ("s2", "g1"), ("s3", "g3")] * 5
    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda each: room.sees(homework, *each), whom))
    found = room.answers(homework)
    assert sorted(len(each["seen"]) for each in found["answers"]) == [1, 1, 2]


@pytest.mark.parametrize(
    "wrong", [{}, {"edition": 0}, {"done": "yes"}, {"edition": 0, "done": "never"}, {"edition": -1, "done": "no"}]
)
def test_wrong_answers_are_refused(room: Classroom, wrong: dict[str, Any]) -> None:
    homework = room.set(title="Wrong")
    path = f"homework/{homework['homework_id']}/answers/s1"
    assert room.refused("PUT", path, room.guardian(), json=wrong) == (422, "invalid")


ANSWERS = st.fixed_dictionaries(
    {
        "student_id": st.sampled_from(["s1", "s2", "s3", "gone"]),
        "seen": st.lists(st.fixed_dictionaries({"by": st.sampled_from("ab"), "edition": st.integers(0, 3)}), max_size=3),
        "signatures": st.lists(st.fixed_dictionaries({"by": st.sampled_from("ab"), "edition": st.integers(0, 3)}), max_size=3),
        "done": st.sampled_from([None, "yes", "partly", "no", "help"]),
        "checked": st.sampled_from([None, "done", "late"]),
    }
)


@given(st.lists(ANSWERS, unique_by=lambda each: each["student_id"]), st.integers(0, 3))
def test_counts_are_of_the_class_as_it_is_now(answers: list[dict[str, Any]], edition: int) -> None:
    found = counted({"_id": "h1", "edition": edition}, ["s1", "s2", "s3"], answers)
    here = [each for each in answers if each["student_id"] != "gone"]
    counts = found["counts"]
    assert (counts["students"], len(found["answers"])) == (3, 3)
    assert counts["signed"] == len([each for each in here if edition in {one["edition"] for one in each["signatures"]}])
    assert counts["done"] + counts["help"] <= len(here)
    for each in here:
        family = for_family(edition, each["student_id"], each, "a")
        assert family["signed"] == signed(each, edition)
        assert not (family["signed"] and family["signed_before"])
