"""The rules of booking, on plain values."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from schoolbus.clock import BRANCH_ZONE
from services.meetings.booking.rules import BOOKED, beside, family_clash, slot_taken, wrong_time
from services.meetings.booking.wishes import fits
from services.meetings.timetable import period

FOUR = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)


def slot(minute: int = 0, teacher: str = "t1", length: int = 10, **more):
    starts_at = FOUR + timedelta(minutes=minute)
    basis = {"_id": f"{teacher}+{minute}", "branch_id": "b1", "meeting_day_id": "d1", "teacher_id": teacher}
    return {
        **basis,
        "ways": {"visit": "Room 4"},
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=length),
        **more,
    }


def booked(minute: int = 0, teacher: str = "t1", guardian: str = "g1", student: str = "s1", **more):
    of_slot = slot(minute, teacher)
    who = {"slot_id": of_slot["_id"], "guardian_id": guardian, "student_id": student}
    return {**of_slot, "state": BOOKED, "way": "visit", "place": "Room 4", **who, **more}


def ids(slots):
    return [one["_id"] for one in slots]


def slug(problem):
    return problem and problem.body["type"].rsplit("/", 1)[1]


def test_too_early_and_too_late():
    assert slug(wrong_time(None, slot(), FOUR)) == "time-passed"
    assert slug(wrong_time(FOUR, slot(), FOUR + timedelta(hours=1))) == "time-passed"
    early = wrong_time(FOUR - timedelta(hours=1), slot(), FOUR - timedelta(hours=2))
    assert early.body["opens_at"] == "2026-12-01T10:00:00+00:00"
    assert early.body["detail"] == "It opens at 15:00 on Tuesday 1 December."
    assert wrong_time(FOUR - timedelta(hours=1), slot(), FOUR - timedelta(hours=1)) is None


def test_one_meeting_of_a_child_with_a_teacher_on_a_day():
    problem = family_clash(slot(30), [booked(0, guardian="g2")], "s1")
    assert slug(problem) == "already-booked"
    assert problem.body["held_slot"]["slot_id"] == "t1+0"
    assert "g2" not in str(problem.body)
    assert family_clash(slot(30), [booked(0, student="s2")], "s1") is None, "the sister's is another meeting"
    assert family_clash(slot(30), [booked(0, meeting_day_id="d2")], "s1") is None


def test_nobody_is_in_two_meetings_at_once():
    assert slug(family_clash(slot(5, "t2"), [booked(0, student="s2")], "s1")) == "time-clash"
    assert family_clash(slot(10, "t2"), [booked(0)], "s1") is None, "one after the other"
    elsewhere = family_clash(slot(5, "t2"), [booked(0, branch_id="b2", student="s2")], "s1")
    assert set(elsewhere.body["held_slot"]) == {"starts_at", "ends_at"}, "of another branch the time alone"


def test_a_slot_gone_offers_the_same_teacher_first():
    problem = slot_taken(slot(20), [slot(40), slot(10), slot(30)], [slot(20, "t2"), slot(10, "t2")], [])
    assert problem.body["title"] == "That time has just gone"
    assert problem.body["detail"] == "5 times are free beside it"
    assert [free["slot_id"] for free in problem.body["free_slots"]] == ["t1+10", "t1+30", "t1+40", "t2+10", "t2+20"]


def test_nothing_left_is_said_so():
    problem = slot_taken(slot(20), [], [], [])
    assert (problem.body["detail"], problem.body["free_slots"]) == ("No other time is free", [])


def test_times_at_which_the_family_is_busy_are_not_offered():
    assert ids(beside(slot(20), [slot(0), slot(30)], [slot(0, "t2"), slot(40, "t2")], [period(slot(5))])) == ["t1+30", "t2+40"]


minutes = st.lists(st.integers(0, 48).map(lambda five: five * 5), unique=True, max_size=20)


@given(minutes, minutes, st.lists(st.integers(0, 48).map(lambda five: five * 5), max_size=3), st.integers(0, 8))
def test_what_is_offered(of_teacher, of_others, busy_at, limit):
    wanted, busy = slot(120), [period(slot(minute)) for minute in busy_at]
    same, others = [slot(minute) for minute in of_teacher], [slot(minute, "t2") for minute in of_others]
    found = beside(wanted, same, others, busy, limit)
    fitting = [one for one in same + others if not any(period(one).overlaps(held) for held in busy)]
    assert len(found) == min(limit, len(fitting))
    assert all(one in fitting for one in found)
    own = [one for one in found if one["teacher_id"] == "t1"]
    assert found[: len(own)] == own, "the same teacher's first"
    assert len(own) == min(limit, sum(one["teacher_id"] == "t1" for one in fitting)), "others' only when theirs are not enough"
    assert own == sorted(own, key=lambda one: one["starts_at"])
    left_out = [one for one in fitting if one["teacher_id"] == "t1" and one not in own]
    assert not own or all(max(map(distance, own)) <= distance(one) for one in left_out), "the nearest"


def distance(one):
    return abs(one["starts_at"] - slot(120)["starts_at"])


def at(hour: int, minute: int, minutes: int = 10) -> dict[str, datetime]:
    starts_at = datetime(2026, 12, 1, hour, minute, tzinfo=BRANCH_ZONE).astimezone(UTC)
    return {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=minutes)}


def test_times_of_the_day_that_fit():
    evening, night = {"from": "20:00", "to": "24:00"}, {"from": "00:00", "to": "02:00"}
    assert fits(at(23, 50), [evening])
    assert fits(at(23, 55), [])
    assert fits(at(23, 55), [evening, night]), "across midnight each part fits"
    assert not fits(at(23, 55), [evening])
    assert not fits(at(23, 55), [night])
    assert not fits(at(19, 55), [evening, night])
    assert not fits(at(1, 55), [evening, night])
