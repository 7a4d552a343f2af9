"""What the timer does with lists beside a free time: that nobody could have it is tried once, until something changes; and what
can't be offered keeps no other list waiting."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from schoolbus import clock
from schoolbus.scope import branch
from services.meetings.booking import freeing, offering
from services.meetings.booking.making import Wanted, new_booking
from services.meetings.booking.who import Family
from services.meetings.store import Store
from tests.meetings.story import TERMS
from tests.support.roster import small_branch

HERE = branch("b1")


@pytest.fixture
def store(store: Store) -> Store:
    """t1 has two times, the first free, the second g3's. g1 waits for t1 with s1, and is with t2 at the first."""
    store.keep_branch(small_branch()[0])
    for event in small_branch()[1:]:
        store.keep(event)
    teachers = [{"teacher_id": id, "ways": {"visit": "Hall"}} for id in ("t1", "t2")]
    everybody = {"grades": [], "class_ids": [], "student_ids": []}
    day = {"_id": "d1", "branch_id": "b1", "title": "Autumn", "state": "open", "edition": 0, "invited": everybody}
    store.meeting_days.add({**TERMS, **day, "teachers": teachers})
    begins = (clock.now() + timedelta(days=2)).replace(second=0, microsecond=0)
    for id, teacher_id, minutes in (("first", "t1", 0), ("second", "t1", 10), ("other", "t2", 0)):
        starts_at = begins + timedelta(minutes=minutes)
        times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=10)}
        of = {"branch_id": "b1", "meeting_day_id": "d1", "teacher_id": teacher_id}
        store.slots.add({"_id": id, **of, **times, "ways": {"visit": "Hall"}})
    books(store, "second", "g3", "s3")
    books(store, "other", "g1", "s2")
    entry = {"_id": "w1", "branch_id": "b1", "meeting_day_id": "d1", "teacher_id": "t1", "student_id": "s1"}
    who = {"guardian_id": "g1", "joined_by": "g1", "by_staff": False, "way": None, "times": [], "refused": [], "unanswered": 0}
    offer = {"state": "waiting", "live": True, "since": clock.now(), "booking_id": None, "offered_until": None}
    store.waiting.add({**entry, **who, **offer})
    return store


def books(store: Store, slot_id: str, guardian_id: str, student_id: str) -> None:
    child = store.people_by_id(HERE, [student_id])[student_id]
    wanted = Wanted(f"of-{slot_id}", store.slots.one(HERE, slot_id), Family(guardian_id, child, {}), None, guardian_id)
    store.bookings.add(new_booking(wanted, title="Autumn", teacher=""))


def ends(store: Store, slot_id: str) -> None:
    """As by a process that dies before it offers the time."""
    gone = {"live": False, "state": "cancelled", "minutes": [], "changed_at": clock.now()}
    store.bookings.change(HERE, f"of-{slot_id}", gone)


@pytest.fixture
def tries(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The slots that the timer has tried to offer."""
    tried = list[str]()
    take = offering.take

    def taking(store: Store, scope: Any, day: Any, wanted: Any, how: Any) -> Any:
        tried.extend(each.slot["_id"] for each in wanted)
        return take(store, scope, day, wanted, how)

    monkeypatch.setattr(offering, "take", taking)
    return tried


def offered(store: Store) -> list[str]:
    return [each["slot_id"] for each in store.bookings.find(HERE, {"live": True, "state": "offered"})]


def test_it_is_not_tried_again_while_nothing_changes(store: Store, tries: list[str]) -> None:
    offering.wherever_free(store)
    assert (tries, offered(store)) == (["first"], [])
    offering.wherever_free(store)
    assert tries == ["first"]
    ends(store, "second")
    offering.wherever_free(store)
    assert offered(store) == ["second"], "something was freed"


def test_what_the_family_has_elsewhere_changes_too(store: Store, tries: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    offering.wherever_free(store)
    ends(store, "other")
    later = clock.now() + timedelta(seconds=offering.AGAIN)
    monkeypatch.setattr(clock, "now", lambda: later)
    offering.wherever_free(store)
    assert offered(store) == ["first"]


def waits_for_t2(store: Store) -> None:
    """g3, with s3; t2's time is free."""
    first = store.waiting.one(HERE, "w1")
    store.waiting.add({**first, "_id": "w2", "teacher_id": "t2", "student_id": "s3", "guardian_id": "g3"})
    ends(store, "other")


LISTS: dict[str, Callable[[Store], None]] = {
    "all lists": offering.wherever_free,
    "those of what was freed": lambda store: offering.freed(store, store.bookings.find(HERE)),
}


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_cannot_be_looked_at_keeps_no_other_waiting(
    store: Store, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    waits_for_t2(store)
    tried = list[str]()

    def fails(store: Store, scope: Any, day: Any, wanted: Any, how: Any) -> Any:
        tried.extend(each.slot["_id"] for each in wanted)
        raise KeyError("a field that is not there")

    monkeypatch.setattr(offering, "take", fails)
    LISTS[name](store)
    assert sorted(tried) == ["first", "other"]


@pytest.mark.parametrize("state", ["held", "offered"])
def test_what_cannot_be_released_keeps_nothing_else(store: Store, state: str) -> None:
    ran_out = {"state": state, "held_until": clock.now() - timedelta(minutes=1)}
    for id, before in (("of-second", 2), ("of-other", 1)):
        store.bookings.change(HERE, id, {**ran_out, "held_until": clock.now() - timedelta(minutes=before)})
    store.bookings.collection.update_one({"_id": "of-second"}, {"$unset": {"edition": ""}})
    freeing.holds_that_ran_out(store)
    offering.offers_that_ran_out(store)
    assert store.bookings.one(HERE, "of-other")["state"] == "released"
