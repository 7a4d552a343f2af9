"""Families are asked for their wishes, and reminded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import clock, households
from schoolbus.caller import Caller
from schoolbus.contracts.meetings import WishesWanted
from schoolbus.events import CHUNK
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere
from services.meetings.timetabling import wishes

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def remind(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, key: str) -> Document:
    """Families who have not answered are asked once more; sent again with the same key, nobody hears of it twice."""
    scope = caller.branch(branch_id)
    day = store.meeting_days.one(scope, meeting_day_id)
    wishes.check_open(day, by_staff=False)
    id = effect_id(key, meeting_day_id)
    sent_before = store.wish_reminders.first(scope, {"_id": id})
    if sent_before is not None:
        return sent_before
    students = wishes.unanswered(store, scope, day)
    told = households.chunks(students, store.families_of(scope, students), CHUNK)
    reminder = {
        "_id": id,
        "branch_id": branch_id,
        "meeting_day_id": meeting_day_id,
        "asked_by": caller.person_id,
        "asked_at": clock.now(),
        "students": len(students),
    }
    try:
        store.wish_reminders.add(reminder, saying=wanted(day, told, id))
    except AlreadyThere:
        return store.wish_reminders.one(scope, id)
    log().info("wishes_asked", meeting_day=meeting_day_id, branch=branch_id, students=len(students))
    return reminder


def wanted(day: Mapping[str, Any], told: Sequence[list[str]], cause: str) -> list[WishesWanted]:
    """An event for each part of the students."""
    return [
        WishesWanted(
            id=effect_id(cause, "wishes_wanted", str(part)),
            branch_id=day["branch_id"],
            subject=day["_id"],
            meeting_day_id=day["_id"],
            title=day["title"],
            held_on=date.fromisoformat(day["held_on"]),
            wishes_until=day["wishes_until"],
            student_ids=student_ids,
            edition=0,  # of the day's invitations: its cancellation is the next
        )
        for part, student_ids in enumerate(told)
    ]
