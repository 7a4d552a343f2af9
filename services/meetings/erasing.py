"""Before somebody is erased, all that was to come of them ends: afterwards only names that lead nowhere stand there, which no
message could reach and no timer should speak of.

Of an erased family nothing is said: their times are free again, and the teacher sees so. Of an erased teacher the families hear
that their meetings are called off, as when a teacher can't come. Done twice, it finds nothing more to do; and it is done again
a while later, for what a request that was under way in that moment has still booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.events import Event
from schoolbus.logs import log
from schoolbus.privacy import branches_of, erase, erase_again, erase_person
from schoolbus.scope import branch
from schoolbus.store import run_again_while_busy
from services.meetings import privacy
from services.meetings.booking import freeing, offering
from services.meetings.booking.live import LIVE
from services.meetings.booking.rules import BOOKED, HELD, OFFERED
from services.meetings.booking.telling import meeting_called_off
from services.meetings.days import calling_off, ending
from services.meetings.writing.states import LAPSED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
_WHO = ("guardian_id", "student_id", "teacher_id")


def end_all(store: Store, event: Event) -> None:
    """What is to come of whom roster's PersonErased names; from now on nobody books for them or with them."""
    person_id = event.data["person_id"]
    branch_ids = branches_of(store, person_id, event.data["branch_ids"])
    erase_person(store, person_id, branch_ids)
    end_of(store, person_id, branch_ids)


def again(store: Store) -> None:
    """Those that were done a while ago."""
    erase_again(store, partial(_again, store))


def _again(store: Store, person_id: str, branch_ids: Sequence[str]) -> None:
    end_of(store, person_id, branch_ids)
    erase(store, privacy.HELD, person_id, branch_ids)


def end_of(store: Store, person_id: str, branch_ids: Sequence[str]) -> None:
    for branch_id in branch_ids:
        _wait_no_more(store, branch_id, person_id)
        _teach_no_more(store, branch_id, person_id)
        _meet_no_more(store, branch_id, person_id)
        _silence(store, branch_id, person_id)


def _wait_no_more(store: Store, branch_id: str, person_id: str) -> None:
    """Before their times are free, which would else be offered to them."""
    left = {"live": False, "state": offering.LEFT, "left_at": clock.now(), "booking_id": None}
    store.waiting.change_all(branch(branch_id), {**LIVE, **_whose(person_id)}, left)


def _teach_no_more(store: Store, branch_id: str, person_id: str) -> None:
    """A teacher's times to come are gone, and their rooms with them."""
    scope, ahead = branch(branch_id), {"teacher_id": person_id, "starts_at": {"$gt": clock.now()}}
    for day_id in sorted({slot["meeting_day_id"] for slot in store.slots.find(scope, ahead)}):
        run_again_while_busy(partial(calling_off.withdraw_all, store, scope, day_id, person_id))


def _meet_no_more(store: Store, branch_id: str, person_id: str) -> None:
    scope = branch(branch_id)
    states = {"$in": [HELD, OFFERED, BOOKED]}
    to_come = {**LIVE, **_whose(person_id), "state": states, "starts_at": {"$gt": clock.now()}}
    ended = [booking for booking in store.bookings.find(scope, to_come) if _end(store, booking, person_id)]
    offering.freed(store, [booking for booking in ended if booking["teacher_id"] != person_id])
    if ended:
        log().info("meetings_of_erased_ended", branch=branch_id, count=len(ended))


def _end(store: Store, booking: Document, person_id: str) -> bool:
    """As it was seen; False when it was changed meanwhile."""
    if booking["state"] != BOOKED:
        return freeing.release(store, booking)
    of_teacher = booking["teacher_id"] == person_id
    to = {**ending.ended(ending.TEACHER_AWAY if of_teacher else None), "edition": booking["edition"] + 1}
    seen = {name: booking[name] for name in ("state", "edition")}
    # the summary names the erased teacher
    said = [meeting_called_off({**booking, **to, "summary": ""})] if of_teacher else []
    return store.bookings.change(branch(booking["branch_id"]), booking["_id"], to, when=seen, saying=said) is not None


def _silence(store: Store, branch_id: str, person_id: str) -> None:
    """What has a timer: who came to a meeting that was, commitments, written meetings; and a child's part in wishes."""
    scope, theirs = branch(branch_id), _whose(person_id)
    was = {**theirs, "state": BOOKED, "attendance_asked": None}
    store.bookings.change_all(scope, was, {"attendance_asked": True, "remind_at": None})
    store.commitments.change_all(scope, {**theirs, "state": "open"}, {"remind_on": None})
    over = {"state": LAPSED, "open": False, "live": False, "remind_at": None}
    store.written_meetings.change_all(scope, {**theirs, "open": True}, over)
    for wishes in store.wishes.find(scope, {"children.student_id": person_id}):
        others = [child for child in wishes["children"] if child["student_id"] != person_id]
        if others:
            store.wishes.change(scope, wishes["_id"], {"children": others})
        else:
            store.wishes.remove(scope, wishes["_id"])


def _whose(person_id: str) -> Document:
    return {"$or": [{name: person_id} for name in _WHO]}
