"""Written meetings: when no time fits, both sides answer within a week, and nobody reads the other before."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from bson.codec_options import CodecOptions
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.theday import WrittenMeetingAsked, WrittenMeetingHeld, WrittenMeetingLapsed, WrittenMeetingReminder
from schoolbus.scope import branch
from services.meetings.calendars import taking_part
from services.meetings.store import Store
from services.meetings.writing import answering, forms, states
from services.meetings.writing.opening import occasion
from tests.meetings.story import Meetings, at_once, slug
from tests.meetings.theday import FAMILY, HEAD, TEACHER, said
from tests.support.people import guardian, office, teacher
from tests.support.roster import people, related, someone
from tests.support.waiting import eventually

Body = dict[str, Any]
MINE, THEIRS = {"proud_of": "She sings."}, {"goes_well": "Reading."}
NOW = datetime(2026, 12, 29, 20, tzinfo=UTC)


def opens(meetings: Meetings, by: Any = FAMILY, key: str | None = None, **more: Any) -> Any:
    headers = {"Idempotency-Key": key} if key else {}
    return meetings.call("POST", "written-meetings", by, json={"student_id": "s1", **more}, headers=headers)


def opened(meetings: Meetings) -> Body:
    """Of a meeting day of its own."""
    answer = opens(meetings, teacher_id="t1", meeting_day_id=meetings.opens()["meeting_day_id"])
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def answers(meetings: Meetings, meeting: Body, given: Body, by: Any) -> Any:
    path = f"written-meetings/{meeting['written_meeting_id']}/answers"
    return meetings.call("PUT", path, by, json={"answers": given})


def seen(meetings: Meetings, meeting: Body, by: Any) -> Body:
    answer = meetings.call("GET", f"written-meetings/{meeting['written_meeting_id']}", by)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_both_answer_and_then_read_each_other(meetings: Meetings) -> None:
    meeting = opened(meetings)
    id = meeting["written_meeting_id"]
    assert meeting["form"]["guardian"][0]["id"] == "proud_of"
    [event] = eventually(lambda: said(meetings, WrittenMeetingAsked, id))
    assert (event.data["guardian_id"], event.data["teacher_id"]) == ("g1", "t1")
    assert event.data["last_day"] == clock.today() + states.WEEK
    assert answers(meetings, meeting, MINE, FAMILY).json()["state"] == "answered"
    assert answers(meetings, meeting, MINE, FAMILY).json()["edition"] == 1, "sent again, it is there"
    assert seen(meetings, meeting, TEACHER)["answers"] == {}, "nobody writes what fits"
    assert seen(meetings, meeting, HEAD)["answers"] == {}
    assert seen(meetings, meeting, TEACHER)["answered"] == ["guardian"]
    better = {"proud_of": "She sings and draws."}
    assert answers(meetings, meeting, better, FAMILY).json()["answers"] == {"guardian": better}
    assert answers(meetings, meeting, THEIRS, TEACHER).json()["state"] == "done"
    for reader in (FAMILY, TEACHER, HEAD):
        assert seen(meetings, meeting, reader)["answers"] == {"guardian": better, "teacher": THEIRS}
    [event] = eventually(lambda: said(meetings, WrittenMeetingHeld, id))
    assert "answers" not in event.data
    late = answers(meetings, meeting, {"worries": "None"}, FAMILY)
    assert (late.status_code, slug(late)) == (409, "written-meeting-over")


def test_who_met_in_writing_has_taken_part(meetings: Meetings, kept: Database[Any]) -> None:
    meeting = opened(meetings)
    counted, store = taking_part.KINDS["meetings"], _store(kept)
    began = clock.now()
    answers(meetings, meeting, MINE, FAMILY)
    assert "s1" not in counted(store, branch("b1"), {"$gte": began})
    answers(meetings, meeting, THEIRS, TEACHER)
    assert {"g1", "s1"} <= set(counted(store, branch("b1"), {"$gte": began}))


def _store(kept: Database[Any]) -> Store:
    aware: CodecOptions[Any] = CodecOptions(tz_aware=True)
    return Store(kept.client.get_database(kept.name, codec_options=aware))


def test_both_answer_at_once(meetings: Meetings) -> None:
    meeting = opened(meetings)
    both = at_once(lambda: answers(meetings, meeting, MINE, FAMILY), lambda: answers(meetings, meeting, THEIRS, TEACHER))
    assert sorted((answer.status_code, answer.json()["state"]) for answer in both) == [(200, "answered"), (200, "done")]
    assert len(eventually(lambda: said(meetings, WrittenMeetingHeld, meeting["written_meeting_id"]))) == 1


def test_there_is_one_of_a_child_and_teacher_on_a_day(meetings: Meetings) -> None:
    day = meetings.opens()["meeting_day_id"]
    wanted = {"teacher_id": "t1", "meeting_day_id": day}
    first = at_once(*[lambda: opens(meetings, key="in-writing-1", **wanted)] * 4)
    assert {answer.status_code for answer in first} == {201}, [answer.text for answer in first]
    [id] = {answer.json()["written_meeting_id"] for answer in first}
    again = opens(meetings, TEACHER, guardian_id="g1", meeting_day_id=day)
    assert (again.status_code, slug(again), again.json()["written_meeting_id"]) == (409, "already-written", id)
    other = opens(meetings, TEACHER, guardian_id="g2", meeting_day_id=day)
    assert (slug(other), "written_meeting_id" in other.json()) == ("already-written", False)


def test_who_opens_one_for_whom(meetings: Meetings) -> None:
    day = {"meeting_day_id": meetings.opens()["meeting_day_id"]}
    assert list(opens(meetings, **day).json()["errors"]) == ["teacher_id"]
    assert list(opens(meetings, TEACHER, **day).json()["errors"]) == ["guardian_id"]
    assert opens(meetings, guardian("g3"), teacher_id="t1", **day).status_code == 404
    assert slug(opens(meetings, teacher("t2"), guardian_id="g1", teacher_id="t1", **day)) == "not-your-meeting"
    assert list(opens(meetings, TEACHER, guardian_id="g3", **day).json()["errors"]) == ["guardian_id"]
    assert opens(meetings, office(), guardian_id="g1", teacher_id="t1", **day).status_code == 201
    assert opens(meetings, TEACHER, guardian_id="g1", meeting_day_id="unknown").status_code == 404


def test_a_merged_record_is_the_one_that_counts(meetings: Meetings) -> None:
    [(parent, child)] = meetings.crowd("written-merged", 1)
    meetings.knows(related("b1", (parent, child), version=2, active=False), related("b1", ("g4", child)))
    meetings.knows(people("b1", someone(parent, "guardian", version=2, active=False, counts_as="g4")))
    opened = opens(meetings, office(), student_id=child, guardian_id=parent, teacher_id="t1")
    assert (opened.status_code, opened.json().get("guardian_id")) == (201, "g4"), opened.text


def test_who_reads_and_answers(meetings: Meetings) -> None:
    meeting = opened(meetings)
    for stranger in (guardian("g2"), guardian("g3"), teacher("t2"), office(), guardian("g1", "b2")):
        path = f"written-meetings/{meeting['written_meeting_id']}"
        assert meetings.call("GET", path, stranger).status_code in (403, 404)
        assert answers(meetings, meeting, MINE, stranger).status_code in (403, 404)
    assert answers(meetings, meeting, MINE, HEAD).status_code == 403
    wrong = answers(meetings, meeting, {"goes_well": "Me?"}, FAMILY)
    assert (wrong.status_code, list(wrong.json()["errors"])) == (422, ["goes_well"])
    assert answers(meetings, meeting, {"proud_of": "  "}, FAMILY).status_code == 422
    listed = meetings.call("GET", "written-meetings", TEACHER, params={"limit": 500}).json()["items"]
    assert meeting["written_meeting_id"] in {each["written_meeting_id"] for each in listed}
    assert meetings.call("GET", "written-meetings", guardian("g3")).json()["items"] == []


def test_who_has_not_answered_is_reminded_and_after_a_week_it_is_over(meetings: Meetings, kept: Database[Any]) -> None:
    meeting = opened(meetings)
    id = meeting["written_meeting_id"]
    answers(meetings, meeting, MINE, FAMILY)
    store = _store(kept)
    kept["written_meetings"].update_one({"_id": id}, {"$set": {"remind_at": clock.now() - timedelta(minutes=1)}})
    for _ in range(2):
        answering.remind(store)
    [event] = eventually(lambda: said(meetings, WrittenMeetingReminder, id))
    assert (event.data["owner_id"], event.data["owner_role"]) == ("t1", "teacher")
    kept["written_meetings"].update_one({"_id": id}, {"$set": {"answer_by": clock.now() - timedelta(minutes=1)}})
    assert slug(answers(meetings, meeting, THEIRS, TEACHER)) == "written-meeting-over"
    for _ in range(2):
        answering.end(store)
    [event] = eventually(lambda: said(meetings, WrittenMeetingLapsed, id))
    assert event.data["edition"] == 2
    after = seen(meetings, meeting, TEACHER)
    assert (after["state"], after["answers"]) == ("lapsed", {"guardian": MINE})
    again = opens(meetings, teacher_id="t1", meeting_day_id=meeting["meeting_day_id"])
    assert again.status_code == 201, "it can be asked for again"


def test_each_question_is_there_in_both_languages() -> None:
    for form in forms.FORMS.values():
        for side in forms.SIDES:
            assert 2 <= len(form[side]) <= 5
            assert all(each["en"] and not each["ur"].isascii() for each in form[side])


@given(st.dates(date(2024, 1, 1), date(2030, 12, 31)))
def test_the_week_ends_with_the_seventh_day_after(asked_on: date) -> None:
    ends = states.answer_by(asked_on)
    there = ends.astimezone(clock.BRANCH_ZONE)
    assert (there.hour, there.minute) == (0, 0)
    assert states.last_day(ends) == asked_on + timedelta(days=7)


def test_one_a_term_where_no_day_is_named() -> None:
    year = {"term_id": "y", "starts_on": "2026-08-01", "ends_on": "2027-06-30"}
    term = {"term_id": "t", "starts_on": "2026-12-01", "ends_on": "2027-02-28"}
    today = date(2026, 12, 31)
    assert occasion(None, [year, term], today) == "term:t"
    assert occasion(None, [year], today) == "term:y"
    assert occasion(None, [], today) == "half:2026-2"
    assert occasion("d1", [year], today) == "day:d1"


class Correspondence(RuleBasedStateMachine):
    """Both sides write and time goes by, in whatever order."""

    def __init__(self) -> None:
        super().__init__()
        self.now, self.ends = NOW, states.answer_by(NOW.date())
        self.answered: set[str] = set()
        self.state, self.course = states.ASKED, [states.ASKED]

    def _to(self, state: str) -> None:
        self.state = state
        self.course.append(state)

    @rule(side=st.sampled_from(forms.SIDES))
    def answers(self, side: str) -> None:
        if states.takes_answers(self.state, self.ends, self.now):
            self.answered.add(side)
            self._to(states.after(self.answered))

    @rule(hours=st.integers(1, 60))
    def time_goes_by(self, hours: int) -> None:
        self.now += timedelta(hours=hours)

    @rule()
    def the_timer_runs(self) -> None:
        if self.state in states.OPEN and self.ends <= self.now:
            self._to(states.after(self.answered, over=True))

    @invariant()
    def nothing_is_read_too_early(self) -> None:
        assert not states.shows_the_other(self.state) or self.answered == set(forms.SIDES) or self.now >= self.ends

    @invariant()
    def what_is_over_stays_so_and_done_are_both(self) -> None:
        ends = [place for place, state in enumerate(self.course) if state not in states.OPEN]
        assert len(ends) <= 1
        assert not ends or ends == [len(self.course) - 1]
        assert (self.state == states.DONE) == (self.answered == set(forms.SIDES))
        assert set(states.missing(self.answered)) == set(forms.SIDES) - self.answered


TestCorrespondence = Correspondence.TestCase
