"""A day is cancelled, or one of its teachers can't come.

First one transaction, after which nothing of it can be booked; then what was booked ends, at once and, whoever dies, by a timer
(settling.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.problems import Conflict, Invalid
from schoolbus.scope import Scope
from services.meetings import rooms, views
from services.meetings.days import changing, settling
from services.meetings.days.planning import CANCELLED, OPEN
from services.meetings.days.spans import hours
from services.meetings.timetable import Period

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def cancel(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, reason: str | None) -> Document:
    """The day, cancelled; sent again, as it is. What has been held of it stays. Raises NotFound, Conflict."""
    scope = caller.branch(branch_id)
    day = store.meeting_days.one(scope, meeting_day_id)
    if day["state"] == OPEN:
        if _whole(day).ends_at <= clock.now():
            raise Conflict("time-passed", "This day is over", "What was held on it stays.")
        day = _cancelled(store, scope, day, caller, reason)
    settling.settle(store, day)
    return views.days(store, scope, [day], staff=True)[0]


def absent(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, draft: Mapping[str, Any]) -> Document:
    """A teacher's times are gone, or everybody's, and meetings then are called off. Sent again, it finds nothing more to do.

    Raises NotFound, Conflict, Invalid.
    """
    scope = caller.branch(branch_id)
    with store.transaction():
        day = changing.still_open(store, scope, meeting_day_id)
        then, who = _away(day, draft), _who(day, draft["teacher_id"])
        new = [{"teacher_id": teacher_id, **then._asdict()} for teacher_id in who]
        withdrawn = _withdraw(store, scope, day, who, then)
        absences = [*(each for each in day["absences"] if each not in new), *new]
        to = {"absences": absences, "slot_count": day["slot_count"] - withdrawn, **changing.offers_changed(day)}
        day = store.meeting_days.change(scope, meeting_day_id, to) or day
    affected = [each for each in settling.standing(store, scope, day) if settling.away(day, each)]
    settling.settle(store, day, settling.INLINE)
    counts = {"slots_withdrawn": withdrawn, "meetings_called_off": len(affected)}
    log().info("teacher_absent", meeting_day=meeting_day_id, branch=branch_id, **counts)
    return {"teacher_id": draft["teacher_id"], **then._asdict(), **counts}


def withdraw_all(store: Store, scope: Scope, meeting_day_id: str, teacher_id: str) -> None:
    """All times to come of a teacher who will be there no more. What was booked of them is not looked at."""
    with store.transaction():
        day = store.meeting_days.one(scope, meeting_day_id)
        withdrawn = _withdraw(store, scope, day, [teacher_id], _whole(day))
        to = {"slot_count": day["slot_count"] - withdrawn, **changing.offers_changed(day)}
        store.meeting_days.change(scope, meeting_day_id, to)


def _cancelled(store: Store, scope: Scope, day: Document, caller: Caller, reason: str | None) -> Document:
    now = clock.now()
    to = {
        "state": CANCELLED,
        "reason": reason,
        "cancelled_at": now,
        "cancelled_by": caller.person_id,
        "tell_at": None,
        **changing.offers_changed(day),
    }
    with store.transaction():
        done = store.meeting_days.change(scope, day["_id"], to, when={"state": OPEN})
        if done is not None:
            store.slots.remove_all(scope, {"meeting_day_id": day["_id"], "starts_at": {"$gt": now}})
            rooms.release(store, day["branch_id"], day["_id"])
            log().info("meeting_day_cancelled", meeting_day=day["_id"], branch=day["branch_id"])
    return done or store.meeting_days.one(scope, day["_id"])


def _who(day: Document, teacher_id: str | None) -> list[str]:
    if teacher_id is None:
        return [teacher["teacher_id"] for teacher in day["teachers"]]
    changing.check_teacher(day, teacher_id)
    return [teacher_id]


def _withdraw(store: Store, scope: Scope, day: Document, who: list[str], then: Period) -> int:
    """Within a transaction: how many slots of these teachers are gone, and the rooms with them."""
    moments = {"starts_at": {"$lt": then.ends_at, "$gt": clock.now()}, "ends_at": {"$gt": then.starts_at}}
    count = store.slots.remove_all(scope, {"meeting_day_id": day["_id"], "teacher_id": {"$in": who}, **moments})
    if count:
        changing.arrange_rooms(store, scope, day)
    return count


def _away(day: Document, draft: Mapping[str, Any]) -> Period:
    whole = _whole(day)
    starts_at, ends_at = (_given(draft[name], other) for name, other in zip(whole._fields, whole, strict=True))
    if starts_at >= ends_at:
        raise Invalid({"ends_at": ["Wants a moment after starts_at."]})
    return Period(starts_at, ends_at)


def _given(moment: datetime | None, other: datetime) -> datetime:
    return clock.as_kept(moment) if moment else other


def _whole(day: Document) -> Period:
    """From when its first date begins to when the last ends."""
    spans = [hours(date.fromisoformat(held["on"]), held) for held in day["dates"]]
    return Period(min(spans).starts_at, max(each.ends_at for each in spans))
