"""Who came: a family checks in, the meeting is held or missed, and what was noted wrongly is corrected."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.theday import MeetingHeld, MeetingMissed
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, Sentence
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking import rules
from services.meetings.booking.rules import ATTENDED, BOOKED, MISSED
from services.meetings.theday import calls
from services.meetings.theday.who import run_by
from services.meetings.timetable import period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
EARLY = timedelta(hours=3)  # before a meeting, at most, that a family checks in


def arrive(store: Store, caller: Caller, branch_id: str, booking_id: str) -> Document:
    """The booking, whose family is here. Twice is once. Raises NotFound, Conflict."""
    scope, booking = caller.branch(branch_id), run_by(store, caller, branch_id, booking_id)
    if booking.get("arrived_at") is None and booking["state"] != ATTENDED:
        if booking["state"] != BOOKED:
            raise rules.not_booked(booking)
        if booking["starts_at"] > clock.now() + EARLY:
            raise Conflict("too-early", "This meeting is later", Sentence("It is at %(when)s.", when=booking["starts_at"]))
        changed = store.bookings.change(
            scope, booking_id, {"arrived_at": clock.now()}, when={"state": BOOKED, "arrived_at": None}
        )
        booking = changed or store.bookings.one(scope, booking_id)
    return views.bookings(store, scope, [booking])[0]


def note(store: Store, caller: Caller, branch_id: str, booking_id: str, state: str) -> Document:
    """The booking, `attended` or `missed`; the other one when it was noted wrongly. Raises NotFound, Conflict."""
    scope, booking = caller.branch(branch_id), run_by(store, caller, branch_id, booking_id)
    while booking["state"] != state:  # again, where somebody was faster
        if booking["state"] not in (BOOKED, ATTENDED, MISSED):
            raise rules.not_booked(booking)
        if booking["starts_at"] > clock.now() and (state == MISSED or booking.get("arrived_at") is None):
            raise Conflict("not-begun", "The meeting has not begun", Sentence("It is at %(when)s.", when=booking["starts_at"]))
        booking = _noted(store, scope, booking, state) or store.bookings.one(scope, booking_id)
    return views.bookings(store, scope, [booking])[0]


def _noted(store: Store, scope: Scope, booking: Document, state: str) -> Document | None:
    """A missed meeting holds no time: the family may have another one with this teacher that day. None when somebody was
    faster."""
    held = state == ATTENDED
    to = {
        "state": state,
        "live": held,
        "minutes": period(booking).minutes() if held else [],
        "edition": booking["edition"] + 1,
        "changed_at": clock.now(),
    }
    as_seen = {"state": booking["state"], "edition": booking["edition"]}
    said = [(MeetingHeld if held else MeetingMissed)(**_said({**booking, **to}))]
    try:
        with store.transaction():
            changed = store.bookings.change(scope, booking["_id"], to, when=as_seen, saying=said)
            if changed and held:
                calls.not_needed(store, scope, booking["_id"])
    except AlreadyThere:
        raise Conflict(
            "already-booked", "The family has another meeting now", "Cancel that one first, or note who came there."
        ) from None
    if changed:
        log().info("attendance_noted", booking=booking["_id"], branch=booking["branch_id"], state=state)
    return changed


def _said(booking: Document) -> Document:
    names = ("edition", "meeting_day_id", "student_id", "guardian_id", "teacher_id", "starts_at")
    return {
        "branch_id": booking["branch_id"],
        "subject": booking["_id"],
        "booking_id": booking["_id"],
        **{name: booking[name] for name in names},
    }
