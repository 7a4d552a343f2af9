"""A class's register: in one request, twice, by two at once, corrected, and who is told what."""

from datetime import date
from typing import Any

import pytest

from schoolbus.contracts.reports import AbsenceCorrected, AbsenceRecorded, ArrivalRecorded
from tests.meetings.story import at_once
from tests.reports.attending import Attendance, statuses
from tests.reports.story import Branch, in_days, slug
from tests.support.people import head, office
from tests.support.roster import classes, closed_on, enrolled, people, someone
from tests.support.waiting import eventually

SAID = (AbsenceRecorded, AbsenceCorrected, ArrivalRecorded)


@pytest.fixture(scope="module")
def school(branch: Branch) -> Attendance:
    return Attendance(branch)


def fresh(branch: Branch, *students: str) -> None:
    """Children of whom no other test says anything, in c1."""
    branch.knows(people(branch.id, *(someone(id, "student") for id in students)), enrolled(branch.id, "c1", students=students))


@pytest.fixture
def own(elsewhere: Branch) -> Attendance:
    return Attendance(elsewhere)


def test_a_class_of_forty_in_one_request(branch: Branch, school: Attendance) -> None:
    ids = tuple(f"x{number:02}" for number in range(40))
    branch.knows(
        classes(branch.id, "c40"),
        people(branch.id, *(someone(id, "student") for id in ids)),
        enrolled(branch.id, "c40", students=ids, teachers=("t1",)),
    )
    entries = [{"student_id": id, "status": "absent" if id in ids[:3] else "present"} for id in ids]
    entries[5] |= {"status": "late", "minutes": 12, "note": "The bus."}
    answer = school.sends(entries, class_id="c40")
    assert answer.status_code == 200, answer.text
    taken = answer.json()
    assert (len(taken["entries"]), taken["edition"], taken["taken_by"]) == (40, 1, "t1")
    assert taken["entries"][5]["minutes"] == 12
    told = eventually(lambda: len(found := school.told(*SAID)) >= 3 and found)
    assert sorted(student for _, student, _ in told if student.startswith("x")) == list(ids[:3])
    [event] = [each for each in branch.heard(AbsenceRecorded) if each.data["student_ids"] == ["x00"]]
    assert event.data["attendance_id"] == taken["entries"][0]["absence_id"]
    assert (event.data["class_title"], event.data["absent_on"].isoformat()) == ("Class c40", in_days(0))
    line = school.read("registers", branch.teacher(), class_id="c40")["items"][0]
    assert line["counts"] == {"students": 40, "present": 36, "absent": 3, "late": 1, "left_early": 0, "excused": 0}


def test_before_it_is_taken_all_are_present_and_nothing_is_kept(school: Attendance) -> None:
    begun = school.register(-9)
    assert (begun["edition"], set(statuses(begun).values()), begun["taken_by"]) == (0, {"present"}, None)
    assert school.register(-9)["edition"] == 0


def test_sent_again_it_is_there_and_another_needs_what_was_seen(own: Attendance) -> None:
    first = own.takes("s1")
    assert own.takes("s1").json() == first.json()
    other = own.takes("s2")
    assert (other.status_code, slug(other), other.json()["edition"]) == (409, "gone-on", 1)
    changed = own.takes("s1", "s2", edition=1).json()
    assert (changed["edition"], statuses(changed)["s2"]) == (2, "absent")
    assert slug(own.takes("s3", edition=1)) == "gone-on"
    assert slug(own.takes("s3", edition=7, day=-1)) == "gone-on", "there is none of which this could be the edition"
    own.takes(edition=2)


def test_two_teachers_at_once_are_one_register(own: Attendance) -> None:
    teachers = [own.branch.teacher("t1"), own.branch.teacher("t2")]
    answers = at_once(
        *(lambda by=by, who=who: own.takes(who, day=-2, by=by) for by, who in zip(teachers, ("s1", "s2"), strict=True))
    )
    assert sorted(each.status_code for each in answers) == [200, 409]
    same = at_once(*(lambda by=by: own.takes("s1", day=-3, by=by) for by in teachers))
    assert [each.status_code for each in same] == [200, 200]
    assert same[0].json() == same[1].json()


def test_two_correct_different_children_at_once(own: Attendance) -> None:
    own.takes("s1", "s2", "s3", day=-4)
    answers = at_once(*(lambda id=id: own.corrects(id, "late", -4, minutes=5, reason="Seen") for id in ("s1", "s2", "s3")))
    assert [each.status_code for each in answers] == [200, 200, 200]
    assert set(statuses(own.register(-4)).values()) == {"late"}
    assert own.register(-4)["edition"] == 4


