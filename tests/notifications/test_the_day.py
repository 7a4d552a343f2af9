"""What families and teachers hear of the day itself, of promises and of written meetings: whom, when, and never the words."""

from datetime import timedelta
from typing import Any

from schoolbus.clock import now, today
from schoolbus.contracts import theday
from schoolbus.events import Event
from services.notifications.wording.rules import PROMPT, URGENT
from tests.notifications.conftest import Stage
from tests.notifications.happenings import Meeting
from tests.notifications.schools import School
from tests.notifications.test_ruling import stored


class Day(Meeting):
    """A meeting, and what becomes of it on its day."""

    def missed(self, edition: int) -> Event:
        return theday.MeetingMissed(**self._of_day(edition))

    def held(self, edition: int) -> Event:
        return theday.MeetingHeld(**self._of_day(edition))

    def delayed(self, minutes: int) -> Event:
        later = {"minutes": minutes, "expected_at": self.starts_at + timedelta(minutes=minutes)}
        return theday.MeetingDelayed(**self._of_day(0), **later)

    def _of_day(self, edition: int) -> dict[str, Any]:
        said = {**self._common(edition, self.starts_at), "meeting_day_id": self.school.name("day")}
        return {name: value for name, value in said.items() if name != "place"}


def family(stage: Stage) -> tuple[School, str, str]:
    school = School(stage)
    mother = school.guardian("app")
    child = school.child(mother)
    school.open()
    return school, mother, child


def test_who_missed_a_meeting_is_offered_a_call(stage: Stage) -> None:
    school, mother, child = family(stage)
    missed = Day(school, mother, child).missed(1)
    stage.learn(missed)
    [message] = stored(stage, missed)
    assert (message["person_id"], message["path"]) == (mother, f"/v1/branches/{school.id}/bookings/{missed.subject}")
    assert "missed you at the meeting about Ayesha" in message["body"]


def test_what_was_noted_wrongly_is_told_to_nobody_once_the_right_note_is_known(stage: Stage) -> None:
    school, mother, child = family(stage)
    day = Day(school, mother, child)
    missed = day.missed(1)
    stage.learn(day.held(2))
    stage.learn(missed)
    [message] = stored(stage, missed)
    assert (message["state"], message["reason"]) == ("skipped", "superseded")


def test_that_a_teacher_runs_late_is_told_at_any_hour_until_it_begins(stage: Stage) -> None:
    school, mother, child = family(stage)
    late = Day(school, mother, child).delayed(15)
    stage.learn(late)
    [message] = stored(stage, late)
    assert message["urgency"] == URGENT < PROMPT
    assert message["until"].replace(tzinfo=None) == late.data["expected_at"].replace(tzinfo=None)
    over = Day(school, mother, child)
    over.starts_at = now() - timedelta(minutes=30)
    gone = over.delayed(10)
    stage.learn(gone)
    assert [(each["state"], each["reason"]) for each in stored(stage, gone)] == [("skipped", "too_late")]


def test_a_teacher_is_asked_who_came_and_told_who_wants_a_call(stage: Stage) -> None:
    school, mother, child = family(stage)
    ids = {"student_id": child, "guardian_id": mother, "teacher_id": school.name("t1")}
    wanted = theday.AttendanceWanted(
        branch_id=school.id,
        subject="day",
        meeting_day_id=school.name("day"),
        teacher_id=school.name("t1"),
        student_ids=[child],
    )
    wished = theday.CallWished(branch_id=school.id, subject="bk", booking_id=school.name("bk"), **ids)
    stage.learn(wanted, wished)
    for event in (wanted, wished):
        [message] = stored(stage, event)
        assert (message["person_id"], message["role"], message["channel"]) == (school.name("t1"), "teacher", "app")


def test_both_sides_hear_of_a_written_meeting_and_who_is_to_answer_is_reminded(stage: Stage) -> None:
    school, mother, child = family(stage)
    ids = {"student_id": child, "guardian_id": mother, "teacher_id": school.name("t1")}
    of = {"branch_id": school.id, "subject": school.name("w"), "written_meeting_id": school.name("w")}
    ends = {"answer_by": now() + timedelta(days=5), "last_day": today() + timedelta(days=5)}
    asked = theday.WrittenMeetingAsked(**of, **ids, **ends, edition=0)
    owner = {"student_id": child, "owner_id": school.name("t1"), "owner_role": "teacher"}
    reminder = theday.WrittenMeetingReminder(**of, **owner, **ends, edition=1)
    stage.learn(asked, reminder)
    assert {message["role"] for message in stored(stage, asked)} == {"guardian", "teacher"}
    [message] = stored(stage, reminder)
    assert (message["person_id"], message["path"]) == (
        school.name("t1"),
        f"/v1/branches/{school.id}/written-meetings/{school.name('w')}",
    )
