"""Families hear of a meeting day when they may book, and nobody twice.

That is when it is opened, or later: those who may book early at `early_opens_at`, the others at `booking_opens_at`. A day with
something to tell has the moment in `tell_at`. Who has been told stands in `invitations`, a document each, in the same
transaction as the events, with what they were told last (`mode`): asked for wishes, or that they may book. A day that goes
from the one to the other is told anew.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import clock, households
from schoolbus.contracts.meetings import MeetingDayOpened
from schoolbus.due import each as each_due
from schoolbus.events import CHUNK, Event
from schoolbus.ids import effect_id, new_id
from schoolbus.logs import log
from schoolbus.scope import Scope, branch
from services.meetings.days.inviting import early, invited
from services.meetings.days.planning import OPEN
from services.meetings.timetabling import asking
from services.meetings.timetabling.states import TIMETABLE

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
LEASE = 60  # seconds for one day
LATER = timedelta(hours=1)  # until a branch that does not subscribe is looked at again


class Telling(NamedTuple):
    """Whom to tell now, in parts of up to 500 students, and when to look again (None: all are told)."""

    told: list[list[str]]
    tell_at: datetime | None

    def invitations(self, day: Document) -> list[Document]:
        mode = day["mode"]
        of_day = {"branch_id": day["branch_id"], "meeting_day_id": day["_id"], "mode": mode, "told_at": clock.now()}
        return [
            {"_id": effect_id(day["_id"], student_id), "student_id": student_id, **of_day}
            for part in self.told
            for student_id in part
        ]


def tell_due(store: Store) -> None:
    """The days that have something to tell by now."""
    due = {"state": OPEN, "tell_at": {"$lte": clock.now()}}
    while day := store.meeting_days.claim(due, lease=LEASE, sort="tell_at", counting=False):
        each_due(store.meeting_days, [day], "tell_at", partial(tell, store))


def tell(store: Store, day: Document) -> None:
    """What is due; nothing, when another process was faster or the day was changed meanwhile."""
    scope, seen = branch(day["branch_id"]), {"state": OPEN, "tell_at": day["tell_at"]}
    if not store.subscribed(day["branch_id"]):
        later = {"tell_at": clock.now() + LATER, "leased_until": None}
        store.meeting_days.change(scope, day["_id"], later, when=seen)
        return
    telling = due(store, scope, day, store.told_of(scope, day["_id"], day["mode"]))
    to = {"tell_at": telling.tell_at, "leased_until": None}
    with store.transaction():
        if store.meeting_days.change(scope, day["_id"], to, when=seen, saying=opened(day, telling.told)) is None:
            return
        keep(store, scope, day, telling)
    log().info("meeting_day_told", meeting_day=day["_id"], branch=day["branch_id"], students=sum(map(len, telling.told)))


def keep(store: Store, scope: Scope, day: Document, telling: Telling) -> None:
    """Within a transaction: that they are told, by the day's mode, instead of what they were told before."""
    for part in telling.told:
        store.invitations.remove_all(scope, {"meeting_day_id": day["_id"], "student_id": {"$in": part}})
    store.add_all(store.invitations, telling.invitations(day))


def due(store: Store, scope: Scope, day: Document, before: set[str]) -> Telling:
    """Whom to tell of a day by now; `before`: who has been told."""
    now = clock.now()
    if day["mode"] == TIMETABLE:  # they are asked what they wish, whenever booking opens
        students = [student_id for student_id in invited(store, scope, day) if student_id not in before]
        return Telling(households.chunks(students, store.families_of(scope, students), CHUNK), None)
    opens_at = day["booking_opens_at"] or now
    early_at = day["early_opens_at"] or opens_at
    later = min((each for each in (early_at, opens_at) if each > now), default=None)
    if now < min(early_at, opens_at):
        return Telling([], later)
    students = invited(store, scope, day)
    families = store.families_of(scope, students)
    if now < opens_at:
        first = early(students, families, store.marked(scope, day["_id"]))
        students = [student_id for student_id in students if student_id in first]
    return Telling(households.chunks([id for id in students if id not in before], families, CHUNK), later)


def opened(day: Document, told: Sequence[list[str]]) -> Sequence[Event]:
    """An event for each part of the students."""
    if day["mode"] == TIMETABLE:
        return asking.wanted(day, told, new_id())
    return [
        MeetingDayOpened(
            branch_id=day["branch_id"],
            subject=day["_id"],
            meeting_day_id=day["_id"],
            edition=0,  # of the day's invitations: its cancellation is the next
            title=day["title"],
            held_on=date.fromisoformat(day["held_on"]),
            student_ids=student_ids,
        )
        for student_ids in told
    ]
