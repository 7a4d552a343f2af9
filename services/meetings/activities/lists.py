"""What there is: for families what is open to them and their own, for staff who comes and who has not answered."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, time
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock, sheets
from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from schoolbus.scope import Scope
from services.meetings.activities import asking, attending, inviting, views
from services.meetings.activities.places import HOLDING, WAITING
from services.meetings.activities.reach import STAFF, is_staff, led, own_children, seen
from services.meetings.activities.states import CANCELLED, OVER, PUBLISHED
from services.meetings.views import full_name

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
Query = Mapping[str, Any]
COLUMNS = ("guardian", "children", "answer", "heads", "children who come", "permission", "answered at", "sign-up")


def page(store: Store, caller: Caller, branch_id: str, query: Query) -> Paged:
    """In time order, from a day on: what the caller's children are invited to, for staff all of the branch."""
    scope = caller.branch(branch_id)
    since = datetime.combine(query["since"] or clock.today(), time(), clock.BRANCH_ZONE).astimezone(UTC)
    conditions: list[Document] = [{"ends_at": {"$gte": since}}, _visible(store, caller, scope)]
    if query["state"] is not None:
        conditions.append(_in_state(query["state"]))
    if query["mine"]:
        conditions.append({"_id": {"$in": _own(store, scope, caller)}})
    found = store.activities.page(scope, {"$and": conditions}, sort="starts_at", page=query["page"])
    return Paged(views.activities(store, caller, scope, found.items), found.next)


def between(store: Store, caller: Caller, scope: Scope, begins: datetime, ends: datetime, limit: int) -> list[Document]:
    """What is published, and the caller may see, of these moments."""
    when = {"starts_at": {"$lt": ends}, "ends_at": {"$gt": begins}, "state": PUBLISHED}
    where = {"$and": [when, _visible(store, caller, scope)]}
    return store.activities.find(scope, where, sort="starts_at _id", limit=limit)


def one(store: Store, caller: Caller, branch_id: str, activity_id: str) -> Document:
    """Raises NotFound."""
    scope, found, *_ = seen(store, caller, branch_id, activity_id)
    return views.with_counts(store, caller, scope, views.activities(store, caller, scope, [found])[0])


def sign_ups(store: Store, caller: Caller, branch_id: str, activity_id: str, query: Query) -> Paged:
    """The families that have answered, those who wait in their order."""
    scope, activity = led(store, caller, branch_id, activity_id)
    if query["session_id"] is not None:
        attending.session_of(activity, query["session_id"])
    where: Document = {"activity_id": activity_id, **({"state": query["state"]} if query["state"] else {})}
    sort = "asked_at" if query["state"] == WAITING else "_id"
    found = store.sign_ups.page(scope, where, sort=sort, page=query["page"])
    audit.note(store, caller, branch_id, {id for each in found.items for id in each["student_ids"]})
    return Paged(views.sign_ups(store, scope, found.items, query["session_id"]), found.next)


def unanswered(store: Store, caller: Caller, branch_id: str, activity_id: str, paging: Paging) -> Paged:
    """Students who are invited and whose family has not answered, with their guardians."""
    scope, activity = led(store, caller, branch_id, activity_id)
    found = students(store, scope, asking.missing(store, scope, activity), paging)
    audit.note(store, caller, branch_id, {each["student_id"] for each in found.items})
    return found


def students(store: Store, scope: Scope, student_ids: Sequence[str], paging: Paging) -> Paged:
    """A page of these students, each with the guardians who may be told."""
    found = store.people.page(scope, {"person_id": {"$in": list(student_ids)}}, page=paging)
    ids = [row["person_id"] for row in found.items]
    rows = store.relations.find(scope, {"student_id": {"$in": ids}, "active": True, "may_receive_reports": True})
    people = store.people_by_id(scope, {row["guardian_id"] for row in rows})
    guardians: dict[str, list[Document]] = {}
    for row in rows:
        person = {"guardian_id": row["guardian_id"], "name": full_name(people.get(row["guardian_id"]))}
        guardians.setdefault(row["student_id"], []).append(person)
    shown = [
        {
            "student_id": row["person_id"],
            "name": full_name(row),
            "name_ur": row["name_ur"],
            "guardians": guardians.get(row["person_id"], []),
        }
        for row in found.items
    ]
    return Paged(shown, found.next)


def participants(store: Store, caller: Caller, branch_id: str, activity_id: str) -> bytes:
    """A spreadsheet of the families that come or wait."""
    scope, _ = led(store, caller, branch_id, activity_id)
    where = {"activity_id": activity_id, "state": {"$in": [*HOLDING, WAITING]}}
    found = store.sign_ups.find(scope, where, sort="state asked_at _id")
    audit.note(store, caller, branch_id, {id for each in found for id in each["student_ids"]})
    return sheets.csv(COLUMNS, _rows(views.sign_ups(store, scope, found)))


def _rows(shown: Sequence[Document]) -> Iterator[Sequence[Any]]:
    for each in shown:
        names = {child["student_id"]: child["name"] for child in each["children"]}
        coming = ", ".join(names[id] for id in each["coming_ids"] if id in names)
        permission = ", ".join(f"{child['name']}: {child['permission']}" for child in each["children"] if child["permission"])
        at = each["answered_at"].astimezone(clock.BRANCH_ZONE).isoformat(timespec="minutes")
        yield (
            each["guardian_name"],
            ", ".join(names.values()),
            each["state"],
            each["heads"],
            coming,
            permission,
            at,
            each["_id"],
        )


def _visible(store: Store, caller: Caller, scope: Scope) -> Document:
    """The condition on what the caller sees at all."""
    branch_id = scope.branch_id or ""
    if caller.has(branch_id, *STAFF):
        return {}
    known = {"state": {"$in": [PUBLISHED, CANCELLED]}}
    if is_staff(caller, branch_id):
        return {"$or": [known, {"leader_ids": caller.person_id}]}
    invited = inviting.for_any(store, scope, own_children(store, caller, branch_id))
    return {"$and": [known, {"$or": [*invited["$or"], {"_id": {"$in": _own(store, scope, caller)}}]}]}


def _in_state(state: str) -> Document:
    at = clock.now()
    if state == OVER:
        return {"state": PUBLISHED, "ends_at": {"$lte": at}}
    return {"state": state, **({"ends_at": {"$gt": at}} if state == PUBLISHED else {})}


def _own(store: Store, scope: Scope, caller: Caller) -> list[str]:
    """Activities for which the caller's family has said something."""
    children = own_children(store, caller, scope.branch_id or "")
    found = store.sign_ups.find(scope, {"student_ids": {"$in": children}}) if children else []
    return [each["activity_id"] for each in found]
