"""Hours of a branch's clock, when a teacher has time, and what they then offer: plain values."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from schoolbus.clock import BRANCH_ZONE
from services.meetings.days.dates import closed_by, dates_of
from services.meetings.days.free import free
from services.meetings.days.offers import rooms_of, sittings, sittings_of, slots_of
from services.meetings.days.spans import ONE, clock, common, joined, without
from services.meetings.timetable import Period

MONDAY = date(2026, 11, 30)
NIGHT = date(2026, 12, 31)  # of a year's end
NOTHING = {"patterns": [], "exceptions": []}


def at(on: date, hour: int, minute: int = 0) -> datetime:
    return datetime.combine(on, time(hour, minute), BRANCH_ZONE).astimezone(UTC)


def hours(starts: str, ends: str, **more):
    return {"starts": starts, "ends": ends, **more}


def pattern(*weekdays: int, starts: str = "16:00", ends: str = "20:00", **more):
    kept = {"weekdays": list(weekdays), "every_weeks": 1, "from_on": "2026-08-03", "until_on": None}
    return {**kept, **hours(starts, ends), **more}


def away(on: date, until: date | None = None, *instead):
    return {"on": on.isoformat(), "until_on": until and until.isoformat(), "hours": list(instead)}


def day(*dates, **more):
    held = [{"on": on.isoformat(), **hours("16:00", "18:00")} for on in dates]
    return {"_id": "d1", "branch_id": "b1", "dates": held, "slot_minutes": 10, "break_minutes": 0, "breaks": [], **more}


def teacher(**more):
    own = {"slot_minutes": None, "break_minutes": None, "hours": None, "breaks": [], "shared": False}
    return {"teacher_id": "t1", "ways": {"visit": "Room 4"}, **own, **more}


def offered(of_day, of_teacher, kept=None):
    return sittings(of_day, of_teacher, free(kept, [date.fromisoformat(held["on"]) for held in of_day["dates"]]))


def meetings(held):
    return [meeting for sitting in held for meeting in sitting.meetings]


def wall(held):
    """When they begin, on the branch's clock."""
    return [f"{each.starts_at.astimezone(BRANCH_ZONE):%d %H:%M}" for each in meetings(held)]


# A night


def test_a_night_of_ramadan_goes_on_after_midnight_and_into_the_next_year():
    night = {**day(NIGHT), "dates": [{"on": NIGHT.isoformat(), **hours("22:00", "00:30")}], "slot_minutes": 30}
    assert wall(offered(night, teacher())) == ["31 22:00", "31 22:30", "31 23:00", "31 23:30", "01 00:00"]
    last = meetings(offered(night, teacher()))[-1]
    assert last == Period(datetime(2026, 12, 31, 19, tzinfo=UTC), datetime(2026, 12, 31, 19, 30, tzinfo=UTC))
    prayer = teacher(breaks=[hours("23:40", "00:10")])
    assert wall(offered(night, prayer)) == ["31 22:00", "31 22:30", "31 23:00"], (
        "a break over midnight, and 20 minutes are none"
    )
    assert wall(offered(night, teacher(hours=hours("00:00", "04:00")))) == ["01 00:00"], "who comes after midnight"


def test_a_night_and_the_next_date_have_no_meeting_twice():
    nights = {**day(NIGHT), "slot_minutes": 60}
    nights["dates"] = [{"on": NIGHT.isoformat(), **hours("22:00", "02:00")}, {"on": "2027-01-01", **hours("01:00", "04:00")}]
    held = offered(nights, teacher())
    assert wall(held) == ["31 22:00", "31 23:00", "01 00:00", "01 01:00", "01 02:00", "01 03:00"]
    assert [sitting.on for sitting in held] == [NIGHT, date(2027, 1, 1)]


# When a teacher has time


def test_who_keeps_nothing_has_time_always():
    for kept in (None, NOTHING):
        assert len(meetings(offered(day(MONDAY), teacher(), kept))) == 12


def test_a_pattern_every_second_week():
    kept = {**NOTHING, "patterns": [pattern(0, 3, every_weeks=2, from_on="2026-11-19")]}  # a Thursday
    held = [on for on in (MONDAY + number * ONE for number in range(21)) if offered(day(on), teacher(), kept)]
    assert held == [date(2026, 11, 30), date(2026, 12, 3), date(2026, 12, 14), date(2026, 12, 17)]
    assert not offered(day(date(2026, 11, 16)), teacher(), kept), "Monday of that week was before its first date"


