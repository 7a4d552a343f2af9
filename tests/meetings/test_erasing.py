"""What was to come of somebody who is erased ends: nobody waits for it, and nothing speaks of it any more."""

from typing import Any

import pytest
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.meetings import MeetingCalledOff, MeetingCancelled, PersonErased, SlotOffered
from schoolbus.contracts.roster import PersonErased as Erased
from schoolbus.scope import WHOLE_CHAIN
from services.meetings import erasing
from services.meetings.store import Store
from tests.meetings.story import Meetings
from tests.support.people import guardian
from tests.support.roster import enrolled, people, someone
from tests.support.waiting import eventually


def erases(meetings: Meetings, person_id: str) -> None:
    of_person = {"erasure_id": f"erasure-{person_id}", "person_id": person_id, "branch_ids": ["b1"]}
    meetings.service.say(Erased(branch_id="chain", subject=person_id, **of_person))
    eventually(lambda: [event for event in meetings.service.heard(PersonErased) if event.subject == person_id])


def said(meetings: Meetings, kind: Any, booking: dict[str, Any]) -> list[Any]:
    return [event for event in meetings.service.heard(kind) if event.data["booking_id"] == booking["booking_id"]]


@pytest.mark.parametrize("who", [0, 1])
def test_an_erased_familys_time_goes_to_the_next(meetings: Meetings, kept: Database[Any], who: int) -> None:
    gone, next_one, held = meetings.crowd(f"erased-{who}", 3)
    day = meetings.opens(ends="16:10")
    other_day = meetings.opens()
    [slot] = meetings.slots(day)
    booking = meetings.books(slot, *gone).json()
    hold = meetings.holds(other_day, (meetings.slots(other_day)[0], gone[1]), guardian_id=gone[0]).json()
    waits = meetings.waits(day, *next_one).json()
    full = meetings.opens(ends="16:10")
    meetings.books(meetings.slots(full)[0], *held)
    meetings.waits(full, *gone)
    erases(meetings, gone[who])
    there = kept["bookings"].find_one({"_id": booking["booking_id"]}) or {}
    assert (there["state"], there["live"], there["minutes"], there["remind_at"]) == ("cancelled", False, [], None)
    assert gone[who] not in str(there)
    assert kept["bookings"].count_documents({"hold_id": hold["hold_id"], "live": True}) == 0
    assert kept["waiting"].count_documents({"meeting_day_id": full["meeting_day_id"]}) == 0
    offered = meetings.call("GET", f"waiting/{waits['waiting_id']}", guardian(next_one[0])).json()
    assert offered["state"] == "offered"
    eventually(lambda: [each for each in meetings.service.heard(SlotOffered) if each.data["slot_id"] == slot["slot_id"]])
    assert said(meetings, MeetingCancelled, booking) == []


def test_an_erased_persons_calendar_has_no_address(meetings: Meetings, kept: Database[Any]) -> None:
    [(parent, _)] = meetings.crowd("of-feed", 1)
    assert meetings.service.call("POST", "/v1/my-calendar", guardian(parent)).status_code == 201
    erases(meetings, parent)
    assert kept["feeds"].count_documents({"person_id": parent}) == 0


def test_an_erased_teachers_families_hear_that_it_is_called_off(meetings: Meetings, kept: Database[Any]) -> None:
    [(parent, child), late] = meetings.crowd("of-erased", 2)
    meetings.knows(people("b1", someone("t-gone", "teacher")), enrolled("b1", "c1", teachers=("t-gone",)))
    rooms = [{"teacher_id": id, "place": f"{id}'s room"} for id in ("t-gone", "t1")]
    day = meetings.opens(teachers=rooms)
    first, *others = meetings.slots(day, teacher_id="t-gone")
    booking = meetings.books(first, parent, child).json()
    with_other = meetings.books(meetings.slots(day, teacher_id="t1")[2], parent, child).json()
    erases(meetings, "t-gone")
    [event] = eventually(lambda: said(meetings, MeetingCalledOff, booking))
    assert event.data["guardian_id"] == parent
    assert "Gone" not in event.data["calendar"], "the teacher's name"
    there = kept["bookings"].find_one({"_id": booking["booking_id"]}) or {}
    assert (there["state"], there["live"], there["called_off"], there["remind_at"]) == (
        "cancelled",
        False,
        "teacher_away",
        None,
    )
    assert {slot["teacher_id"] for slot in meetings.slots(day)} == {"t1"}
    assert meetings.books(others[0], *late).status_code == 404
    assert meetings.call("GET", f"bookings/{with_other['booking_id']}", guardian(parent)).json()["state"] == "booked"
    assert meetings.changes("PATCH", day, title="Winter meetings").status_code == 200


def test_what_a_request_under_way_has_still_booked_ends_too(meetings: Meetings, own: Store) -> None:
    gone, witness = meetings.crowd("under-way", 2)
    day = meetings.opens()
    slot = meetings.slots(day)[0]
    booked = own.bookings.one(WHOLE_CHAIN, meetings.books(slot, *gone).json()["booking_id"])
    erases(meetings, gone[1])
    own.bookings.add({**booked, "_id": f"{booked['_id']}-late"})  # by a request that looked before
    own.feeds.add({"_id": gone[1], "branch_id": [], "person_id": gone[1], "secret_hash": "under-way"})
    assert own.erasures.change_all(WHOLE_CHAIN, {"person_id": gone[1]}, {"again_at": clock.now()})
    eventually(lambda: erasing.again(own) or own.erasures.first(WHOLE_CHAIN, {"person_id": gone[1]}) is None)
    late = own.bookings.one(WHOLE_CHAIN, f"{booked['_id']}-late")
    assert (late["state"], late["live"]) == ("cancelled", False)
    assert gone[1] not in str(late)
    assert own.feeds.first(WHOLE_CHAIN, {"person_id": gone[1]}) is None
    assert meetings.books(slot, *witness).status_code == 201
