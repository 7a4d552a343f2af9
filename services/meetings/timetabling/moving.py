"""Bookings that a new timetable moves. Two may change places: whoever depends on each other moves in one transaction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import clock
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere
from schoolbus.scope import Scope
from services.meetings.booking import freeing
from services.meetings.booking.live import LIVE
from services.meetings.booking.making import remind_at
from services.meetings.booking.rules import BOOKED
from services.meetings.booking.telling import meeting_moved
from services.meetings.timetable import period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


class Move(NamedTuple):
    """A booking, and what it becomes."""

    booking: Document
    to: Document


def parts(
    store: Store, scope: Scope, day: Mapping[str, Any], run: Mapping[str, Any], rows: Sequence[Document]
) -> list[list[Move]]:
    """The moves that are still to be made, those together that wait for each other's time.

    A booking that somebody has moved or cancelled since the timetable was made is left alone.
    """
    live = store.bookings.find(scope, {**LIVE, "meeting_day_id": day["_id"], "state": BOOKED})
    bookings = {(each["student_id"], each["teacher_id"], each["slot_id"]): each for each in live}
    wanted = {"_id": {"$in": [row["slot_id"] for row in rows]}, "starts_at": {"$gt": clock.now()}}
    slots = {slot["_id"]: slot for slot in store.slots.find(scope, wanted)}
    moves = []
    for row in rows:
        booking = bookings.get((row["student_id"], row["teacher_id"], row["held_slot_id"]))
        slot = slots.get(row["slot_id"])
        if booking is not None and slot is not None and row["way"] in slot["ways"]:
            moves.append(Move(booking, moved_to(booking, slot, row["way"], run["_id"])))
    return together(moves)


def moved_to(booking: Document, slot: Document, way: str, timetable_id: str) -> Document:
    now = clock.now()
    return {
        **{name: slot[name] for name in ("starts_at", "ends_at")},
        "slot_id": slot["_id"],
        "way": way,
        "place": slot["ways"][way],
        "live": True,
        "minutes": period(slot).minutes(),
        "remind_at": remind_at(slot["starts_at"], now),
        "edition": booking["edition"] + 1,
        "changed_at": now,
        "timetable_id": timetable_id,
    }


def together(moves: Sequence[Move]) -> list[list[Move]]:
    """Those in one part, of which one wants what another has: a slot, or minutes of the same family."""
    first = list(range(len(moves)))

    def found(place: int) -> int:
        while first[place] != place:
            first[place] = first[first[place]]
            place = first[place]
        return place

    holder = {key: place for place, move in enumerate(moves) for key in _keys(move.booking, move.booking)}
    for place, move in enumerate(moves):
        for key in _keys(move.booking, move.to):
            if key in holder:
                first[found(place)] = found(holder[key])
    parts: dict[int, list[Move]] = {}
    for place, move in enumerate(moves):
        parts.setdefault(found(place), []).append(move)
    return list(parts.values())


def move(store: Store, scope: Scope, part: Sequence[Move]) -> bool:
    """All of them, or none when somebody has taken one of the times, or changed one of the bookings, meanwhile."""
    freeing.out_of_the_way(store, [{**each.booking, **each.to} for each in part])
    try:
        with store.transaction():
            for each in part:  # nobody holds anything for a moment that nobody sees
                seen = {"edition": each.booking["edition"], "state": BOOKED, "slot_id": each.booking["slot_id"]}
                nowhere = {"live": False, "minutes": []}
                if store.bookings.change(scope, each.booking["_id"], nowhere, when=seen) is None:
                    raise AlreadyThere("Booking")
            for each in part:
                said = [meeting_moved({**each.booking, **each.to})]
                store.bookings.change(scope, each.booking["_id"], each.to, saying=said)
    except AlreadyThere:
        log().info("timetable_move_lost", branch=scope.branch_id, bookings=[each.booking["_id"] for each in part])
        return False
    return True


def _keys(who: Mapping[str, Any], when: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "slot", when["slot_id"]
    for person in ("guardian_id", "student_id", "teacher_id"):
        for minute in when["minutes"]:
            yield who[person], minute
