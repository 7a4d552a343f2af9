"""Who is no longer guardian of a child, or may not book for it any more, sees nothing of the child and gets no meeting."""

from datetime import timedelta
from typing import Any

import pytest

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.meetings import SlotOffered
from schoolbus.scope import WHOLE_CHAIN
from services.meetings.booking import leaving
from services.meetings.store import Store
from tests.meetings.story import Meetings, slug
from tests.meetings.test_calendars import address, fetched
from tests.support.people import guardian, office
from tests.support.roster import people, related, someone
from tests.support.waiting import eventually

LOST = [{"active": False}, {"may_book": False}]
BOOKED = [
    lambda id: ("GET", f"bookings/{id}"),
    lambda id: ("GET", f"bookings/{id}/calendar"),
    lambda id: ("GET", f"bookings/{id}/alternatives"),
    lambda id: ("POST", f"bookings/{id}/cancellation"),
    lambda id: ("GET", f"bookings/{id}/preparation"),
]


@pytest.mark.parametrize("lost", LOST)
def test_nothing_of_the_child_is_seen_any_more(meetings: Meetings, lost: dict[str, bool]) -> None:
    [(parent, child)] = meetings.crowd(f"seen-{next(iter(lost))}", 1)
    caller, day = guardian(parent), meetings.opens()
    slot = meetings.slots(day)[0]
    booking_id = meetings.books(slot, parent, child).json()["booking_id"]
    feed = address(meetings, caller)
    assert booking_id in fetched(meetings, feed).text
    assert meetings.call("GET", "bookings", caller).json()["items"]
    meetings.knows(related("b1", (parent, child), version=2, **lost))
    for request in BOOKED:
        assert meetings.call(*request(booking_id), caller).status_code == 404
    assert meetings.call("GET", f"meeting-days/{day['meeting_day_id']}/calendar", caller).status_code == 404
    assert meetings.call("GET", "bookings", caller).json()["items"] == []
    assert meetings.slots(day, caller)[0] == {**slot, "free": False}
    assert booking_id not in fetched(meetings, feed).text
    assert meetings.call("GET", f"bookings/{booking_id}", office()).json()["state"] == "booked"


@pytest.mark.parametrize("lost", LOST)
def test_what_is_held_or_waited_for_is_not_theirs(meetings: Meetings, lost: dict[str, bool]) -> None:
    (parent, child), other = meetings.crowd(f"held-{next(iter(lost))}", 2)
    caller, full, day = guardian(parent), meetings.opens(ends="16:10"), meetings.opens()
    taken = meetings.books(meetings.slots(full)[0], *other).json()
    waits = meetings.waits(full, parent, child).json()
    hold = meetings.holds(day, (meetings.slots(day)[0], child), guardian_id=parent).json()
    meetings.knows(related("b1", (parent, child), version=2, **lost))
    assert meetings.confirms(hold, parent).status_code == 404
    if "active" in lost:
        assert slug(meetings.call("POST", f"holds/{hold['hold_id']}/booking", office())) == "not-their-child"
    meetings.cancels(taken)
    assert meetings.slots(full)[0]["free"]
    assert not [event for event in meetings.service.heard(SlotOffered) if event.data["guardian_id"] == parent]
    assert meetings.call("GET", f"waiting/{waits['waiting_id']}", caller).status_code == 404
    path = f"meeting-days/{full['meeting_day_id']}/waiting"
    assert meetings.call("GET", path, caller).json()["items"] == []


@pytest.mark.parametrize("lost", [*LOST, {}])
def test_who_may_not_book_any_more_is_not_ahead_of_others(meetings: Meetings, own: Store, lost: dict[str, bool]) -> None:
    taken, (parent, child), other = meetings.crowd(f"ahead-{next(iter(lost), 'child')}", 3)
    day = meetings.opens(ends="16:10")
    meetings.books(meetings.slots(day)[0], *taken)
    first, second = meetings.waits(day, parent, child).json(), meetings.waits(day, *other).json()
    assert second["place_in_list"] == 2
    child_left = people("b1", someone(child, "student", version=2, active=False))
    meetings.knows(related("b1", (parent, child), version=2, **lost) if lost else child_left)
    settles(own, child)
    eventually(lambda: place(meetings, second, other[0])["place_in_list"] == 1)
    assert place(meetings, first, office().person_id, by=office())["state"] == "left"


def test_what_was_offered_to_who_left_goes_to_the_next(meetings: Meetings, own: Store) -> None:
    taken, (parent, child), other = meetings.crowd("next-of-left", 3)
    day = meetings.opens(ends="16:10")
    booking = meetings.books(meetings.slots(day)[0], *taken).json()
    first, second = meetings.waits(day, parent, child).json(), meetings.waits(day, *other).json()
    meetings.cancels(booking)
    eventually(lambda: place(meetings, first, parent)["state"] == "offered")
    meetings.knows(related("b1", (parent, child), version=2, active=False))
    settles(own, child)
    eventually(lambda: place(meetings, second, other[0])["state"] == "offered")


def test_whose_record_was_merged_keeps_their_place(meetings: Meetings, own: Store) -> None:
    """What is told of it comes in any order."""
    taken, (parent, child) = meetings.crowd("merged", 2)
    day = meetings.opens(ends="16:10")
    booking = meetings.books(meetings.slots(day)[0], *taken).json()
    waits = meetings.waits(day, parent, child).json()
    meetings.knows(related("b1", (parent, child), version=2, active=False))
    leaving.former_guardians(own)
    meetings.knows(related("b1", ("g4", child)))
    meetings.knows(people("b1", someone(parent, "guardian", version=2, active=False, counts_as="g4")))
    settles(own, child)
    meetings.cancels(booking)
    eventually(lambda: place(meetings, waits, "g4")["state"] == "offered")


def place(meetings: Meetings, joined: dict[str, Any], person_id: str, by: Caller | None = None) -> dict[str, Any]:
    return dict(meetings.call("GET", f"waiting/{joined['waiting_id']}", by or guardian(person_id)).json())


def settles(own: Store, child: str) -> None:
    """As two minutes after it was told, when the timer comes by."""
    ago = clock.now() - timedelta(minutes=3)
    assert own.waiting.change_all(WHOLE_CHAIN, {"student_id": child, "doubted_at": {"$ne": None}}, {"doubted_at": ago})
    leaving.former_guardians(own)