def test_a_pattern_has_an_end_and_others_beside_it():
    kept = {**NOTHING, "patterns": [pattern(0, until_on="2026-12-07"), pattern(0, starts="17:30", ends="18:00")]}
    assert len(meetings(offered(day(MONDAY + 7 * ONE), teacher(), kept))) == 12
    assert wall(offered(day(MONDAY + 14 * ONE), teacher(), kept)) == ["14 17:30", "14 17:40", "14 17:50"]


def test_exceptions_hold_instead():
    kept = {"patterns": [pattern(0)], "exceptions": [away(MONDAY), away(MONDAY + 7 * ONE, None, hours("17:00", "17:30"))]}
    assert offered(day(MONDAY), teacher(), kept) == []
    assert wall(offered(day(MONDAY + 7 * ONE), teacher(), kept)) == ["07 17:00", "07 17:10", "07 17:20"]
    alone = {**NOTHING, "exceptions": [away(MONDAY, MONDAY + 2 * ONE), away(MONDAY + ONE, None, hours("16:00", "16:10"))]}
    week = day(*(MONDAY + number * ONE for number in range(4)))
    assert [len(sitting.meetings) for sitting in offered(week, teacher(), alone)] == [1, 12], "the last word of a date holds"


def test_a_night_is_of_the_date_on_which_it_begins():
    night = {**day(NIGHT), "dates": [{"on": NIGHT.isoformat(), **hours("22:00", "00:30")}], "slot_minutes": 30}
    assert offered(night, teacher(), {**NOTHING, "exceptions": [away(NIGHT)]}) == []
    assert len(meetings(offered(night, teacher(), {**NOTHING, "exceptions": [away(NIGHT + ONE)]}))) == 5
    late = {**NOTHING, "patterns": [pattern(NIGHT.weekday(), starts="23:00", ends="01:00")]}
    assert wall(offered(night, teacher(), late)) == ["31 23:00", "31 23:30", "01 00:00"]


# Which dates


def draft(first: date, last: date | None = None, **more):
    usual = {"starts": time(16), "ends": time(18), "weekdays": [], "other_hours": []}
    return {"held_on": first, "until": last, **usual, **more}


def test_a_week_of_a_branch_has_no_sunday_and_a_shorter_friday():
    friday = {"on": None, "weekday": 4, "starts": time(15), "ends": time(16)}
    once = {"on": MONDAY + 2 * ONE, "weekday": None, "starts": time(9), "ends": time(10)}
    held, left_out = dates_of(draft(MONDAY, MONDAY + 7 * ONE, other_hours=[friday, once]), closed_by(None))
    assert [(each["on"][-2:], each["starts"]) for each in held] == [
        *(("30", "16:00"), ("01", "16:00"), ("02", "09:00"), ("03", "16:00"), ("04", "15:00"), ("05", "16:00"), ("07", "16:00"))
    ]
    assert left_out == []


def test_a_single_date_is_held_on_whatever_weekday_and_never_on_a_holiday():
    sunday = MONDAY - ONE
    assert len(dates_of(draft(sunday), closed_by(None))[0]) == 1
    closed = closed_by({"holidays": [{"starts_on": "2026-12-01", "ends_on": "2026-12-02", "title": "Eid"}]})
    held, left_out = dates_of(draft(MONDAY, MONDAY + 3 * ONE), closed)
    assert [each["on"] for each in held] == ["2026-11-30", "2026-12-03"]
    assert left_out == [{"on": on, "holiday": "Eid"} for on in ("2026-12-01", "2026-12-02")]
    assert dates_of(draft(date(2026, 12, 1)), closed) == ([], [{"on": "2026-12-01", "holiday": "Eid"}])


# Whatever comes in

