"""Which meeting days there are, and their slots."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from schoolbus.problems import NotFound
from schoolbus.route import Answer
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.booking import looking
from services.meetings.booking.reading import own
from services.meetings.booking.rules import MADE
from services.meetings.booking.who import is_staff
from services.meetings.days.answers import Slot
from services.meetings.days.ending import file_of_meetings
from services.meetings.timetable import of_date

if TYPE_CHECKING:
    from services.meetings.store import Store

OFFICES = ("office", "head", "operator")
Document = dict[str, Any]


def page(store: Store, caller: Caller, branch_id: str, paging: Paging) -> Paged:
    """The branch's days, the latest first."""
    scope = caller.branch(branch_id)
    found = store.meeting_days.page(scope, None, sort="-held_on", page=paging)
    return Paged(views.days(store, scope, found.items, staff=is_staff(caller, branch_id)), found.next)


def one(store: Store, caller: Caller, branch_id: str, meeting_day_id: str) -> Document:
    scope = caller.branch(branch_id)
    found = [store.meeting_days.one(scope, meeting_day_id)]
    return views.days(store, scope, found, staff=is_staff(caller, branch_id))[0]


def calendar(store: Store, caller: Caller, branch_id: str, meeting_day_id: str) -> str:
    """The caller's own meetings of a day in one file, as they are now; those that were cancelled as cancelled. Raises NotFound
    when there are none."""
    scope, theirs = caller.branch(branch_id), own(store, caller, branch_id)
    of_day = {"meeting_day_id": meeting_day_id, "attended_by": {"$in": theirs.same}}
    found = store.bookings.find(scope, {**of_day, **theirs.where}, sort="starts_at _id")
    meetings = [booking for booking in found if booking["state"] in MADE]
    if not meetings:
        raise NotFound("Your meetings of this day")
    audit.note(store, caller, branch_id, {booking["student_id"] for booking in meetings})
    return file_of_meetings(meetings)


def slots(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, query: Mapping[str, Any]) -> Paged | Answer:
    """A day's slots in time order, and which are free. Who holds them is for office, head and operator; a teacher sees it of
    their own times, a guardian what is their own."""
    scope = caller.branch(branch_id)
    of_one = query["teacher_id"] is not None and query["on"] is None
    if query["free"] and of_one and query["page"].after is None:
        return _free_of_teacher(store, scope, meeting_day_id, query, staff=is_staff(caller, branch_id))
    day = store.meeting_days.one(scope, meeting_day_id)
    where: Document = {"meeting_day_id": day["_id"]}
    if query["teacher_id"] is not None:
        where["teacher_id"] = query["teacher_id"]
    taken = store.taken_slots(where) if query["free"] else []
    if query["on"] is not None:
        where["starts_at"] = of_date(query["on"])
    if query["free"]:
        where |= {"_id": {"$nin": taken}, "starts_at": {**where.get("starts_at", {}), "$gt": clock.now()}}
    found = store.slots.page(scope, where, sort="starts_at", page=query["page"])
    shown = views.slots(store, scope, found.items, _shown_to(store, caller, branch_id), staff=is_staff(caller, branch_id))
    if children := {slot["booking"]["student_id"] for slot in shown if slot["booking"]}:
        audit.note(store, caller, branch_id, children)
    return Paged(shown, found.next)


def _shown_to(store: Store, caller: Caller, branch_id: str) -> views.Shows:
    if caller.has(branch_id, *OFFICES):
        return views.Shows(lambda _: True, needs=lambda _: True)
    theirs = own(store, caller, branch_id)
    return views.Shows(theirs.has, needs=theirs.taught)


def _free_of_teacher(store: Store, scope: Scope, meeting_day_id: str, query: Mapping[str, Any], *, staff: bool) -> Answer:
    """The same, from the slots that are remembered, ready to send."""
    teacher_id, limit = query["teacher_id"], query["page"].limit
    free = looking.free(store, scope, meeting_day_id, teacher_id)
    found = query["page"].cut(free.slots[: limit + 1], "starts_at")
    name = views.full_name(free.teacher)
    items = ",".join(store.remembered.text(slot, name, _as_json, staff=staff) for slot in found.items)
    return Answer(f'{{"items":[{items}],"next":{json.dumps(found.next)}}}'.encode())


def _as_json(slot: Document, teacher_name: str, staff: bool) -> str:
    shown: Document = _SLOT.dump(views.free_slot(slot, teacher_name, staff=staff))
    return json.dumps(shown, ensure_ascii=False, separators=(",", ":"))


_SLOT = Slot()
