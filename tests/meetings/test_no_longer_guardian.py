"""Who is no longer guardian of a child, or may not book for it any more, sees nothing of the child and gets no meeting."""

import pytest

from schoolbus.contracts.meetings import SlotOffered
from tests.meetings.story import Meetings, slug
from tests.meetings.test_calendars import address, fetched
from tests.support.people import guardian, office
from tests.support.roster import related

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
