"""The class diary: written day by day, read by the week, talked about in the evening."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from schoolbus import clock
from services.reports.classroom.diary.weeks import laid_out, week_of
from tests.reports.classrooms import Classroom
from tests.reports.story import Branch, in_days
from tests.support.roster import classes, enrolled, people, someone

TALK = {
    "text": "Plants drink through their roots.",
    "talking_point": "Ask how plants drink.",
    "talking_point_ur": "پودے پانی کیسے پیتے ہیں؟",
}
TODAY = in_days(0)


@pytest.fixture
def room(branch: Branch) -> Classroom:
    return Classroom(branch)


def write(room: Classroom, day: str = TODAY, status: int = 200, **more: Any) -> Any:
    return room.ask("PUT", f"diary/c1/{day}", more.pop("by", None), status, json={**TALK, **more})


def of_day(week: Any, day: str = TODAY) -> Any:
    return next(each for each in week["days"] if each["held_on"] == day)


def test_written_and_read_and_talked_about_this_evening(room: Classroom) -> None:
    entry = write(room, subject="Science")
    assert (entry["written_by"], entry["edition"], entry["class_title"]) == ("t1", 1, "Class c1")
    assert write(room, subject="SCIENCE", edition=1)["edition"] == 2, "the subject's entry, however it is capitalised"
    for caller in (room.guardian(), room.teacher):
        week = room.ask("GET", "diary/c1", caller)
        assert [date.fromisoformat(each["held_on"]).weekday() for each in week["days"]] == list(range(7))
        assert [each["talking_point"] for each in of_day(week)["entries"]] == ["Ask how plants drink."]
    today = room.branch.today("s1", room.guardian())
    assert [each["talking_point_ur"] for each in today["tonight"]["talking_points"]] == [TALK["talking_point_ur"]]
    assert [(each["subject"], each["text"]) for each in today["diary"]] == [("SCIENCE", TALK["text"])]


def test_yesterdays_is_no_talk_of_this_evening(elsewhere: Branch) -> None:
    room = Classroom(elsewhere)
    elsewhere.today("s1", room.guardian())
    write(room, in_days(-1))
    today = elsewhere.today("s1", room.guardian())
    assert (today["diary"], today["tonight"]["talking_points"]) == ([], [])
    assert of_day(room.ask("GET", f"diary/c1?on={in_days(-1)}"), in_days(-1))["entries"][0]["text"] == TALK["text"]


def test_of_two_teachers_the_second_looks_at_what_the_first_wrote(room: Classroom) -> None:
    first = write(room, in_days(-2), subject="Urdu")
    other = room.branch.teacher("t2")
    path = f"diary/c1/{in_days(-2)}"
    answer = room.branch.call("PUT", path, other, json={**TALK, "subject": "Urdu", "text": "A poem."})
    assert (answer.status_code, answer.json()["edition"]) == (409, 1)
    assert write(room, in_days(-2), subject="Urdu") == first, "sent again"
    assert write(room, in_days(-2), by=other, subject="Urdu", text="A poem.", edition=1)["written_by"] == "t2"
    assert write(room, in_days(-2), by=other, subject="Maths")["edition"] == 1, "another subject is another entry"


def test_both_at_the_same_moment_are_one(room: Classroom) -> None:
    def by(number: int) -> int:
        draft = {**TALK, "subject": "Art", "text": f"Colours {number}"}
        return room.branch.call("PUT", f"diary/c1/{in_days(-3)}", room.teacher, json=draft).status_code

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(by, range(4))) == [200, 409, 409, 409]


def test_no_day_without_school(room: Classroom) -> None:
    closed = in_days(-5)
    room.closes("Iqbal Day", closed)
    assert room.refused("PUT", f"diary/c1/{closed}", json=TALK) == (409, "holiday")
    assert of_day(room.ask("GET", f"diary/c1?on={closed}"), closed)["holiday"] == "Iqbal Day"
    for day in (in_days(1), in_days(-61)):
        assert room.refused("PUT", f"diary/c1/{day}", json=TALK) == (422, "invalid")
    for day in ("today", "2026-13-01", "20261101", "%00"):
        assert room.branch.call("PUT", f"diary/c1/{day}", room.teacher, json=TALK).status_code == 404


def test_homework_that_it_names_is_of_the_class(room: Classroom) -> None:
    homework = room.set(title="Water one")
    assert write(room, homework_ids=[homework["homework_id"]])["homework_ids"] == [homework["homework_id"]]
    write(room, status=422, subject="Other", homework_ids=["unknown"])


def test_removed(room: Classroom) -> None:
    day = in_days(-4)
    write(room, day, subject="Wrong class")
    for _ in range(2):
        room.ask("DELETE", f"diary/c1/{day}?subject=wrong class", status=204)
    assert of_day(room.ask("GET", f"diary/c1?on={day}"), day)["entries"] == []


def test_for_the_class_alone(room: Classroom) -> None:
    room.branch.knows(
        people(room.branch.id, someone("t7", "teacher")),
        classes(room.branch.id, "c1", "c7"),
        enrolled(room.branch.id, "c7", teachers=("t7",)),
    )
    other = room.branch.teacher("t7")
    assert room.refused("PUT", f"diary/c1/{TODAY}", other, json=TALK) == (403, "not-your-class")
    assert room.refused("GET", "diary/c1", other) == (403, "not-your-class")
    assert room.refused("GET", "diary/c1", room.guardian("g4")) == (404, "not-found")
    assert room.branch.call("PUT", f"diary/c1/{TODAY}", room.guardian(), json=TALK).status_code == 403


def test_a_week_is_laid_out() -> None:
    days = week_of(date(2026, 12, 31))
    assert (days[0], days[-1]) == (date(2026, 12, 28), date(2027, 1, 3))
    holiday = {"title": "Winter", "title_ur": None, "starts_on": "2026-12-30", "ends_on": "2027-01-01"}
    laid = laid_out(days, [{"held_on": "2026-12-29", "text": "-"}], [holiday])
    assert [bool(each["holiday"]) for each in laid] == [False, False, True, True, True, False, False]
    assert [len(each["entries"]) for each in laid] == [0, 1, 0, 0, 0, 0, 0]
    assert week_of(clock.today())[0] <= clock.today() < week_of(clock.today())[0] + timedelta(days=7)
