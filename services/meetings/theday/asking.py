"""At the end of the day each teacher is asked once who came, where that is not noted. Nothing is guessed: a meeting stays
booked until somebody says what became of it."""

from __future__ import annotations

from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.contracts.theday import AttendanceWanted
from schoolbus.ids import effect_id
from schoolbus.problems import AlreadyThere
from schoolbus.scope import WHOLE_CHAIN
from services.meetings.booking.rules import BOOKED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
EVENING = time(21)  # branch time
DAY = timedelta(days=1)
AT_ONCE = 500
_ROUNDS = 20


def evening_before(now: datetime) -> datetime:
    """The last evening's moment of asking: what ended before is over."""
    there = now.astimezone(clock.BRANCH_ZONE)
    evening = datetime.combine(there.date(), EVENING, clock.BRANCH_ZONE)
    return evening if evening <= there else evening - DAY


def ask(store: Store) -> None:
    """Of the day until last evening. By several replicas, or again after one died: each teacher is asked once."""
    evening = evening_before(clock.now())
    done = effect_id("attendance", evening.isoformat())
    if store.attendance_asks.first(WHOLE_CHAIN, {"_id": done}) is not None:
        return
    over = {"state": BOOKED, "attendance_asked": None, "ends_at": {"$gt": evening - DAY, "$lte": evening}}
    for _ in range(_ROUNDS):
        found = store.bookings.find(WHOLE_CHAIN, over, sort="ends_at", limit=AT_ONCE)
        if not found:
            store.attendance_asks.add_new([{"_id": done, "branch_id": [], "asked_at": clock.now()}])
            return
        _ask_teachers(store, over, found, evening)


def _ask_teachers(store: Store, over: Document, found: list[Document], evening: datetime) -> None:
    """Those whom these bookings name, each of all that is open of theirs."""
    named = {name: {"$in": sorted({booking[name] for booking in found})} for name in ("meeting_day_id", "teacher_id")}
    whose: dict[tuple[str, str], list[Document]] = {}
    for booking in store.bookings.find(WHOLE_CHAIN, {**over, **named}):
        whose.setdefault((booking["meeting_day_id"], booking["teacher_id"]), []).append(booking)
    subscribing = store.subscribing(bookings[0]["branch_id"] for bookings in whose.values())
    for (meeting_day_id, teacher_id), bookings in whose.items():
        is_told = bookings[0]["branch_id"] in subscribing
        _ask(store, effect_id("attendance", meeting_day_id, teacher_id, evening.isoformat()), bookings, is_told=is_told)


def _ask(store: Store, id: str, bookings: list[Document], *, is_told: bool) -> None:
    """In silence where the branch subscribes no more."""
    named = {name: bookings[0][name] for name in ("branch_id", "meeting_day_id", "teacher_id")}
    said = AttendanceWanted(id=id, subject=named["meeting_day_id"], **named, student_ids=_once(bookings))
    with suppress(AlreadyThere):  # by another replica, or by one that died before it could note it
        store.attendance_asks.add({"_id": id, **named, "asked_at": clock.now()}, saying=[said] if is_told else [])
    ids = [booking["_id"] for booking in bookings]
    store.bookings.change_all(WHOLE_CHAIN, {"_id": {"$in": ids}}, {"attendance_asked": True})


def _once(bookings: Iterable[Document]) -> list[str]:
    return list(dict.fromkeys(booking["student_id"] for booking in bookings))