def test_a_sheet_that_forgets_somebody_or_names_a_stranger_is_refused_whole(own: Attendance) -> None:
    some = own.sends([{"student_id": "s1", "status": "present"}], -5)
    assert (some.status_code, some.json()["missing"]) == (422, ["s2", "s3"])
    wrong: list[Any] = [
        {"student_id": "t1", "status": "present"},
        {"student_id": "s2", "status": "sleeping"},
        {"student_id": "s3", "status": "absent", "minutes": 5},
        {"student_id": "s3", "status": "absent"},
        "s1",
    ]
    refused = own.sends(wrong, -5, others="present").json()["errors"]["entries"]
    assert set(refused) == {"0", "1", "2", "3", "4"}
    assert own.register(-5)["edition"] == 0


@pytest.mark.parametrize("day", [1, -91, "2026-13-01", "tomorrow", "20261126"])
def test_not_in_the_future_not_long_ago_not_on_no_day(school: Attendance, day: int | str) -> None:
    answer = school.sends([], day, others="present")
    assert (answer.status_code, list(answer.json()["errors"])) == (422, ["held_on"])


def test_not_on_holidays_and_not_on_the_branchs_free_days(own: Attendance) -> None:
    own.branch.knows(closed_on(own.branch.id, "Iqbal Day", in_days(-6)))
    assert own.takes(day=-6).json()["errors"]["held_on"] == ["A holiday: Iqbal Day."]
    missing = own.read("attendance/missing-registers", own.head, on=in_days(-6))
    assert (missing["closed"], missing["missing"]) == ("Iqbal Day", [])
    weekday = own.read("attendance/week", own.head)["days"][0]["weekday"]
    days = [{"weekday": day, "ends": "12:30"} for day in range(7) if day != weekday]
    assert own.branch.call("PUT", "attendance/week", own.head, json={"days": days}).json()["days"] == days
    free = next(-back for back in range(7, 15) if _weekday(-back) == weekday)
    assert own.takes(day=free).status_code == 422
    assert own.branch.call("PUT", "attendance/week", own.branch.teacher(), json={"days": days}).status_code == 403
    Attendance(own.branch)


def _weekday(days: int) -> int:
    return date.fromisoformat(in_days(days)).weekday()


def test_others_classes_and_branches_are_out_of_reach(branch: Branch, school: Attendance, elsewhere: Branch) -> None:
    assert slug(school.takes(by=branch.teacher("t9"))) == "not-your-class"
    assert school.takes(by=branch.guardian()).status_code == 403
    assert school.takes(by=elsewhere.teacher()).status_code == 403
    assert school.sends([], class_id="unknown").status_code == 404
    assert school.takes(by=office(branch_id=branch.id), day=-20).status_code == 200


# Who is told


def test_a_mistake_is_told_to_those_who_were_told_and_only_once(branch: Branch, school: Attendance) -> None:
    fresh(branch, "m1", "m2")
    edition = school.register()["edition"]
    school.takes("m1", "m2", edition=edition)
    assert school.corrects("m1", "present").status_code == 200
    assert school.corrects("m1", "present").status_code == 200
    wanted = [("AbsenceRecorded", "m1", 0), ("AbsenceCorrected", "m1", 1)]
    eventually(lambda: _of("m1", school) == wanted)
    assert _of("m2", school) == [("AbsenceRecorded", "m2", 0)]
    school.corrects("m1", "absent")
    eventually(lambda: _of("m1", school)[2:] == [("AbsenceRecorded", "m1", 2)])
    changes = school.read(f"registers/c1/{in_days(0)}/changes", branch.teacher())["items"]
    last = changes[0]
    assert last["changes"] == [
        {"student_id": "m1", "before": {"status": "present", "minutes": None}, "after": {"status": "absent", "minutes": None}}
    ]
    assert (last["by"], last["edition"]) == ("t1", school.register()["edition"])


def test_a_late_arrival_after_the_absence_was_told(branch: Branch, school: Attendance) -> None:
    fresh(branch, "l1")
    school.takes("l1", edition=school.register()["edition"])
    school.corrects("l1", "late", minutes=40)
    eventually(lambda: _of("l1", school) == [("AbsenceRecorded", "l1", 0), ("ArrivalRecorded", "l1", 1)])
    assert school.absence("l1")["status"] == "late"
    assert school.absence("l1")["told"] is False


