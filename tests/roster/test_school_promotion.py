"""The year's end: no student is lost, and none is in two classes of the year."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.contracts.roster import EnrollmentsChanged, PeopleChanged
from services.roster.moving.promotion import LEAVES, OUTCOMES, PROMOTED, REPEATS, counts, steps
from tests.roster.hand import HandKept, slug
from tests.support.services import Service

IDS = st.text("abcdef", min_size=1, max_size=2)


@given(st.sets(IDS, max_size=30), st.sampled_from(["next", None]), st.data())
def test_every_student_takes_one_step(students: set[str], to_class: str | None, data: st.DataObject):
    named = data.draw(st.lists(st.sampled_from(sorted(students)), unique=True)) if students else []
    cut = data.draw(st.integers(0, len(named)))
    repeaters, leavers = dict.fromkeys(named[:cut], "again"), named[cut:]
    taken = steps(students, to_class, repeaters, leavers)
    assert [step.student_id for step in taken] == sorted(students), "nobody lost, nobody twice"
    assert sum(counts(taken).values()) == len(students)
    for step in taken:
        assert step.outcome in OUTCOMES
        assert (step.class_id is None) == (step.outcome == LEAVES)
        assert (step.outcome == REPEATS) == (step.student_id in repeaters)
        assert step.outcome == LEAVES or step.class_id == ("again" if step.student_id in repeaters else to_class)
        if step.outcome == PROMOTED:
            assert step.student_id not in leavers


@given(st.sets(IDS, min_size=1), st.sets(IDS), st.sets(IDS))
def test_a_plan_that_contradicts_itself_is_none(students: set[str], repeaters: set[str], leavers: set[str]):
    fits = not (repeaters & leavers) and (repeaters | leavers) <= students
    try:
        steps(students, "next", dict.fromkeys(repeaters, "again"), leavers)
        assert fits
    except ValueError:
        assert not fits


@pytest.fixture(scope="module")
def branch(roster: Service) -> HandKept:
    return HandKept(roster)


def homerooms(branch: HandKept, student: str) -> list[str]:
    rows = branch.does("GET", "/enrollments", params={"person_id": student, "limit": 500})["items"]
    return [row["class_id"] for row in rows]


def test_a_class_is_promoted_once(branch: HandKept):
    old, new, again = branch.class_("5-A"), branch.class_("6-A"), branch.class_("5-A next")
    science = branch.class_("5-A Science", homeroom=False)
    students = branch.students(12)
    repeater, leaver, *rest = students
    branch.enrols(old, *students)
    branch.enrols(science, *students)
    relation = branch.guardian(leaver)
    plan = {
        "year": "2027",
        "to_class_id": new,
        "repeaters": [{"student_id": repeater, "class_id": again}],
        "leavers": [leaver],
    }
    path = f"/classes/{old}/promotion"
    seen = branch.does("POST", f"{path}/preview", json=plan)
    assert (seen["counts"], seen["promoted_at"]) == ({"promoted": 10, "repeats": 1, "leaves": 1}, None)
    assert {each["student_id"]: each["outcome"] for each in seen["students"]}[repeater] == "repeats"
    assert branch.members(old) == set(students), "only looked at"

    with ThreadPoolExecutor(3) as pool:
        answers = list(pool.map(lambda _: branch.call("POST", path, json=plan), range(3)))
    assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
    assert len({answer.text for answer in answers}) == 1, "sent again, the same"
    done = answers[0].json()
    assert done["promoted_at"]
    assert {**seen, "promoted_at": None} == {**done, "promoted_at": None}
    assert branch.does("POST", f"{path}/preview", json=plan) == done, "what is done is shown as done"

    assert branch.members(old) == branch.members(science) == set()
    assert (branch.members(new), branch.members(again)) == (set(rest), {repeater})
    assert all(len(homerooms(branch, student)) == 1 for student in [repeater, *rest])
    assert homerooms(branch, leaver) == []
    branch.told(PeopleChanged, leaver, active=False)
    branch.told(PeopleChanged, relation["guardian_id"], active=False)
    branch.quiet()
    told = branch.items(EnrollmentsChanged).values()
    assert {item["person_id"] for item in told if item["active"] and item["class_id"] == new} == set(rest)
    assert not [item for item in told if item["active"] and item["class_id"] in (old, science)]

    otherwise = branch.call("POST", path, json={**plan, "leavers": []})
    assert (otherwise.status_code, slug(otherwise)) == (409, "already-promoted")
    history = branch.does("GET", f"/people/{rest[0]}/history")["classes"]
    assert {(each["class"]["title"], each["active"]) for each in history} == {
        ("5-A", False),
        ("5-A Science", False),
        ("6-A", True),
    }


def test_the_highest_grade_leaves(branch: HandKept):
    top, students = branch.class_("10-A"), branch.students(3)
    branch.enrols(top, *students)
    done = branch.does("POST", f"/classes/{top}/promotion", json={"year": "2027"})
    assert done["counts"] == {"promoted": 0, "repeats": 0, "leaves": 3}
    assert all(branch.person(student)["active"] is False for student in students)


def test_who_is_enrolled_ahead_stays_where_they_are(branch: HandKept):
    first, second = branch.year(2030), branch.year(2031)
    old, new = branch.class_("1-A", term_ids=[first]), branch.class_("2-A", term_ids=[second])
    students = branch.students(2)
    branch.enrols(old, *students)
    (ahead,) = branch.enrols(new, students[0])
    branch.does("POST", f"/classes/{old}/promotion", json={"year": "2031", "to_class_id": new})
    rows = branch.does("GET", "/enrollments", params={"class_id": new})["items"]
    assert {row["person_id"] for row in rows} == set(students)
    assert ahead["enrollment_id"] in {row["enrollment_id"] for row in rows}
    assert all(homerooms(branch, student) == [new] for student in students)


def test_a_plan_that_cannot_be_is_refused_whole(branch: HandKept, roster: Service):
    old, small, club = branch.class_("4-A"), branch.class_("5-S", capacity=1), branch.class_("Chess", homeroom=False)
    students = branch.students(2)
    branch.enrols(old, *students)
    other = HandKept(roster)
    path = f"/classes/{old}/promotion"
    for plan in (
        {"to_class_id": small},
        {"to_class_id": club},
        {"to_class_id": old},
        {"to_class_id": other.class_()},
        {"leavers": ["nobody"]},
        {"leavers": [students[0]], "repeaters": [{"student_id": students[0], "class_id": small}]},
        {"to_class_id": small, "on": "2099-01-01"},
    ):
        for way in (path, f"{path}/preview"):
            answer = branch.call("POST", way, json={"year": "2027", **plan})
            assert (answer.status_code, slug(answer)) == (422, "invalid"), f"{plan}: {answer.text}"
    assert branch.members(old) == set(students)
    assert other.call("POST", path, json={"year": "2027"}).status_code == 404
    assert branch.call("POST", path, other.office, json={"year": "2027"}).status_code == 403


def test_a_large_class_in_one_go(branch: HandKept):
    old, new = branch.class_("Hall 1"), branch.class_("Hall 2")
    students = branch.students(500)
    branch.enrols(old, *students)
    done = branch.does("POST", f"/classes/{old}/promotion", json={"year": "2027", "to_class_id": new})
    assert done["counts"]["promoted"] == 500
    assert (branch.members(old), branch.members(new)) == (set(), set(students))
