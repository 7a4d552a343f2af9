"""When a family may be disturbed, and how often: plain values."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.clock import BRANCH_ZONE
from schoolbus.settings import ClockTime
from services.notifications.sending.daily import DIGEST, URGENT, counts, day_of, digest_time, kept_to, wanted
from services.notifications.sending.hours import HELD, next_moment, open_spans
from services.notifications.settings import Rules

RULES = Rules()
clock = st.builds(lambda hour, minute: f"{hour:02}:{minute:02}", st.integers(0, 23), st.integers(0, 59))
family = st.none() | st.fixed_dictionaries({"from": clock, "to": clock})
moments = st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC))
holidays = st.sets(st.dates(date(2026, 1, 1), date(2028, 1, 30)), max_size=40)


def at(text: str) -> datetime:
    """A moment by the branches' clock."""
    return datetime.fromisoformat(text).replace(tzinfo=BRANCH_ZONE)


@pytest.mark.parametrize(
    ("wanted", "hours", "moment"),
    [
        ("2026-11-25 10:00", None, "2026-11-25 10:00"),
        ("2026-11-25 21:00", None, "2026-11-26 09:00"),
        ("2026-11-25 08:59:59", None, "2026-11-25 09:00"),
        ("2026-11-27 13:00", None, "2026-11-27 14:30"),  # a Friday
        ("2026-11-26 13:00", None, "2026-11-26 13:00"),
        ("2026-11-25 10:00", {"from": "17:00", "to": "20:00"}, "2026-11-25 17:00"),
        ("2026-11-25 20:30", {"from": "17:00", "to": "23:00"}, "2026-11-25 20:30"),
        ("2026-11-25 21:30", {"from": "17:00", "to": "23:00"}, "2026-11-26 17:00"),
        ("2026-11-25 10:30", {"from": "20:00", "to": "10:00"}, "2026-11-25 20:00"),  # past midnight
        ("2026-11-25 10:30", {"from": "22:00", "to": "06:00"}, "2026-11-25 10:30"),  # none of ours: the school's hours
        ("2026-11-27 12:00", {"from": "12:30", "to": "14:00"}, "2026-11-28 12:30"),
    ],
)
def test_the_first_moment(wanted, hours, moment):
    assert next_moment(at(wanted), RULES, hours, lambda day: False) == at(moment)


def test_a_holiday_is_waited_for_but_not_a_summer():
    eid = {date(2026, 11, 25), date(2026, 11, 26)}
    assert next_moment(at("2026-11-25 10:00"), RULES, None, eid.__contains__) == at("2026-11-27 09:00")
    summer = next_moment(at("2026-06-01 10:00"), RULES, None, lambda day: True)
    assert summer == at("2026-06-01 09:00") + timedelta(days=HELD)
    assert next_moment(summer, RULES, None, lambda day: True, at("2026-06-01 10:00")) == summer, "not held a second time"


def test_hours_that_begin_when_they_end_are_none():
    always = ClockTime("00:00")
    rules = Rules(quiet_from=always, quiet_to=always, friday_from=always, friday_to=always)
    assert next_moment(at("2026-11-27 03:00"), rules, None, lambda day: False) == at("2026-11-27 03:00")


@given(moments, family, holidays)
def test_never_in_quiet_hours_and_never_lost(wanted, hours, closed):
    moment = next_moment(wanted, RULES, hours, closed.__contains__)
    assert wanted <= moment <= wanted + timedelta(days=HELD + 3)
    here = moment.astimezone(BRANCH_ZONE)
    of_day = here - here.replace(hour=0, minute=0, second=0, microsecond=0)
    assert timedelta(hours=9) <= of_day < timedelta(hours=21)
    assert here.weekday() != 4 or not timedelta(hours=12, minutes=30) <= of_day < timedelta(hours=14, minutes=30)
    assert any(begins <= of_day < ends for begins, ends in open_spans(here.date(), RULES, hours))
    assert here.date() not in closed or (here.date() - wanted.astimezone(BRANCH_ZONE).date()).days >= HELD


