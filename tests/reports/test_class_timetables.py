"""A class's week: versions by their first day, and no teacher in two places at once."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.reports.classroom.timetables.clashes import at_once, between, within
from tests.reports.classrooms import Classroom
from tests.reports.story import Branch, in_days
from tests.support.people import head, office
from tests.support.roster import classes, enrolled, people, someone


@pytest.fixture
def room(branch: Branch) -> Classroom:
    branch.knows(classes(branch.id, "c1", "c2", "c3"), enrolled(branch.id, "c2", teachers=("t2",)))
    return Classroom(branch)


def period(**more: Any) -> dict[str, Any]:
    lesson = {"weekday": 0, "number": 1, "starts": "08:00", "ends": "08:40", "subject": "English"}
    return {**lesson, "teacher_id": None, "room": None, **more}


def put(room: Classroom, *periods: Any, status: int = 200, class_id: str = "c1", day: str = in_days(0)) -> Any:
    draft = {"periods": list(periods), "edition": 0}
    return room.ask("PUT", f"class-timetables/{class_id}/{day}", head(branch_id=room.branch.id), status, json=draft)


def test_each_holds_until_the_next_begins(room: Classroom) -> None:
    first = put(room, period(subject="English", teacher_id="t1", room="4"), day=in_days(-30))
    assert put(room, *first["periods"], day=in_days(-30)) == first, "sent again"
    put(room, period(subject="Urdu"), day=in_days(10))
    found = room.ask("GET", "class-timetables/c1", room.guardian())
    assert (found["valid_from"], found["valid_until"], found["others"]) == (in_days(-30), in_days(9), [in_days(10)])
    assert found["periods"] == [period(teacher_id="t1", room="4")]
    later = room.ask("GET", f"class-timetables/c1?on={in_days(11)}", room.branch.teacher("t2"))
    assert (later["periods"][0]["subject"], later["valid_until"]) == ("Urdu", None)
    before = room.ask("GET", f"class-timetables/c1?on={in_days(-31)}")
    assert (before["valid_from"], before["periods"], before["valid_until"]) == (None, [], in_days(-31))
    answer = room.branch.call(
        "PUT", f"class-timetables/c1/{in_days(10)}", office(branch_id=room.branch.id), json={"periods": [period()]}
    )
    assert (answer.status_code, answer.json()["edition"]) == (409, 1)
    for _ in range(2):
        room.ask("DELETE", f"class-timetables/c1/{in_days(10)}", head(branch_id=room.branch.id), 204)
    assert room.ask("GET", f"class-timetables/c1?on={in_days(11)}")["periods"] == first["periods"]


def test_a_teacher_is_in_one_place_at_a_time(elsewhere: Branch, branch: Branch) -> None:
    branch.knows(people(branch.id, someone("t8", "teacher")))
    elsewhere.knows(classes(elsewhere.id, "c1", "c2", "c3"), people(elsewhere.id, someone("t8", "teacher")))
    room = Classroom(elsewhere)
    put(room, period(teacher_id="t8"), day=in_days(0))
    clash = put(room, period(weekday=3), period(starts="08:30", ends="09:10", teacher_id="t8"), class_id="c2", status=422)
    assert clash["errors"]["periods"] == {"1": ["The teacher is in Class c1 then: Monday, 08:00 to 08:40."]}
    put(room, period(starts="08:40", ends="09:20", teacher_id="t8"), period(weekday=1, teacher_id="t8"), class_id="c2")
    put(room, period(teacher_id="t8"), class_id="c3", day=in_days(-9), status=422)  # it goes on into the other's time
    put(room, period(subject="Urdu"), day=in_days(20))  # c1 has them no longer
    put(room, period(teacher_id="t8"), class_id="c3", day=in_days(20))
    kept = room.branch.call("DELETE", f"class-timetables/c1/{in_days(20)}", head(branch_id=elsewhere.id))
    assert kept.status_code == 422, "what held before would go on, and its teacher is elsewhere by then"
    there = put(Classroom(branch), period(teacher_id="t8"), status=422)
    assert set(there["errors"]["periods"]["0"]) == {"The teacher is in another branch then: Monday, 08:00 to 08:40."}


def test_two_at_the_same_moment_don_t_take_the_same_teacher(room: Classroom) -> None:
    lesson = period(weekday=5, teacher_id="t2")

    def by(class_id: str) -> int:
        path = f"class-timetables/{class_id}/{in_days(40)}"
        return room.branch.call("PUT", path, head(branch_id=room.branch.id), json={"periods": [lesson]}).status_code

    with ThreadPoolExecutor(3) as pool:
        assert sorted(pool.map(by, ["c1", "c2", "c3"])) == [200, 422, 422]


def test_every_refused_period_is_named(room: Classroom) -> None:
    odd = [
        period(),
        period(weekday=7),
        period(ends="07:00"),
        period(starts="8"),
        {"weekday": 1},
        "recess",
    ]
    refused = put(room, *odd, class_id="c3", status=422)
    assert list(refused["errors"]["periods"]) == ["1", "2", "3", "4", "5"]
    strangers = put(room, period(teacher_id="g1"), class_id="c3", status=422)
    assert strangers["errors"]["periods"] == {"0": ["Not a teacher of this branch."]}
    put(room, class_id="c3", status=422)
    put(room, period(), class_id="c3", day=in_days(400), status=422)
    assert room.ask("GET", "class-timetables/c3", head(branch_id=room.branch.id))["periods"] == []


def test_head_and_office_alone_keep_it(room: Classroom) -> None:
    for caller in (room.teacher, room.guardian()):
        answer = room.branch.call("PUT", f"class-timetables/c1/{in_days(0)}", caller, json={"periods": [period()]})
        assert answer.status_code == 403
    assert room.refused("GET", "class-timetables/c1", room.guardian("g4")) == (404, "not-found")


# The rule itself

MINUTES = st.integers(0, 12 * 6).map(lambda tens: 480 + tens * 10)


def clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@st.composite
def lessons(draw: st.DrawFn) -> dict[str, Any]:
    starts = draw(MINUTES)
    ends = starts + draw(st.integers(1, 9)) * 10
    who, day = draw(st.sampled_from([None, "t1", "t2"])), draw(st.integers(0, 1))
    subject = draw(st.sampled_from(["English", "Urdu", "Art"]))
    return period(weekday=day, starts=clock(starts), ends=clock(ends), teacher_id=who, subject=subject)


def minutes(lesson: dict[str, Any]) -> set[tuple[int, int]]:
    first, last = (int(text[:2]) * 60 + int(text[3:]) for text in (lesson["starts"], lesson["ends"]))
    return {(lesson["weekday"], minute) for minute in range(first, last)}


@given(st.lists(lessons(), max_size=6), st.lists(lessons(), max_size=6))
def test_it_is_as_if_each_minute_were_looked_at(ours: list[Any], others: list[Any]) -> None:
    wrong = between(ours, [("elsewhere", other) for other in others])
    for index, lesson in enumerate(ours):
        same = [each for each in others if each["teacher_id"] and each["teacher_id"] == lesson["teacher_id"]]
        assert len(wrong.get(str(index), [])) == sum(bool(minutes(lesson) & minutes(each)) for each in same)
    taken = [
        (index, other)
        for index in range(len(ours))
        for other in range(index)
        if minutes(ours[index]) & minutes(ours[other])
        and (
            (ours[index]["teacher_id"] and ours[index]["teacher_id"] == ours[other]["teacher_id"])
            or ours[index]["subject"] == ours[other]["subject"]
        )
    ]
    assert sum(map(len, within(ours).values())) == len(taken)


@given(lessons(), lessons())
def test_at_once_goes_both_ways(one: Any, other: Any) -> None:
    assert at_once(one, other) == at_once(other, one) == bool(minutes(one) & minutes(other))
