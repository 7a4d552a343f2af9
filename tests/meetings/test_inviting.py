"""Who is invited, who may book early, whom teachers marked, and that each family hears once, when it may book."""

from collections import Counter
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.meetings import MeetingDayOpened
from schoolbus.grades import plain
from schoolbus.scope import branch as scope_of
from services.meetings.days.inviting import early, invited, is_invited, may_be_early
from services.meetings.store import Store
from tests.meetings.story import Meetings, at_once, slug
from tests.support.people import guardian, head, office, teacher
from tests.support.roster import branch, classes, enrolled, people, related, small_branch, someone
from tests.support.waiting import eventually

HERE = scope_of("b1")


@pytest.fixture
def store(store: Store) -> Store:
    """The small branch, and class c2 of grade 6 with t3, s3 and s4; g4 is guardian of s4, and g3 of s3 as before."""
    grade_6 = classes("b1", "c2")
    grade_6.data["items"][0]["grade"] = "06"
    more = people("b1", someone("t3", "teacher"), someone("s4", "student"))
    for event in (*small_branch()[1:], grade_6, more, enrolled("b1", "c2", students=("s3", "s4"), teachers=("t3",))):
        store.keep(event)
    store.keep(related("b1", ("g4", "s4")))
    return store


def day(*teachers: str, **rule: list[str]) -> dict[str, Any]:
    asked = {"grades": [], "class_ids": [], "student_ids": [], **rule}
    return {"_id": "d1", "teachers": [{"teacher_id": id} for id in teachers or ("t1",)], "invited": asked}


@pytest.mark.parametrize(
    ("of_day", "students"),
    [
        (day("t1"), ["s1", "s2", "s3"]),
        (day("t3"), ["s3", "s4"]),
        (day("t1", "t3"), ["s1", "s2", "s3", "s4"]),
        (day("t1", grades=["6"]), ["s3", "s4"]),
        (day("t3", grades=["05"]), ["s1", "s2", "s3"]),
        (day("t1", class_ids=["c2"], student_ids=["s1"]), ["s1", "s3", "s4"]),
        (day("t1", student_ids=["s4", "nobody", "g1"]), ["s4"]),
        (day("t1", grades=["9"]), []),
    ],
)
def test_who_is_invited(store: Store, of_day: dict[str, Any], students: list[str]) -> None:
    assert invited(store, HERE, of_day) == students
    asked = [id for id in ("s1", "s2", "s3", "s4") if is_invited(store, HERE, of_day, id)]
    assert asked == students, "asked of one, it is the same"


def test_siblings_and_those_whom_a_teacher_marked_may_be_early(store: Store) -> None:
    assert [id for id in ("s1", "s2", "s3") if may_be_early(store, HERE, day(), id)] == ["s1", "s2"]
    assert not may_be_early(store, HERE, day(student_ids=["s1", "s3"]), "s1"), "the sister is not invited"
    store.priorities.add({"_id": "p1", "branch_id": "b1", "meeting_day_id": "d1", "teacher_id": "t1", "student_id": "s3"})
    assert may_be_early(store, HERE, day(), "s3")
    assert not may_be_early(store, HERE, {**day(), "_id": "d2"}, "s3"), "of another day"


students = st.lists(st.integers(0, 20).map("s{}".format), unique=True, max_size=15)
pairs = st.lists(st.tuples(st.integers(0, 8).map("g{}".format), st.integers(0, 20).map("s{}".format)), max_size=20)


@given(students, pairs, students)
def test_no_guardian_has_children_who_are_early_and_who_are_not(invited_ones, relations, marked):
    first = early(invited_ones, relations, marked)
    assert first <= set(invited_ones)
    assert set(marked) & set(invited_ones) <= first
    for guardian_id in {guardian_id for guardian_id, _ in relations}:
        theirs = {student for other, student in relations if other == guardian_id} & set(invited_ones)
        assert len(theirs) < 2 or theirs <= first, "who hears twice is told, and paid for, twice"


