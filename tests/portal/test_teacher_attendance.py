"""What registers come to, registers of lessons, and both as PDF."""

from typing import Any

import pytest

from gateway.portal.teacher.lessons import Lesson, of_day
from schoolbus.clock import today
from tests.portal.support import Browser, Stage
from tests.portal.teaching import AT, BRANCH, CLASS, EMPTY, GROUP, ROOM, invalid
from tests.portal.test_teacher_register import register

PATTERN = f"{BRANCH}/attendance/classes/c1"
ON = today().isoformat()


def shares(days: int, **counts: int) -> dict[str, Any]:
    def share(name: str) -> dict[str, Any]:
        count = counts.get(name, 0)
        return {"count": count, "of": days, "percent": f"{100 * count / days:.1f}" if days else None}

    return {"days": days, **{name: share(name) for name in ("absent", "excused", "late", "left_early")}}


def pattern(days: int = 40, **more: Any) -> dict[str, Any]:
    found = {"class_id": "c1", "since": "2026-08-01", "until": "2026-11-26", "term": "First term", **shares(days, absent=4)}
    blank = {"weekdays": [], "dates": [], "students": [], "before_holidays": shares(0), "after_holidays": shares(0)}
    return {**found, **blank, **more}


# Patterns


def test_what_registers_come_to(stage: Stage, teacher: Browser) -> None:
    away = {"days": 3, "since": "2026-11-24", "until": "2026-11-26"}
    students = [{"student_id": id, **shares(20, absent=2), "current": away if id == "s1" else None} for id in ("s1", "gone")]
    weekdays = [{"weekday": 0, **shares(8, absent=3)}]
    stage.says("reports", PATTERN, pattern(students=students, weekdays=weekdays, before_holidays=shares(4, late=1)))
    page = teacher.get(f"{AT}/attendance").text
    for said in ("First term", "Monday", "37.5&nbsp;%", "the day before holidays", "away for 3 days now", "has left the class"):
        assert said in page
    assert "the day after holidays" not in page, "there was none"
    assert f'href="{AT}/students/s1"' in page


def test_before_any_register_it_says_what_will_stand_here(stage: Stage, teacher: Browser) -> None:
    stage.says("reports", PATTERN, pattern(0))
    assert "No register was taken in this time." in teacher.get(f"{AT}/attendance").text


def test_days_that_are_none_say_so_above_the_term(stage: Stage, teacher: Browser) -> None:
    stage.says("reports", PATTERN, pattern())
    teacher.get(f"{AT}/attendance?since=2026-11-01&until=2026-11-05")
    assert stage.of(PATTERN)[-1].path.endswith("since=2026-11-01&until=2026-11-05")
    answers = [(invalid({"until": ["Before the first day."]}), 422), (pattern(), 200)]
    stage.says("reports", PATTERN, lambda _: answers.pop(0))
    answer = teacher.get(f"{AT}/attendance?since=2026-11-05&until=2026-11-01")
    assert answer.status_code == 422
    assert 'id="until-error">Before the first day.' in answer.text
    assert "First term" in answer.text


# On paper


@pytest.mark.parametrize(
    ("page", "path", "name"),
    [
        ("register", "registers/c1/months/2026-11/pdf", "class-register-2026-11.pdf"),
        ("diary", "diary/c1/weeks/2026-11-26/pdf", "diary-week-2026-11-26.pdf"),
    ],
)
def test_a_month_and_a_week_as_pdf(stage: Stage, teacher: Browser, page: str, path: str, name: str) -> None:
    stage.says("reports", f"{BRANCH}/{path}", b"%PDF-")
    answer = teacher.get(f"{AT}/{page}/paper?on=2026-11-26")
    assert (answer.content, answer.headers["Content-Disposition"]) == (b"%PDF-", f"attachment; filename*=UTF-8''{name}")


def test_a_month_without_registers_says_so(stage: Stage, teacher: Browser) -> None:
    detail = "No register of this class was taken in this month."
    gone = {"type": "x", "title": "Register is not here", "detail": detail, "status": 404}
    stage.says("reports", f"{BRANCH}/registers/c1/months/2026-11/pdf", gone, 404)
    answer = teacher.get(f"{AT}/register/paper?on=2026-11-01")
    assert (answer.status_code, detail in answer.text) == (404, True)


# Lessons


def period(number: int, subject: str, teacher_id: str | None = None, weekday: int | None = None) -> dict[str, Any]:
    hours = {"starts": f"{7 + number:02}:00", "ends": f"{7 + number:02}:40"}
    day = today().weekday() if weekday is None else weekday
    return {"weekday": day, "number": number, "subject": subject, "teacher_id": teacher_id, "room": None, **hours}


def test_lessons_of_a_day() -> None:
    periods = [period(2, "Urdu", "t1", 3), period(1, "Maths", "t2", 3), period(2, "Sindhi", "t3", 3), period(1, "Art", "t1", 4)]
    assert of_day(periods, ["2", "Library"], 3, "t1") == [
        Lesson("1", "Maths", "08:00", "08:40"),
        Lesson("2", "Sindhi, Urdu", "09:00", "09:40", taken=True, mine=True),
        Lesson("Library", taken=True),
    ]


def has_lessons(stage: Stage, homeroom: bool = True, taken: tuple[str, ...] = ()) -> None:
    stage.says("roster", CLASS, {**ROOM, **GROUP, "homeroom": homeroom})
    periods = [period(1, "Maths", "t2"), period(2, "Urdu", "t1"), period(3, "Urdu", "t1")]
    stage.says("reports", f"{BRANCH}/class-timetables/c1", {"periods": periods, "holiday": None})
    stage.says("reports", f"{BRANCH}/registers", {**EMPTY, "items": [{"lesson": name} for name in taken]})
    stage.says("reports", f"{BRANCH}/registers/c1/{ON}", register())


def test_a_register_of_a_lesson(stage: Stage, teacher: Browser) -> None:
    has_lessons(stage, taken=("1",))
    page = teacher.get(f"{AT}/register").text
    assert f'href="?on={ON}&amp;lesson=" aria-current="true"' in page, "a homeroom has one of the whole day"
    assert "Lesson 1 · Maths · sent already" in page
    teacher.get(f"{AT}/register?on={ON}&lesson=2")
    assert teacher.post(f"{AT}/register", {"on": ON, "lesson": "2", "edition": "0", "away": "s2"}).status_code == 303
    [sent] = [each for each in stage.of(f"{BRANCH}/registers/c1/{ON}") if each.method == "PUT"]
    assert sent.path.endswith("?lesson=2")
    assert sent.body["ends"] == "09:40", "until then its absences are told as urgent"


def test_a_class_of_a_subject_begins_with_my_next_lesson(stage: Stage, teacher: Browser) -> None:
    has_lessons(stage, homeroom=False, taken=("2",))
    page = teacher.get(f"{AT}/register").text
    assert f'href="?on={ON}&amp;lesson=3" aria-current="true"' in page
    assert "The whole day" not in page
    assert 'name="lesson" value="3"' in page


def test_without_lessons_there_is_nothing_to_choose(stage: Stage, teacher: Browser) -> None:
    has_lessons(stage)
    stage.says("reports", f"{BRANCH}/class-timetables/c1", {"periods": [], "holiday": None})
    assert "The whole day" not in teacher.get(f"{AT}/register").text
