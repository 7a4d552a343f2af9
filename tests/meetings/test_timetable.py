"""When the slots of a day are."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from schoolbus.clock import in_words
from services.meetings.days.spans import clock
from services.meetings.timetable import Period, periods

DAY = date(2026, 12, 1)
minutes = st.integers(1, 240).map(lambda count: timedelta(minutes=count))
clock_times = st.times().map(lambda at: at.replace(second=0, microsecond=0))


def at(hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 12, 1, hour, minute, tzinfo=UTC)


def test_an_afternoon_in_karachi_is_kept_in_utc():
    found = periods(clock(DAY, time(16), time(17)), timedelta(minutes=20), timedelta(minutes=10))
    assert found == [Period(at(11), at(11, 20)), Period(at(11, 30), at(11, 50))]


def test_the_last_meeting_needs_no_pause_after_it():
    assert len(periods(clock(DAY, time(16), time(17)), timedelta(minutes=25), timedelta(minutes=10))) == 2


def test_a_day_too_short_for_one_meeting_has_none():
    assert periods(clock(DAY, time(16), time(16, 5)), timedelta(minutes=10)) == []
    assert periods(Period(at(17), at(16)), timedelta(minutes=10)) == []


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)), clock_times, clock_times, minutes, st.integers(0, 240))
def test_slots_never_overlap_and_lie_inside_the_hours(held_on, starts, ends, length, pause_minutes):
    pause = timedelta(minutes=pause_minutes)
    opening, closing = span = clock(held_on, starts, ends)
    found = periods(span, length, pause)
    assert all(opening <= one.starts_at and one.ends_at <= closing and one.ends_at - one.starts_at == length for one in found)
    assert all(after.starts_at - before.ends_at == pause for before, after in pairwise(found))
    begins = found[-1].ends_at + pause if found else opening
    assert begins + length > closing, "one more would have fitted"


@given(clock_times, clock_times, minutes)
def test_clocks_that_change_make_no_overlap(starts, ends, length):
    for night in (date(2026, 3, 29), date(2026, 10, 25)):
        found = periods(clock(night, starts, ends, ZoneInfo("Europe/Berlin")), length)
        assert not any(before.overlaps(after) for before, after in pairwise(found))


@given(st.integers(0, 600), minutes, st.integers(0, 600), minutes)
def test_periods_overlap_exactly_when_they_share_a_minute(first, length, second, other_length):
    one, other = (
        Period(at(0) + timedelta(minutes=start), at(0) + timedelta(minutes=start) + span)
        for start, span in ((first, length), (second, other_length))
    )
    assert one.overlaps(other) == bool(set(one.minutes()) & set(other.minutes()))


def test_a_moment_in_the_branch_s_words():
    assert in_words(at(11, 10)) == "16:10 on Tuesday 1 December"