def test_grades_are_one_however_they_are_written():
    assert plain(" 05") == plain("5") == "5"
    assert plain("KG") == "kg"


# When they hear


@pytest.fixture(scope="module")
def school(meetings: Meetings) -> str:
    """Two sisters, s1 and s2, with their mother and father; s3 alone and s4 alone. All in c1 with t11 and t12."""
    children = ("s1", "s2", "s3", "s4")
    meetings.knows(
        branch("b11"),
        people(
            "b11", someone("h1", "head"), someone("o1", "office"), *(someone(id, "teacher") for id in ("t11", "t12", "t13"))
        ),
        people("b11", *(someone(id, "student") for id in (*children, "s5"))),
        people("b11", *(someone(id, "guardian") for id in ("g1", "g2", "g3", "g4", "g5"))),
        classes("b11", "c1", "c2"),
        enrolled("b11", "c1", students=children, teachers=("t11", "t12")),
        enrolled("b11", "c2", students=("s5",), teachers=("t13",)),
        related("b11", ("g1", "s1"), ("g1", "s2"), ("g2", "s1"), ("g3", "s3"), ("g4", "s4"), ("g5", "s5")),
    )
    return "b11"


def opens(meetings: Meetings, **more: Any) -> dict[str, Any]:
    return meetings.opens("b11", teachers=[{"teacher_id": "t11", "place": "Hall", "shared": True}], **more)


def told(meetings: Meetings, day: dict[str, Any]) -> Counter[str]:
    events = [event for event in meetings.service.heard(MeetingDayOpened) if event.subject == day["meeting_day_id"]]
    return Counter(id for event in events for id in event.data["student_ids"])


def soon(**more: float) -> str:
    return (clock.now() + timedelta(**more)).isoformat()


def pass_by(kept: Database[Any], day: dict[str, Any], **to: Any) -> None:
    """As if some time had passed: the moments of a day are earlier."""
    moments = {name: clock.now() - timedelta(seconds=1) for name, is_over in to.items() if is_over}
    kept["meeting_days"].update_one({"_id": day["meeting_day_id"]}, {"$set": {**moments, "tell_at": clock.now()}})


def test_families_hear_when_they_may_book_and_once(meetings: Meetings, kept: Database[Any], school: str) -> None:
    day = opens(meetings, booking_opens_at=soon(days=3), early_opens_at=soon(days=2))
    other = opens(meetings, starts="18:00", ends="19:00")
    eventually(lambda: told(meetings, other))
    assert told(meetings, day) == Counter(), "not yet"
    pass_by(kept, day, early_opens_at=True)
    assert eventually(lambda: told(meetings, day)) == Counter(("s1", "s2")), "the sisters"
    marked = meetings.call("PUT", f"meeting-days/{day['meeting_day_id']}/priorities/s3", teacher("t11", school), school)
    assert (marked.status_code, marked.json()["student_id"]) == (200, "s3")
    assert eventually(lambda: (now := told(meetings, day))["s3"] and now) == Counter(("s1", "s2", "s3")), (
        "marked while it is early"
    )
    pass_by(kept, day, booking_opens_at=True)
    everybody = Counter(("s1", "s2", "s3", "s4"))
    assert eventually(lambda: (now := told(meetings, day))["s4"] and now) == everybody, "nobody twice"
    meetings.changes("PATCH", day, branch_id=school, title="Winter meetings")
    added = meetings.changes("POST", day, "/teachers", school, teacher_id="t13", place="Hall", shared=True)
    assert added.status_code == 200, added.text
    assert eventually(lambda: (now := told(meetings, day))["s5"] and now) == Counter((*everybody, "s5")), "the new teacher's"


