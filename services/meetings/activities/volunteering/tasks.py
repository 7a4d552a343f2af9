"""School says what help it needs: a task with its shifts, changed and cancelled."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus import due
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.events import Event
from schoolbus.ids import fingerprint
from schoolbus.logs import log
from schoolbus.once import once
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, Invalid, NotAllowed, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from schoolbus.store import current_session
from services.meetings.activities import inviting
from services.meetings.activities.collections import LIVE
from services.meetings.activities.reach import is_staff, leads, own_children
from services.meetings.activities.states import CANCELLED, PUBLISHED
from services.meetings.activities.telling import still_here
from services.meetings.activities.timing import subscribes
from services.meetings.activities.volunteering import shifts, telling

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
Draft = Mapping[str, Any]
_AS_GIVEN = ("activity_id", "title", "title_ur", "description", "description_ur", "give_back_minutes", "reminders")
AT_ONCE = 100


def create(store: Store, caller: Caller, branch_id: str, draft: Draft, key: str) -> Document:
    """Guardians hear of it at once. The one that is there when this was sent before."""
    scope, at = caller.branch(branch_id), now()
    began = {"state": PUBLISHED, "edition": 0, "sequence": 0, "version": 1, "created_at": at, "created_by": caller.person_id}
    task = {"_id": key, "branch_id": branch_id, **began, **_content(store, caller, branch_id, key, draft, None)}
    task |= {"sent": fingerprint(repr(sorted(draft.items()))), "remind_at": shifts.next_reminder(task, at), "reminded_at": at}
    if task["ends_at"] <= at:
        raise Invalid({"shifts": ["All of them are over."]})
    told = telling.wanted(store, scope, task, inviting.students(store, scope, task["audience"]))
    made = once(store.volunteer_tasks, scope, task, lambda: store.volunteer_tasks.add(task, saying=told), ("sent",), keyed=True)
    log().info("volunteers_wanted", task=key, branch=branch_id, shifts=len(task["shifts"]))
    return made


def edit(store: Store, caller: Caller, branch_id: str, task_id: str, draft: Draft) -> Document:
    """The whole of it in place of what it was. Helpers hear of another time or place, and when they are not needed."""
    scope, _ = led(store, caller, branch_id, task_id)
    at = now()
    with store.transaction():
        was = alone(store, scope, task_id)
        _check(was, draft, at)
        to = _content(store, caller, branch_id, task_id, draft, was)
        if all(was[name] == value for name, value in to.items()):
            return was
        before = {each["shift_id"]: each for each in was["shifts"]}
        kept = {each["shift_id"] for each in to["shifts"]}
        changed = [each for each in to["shifts"] if each["shift_id"] in before and shifts.moved(before[each["shift_id"]], each)]
        gone = [each for id, each in before.items() if id not in kept]
        to["version"] = was["version"] + 1
        to["edition"] = was["edition"] + bool(changed or gone)
        new = {**was, **to}
        to["remind_at"] = shifts.next_reminder(new, at)
        events = [event for each in gone for event in _released(store, scope, new, each, at)]
        for each in changed:
            _move(store, scope, new, each, at)
        known = set(inviting.students(store, scope, was["audience"]))
        more = [id for id in inviting.students(store, scope, to["audience"]) if id not in known]
        events += telling.wanted(store, scope, new, more)
        store.volunteer_tasks.change(scope, task_id, to=to, saying=events)
    return store.volunteer_tasks.one(scope, task_id)


def cancel(store: Store, caller: Caller, branch_id: str, task_id: str) -> Document:
    """No help is needed. A second time it is cancelled already."""
    scope, _ = led(store, caller, branch_id, task_id)
    with store.transaction():
        task = alone(store, scope, task_id)
        return task if task["state"] == CANCELLED else _cancel(store, scope, task, now())


def cancel_of_activity(store: Store, scope: Scope, activity_id: str, at: datetime) -> None:
    """Within the transaction in which an activity is cancelled: what people were to help with."""
    for found in store.volunteer_tasks.find(scope, {"activity_id": activity_id, "state": PUBLISHED}):
        _cancel(store, scope, alone(store, scope, found["_id"]), at)


def remind(store: Store) -> None:
    """Whoever helps, of shifts that begin soon. Once, however many replicas look: what was due is the guard of the write."""
    at = now()
    where = {"remind_at": {"$lte": at}, "state": PUBLISHED}

    def tell(task: Document) -> None:
        scope = branch(task["branch_id"])
        told: list[Event] = []
        for shift in shifts.due(task, task["reminded_at"], at) if subscribes(store, task["branch_id"]) else ():
            told += telling.reminder(store, scope, task, shift, _helpers(store, scope, shift))
        to = {"remind_at": shifts.next_reminder(task, at), "reminded_at": at}
        when = {name: task[name] for name in ("remind_at", "state", "version")}
        store.volunteer_tasks.change(scope, task["_id"], to=to, when=when, saying=told)

    found = store.volunteer_tasks.find(WHOLE_CHAIN, where, sort="remind_at", limit=AT_ONCE)
    due.each(store.volunteer_tasks, found, "remind_at", tell)


def alone(store: Store, scope: Scope, task_id: str) -> Document:
    """The task, within a transaction: nobody else changes who helps meanwhile. Counts what happens to it. Raises NotFound."""
    found: Document | None = store.volunteer_tasks.collection.find_one_and_update(
        scope.filter({"_id": task_id}), {"$inc": {"sequence": 1}}, return_document=True, session=current_session()
    )
    if found is None:
        raise NotFound("Task")
    return found


def led(store: Store, caller: Caller, branch_id: str, task_id: str) -> tuple[Scope, Document]:
    """For those who lead it and whose right reaches the branch. Raises NotFound, NotAllowed."""
    scope = caller.branch(branch_id)
    found = store.volunteer_tasks.one(scope, task_id)
    if not leads(caller, branch_id, found):
        raise NotAllowed("not-your-task", "You do not lead this task", "Who leads it, the head and the office may do this.")
    return scope, found


def seen(store: Store, caller: Caller, branch_id: str, task_id: str) -> tuple[Scope, Document]:
    """For staff, and guardians of a child whose guardians are asked. Raises NotFound."""
    scope = caller.branch(branch_id)
    found = store.volunteer_tasks.one(scope, task_id)
    if not is_staff(caller, branch_id) and not _concerns(store, caller, scope, found):
        raise NotFound("Task")
    return scope, found


def shift_of(task: Mapping[str, Any], shift_id: str) -> Document:
    """Raises NotFound."""
    for shift in task["shifts"]:
        if shift["shift_id"] == shift_id:
            return dict(shift)
    raise NotFound("Shift")


def _concerns(store: Store, caller: Caller, scope: Scope, task: Document) -> bool:
    children = own_children(store, caller, scope.branch_id or "")
    if inviting.among(store, scope, task["audience"], children):
        return True
    helps = {"volunteer_task_id": task["_id"], "guardian_id": {"$in": store.same_person(caller.person_id)}}
    return bool(children) and store.stints.first(scope, helps) is not None


def _content(store: Store, caller: Caller, branch_id: str, id: str, draft: Draft, was: Document | None) -> Document:
    scope = caller.branch(branch_id)
    if draft["activity_id"] is not None:
        activity = store.activities.first(scope, {"_id": draft["activity_id"]})
        if activity is None or not leads(caller, branch_id, activity):
            raise Invalid({"activity_id": ["No activity that you lead."]})
        if activity["state"] == CANCELLED:
            raise Invalid({"activity_id": ["It was cancelled."]})
    audience = inviting.audience(store, caller, branch_id, draft["audience"], was and was["audience"])
    held = shifts.shifts(id, draft["shifts"], was["shifts"] if was else [])
    if len({each["shift_id"] for each in held}) < len(held):
        raise Invalid({"shifts": ["A shift stands here twice."]})
    if over := next((each for each in held if each["free"] < 0), None):
        taken = shifts.taken(over)
        raise Conflict(
            "shift-taken",
            Sentence("%(taken)s help in a shift", taken=taken),
            "So many places have to stay.",
            shift_id=over["shift_id"],
        )
    own = [] if caller.reaches_all(branch_id) else [caller.person_id]
    leaders = sorted({*(was["leader_ids"] if was else []), *own})
    when = {"starts_at": held[0]["starts_at"], "ends_at": max(each["ends_at"] for each in held)}
    return {**{name: draft[name] for name in _AS_GIVEN}, "audience": audience, "shifts": held, "leader_ids": leaders, **when}


def _check(was: Document, draft: Draft, at: datetime) -> None:
    if was["state"] == CANCELLED:
        raise Conflict("cancelled", "It was cancelled", "Ask for other help by a new task.")
    if was["ends_at"] <= at:
        raise Conflict("over", "It is over", "Ask for other help by a new task.")
    if draft["version"] is not None and draft["version"] != was["version"]:
        raise GoneOn(version=was["version"])


def _cancel(store: Store, scope: Scope, task: Document, at: datetime) -> Document:
    task["edition"] += 1
    told = [event for each in task["shifts"] for event in _released(store, scope, task, each, at)]
    to = {"state": CANCELLED, "edition": task["edition"], "version": task["version"] + 1, "remind_at": None}
    return store.volunteer_tasks.change(scope, task["_id"], to=to, saying=told) or task


def _released(store: Store, scope: Scope, task: Document, shift: Document, at: datetime) -> list[Event]:
    """Who was to help in a shift need not any more; of one that is past nobody need hear."""
    if shift["ends_at"] <= at:
        return []
    helpers = _helpers(store, scope, shift)
    where = {"shift_id": shift["shift_id"], **LIVE}
    store.stints.change_all(scope, where, {"live": False, "minutes": [], "state": CANCELLED, "ended_at": at})
    return telling.cancelled(store, scope, task, shift, helpers, at)


def _move(store: Store, scope: Scope, task: Document, shift: Document, at: datetime) -> None:
    """Who helps in it, does so at its new time. Raises Conflict for one who helps elsewhere then."""
    to = {**{name: shift[name] for name in ("starts_at", "ends_at", "place")}, "minutes": shifts.period(shift).minutes()}
    for stint in store.stints.find(scope, {"shift_id": shift["shift_id"], **LIVE}):
        told = [telling.taken(task, shift, id, at) for id in still_here(store, scope, [stint["guardian_id"]])]
        try:
            store.stints.change(scope, stint["_id"], to=to, saying=told)
        except AlreadyThere:
            way_out = "Add another shift, and take this one away."
            raise Conflict(
                "helper-busy", "Who helps in it has another shift then", way_out, shift_id=shift["shift_id"]
            ) from None


def _helpers(store: Store, scope: Scope, shift: Mapping[str, Any]) -> list[str]:
    return [each["guardian_id"] for each in store.stints.find(scope, {"shift_id": shift["shift_id"], **LIVE})]
