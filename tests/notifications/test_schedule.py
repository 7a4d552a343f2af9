"""When an announcement goes: the arithmetic of schedules."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.clock import BRANCH_ZONE
from services.notifications.announcing.schedule import DAYS, MONTH, MOVE, SKIP, WEEK, Schedule, next_after

START = date(2026, 12, 1)  # a Tuesday
BEFORE = datetime(2026, 11, 1, tzinfo=UTC)


def never(day):
    return False


def times(schedule, count, after=BEFORE, is_holiday=never):
    """The next so many, as the branch's clock and calendar show them."""
    found = []
    while len(found) < count and (after := next_after(schedule, after, is_holiday)):
        found.append(after.astimezone(BRANCH_ZONE).strftime("%a %d %b %H:%M"))
    return found


def test_once_is_once_at_the_branchs_time():
    assert times(Schedule(START, time(8, 30)), 3) == ["Tue 01 Dec 08:30"]
    assert next_after(Schedule(START, time(8, 30)), BEFORE, never) == datetime(2026, 12, 1, 3, 30, tzinfo=UTC)


def test_weekly_on_some_days_until_a_day():
    schedule = Schedule(START, time(8), WEEK, days=("mon", "thu"), until=date(2026, 12, 10))
    assert times(schedule, 9) == ["Thu 03 Dec 08:00", "Mon 07 Dec 08:00", "Thu 10 Dec 08:00"]


def test_monthly_on_a_day_that_not_all_months_have():
    schedule = Schedule(START, time(8), MONTH, day="31")
    assert times(schedule, 4) == ["Thu 31 Dec 08:00", "Sun 31 Jan 08:00", "Sun 28 Feb 08:00", "Wed 31 Mar 08:00"]


def test_monthly_on_the_last_day():
    assert times(Schedule(START, time(8), MONTH, day="last"), 3)[2] == "Sun 28 Feb 08:00"


@pytest.mark.parametrize(
    ("holidays", "expected"),
    [(SKIP, ["Wed 09 Dec 08:00"]), (MOVE, ["Fri 04 Dec 08:00"])],
)
def test_a_holiday_is_skipped_or_moved(holidays, expected):
    closed = (date(2026, 12, 2), date(2026, 12, 3))
    schedule = Schedule(START, time(8), WEEK, days=("wed",), holidays=holidays)
    assert times(schedule, 1, is_holiday=closed.__contains__) == expected


def test_what_is_moved_onto_another_time_of_it_comes_once():
    schedule = Schedule(START, time(8), WEEK, days=("wed", "thu"), holidays=MOVE)
    assert times(schedule, 2, is_holiday=lambda day: day == date(2026, 12, 2)) == ["Thu 03 Dec 08:00", "Wed 09 Dec 08:00"]


schedules = st.builds(
    Schedule,
    starts_on=st.dates(date(2026, 1, 1), date(2027, 12, 31)),
    time=st.times().map(lambda at: at.replace(microsecond=0)),
    every=st.sampled_from((WEEK, MONTH)),
    days=st.lists(st.sampled_from(DAYS), min_size=1, unique=True).map(tuple),
    day=st.sampled_from(("1", "15", "29", "30", "31", "last")),
    until=st.none() | st.dates(date(2027, 1, 1), date(2028, 12, 31)),
    holidays=st.sampled_from(("send", SKIP, MOVE)),
)
moments = st.datetimes(datetime(2025, 12, 1), datetime(2028, 6, 1), timezones=st.just(UTC))


@given(schedules, moments, st.sets(st.integers(0, 60)))
def test_whatever_the_schedule(schedule, after, closed):
    def is_holiday(day):
        return (day - after.date()).days in closed

    found = next_after(schedule, after, is_holiday)
    if found is None:
        return
    day = found.astimezone(BRANCH_ZONE).date()
    assert found > after
    assert found.astimezone(BRANCH_ZONE).timetz().replace(tzinfo=None) == schedule.time
    assert day >= schedule.starts_on
    assert schedule.holidays == "send" or not is_holiday(day)
    assert schedule.holidays == MOVE or schedule.until is None or day <= schedule.until
    earlier = next_after(schedule, after - timedelta(days=1), is_holiday)  # asked again later, none is passed over
    assert earlier is not None
    assert earlier <= found


@given(schedules, moments)
def test_without_holidays_and_end_there_is_always_a_next_time_within_a_month(schedule, after):
    endless = Schedule(schedule.starts_on, schedule.time, schedule.every, schedule.days, schedule.day)
    found = next_after(endless, after, never)
    assert found is not None
    assert found - max(after, datetime.combine(schedule.starts_on, time(), UTC)) <= timedelta(days=33)
