"""Patterns of attendance: plain arithmetic, and what is asked of a branch."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.contracts.reports import AbsenceCorrected, AbsenceRecorded, ArrivalRecorded
from services.reports.attendance import absences, patterns, spans
from services.reports.attendance.patterns import Breaks, Day, Seen
from services.reports.attendance.states import AWAY, STATUSES, of_day
from tests.reports.attending import Attendance
from tests.reports.story import Branch, in_days
from tests.support.people import head

MONDAY = date(2026, 11, 23)
WEEK = Breaks(frozenset(range(6)), ((date(2026, 11, 9), date(2026, 11, 10)),))
DAYS = st.lists(
    st.builds(
        Seen, st.dates(MONDAY, MONDAY + timedelta(days=30)), st.sampled_from((None, "1", "2")), st.sampled_from(STATUSES)
    ),
    max_size=40,
    unique_by=lambda seen: (seen.held_on, seen.lesson),
)


@pytest.mark.parametrize(
    ("day", "lessons", "wanted"),
    [
        ("late", {"absent"}, "late"),
        (None, {"absent"}, "absent"),
        (None, {"absent", "excused"}, "absent"),
        (None, {"excused"}, "excused"),
        (None, {"absent", "present"}, "present"),
        (None, {"absent", "late"}, "late"),
        (None, {"present", "left_early"}, "left_early"),
    ],
)
def test_the_register_of_the_day_says_it_else_its_lessons(day: str | None, lessons: set[str], wanted: str) -> None:
    assert of_day(day, lessons) == wanted


@given(DAYS)
def test_every_share_stands_beside_its_count_and_they_add_up(seen: list[Seen]) -> None:
    found = patterns.of_student(seen, WEEK)
    shares = [found[status] for status in STATUSES if status != "present"]
    assert all(share["of"] == found["days"] == len({each.held_on for each in seen}) for share in shares)
    assert sum(share["count"] for share in shares) <= found["days"]
    assert sum(day["days"] for day in found["weekdays"]) == found["days"]
    assert found["after_holidays"]["days"] + found["before_holidays"]["days"] <= 2 * found["days"]
    away = [day for day in patterns.days(seen) if day.status in AWAY]
    assert (found["longest"] is None) == (away == [])
    assert (found["longest"] or {"days": 0})["days"] <= len(away)


@given(st.integers(0, 400), st.integers(0, 400))
def test_a_share_is_rounded_once_halves_upwards(count: int, of: int) -> None:
    found = patterns.share(count, of)
    if of == 0:
        assert found["percent"] is None
    else:
        assert abs(float(found["percent"]) - count * 100 / of) <= 0.05 + 1e-9
        assert "." in found["percent"]
    assert patterns.share(1, 16)["percent"] == "6.3"


def test_streaks_go_over_weekends_and_end_with_a_day_at_school() -> None:
    of = [
        Day(MONDAY + timedelta(days=at), status) for at, status in enumerate(["absent", "excused", "present", "late", "absent"])
    ]
    longest, current = patterns.streaks(of)
    assert longest == {"days": 2, "since": "2026-11-23", "until": "2026-11-24"}
    assert current == {"days": 1, "since": "2026-11-27", "until": "2026-11-27"}
    assert patterns.streaks([]) == (None, None)


@pytest.mark.parametrize(
    ("day", "after", "before"),
    [
        ("2026-11-11", True, False),  # a Wednesday after two days
        ("2026-11-07", False, True),  # the Saturday before, with a Sunday between
        ("2026-11-12", False, False),
        ("2026-11-16", False, False),  # a Monday: a weekend is no holiday
    ],
)
def test_days_beside_holidays(day: str, after: bool, before: bool) -> None:
    on = date.fromisoformat(day)
    assert (WEEK.after(on), WEEK.before(on)) == (after, before)


def test_the_term_that_goes_on() -> None:
    year = {"title": "2026-27", "kind": "schoolYear", "starts_on": "2026-08-01", "ends_on": "2027-05-31"}
    term = {"title": "First", "kind": "term", "starts_on": "2026-08-01", "ends_on": "2026-12-20"}
    assert spans.of_terms([year, term], MONDAY) == (date(2026, 8, 1), MONDAY, "First")
    assert spans.of_terms([year, term], date(2027, 2, 1)).term == "2026-27"
    assert spans.of_terms([], MONDAY) == (MONDAY - timedelta(days=90), MONDAY, None)


# What guardians are told


AT = datetime(2026, 11, 23, 4, tzinfo=UTC)
DAY = {"told": False, "told_register": None, "seen_at": None}
OF_DAY = {"_id": "day", "lesson": None, "held_on": "2026-11-23", "ends_at": AT + timedelta(hours=5)}
LESSON = {"_id": "one", "lesson": "1", "held_on": "2026-11-23", "ends_at": AT}


@pytest.mark.parametrize(
    ("day", "register", "status", "elsewhere", "wanted"),
    [
        (DAY, OF_DAY, "absent", False, AbsenceRecorded),
        (DAY, OF_DAY, "excused", False, None),
        (DAY, OF_DAY, "late", False, None),
        (DAY | {"told": True, "told_register": "day"}, OF_DAY, "absent", False, None),
        (DAY | {"told": True, "told_register": "day"}, OF_DAY, "present", False, AbsenceCorrected),
        (DAY | {"told": True, "told_register": "day"}, OF_DAY, "present", True, None),
        (DAY | {"told": True, "told_register": "day"}, OF_DAY, "late", True, ArrivalRecorded),
        (DAY | {"told": True, "told_register": "day"}, LESSON, "present", True, ArrivalRecorded),
        (DAY | {"told": True, "told_register": "day"}, OF_DAY, "excused", False, None),
        (DAY | {"seen_at": AT + timedelta(hours=1)}, LESSON, "absent", False, None),  # that lesson was over by then
        (DAY | {"seen_at": AT - timedelta(hours=1)}, LESSON, "absent", False, AbsenceRecorded),
        (DAY | {"seen_at": AT + timedelta(hours=9)}, OF_DAY, "absent", False, AbsenceRecorded),
    ],
)
def test_what_is_told_of_a_day(day: Any, register: Any, status: str, elsewhere: bool, wanted: Any) -> None:
    assert absences.to_tell(day, register, status, MONDAY, elsewhere=elsewhere) is wanted


@given(st.lists(st.tuples(st.sampled_from(("day", "one", "two")), st.sampled_from(STATUSES)), max_size=12))
def test_whatever_registers_say_absence_and_all_clear_take_turns(says: list[tuple[str, str]]) -> None:
    """And guardians' last word is absence only where some register said so last of the child."""
    day, said = absences.new("b1", in_days(0), "s1"), []
    registers = {id: {"_id": id, "lesson": None if id == "day" else id, "held_on": in_days(0)} for id in ("day", "one", "two")}
    common = {"class_id": "c1", "class_title": "C", "ends_at": datetime(2100, 1, 1, tzinfo=UTC), "branch_id": "b1"}
    for id, status in says:
        day, events = absences.with_entry(day, {**registers[id], **common}, {"status": status, "minutes": None}, "t1")
        said += events
    kinds = [isinstance(event, AbsenceRecorded) for event in said]
    assert kinds == [place % 2 == 0 for place in range(len(kinds))]
    assert [event.data["edition"] for event in said] == list(range(len(said)))
    assert day["told"] == bool(kinds and kinds[-1])
    if day["status"] == "present":
        assert not day["told"]