@given(moments, family, holidays)
def test_what_may_go_now_is_not_put_off_again(wanted, hours, closed):
    moment = next_moment(wanted, RULES, hours, closed.__contains__)
    assert next_moment(moment, RULES, hours, closed.__contains__, wanted) == moment


def waiting(number: int, person: str, urgency: int, send_at: datetime) -> dict:
    return {
        "_id": str(number),
        "branch_id": "b1",
        "person_id": person,
        "role": "guardian",
        "state": "queued",
        "channel": "sms",
        "lane": "direct",
        "address": "+92",
        "urgency": urgency,
        "about_type": "homework",
        "rides_on": None,
        "send_at": send_at,
    }


def test_what_is_to_wait_for_the_digest_waits_and_what_would_be_too_late_does_not():
    morning = at("2026-11-25 10:00")
    quiet = waiting(1, "b", 5, morning) | {"in_digest": True}
    reminder = waiting(2, "a", 1, morning) | {"until": at("2026-11-25 15:00")}
    invitation = waiting(3, "a", 1, morning) | {"until": at("2026-11-27 15:00")}
    sooner = waiting(4, "c", 5, morning) | {"in_digest": True, "until": at("2026-11-25 15:00")}
    before = [f"before{number}" for number in range(RULES.messages_per_day)]
    ids = {key: [*before, *those] for key, those in wanted([quiet, reminder, invitation]).items()}
    lanes = [message["lane"] for message in kept_to([quiet, reminder, invitation, sooner], ids, RULES, morning)]
    assert lanes == [DIGEST, "direct", DIGEST, "direct"]
    assert list(ids) == [("a", "2026-11-25")], "what waits anyhow is none of the day's"


@pytest.mark.parametrize(
    ("hours", "time"),
    [
        (None, "18:00"),
        ({"from": "17:00", "to": "20:00"}, "18:00"),
        ({"from": "19:00", "to": "21:00"}, "19:00"),
        ({"from": "16:00", "to": "18:00"}, "16:00"),
        ({"from": "20:00", "to": "10:00"}, "20:00"),
        ({"from": "17:30", "to": "02:00"}, "18:00"),
    ],
)
def test_the_digest_comes_at_the_familys_hour(hours, time):
    assert digest_time(hours, RULES) == time


several = st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([0, 1, 5]), moments), max_size=30)


@given(several, st.dictionaries(st.just(("a", "2026-11-25")), st.integers(0, 9)), moments)
def test_so_many_a_day_and_the_rest_in_one_digest_each_once(wanted, told, now):
    messages = [waiting(number, person, urgency, moment) for number, (person, urgency, moment) in enumerate(wanted)]
    places = {(person, day): [f"{person}{number}" for number in range(count)] for (person, day), count in told.items()}
    for message in messages:
        if counts(message):
            places.setdefault((message["person_id"], day_of(message["send_at"])), []).append(message["_id"])
    kept = kept_to(messages, places, RULES, now)
    assert [message["_id"] for message in kept] == [message["_id"] for message in messages], "none lost, none twice"
    for person, day in {(message["person_id"], day_of(message["send_at"])) for message in messages}:
        today = [
            m for m in kept if counts(m) and (m["person_id"], day_of(m["send_at"])) == (person, day) and m["lane"] != DIGEST
        ]
        assert len(today) <= max(0, RULES.messages_per_day - told.get((person, day), 0))
    for before, after in zip(messages, kept, strict=True):
        if after["lane"] == DIGEST:
            assert before["urgency"] != URGENT
            assert after["send_at"] > max(now, before["send_at"])
            assert after["send_at"].astimezone(BRANCH_ZONE).strftime("%H:%M") == "18:00"
        else:
            assert after["send_at"] == before["send_at"]
    by_digest = {(m["person_id"], m["send_at"]): m["digest_id"] for m in kept if m["lane"] == DIGEST}
    assert all(by_digest[m["person_id"], m["send_at"]] == m["digest_id"] for m in kept if m["lane"] == DIGEST)
    assert len(set(by_digest.values())) == len(by_digest)
