"""Which meeting days there are, and their slots."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from services.meetings import views

if TYPE_CHECKING:
    from services.meetings.store import Store

STAFF = ("teacher", "office", "head", "operator")
Document = dict[str, Any]


def page(store: Store, caller: Caller, branch_id: str, paging: Paging) -> Paged:
    """The branch's days, the latest first."""
    scope = caller.branch(branch_id)
    found = store.meeting_days.page(scope, None, sort="-held_on", page=paging)
    return Paged(views.days(store, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, meeting_day_id: str) -> Document:
    scope = caller.branch(branch_id)
    return views.days(store, scope, [store.meeting_days.one(scope, meeting_day_id)])[0]


def slots(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, query: Mapping[str, Any]) -> Paged:
    """A day's slots in time order: staff see who holds them, a guardian which are free and which are their own."""
    scope = caller.branch(branch_id)
    where: Document = {"meeting_day_id": store.meeting_days.one(scope, meeting_day_id)["_id"]}
    if query["teacher_id"] is not None:
        where["teacher_id"] = query["teacher_id"]
    if query["free"]:
        where |= {"_id": {"$nin": store.taken_slots(where)}, "starts_at": {"$gt": clock.now()}}
    found = store.slots.page(scope, where, sort="starts_at", page=query["page"])
    seen_by = None if caller.has(branch_id, *STAFF) else store.same_person(caller.person_id)
    shown = views.slots(store, scope, found.items, seen_by)
    if children := {slot["booking"]["student_id"] for slot in shown if slot["booking"]}:
        audit.note(store, caller, branch_id, children)
    return Paged(shown, found.next)
