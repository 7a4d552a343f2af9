"""A branch that subscribes to meetings no more: timers say nothing of what it has booked, offer nothing, and end no day."""

from datetime import timedelta

import pytest

from schoolbus import clock
from schoolbus.scope import WHOLE_CHAIN
from services.meetings.booking import offering, reminding
from services.meetings.days import settling
from services.meetings.store import Store
from tests.support import roster

TEACHER = roster.someone("t1", "teacher")


@pytest.fixture
def store(store: Store) -> Store:
    """A cancelled day with a booking of which to remind, and somebody who waits beside a free time."""
    now = clock.now()
    store.keep_branch(roster.branch("b1", services=("reports",)))
    store.keep(roster.people("b1", roster.someone("g1", "guardian"), roster.someone("s1", "student"), TEACHER))
    day = {"branch_id": "b1", "title": "Day", "held_on": "2026-12-01", "teachers": [], "dates": [], "edition": 0}
    store.meeting_days.add({**day, "_id": "d1", "state": "cancelled", "settle_at": now - timedelta(seconds=1)})
    store.meeting_days.add({**day, "_id": "d2", "state": "open"})
    times = {"starts_at": now + timedelta(hours=15), "ends_at": now + timedelta(hours=16)}
    of = {"branch_id": "b1", "teacher_id": "t1", **times}
    store.slots.add({**of, "_id": "l2", "meeting_day_id": "d2", "ways": {"visit": "Room 4"}})
    family = {"guardian_id": "g1", "student_id": "s1"}
    waits = {"since": now, "times": [], "refused": [], "way": None, "booking_id": None, "unanswered": 0, "joined_by": "g1"}
    of_day = {"branch_id": "b1", "teacher_id": "t1", "meeting_day_id": "d2"}
    store.waiting.add({"_id": "w1", **of_day, **family, **waits, "state": "waiting", "live": True})
    shown = {"title": "Day", "summary": "Day", "place": "Room 4", "way": "visit", "changed_at": now, "student_name": "Zoya"}
    booked = {**of, **shown, "slot_id": "l1", "minutes": [1], "attended_by": ["g1", "t1"], "remind_at": now, "edition": 0}
    store.bookings.add({"_id": "k1", "meeting_day_id": "d1", **family, **booked, "state": "booked", "live": True})
    return store


def told(store: Store) -> list[str]:
    """The collections in which something waits to be said."""
    return [each.name for each in store.telling if each.collection.count_documents({"outbox": {"$exists": True}})]


def test_nobody_is_reminded(store: Store) -> None:
    assert reminding.remind(store) == 0
    assert store.bookings.one(WHOLE_CHAIN, "k1")["remind_at"] > clock.now(), "it is not looked at again and again"
    assert told(store) == []


def test_nobody_is_offered_a_time(store: Store) -> None:
    offering.wherever_free(store)
    assert store.waiting.one(WHOLE_CHAIN, "w1")["state"] == "waiting"
    assert store.bookings.count(WHOLE_CHAIN, {"state": "offered"}) == 0


def test_a_changed_day_waits(store: Store) -> None:
    settling.settle_due(store)
    assert store.bookings.one(WHOLE_CHAIN, "k1")["state"] == "booked"
    assert store.meeting_days.one(WHOLE_CHAIN, "d1")["settle_at"] > clock.now()
    assert told(store) == []