def test_who_no_longer_subscribes_tells_nobody(meetings: Meetings, kept: Database[Any]) -> None:
    meetings.knows(
        branch("b12"), people("b12", someone("t12", "teacher")), enrolled("b12", "c1", students=("s9",), teachers=("t12",))
    )
    room = [{"teacher_id": "t12", "place": "Hall"}]
    day = meetings.opens("b12", teachers=room, booking_opens_at=soon(days=3))
    meetings.knows(branch("b12", services=("reports",)), sequence=2)
    pass_by(kept, day, booking_opens_at=True)
    id, later = day["meeting_day_id"], clock.now() + timedelta(minutes=30)
    eventually(lambda: kept["meeting_days"].find_one({"_id": id, "tell_at": {"$gt": later}, "leased_until": None}))
    assert kept["invitations"].count_documents({"meeting_day_id": id}) == 0
    assert told(meetings, day) == Counter()


def test_an_opening_that_is_put_off(meetings: Meetings, kept: Database[Any], school: str) -> None:
    day = opens(meetings, booking_opens_at=soon(days=3))
    wrong = meetings.changes("PATCH", day, branch_id=school, early_opens_at=soon(days=4))
    assert list(wrong.json()["errors"]) == ["early_opens_at"]
    later = meetings.changes("PATCH", day, branch_id=school, booking_opens_at=soon(days=5), early_opens_at=soon(days=4))
    assert later.status_code == 200, later.text
    seen = eventually(
        lambda: (found := kept["meeting_days"].find_one({"_id": day["meeting_day_id"]}))["tell_at"] == found["early_opens_at"]
    )
    assert seen
    now = meetings.changes("PATCH", day, branch_id=school, booking_opens_at=None, early_opens_at=None)
    assert now.json()["booking_opens_at"] is None
    assert eventually(lambda: told(meetings, day)) == Counter(("s1", "s2", "s3", "s4"))


# Whom teachers marked


def test_a_mark_is_for_staff_alone(meetings: Meetings, school: str) -> None:
    day = opens(meetings)
    path = f"meeting-days/{day['meeting_day_id']}/priorities"

    def marks(caller: Any, method: str = "PUT", student_id: str = "s3") -> Any:
        return meetings.call(method, f"{path}/{student_id}", caller, school)

    answers = at_once(*[lambda: marks(teacher("t11", school))] * 4)
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.text for answer in answers}) == 1
    for caller in (teacher("t11", school), office(branch_id=school), head(branch_id=school)):
        [shown] = meetings.call("GET", path, caller, school).json()["items"]
        assert (shown["teacher_id"], shown["student_id"]) == ("t11", "s3")
    assert meetings.call("GET", path, teacher("t12", school), school).json()["items"] == [], "a teacher's own"
    for family in (guardian("g3", school), guardian("g1", school)):
        assert meetings.call("GET", path, family, school).status_code == 403
        assert "s3" not in meetings.call("GET", f"meeting-days/{day['meeting_day_id']}", family, school).text
    assert marks(office(branch_id=school)).status_code == 403
    assert slug(marks(teacher("t12", school))) == "not-your-day"
    assert marks(teacher("t11", school), student_id="s5").status_code == 404, "whom they don't teach"
    assert [marks(teacher("t11", school), "DELETE").status_code for _ in range(2)] == [204, 204]
    assert meetings.call("GET", path, head(branch_id=school), school).json()["items"] == []


def test_only_the_invited_can_be_marked(meetings: Meetings, school: str) -> None:
    day = opens(meetings, invited={"student_ids": ["s1"]})
    path = f"meeting-days/{day['meeting_day_id']}/priorities"
    assert slug(meetings.call("PUT", f"{path}/s3", teacher("t11", school), school)) == "not-invited"
    assert eventually(lambda: told(meetings, day)) == Counter(("s1",))
    more = meetings.changes("PATCH", day, branch_id=school, invited={"student_ids": ["s1", "s5"]})
    assert more.json()["invited"] == {"grades": [], "class_ids": [], "student_ids": ["s1", "s5"]}
    assert eventually(lambda: (now := told(meetings, day))["s5"] and now) == Counter(("s1", "s5"))
