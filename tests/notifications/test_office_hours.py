"""When somebody answers, and by when an answer may be expected."""

from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from schoolbus.clock import BRANCH_ZONE, now
from services.notifications.talking.hours import answer_by, is_open
from tests.notifications.talks import ALWAYS, Talks
from tests.support.waiting import eventually

WEEK = {"days": [0, 1, 2, 3, 4], "from": "08:00", "to": "14:00", "answer_within_hours": 6}
NEVER = {**ALWAYS, "days": []}


def at(day, hour, minute=0):
    """Of November 2026: the 23rd is a Monday."""
    return datetime(2026, 11, day, hour, minute, tzinfo=BRANCH_ZONE)


def no_holiday(day):
    return False


def test_within_the_day_and_over_the_weekend():
    assert answer_by(WEEK, at(23, 8), no_holiday) == at(23, 14)
    assert answer_by(WEEK, at(23, 10), no_holiday) == at(24, 10)
    assert answer_by(WEEK, at(27, 20), no_holiday) == at(30, 14)
    assert answer_by(WEEK, at(23, 20), lambda day: day.day == 24) == at(25, 14)
    assert answer_by(WEEK, at(23, 20), lambda day: True) is None


moments = st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 31)).map(lambda each: each.replace(tzinfo=BRANCH_ZONE))
weeks = st.builds(
    lambda days, begins, length, within: {
        "days": sorted(days),
        "from": f"{begins:02}:00",
        "to": f"{begins + length:02}:00",
        "answer_within_hours": within,
    },
    st.sets(st.integers(0, 6), min_size=1),
    st.integers(0, 12),
    st.integers(1, 11),
    st.integers(1, 20),
)


@settings(deadline=None)
@given(weeks, moments, st.timedeltas(timedelta(0), timedelta(days=9)), st.sets(st.integers(1, 28), max_size=5))
def test_an_answer_is_due_in_open_hours_and_never_sooner_for_what_came_later(week, first, later, closed):
    def holiday(day):
        return day.day in closed

    due = answer_by(week, first, holiday)
    if due is None:
        return
    assert due >= first + timedelta(hours=week["answer_within_hours"])
    assert is_open(week, due - timedelta(microseconds=1), holiday), "it is open until that moment"
    after = answer_by(week, first + later, holiday)
    assert after is None or after >= due


# At the edge


def elsewhen():
    """Hours that are not now, though each day has them."""
    hour = now().astimezone(BRANCH_ZONE).hour
    begins = (hour + 6) % 20 + 1 if (hour + 6) % 20 + 1 not in (hour, hour - 1, hour + 1) else (hour + 12) % 20 + 1
    return {**ALWAYS, "from": f"{begins:02}:00", "to": f"{begins + 1:02}:00", "answer_within_hours": 1}


def test_hours_are_shown_the_teachers_own_before_the_branchs(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.guardian)
    shown = talks.ask("GET", f"/conversations/{id}", talks.guardian)
    assert (shown["hours"]["open_now"], shown["hours"]["own"]) == (True, False)
    assert shown["expected_by"]
    own = elsewhen()
    assert talks.ask("PUT", "/desk/mine", talks.teacher, json=own)["own"]
    shown = talks.ask("GET", f"/conversations/{id}", talks.guardian)
    assert (shown["hours"]["open_now"], shown["hours"]["from"]) == (False, own["from"])
    assert talks.call("DELETE", "/desk/mine", talks.teacher).status_code == 204
    assert talks.ask("GET", "/desk/mine", talks.teacher)["from"] == "00:00"
    for wrong in ({"from": "25:00"}, {"to": "00:00"}, {"days": []}, {"answer_within_hours": 0}):
        assert talks.call("PUT", "/desk/mine", talks.teacher, json=own | wrong).status_code == 422
    assert talks.call("PUT", "/desk", talks.teacher, json=own).status_code == 403


def test_outside_the_hours_the_guardian_is_told_once_by_their_own_way(stage):
    talks = Talks(stage).open()
    id = talks.begin(talks.teacher, "Please write to me.")
    eventually(lambda: stage.carriers.received(talks.phone))
    talks.answers_at(elsewhen())
    stage.carriers.answer(talks.phone, "sms", "She is ill, what shall she read?")
    eventually(lambda: "Expect an answer by" in stage.carriers.received(talks.phone)[-1]["text"])
    stage.carriers.answer(talks.phone, "sms", "And when is the test?")
    eventually(lambda: len(talks.said(id)) == 3)
    talks.write(id, talks.guardian, "From the portal")
    assert stage.collection("messages").count_documents({"about_id": id, "text": "answer_expected"}) == 1
