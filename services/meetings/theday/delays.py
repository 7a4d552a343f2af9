"""A teacher runs late: the families whose meetings are still to come hear it, each once for each five minutes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.contracts.theday import MeetingDelayed
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, GoneOn, NotFound
from schoolbus.scope import Scope
from services.meetings.booking.rules import BOOKED
from services.meetings.days.dates import date_of
from services.meetings.theday.who import is_teacher

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
LEAST = 5  # minutes: less than that changes nobody's way
AHEAD = timedelta(hours=12)  # the rest of the day
AROUND = timedelta(hours=3)  # before and after a date's hours, what is said is of that date
_TRIES = 5


def worth_telling(told: int, minutes: int) -> bool:
    """Whether a family that was told of `told` minutes has to hear of `minutes`: five more, five fewer, or none any more."""
    return abs(minutes - told) >= LEAST or (minutes == 0 and told > 0)


def to_tell(told: Mapping[str, int], minutes: int, next_ones: Sequence[Document]) -> list[Document]:
    """Of the meetings to come, those whose families have to hear; `told`: what each was told last, by booking."""
    return [booking for booking in next_ones if worth_telling(told.get(booking["_id"], 0), minutes)]


def late(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, teacher_id: str, minutes: int) -> Document:
    """The teacher's delay from now on, 0 when it is caught up, and how many families are told of it. Raises NotFound."""
    scope = caller.branch(branch_id)
    day = store.meeting_days.one(scope, meeting_day_id)
    if not (caller.reaches_all(branch_id) or is_teacher(store, caller, branch_id, teacher_id)):
        raise NotFound("Teacher")
    if teacher_id not in {teacher["teacher_id"] for teacher in day["teachers"]}:
        raise NotFound("Teacher")
    for _ in range(_TRIES):
        delay = today(store, scope, day, teacher_id)
        telling = to_tell(delay["told"], minutes, _next_ones(store, scope, meeting_day_id, teacher_id))
        audit.note(store, caller, branch_id, [booking["student_id"] for booking in telling])
        if _kept(store, scope, delay, minutes, telling):
            log().info("running_late", meeting_day=meeting_day_id, branch=branch_id, minutes=minutes, told=len(telling))
            return {"teacher_id": teacher_id, "minutes": minutes, "families_told": len(telling)}
    raise GoneOn("Somebody says otherwise at this moment", "Look at the list, and say it again.")


def today(store: Store, scope: Scope, day: Document, teacher_id: str) -> Document:
    """How late a teacher is today, until the night is over; a new one, with edition 0, where nobody has said anything yet."""
    id = effect_id("delay", day["_id"], teacher_id, date_of(day, clock.now(), AROUND).isoformat())
    whose = {"branch_id": scope.branch_id, "meeting_day_id": day["_id"], "teacher_id": teacher_id}
    return store.delays.first(scope, {"_id": id}) or {"_id": id, **whose, "minutes": 0, "told": {}, "edition": 0}


def _kept(store: Store, scope: Scope, delay: Document, minutes: int, telling: Sequence[Document]) -> bool:
    """The delay with what is said of it, in one write. False when somebody was faster."""
    told = {**delay["told"], **{booking["_id"]: minutes for booking in telling}}
    to = {"minutes": minutes, "told": told, "edition": delay["edition"] + 1, "changed_at": clock.now()}
    said = [delayed(booking, minutes) for booking in telling]
    if delay["edition"]:
        return store.delays.change(scope, delay["_id"], to, when={"edition": delay["edition"]}, saying=said) is not None
    try:
        store.delays.add({**delay, **to}, saying=said)
    except AlreadyThere:
        return False
    return True


def _next_ones(store: Store, scope: Scope, meeting_day_id: str, teacher_id: str) -> list[Document]:
    """The meetings of this day that have not begun, without families who are here already: they see it."""
    now = clock.now()
    where = {"meeting_day_id": meeting_day_id, "teacher_id": teacher_id, "state": BOOKED, "arrived_at": None}
    return store.bookings.find(scope, {**where, "starts_at": {"$gt": now, "$lt": now + AHEAD}}, sort="starts_at _id")


def delayed(booking: Document, minutes: int) -> MeetingDelayed:
    names = ("edition", "meeting_day_id", "student_id", "guardian_id", "teacher_id", "starts_at")
    return MeetingDelayed(
        branch_id=booking["branch_id"],
        subject=booking["_id"],
        booking_id=booking["_id"],
        **{name: booking[name] for name in names},
        minutes=minutes,
        expected_at=booking["starts_at"] + timedelta(minutes=minutes),
    )
