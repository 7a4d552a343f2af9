"""What is held and not booked is free again: whoever meets a hold that has run out releases it and goes on; a timer does
the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock, due
from schoolbus.scope import WHOLE_CHAIN, branch
from services.meetings.booking.live import run_out
from services.meetings.booking.rules import HELD, RELEASED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
REMEMBERED = timedelta(days=1)  # so long a hold that was released is known, to whoever asks what became of it
_AT_ONCE = 500


def release(store: Store, booking: Document) -> bool:
    """Whether it still held its time."""
    now = clock.now()
    to = {
        "state": RELEASED,
        "live": False,
        "minutes": [],
        "held_until": None,
        "edition": booking["edition"] + 1,
        "changed_at": now,
        "forgotten_at": now + REMEMBERED,
    }
    seen = {"live": True, "state": booking["state"], "held_until": booking["held_until"]}
    return store.bookings.change(branch(booking["branch_id"]), booking["_id"], to, when=seen) is not None


def out_of_the_way(store: Store, wanted: Sequence[Document]) -> bool:
    """Releases holds that have run out and may keep these bookings from being made; whether there were any."""
    either = [
        {"meeting_day_id": {"$in": sorted({each["meeting_day_id"] for each in wanted})}},
        *({name: {"$in": sorted({each[name] for each in wanted})}} for name in ("guardian_id", "student_id", "teacher_id")),
    ]
    found = store.bookings.find(WHOLE_CHAIN, {**run_out(HELD, clock.now()), "$or": either}, limit=_AT_ONCE)
    return sum(release(store, each) for each in found) > 0


def holds_that_ran_out(store: Store) -> list[Document]:
    """Those of the chain, released."""
    released = list[Document]()

    def let_go(booking: Document) -> None:
        if release(store, booking):
            released.append(booking)

    found = store.bookings.find(WHOLE_CHAIN, run_out(HELD, clock.now()), sort="held_until", limit=_AT_ONCE)
    due.each(store.bookings, found, None, let_go)
    return released