moments = st.integers(0, 3000).map(lambda minute: at(MONDAY, 0) + timedelta(minutes=minute))
periods = st.tuples(moments, moments).map(lambda pair: Period(*sorted(pair)))
some = st.lists(periods, max_size=8)
clocks = st.integers(0, 287).map(lambda five: f"{five // 12:02}:{five % 12 * 5:02}")
spans = st.tuples(clocks, clocks).filter(lambda pair: pair[0] != pair[1]).map(lambda pair: hours(*pair))
days = st.dates(date(2026, 12, 20), date(2027, 1, 10))
patterns = st.builds(
    lambda weekdays, span, weeks, first, last: {
        **pattern(*weekdays, every_weeks=weeks, from_on=first.isoformat(), until_on=last and last.isoformat()),
        **span,
    },
    st.sets(st.integers(0, 6), min_size=1),
    spans,
    st.integers(1, 3),
    st.dates(date(2025, 1, 1), date(2027, 1, 10)),
    st.none() | days,
)
exceptions = st.builds(
    lambda on, length, instead: away(on, on + length * ONE, *instead), days, st.integers(0, 3), st.lists(spans, max_size=2)
)
availabilities = st.builds(
    lambda repeating, others: {"patterns": repeating, "exceptions": others},
    st.lists(patterns, max_size=3),
    st.lists(exceptions, max_size=3),
)


def minutes(found):
    return {minute for each in found for minute in each.minutes()}


@given(some, some)
def test_periods_are_sets_of_minutes(ones, others):
    assert minutes(joined(ones)) == minutes(ones)
    assert minutes(common(joined(ones), joined(others))) == minutes(ones) & minutes(others)
    assert minutes(without(joined(ones), others)) == minutes(ones) - minutes(others)
    for made in (joined(ones), common(joined(ones), joined(others)), without(joined(ones), others)):
        assert all(before.ends_at <= after.starts_at for before, after in pairwise(made))


@settings(max_examples=60, deadline=None)
@given(
    st.lists(days, min_size=1, max_size=4, unique=True).map(sorted),
    spans,
    st.none() | spans,
    st.lists(spans, max_size=3),
    st.integers(5, 240),
    st.integers(0, 240),
    st.none() | availabilities,
)
def test_what_a_teacher_offers(dates, span, own, breaks, length, pause, kept):
    held = [{"on": on.isoformat(), **span} for on in dates]
    of_day = day(slot_minutes=length, break_minutes=pause, breaks=breaks[:1], dates=held)
    of_teacher = teacher(hours=own, breaks=breaks[1:])
    found = offered(of_day, of_teacher, kept)
    made = meetings(found)
    assert all(before.ends_at <= after.starts_at for before, after in pairwise(made)), "no overlap, in time order"
    assert all(each.ends_at - each.starts_at == timedelta(minutes=length) for each in made)
    for sitting in found:
        when = free(kept, [sitting.on])[sitting.on]
        whole = clock(sitting.on, *(time.fromisoformat(span[name]) for name in ("starts", "ends")))
        allowed = minutes([whole]) & minutes(when)
        assert minutes(sitting.meetings) <= allowed, "within the day's hours, and while they have time"
    on_the_clock = {(each.astimezone(BRANCH_ZONE).hour, each.astimezone(BRANCH_ZONE).minute) for each in moments_of(made)}
    assert all(within(own, *moment) for moment in on_the_clock), "within their own hours"
    assert not any(within(each, *moment) for each in breaks for moment in on_the_clock), "no meeting is in a break"
    slots = slots_of(of_day, of_teacher, found)
    assert len({slot["_id"] for slot in slots}) == len(slots)
    teachers = {"teachers": [of_teacher]}
    assert sittings_of(of_day | teachers, slots) == {"t1": found}, "and back again"
    rooms = rooms_of(of_day | teachers, {"t1": found})
    assert all(not one.overlaps(other) for (_, one), (_, other) in pairwise(rooms)), "a room is reserved once for each minute"


def moments_of(made):
    return (each.starts_at + timedelta(minutes=minute) for each in made for minute in range(len(each.minutes())))


def within(span, hour, minute):
    if span is None:
        return True
    moment = f"{hour:02}:{minute:02}"
    if span["starts"] < span["ends"]:
        return span["starts"] <= moment < span["ends"]
    return moment >= span["starts"] or moment < span["ends"]


@given(availabilities, days)
def test_a_date_alone_and_among_others_is_the_same(kept, on):
    many = free(kept, [on - 3 * ONE, on, on + 2 * ONE])
    assert many[on] == free(kept, [on])[on]