def test_what_is_long_over_alarms_nobody(own: Attendance) -> None:
    own.takes("s3", day=-7)
    own.takes("s3", day=-1)
    eventually(lambda: any(student == "s3" for _, student, _ in own.told(*SAID)))
    said = [event for event in own.branch.heard(AbsenceRecorded) if event.data["student_ids"] == ["s3"]]
    assert [event.data["absent_on"].isoformat() for event in said] == [in_days(-1)]
    assert list(own.corrects("s3", "present", -7).json()["errors"]) == ["reason"], "an earlier day wants a reason"
    assert own.corrects("s3", "present", -7, reason="He was in the library.").status_code == 200


def test_lessons_and_the_day_tell_once(branch: Branch, school: Attendance) -> None:
    fresh(branch, "d1", "d2")
    school.takes("d1", edition=school.register()["edition"])
    first = school.takes("d1", lesson="1", ends="08:40")
    assert (first.status_code, first.json()["lesson"]) == (200, "1")
    assert school.takes("d2", lesson="2", ends="23:58").status_code == 200  # d1 is seen, d2 is away from this lesson alone
    eventually(lambda: _of("d1", school) == [("AbsenceRecorded", "d1", 0), ("ArrivalRecorded", "d1", 1)])
    assert _of("d2", school) == [("AbsenceRecorded", "d2", 0)]
    assert [entry["lesson"] for entry in school.absence("d1")["entries"]] == [None, "1"]
    school.takes("d2", lesson="3", ends="23:59")
    school.corrects("d2", "present", lesson="2")
    assert _of("d2", school) == [("AbsenceRecorded", "d2", 0)], "lesson 3 still says so"
    assert school.absence("d2")["entries"][0]["lesson"] == "3"
    school.corrects("d2", "present", lesson="3")
    eventually(lambda: _of("d2", school)[1:] == [("AbsenceCorrected", "d2", 1)])


def _of(student_id: str, school: Attendance) -> list[tuple[str, str, int]]:
    return [each for each in school.told(*SAID) if each[1] == student_id]


# Which are missing


def test_the_office_sees_which_classes_have_none_today(elsewhere: Branch, own: Attendance) -> None:
    elsewhere.knows(
        classes(elsewhere.id, "c7", "c8", "c9"),
        enrolled(elsewhere.id, "c7", students=("s1",), teachers=("t2",)),
        enrolled(elsewhere.id, "c8", students=("s2",), teachers=("t9",)),
    )
    lessons_alone = classes(elsewhere.id, "c8", version=2)
    lessons_alone.data["items"][0]["homeroom"] = False
    elsewhere.knows(lessons_alone)
    found = own.read("attendance/missing-registers", office(branch_id=elsewhere.id))
    assert found["closed"] is None
    assert [row["class_id"] for row in found["missing"]] == ["c7"], "c1 has one, c8 has lessons alone, c9 nobody"
    assert (found["missing"][0]["teacher_ids"], found["missing"][0]["students"], found["taken"]) == (["t2"], 1, 1)
    assert own.read("attendance/missing-registers", elsewhere.teacher("t1"))["missing"] == []
    own.sends([], class_id="c7", others="present", by=head("h1", elsewhere.id))
    assert own.read("attendance/missing-registers", own.head)["missing"] == []


def test_who_came_later_is_not_wanted_in_an_earlier_register_and_who_left_stays(elsewhere: Branch, own: Attendance) -> None:
    elsewhere.knows(
        classes(elsewhere.id, "c10"),
        people(elsewhere.id, someone("n1", "student"), someone("n2", "student")),
        enrolled(elsewhere.id, "c10", students=("n1",), teachers=("t1",), begins_on=in_days(-1)),
        enrolled(elsewhere.id, "c10", students=("n2",)),
    )
    taken = own.sends([], -3, class_id="c10", others="present").json()
    assert list(statuses(taken)) == ["n2"]
    elsewhere.knows(enrolled(elsewhere.id, "c10", students=("n2",), version=2, active=False))
    refused = own.sends([{"student_id": "n1", "status": "present"}], -3, class_id="c10", edition=1, reason="A visit")
    assert refused.json()["errors"]["entries"]["0"] == {"student_id": ["Not in this class."]}
    late = [{"student_id": "n2", "status": "late", "minutes": 3}]
    assert own.sends(late, -3, class_id="c10", edition=1, reason="A visit").json()["entries"][0]["minutes"] == 3
    assert list(statuses(own.sends([], -1, class_id="c10", others="present").json())) == ["n1"]
    assert list(statuses(own.sends([], -3, class_id="c10", edition=2, others="present", reason="-").json())) == ["n2"]
