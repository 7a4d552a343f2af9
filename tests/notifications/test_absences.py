"""Absence, and what becomes of it: urgent, by the last word alone, whichever comes first."""

from datetime import date, timedelta
from typing import Any

from schoolbus.clock import now
from schoolbus.contracts import reports
from schoolbus.events import Event
from services.notifications.wording.rules import URGENT
from tests.notifications import happenings
from tests.notifications.conftest import Stage
from tests.notifications.schools import School
from tests.notifications.test_ruling import stored
from tests.notifications.test_the_day import family


def of_day(kind: type[Event], school: School, student: str, edition: int) -> Event:
    id = school.name(f"day-{student}")
    of_class = {"class_id": school.name("c1"), "class_title": "5 A", "teacher_id": school.name("t1")}
    when: dict[str, Any] = {"absent_on": date(2026, 11, 26), "ends_at": now() + timedelta(hours=2)}
    ids = {"attendance_id": id, "student_ids": [student], "edition": edition}
    return kind(branch_id=school.id, subject=id, **ids, **of_class, **when)


def test_that_it_was_a_mistake_is_as_urgent_as_the_absence_was(stage: Stage) -> None:
    school, mother, child = family(stage)
    corrected = of_day(reports.AbsenceCorrected, school, child, 1)
    stage.learn(of_day(reports.AbsenceRecorded, school, child, 0), corrected)
    [message] = [each for each in stored(stage, corrected) if "after all" in each["body"]]
    assert (message["person_id"], message["urgency"]) == (mother, URGENT)
    assert message["body"].startswith("Ayesha was in 5 A on Thu 26 Nov after all.")


def test_an_absence_that_comes_after_its_correction_is_told_to_nobody(stage: Stage) -> None:
    school, _, child = family(stage)
    absent, arrived = of_day(reports.AbsenceRecorded, school, child, 0), of_day(reports.ArrivalRecorded, school, child, 1)
    stage.learn(arrived)
    stage.learn(absent)
    [message] = stored(stage, absent)
    assert (message["state"], message["reason"]) == ("skipped", "superseded")
    [message] = stored(stage, arrived)
    assert (message["reason"], message["body"]) == (None, "Ayesha came to 5 A on Thu 26 Nov after the register was taken.")
    again = of_day(reports.AbsenceRecorded, school, child, 2)
    stage.learn(again)
    [message] = stored(stage, again)
    assert message["reason"] is None, "away again, it is told again"


def test_another_childs_absence_stays(stage: Stage) -> None:
    school = School(stage)
    mother = school.guardian("app")
    child, other = school.child(mother), school.child(mother)
    school.open()
    staying = of_day(reports.AbsenceRecorded, school, other, 0)
    stage.learn(staying, of_day(reports.AbsenceCorrected, school, child, 5))
    [message] = stored(stage, staying)
    assert message["reason"] is None


def test_a_note_that_comes_after_its_withdrawal_is_told_to_nobody(stage: Stage) -> None:
    school, _, child = family(stage)
    noted = happenings.behaviour(school, child)
    item = {name: noted.data[name] for name in ("behaviour_note_id", "student_id", "class_id", "teacher_id")}
    stage.learn(reports.BehaviourNotesWithdrawn(branch_id=school.id, subject=noted.subject, items=[{**item, "edition": 1}]))
    stage.learn(noted)
    [message] = stored(stage, noted)
    assert (message["state"], message["reason"]) == ("skipped", "superseded")