# Asked of a branch


def test_of_a_child_and_of_a_class(branch: Branch) -> None:
    school = Attendance(branch)
    school.takes("s1", day=-3)
    school.takes("s1", "s2", day=-2)
    school.sends([{"student_id": "s1", "status": "late", "minutes": 7}], -1, others="present")
    school.takes("s1", day=-1, lesson="Science", ends="09:00")
    child = school.read("attendance/students/s1", branch.guardian("g1"))
    assert (child["days"], child["absent"]) == (3, {"count": 2, "of": 3, "percent": "66.7"})
    assert (child["minutes_late"], child["lessons"]["count"], child["lessons"]["of"]) == (7, 1, 1)
    assert child["longest"] == {"days": 2, "since": in_days(-3), "until": in_days(-2)}
    assert child["current"] is None
    assert branch.call("GET", "attendance/students/s1", branch.guardian("g3")).status_code == 404
    of_class = school.read("attendance/classes/c1", branch.teacher(), since=in_days(-3), until=in_days(0))
    assert [row["student_id"] for row in of_class["students"]] == ["s1", "s2", "s3"], "Ayesha, Bilal, Sana: by name"
    assert [row["absent"]["count"] for row in of_class["students"]] == [2, 1, 0]
    assert [(row["held_on"], row["students"]) for row in of_class["dates"]] == [(in_days(day), 3) for day in (-3, -2, -1)]
    assert branch.call("GET", "attendance/classes/c1", branch.guardian("g1")).status_code == 403
    wrong = branch.call("GET", "attendance/students/s1", head("h1", branch.id), params={"since": "2020-01-01"})
    assert list(wrong.json()["errors"]) == ["until"]
