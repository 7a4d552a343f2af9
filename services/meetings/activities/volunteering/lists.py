"""What help is needed, and who helps: as guardians and staff see it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.scope import Scope
from services.meetings.activities import inviting
from services.meetings.activities.collections import LIVE
from services.meetings.activities.reach import is_staff, own_children
from services.meetings.activities.states import OVER, PUBLISHED
from services.meetings.activities.views import named
from services.meetings.activities.volunteering import tasks
from services.meetings.views import full_name

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def page(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """In time order, from a day on: what the guardians of the caller's children are asked, for staff all of the branch."""
    scope = caller.branch(branch_id)
    since = datetime.combine(query["since"] or clock.today(), time(), clock.BRANCH_ZONE).astimezone(UTC)
    conditions: list[Document] = [{"ends_at": {"$gte": since}}]
    mine = _helped(store, scope, caller)
    if not is_staff(caller, branch_id):
        asked = inviting.for_any(store, scope, own_children(store, caller, branch_id))
        conditions.append({"$or": [*asked["$or"], {"_id": {"$in": mine}}]})
    if query["mine"]:
        conditions.append({"_id": {"$in": mine}})
    if query["activity_id"] is not None:
        conditions.append({"activity_id": query["activity_id"]})
    found = store.volunteer_tasks.page(scope, {"$and": conditions}, sort="starts_at", page=query["page"])
    return Paged(shown(store, caller, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, task_id: str) -> Document:
    scope, found = tasks.seen(store, caller, branch_id, task_id)
    return shown(store, caller, scope, [found])[0]


def shown(store: Store, caller: Caller, scope: Scope, found: Sequence[Document]) -> list[Document]:
    """Each shift says whether it is the caller's own; who else helps, staff alone may know."""
    ids = [shift["shift_id"] for task in found for shift in task["shifts"]]
    own = {"shift_id": {"$in": ids}, "guardian_id": {"$in": store.same_person(caller.person_id)}, **LIVE}
    mine = {each["shift_id"] for each in store.stints.find(scope, own)}
    at = clock.now()
    return [
        {
            **task,
            "state": OVER if task["state"] == PUBLISHED and task["ends_at"] <= at else task["state"],
            "shifts": [{**shift, "mine": shift["shift_id"] in mine} for shift in task["shifts"]],
        }
        for task in found
    ]


def helpers(store: Store, caller: Caller, branch_id: str, task_id: str, query: Mapping[str, Any]) -> Paged:
    """Who helps, shift after shift."""
    scope, _ = tasks.led(store, caller, branch_id, task_id)
    where = {"volunteer_task_id": task_id, **LIVE, **({"shift_id": query["shift_id"]} if query["shift_id"] else {})}
    found = store.stints.page(scope, where, sort="starts_at", page=query["page"])
    audit.note(store, caller, branch_id, {id for each in found.items for id in each["student_ids"]})
    return Paged(stints(store, scope, found.items), found.next)


def stints(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    people = store.people_by_id(scope, {id for each in found for id in (each["guardian_id"], *each["student_ids"])})
    return [
        {
            **each,
            "guardian_name": full_name(people.get(each["guardian_id"])),
            "children": [named(people, id) for id in each["student_ids"]],
        }
        for each in found
    ]


def _helped(store: Store, scope: Scope, caller: Caller) -> list[str]:
    """Tasks in which the caller has a shift."""
    own = {"guardian_id": {"$in": store.same_person(caller.person_id)}, **LIVE}
    return sorted({each["volunteer_task_id"] for each in store.stints.find(scope, own)})
