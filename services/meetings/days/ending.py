"""Meetings that will not be: all of a day that is cancelled, or one whose teacher is away."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.contracts.meetings import DayMeetingsCancelled, MeetingDayCancelled
from schoolbus.events import CHUNK, Event
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.scope import Scope
from schoolbus.store import current_session
from services.meetings.booking import freeing, offering
from services.meetings.booking.rules import BOOKED, CANCELLED, HELD, OFFERED
from services.meetings.booking.telling import entry_of, meeting_cancelled
from services.meetings.invitation import bound, text_of

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
DAY_CANCELLED, TEACHER_AWAY = "day_cancelled", "teacher_away"  # why a booking was called off
FILES = 500_000  # characters of calendar files in one event, about


def still_to_come(day: Document) -> Document:
    """Of its bookings; what was held, or is under way, stays as it is, and so do calls instead of meetings that were missed."""
    return {**standing(day), "call": {"$ne": True}}


def standing(day: Document) -> Document:
    """As `still_to_come`, with calls."""
    states = {"$in": [HELD, OFFERED, BOOKED]}
    return {"live": True, "meeting_day_id": day["_id"], "state": states, "starts_at": {"$gt": clock.now()}}


def end(store: Store, scope: Scope, day: Document) -> None:
    """All that is left of a cancelled day; then everybody hears of it, once. Whoever booked in that very moment hears apart."""
    if day.get("told_off_at"):
        for booking in store.bookings.find(scope, still_to_come(day)):
            end_one(store, scope, booking, DAY_CANCELLED, meeting_cancelled)
        return
    while _end_some(store, scope, day):
        pass
    offering.close(store, scope, {"meeting_day_id": day["_id"]})
    store.meeting_days.change(
        scope, day["_id"], {"told_off_at": clock.now()}, when={"told_off_at": None}, saying=list(_told(store, scope, day))
    )
    log().info("meeting_day_ended", meeting_day=day["_id"], branch=day["branch_id"])


def end_one(store: Store, scope: Scope, booking: Document, why: str, says: Callable[[Document], Event]) -> None:
    """As it was seen. What was held or offered is given up, and of that nobody is told."""
    if booking["state"] == HELD:
        freeing.release(store, booking)
        return
    if booking["state"] == OFFERED:  # who waits keeps their place
        offering.moved_on(store, booking, refused=True)
        return
    to = {**ended(why), "edition": booking["edition"] + 1}
    seen = {name: booking[name] for name in ("state", "edition")}
    if store.bookings.change(scope, booking["_id"], to, when=seen, saying=[says({**booking, **to})]):
        log().info("booking_called_off", booking=booking["_id"], branch=booking["branch_id"])


def ended(why: str | None) -> Document:
    """What is set in a booking that ends by nobody's wish. `why`: the school calls it off."""
    gone = {"state": CANCELLED, "live": False, "minutes": [], "remind_at": None}
    return {**gone, **({"called_off": why} if why else {}), "cancelled_by": "", "changed_at": clock.now()}


def _end_some(store: Store, scope: Scope, day: Document) -> int:
    """Up to 500 in one transaction with what is said of them; how many."""
    with store.transaction():
        found = store.bookings.find(scope, still_to_come(day), limit=CHUNK)
        booked = [booking for booking in found if booking["state"] == BOOKED]
        for booking in found:
            if booking["state"] != BOOKED:
                end_one(store, scope, booking, DAY_CANCELLED, meeting_cancelled)
        if booked:
            ids = {"_id": {"$in": [booking["_id"] for booking in booked]}}
            update = {"$set": ended(DAY_CANCELLED), "$inc": {"edition": 1}}
            store.bookings.collection.update_many(scope.filter(ids), update, session=current_session())
            store.meeting_days.change(scope, day["_id"], {}, saying=[_cancelled(day, booked)])
    return len(found)


def _cancelled(day: Document, booked: list[Document]) -> DayMeetingsCancelled:
    named = ("student_id", "guardian_id", "teacher_id")
    items = [
        {
            "booking_id": booking["_id"],
            "edition": booking["edition"] + 1,
            **{name: booking[name] for name in named},
            "starts_at": booking["starts_at"].isoformat(),
        }
        for booking in booked
    ]
    return DayMeetingsCancelled(branch_id=day["branch_id"], subject=day["_id"], meeting_day_id=day["_id"], items=items)


def _told(store: Store, scope: Scope, day: Document) -> Iterator[MeetingDayCancelled]:
    """Those who had meetings, each with one file of all of them, the teachers, and who had been told that they may book."""
    files = _files(store, scope, day)
    invited = store.told_of(scope, day["_id"])
    others = [teacher["teacher_id"] for teacher in day["teachers"]] if invited or files else []
    others += store.report_receivers(scope, sorted(invited))
    waiting = iter(dict.fromkeys([*files, *store.counting_ids(scope, others).values()]))
    number = 0
    while part := list(_part(waiting, files)):
        yield MeetingDayCancelled(
            id=effect_id(day["_id"], MeetingDayCancelled.type, str(number)),
            branch_id=day["branch_id"],
            subject=day["_id"],
            meeting_day_id=day["_id"],
            edition=1,
            title=day["title"],
            held_on=date.fromisoformat(day["held_on"]),
            person_ids=part,
            calendars={id: files[id] for id in part if id in files},
        )
        number += 1


def _part(waiting: Iterator[str], files: dict[str, str]) -> Iterator[str]:
    """As many as one event bears."""
    size = 0
    for person_id in islice(waiting, CHUNK):
        yield person_id
        size += len(files.get(person_id, ""))
        if size > FILES:
            return


def _files(store: Store, scope: Scope, day: Document) -> dict[str, str]:
    """By person: all their meetings that ended with the day."""
    ended = store.bookings.find(scope, {"meeting_day_id": day["_id"], "called_off": DAY_CANCELLED}, sort="starts_at _id")
    counting = store.counting_ids(scope, {id for booking in ended for id in booking["attended_by"]})
    entries: dict[str, list[str]] = {}
    for booking in ended:
        text = text_of(entry_of(booking))
        for person_id in booking["attended_by"]:
            if person_id in counting:  # not who was erased
                entries.setdefault(counting[person_id], []).append(text)
        time.sleep(0)  # a thousand of them take a second: other requests get their turn
    return {person_id: bound(theirs, cancelled=True) for person_id, theirs in entries.items()}


def file_of_meetings(bookings: list[Document]) -> str:
    """Several meetings in one file, those that were cancelled as cancelled."""
    entries = [text_of(entry_of(booking)) for booking in bookings]
    return bound(entries, cancelled=all(booking["state"] == CANCELLED for booking in bookings))
