"""A guardian takes a shift, gives it back, takes another instead; school notes who was there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.once import key_used_before
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import current_session
from services.meetings.activities import inviting
from services.meetings.activities.collections import LIVE
from services.meetings.activities.reach import own_children
from services.meetings.activities.states import CANCELLED
from services.meetings.activities.turns import turn
from services.meetings.activities.volunteering import shifts, tasks, telling

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
TAKEN, GIVEN_BACK = "taken", "given_back"
REPORTS = "may_receive_reports"


def take(
    store: Store, caller: Caller, branch_id: str, task_id: str, shift_id: str, instead_of: str | None, key: str
) -> Document:
    """The guardian helps in this shift; the same when it is theirs already. `instead_of`: a shift that they give for it.

    Raises NotFound, Conflict, Invalid.
    """
    scope, task = tasks.seen(store, caller, branch_id, task_id)
    children = own_children(store, caller, branch_id)
    if not inviting.among(store, scope, task["audience"], children):
        raise NotFound("Task")
    audit.note(store, caller, branch_id, children)
    return _take(store, scope, task_id, shift_id, caller.person_id, children, instead_of, key, caller.person_id)


def assign(store: Store, caller: Caller, branch_id: str, task_id: str, shift_id: str, guardian_id: str, key: str) -> Document:
    """School puts a guardian down for a shift: one who has said so. Raises Invalid for a stranger, NotFound, Conflict."""
    scope, _ = tasks.led(store, caller, branch_id, task_id)
    children = store.students_of_guardian(scope, guardian_id, may=REPORTS)
    audit.note(store, caller, branch_id, children)
    if not children:
        raise NotFound("Guardian")
    return _take(store, scope, task_id, shift_id, guardian_id, children, None, key, caller.person_id)


def give_back(store: Store, caller: Caller, branch_id: str, task_id: str, shift_id: str) -> None:
    """Until the time that the task gives for it; twice is once. Raises Conflict."""
    scope, _ = tasks.seen(store, caller, branch_id, task_id)
    audit.note(store, caller, branch_id, own_children(store, caller, branch_id))
    with turn(task_id), store.transaction():
        task = tasks.alone(store, scope, task_id)
        tasks.shift_of(task, shift_id)
        if mine := _stint(store, scope, shift_id, store.same_person(caller.person_id)):
            _check_in_time(task, mine, now())
            _release(store, scope, task, mine, now())


def take_back(store: Store, caller: Caller, branch_id: str, task_id: str, shift_id: str, guardian_id: str) -> None:
    """School takes somebody out of a shift, at whatever time."""
    scope, _ = tasks.led(store, caller, branch_id, task_id)
    with store.transaction():
        task = tasks.alone(store, scope, task_id)
        tasks.shift_of(task, shift_id)
        if theirs := _stint(store, scope, shift_id, [guardian_id]):
            audit.note(store, caller, branch_id, theirs["student_ids"])
            _release(store, scope, task, theirs, now())


def note_presence(store: Store, caller: Caller, branch_id: str, task_id: str, shift_id: str, came: Sequence[str]) -> None:
    """Who of those that had taken the shift was there: these, and nobody else. Raises Conflict, Invalid."""
    scope, task = tasks.led(store, caller, branch_id, task_id)
    shift = tasks.shift_of(task, shift_id)
    found = store.stints.find(scope, {"shift_id": shift_id, **LIVE})
    audit.note(store, caller, branch_id, {id for each in found for id in each["student_ids"]})
    if now() < shift["starts_at"]:
        raise Conflict("not-begun", "It has not begun", Sentence("It begins at %(starts_at)s.", starts_at=shift["starts_at"]))
    if strangers := set(came) - {each["guardian_id"] for each in found}:
        raise Invalid(
            {
                "guardian_ids": [
                    Sentence("%(strangers)s had not taken this shift: put them down first.", strangers=min(strangers))
                ]
            }
        )
    with store.transaction():
        where = {"shift_id": shift_id, **LIVE}
        store.stints.change_all(scope, where, {"came": False})
        store.stints.change_all(scope, {**where, "guardian_id": {"$in": list(came)}}, {"came": True})


def _take(
    store: Store,
    scope: Scope,
    task_id: str,
    shift_id: str,
    guardian_id: str,
    children: list[str],
    instead_of: str | None,
    key: str,
    by: str,
) -> Document:
    at = now()
    try:
        with turn(task_id), store.transaction():
            task = tasks.alone(store, scope, task_id)
            shift = tasks.shift_of(task, shift_id)
            id = effect_id("stint", shift_id, key)
            if mine := _stint(store, scope, shift_id, [guardian_id]) or store.stints.first(scope, {"_id": id}):
                if mine["guardian_id"] != guardian_id:
                    raise key_used_before()
                return mine  # also of a request that comes again when the shift was given back since
            _check_open(task, shift, at)
            other = instead_of and _stint(store, scope, tasks.shift_of(task, instead_of)["shift_id"], [guardian_id])
            if other:
                _check_in_time(task, other, at)
                _release(store, scope, task, other, at)
            _count(store, scope, task, shift_id, -1)
            stint = _stint_of(task, shift, guardian_id, children, id, by, at)
            store.stints.add(stint, saying=[telling.taken(task, shift, guardian_id, at)])
    except AlreadyThere:
        raise _clash(store, scope, task_id, shift_id, guardian_id) from None
    log().info("shift_taken", shift=shift_id, task=task_id)
    return stint


def _stint_of(
    task: Document, shift: Document, guardian_id: str, children: list[str], id: str, by: str, at: datetime
) -> Document:
    return {
        "_id": id,
        "branch_id": task["branch_id"],
        "volunteer_task_id": task["_id"],
        "shift_id": shift["shift_id"],
        "guardian_id": guardian_id,
        "student_ids": sorted(children),
        **{name: shift[name] for name in ("starts_at", "ends_at", "place")},
        "minutes": shifts.period(shift).minutes(),
        "live": True,
        "state": TAKEN,
        "came": None,
        "taken_at": at,
        "taken_by": by,
    }


def _stint(store: Store, scope: Scope, shift_id: str, guardian_ids: Sequence[str]) -> Document | None:
    return store.stints.first(scope, {"shift_id": shift_id, "guardian_id": {"$in": list(guardian_ids)}, **LIVE})


def _release(store: Store, scope: Scope, task: Document, stint: Document, at: datetime) -> None:
    """Within a transaction: the place is free again."""
    told = telling.given_back(task, stint, stint["guardian_id"], at)
    to = {"live": False, "minutes": [], "state": GIVEN_BACK, "ended_at": at}
    store.stints.change(scope, stint["_id"], to=to, saying=[told])
    _count(store, scope, task, stint["shift_id"], 1)


def _count(store: Store, scope: Scope, task: Mapping[str, Any], shift_id: str, more: int) -> None:
    """The one write that takes a place, or frees one: there is one. Raises Conflict."""
    free = {"shift_id": shift_id, **({"free": {"$gt": 0}} if more < 0 else {})}
    counted = store.volunteer_tasks.collection.update_one(
        scope.filter({"_id": task["_id"], "shifts": {"$elemMatch": free}}),
        {"$inc": {"shifts.$.free": more}},
        session=current_session(),
    )
    if not counted.matched_count:
        others = [each["shift_id"] for each in task["shifts"] if each["free"] > 0 and each["starts_at"] > now()]
        detail = "Other shifts are free." if others else "No other shift is free either."
        raise Conflict("shift-full", "There are enough helpers in this shift", detail, free_shift_ids=others)


def _check_open(task: Document, shift: Document, at: datetime) -> None:
    if task["state"] == CANCELLED:
        raise Conflict("cancelled", "It was cancelled", "No help is needed.")
    if shift["ends_at"] <= at:
        raise Conflict("over", "It is over", Sentence("It ended at %(ends_at)s.", ends_at=shift["ends_at"]))


def _check_in_time(task: Document, stint: Document, at: datetime) -> None:
    until = stint["starts_at"] - timedelta(minutes=task["give_back_minutes"])
    if at >= until:
        way_out = Sentence("It could be given back until %(until)s: please call the office.", until=until)
        raise Conflict("too-late-to-give-back", "It is too late to give this shift back", way_out, until=until.isoformat())


def _clash(store: Store, scope: Scope, task_id: str, shift_id: str, guardian_id: str) -> Conflict:
    """Which shift of theirs is at that time."""
    shift = tasks.shift_of(store.volunteer_tasks.one(scope, task_id), shift_id)
    where = {"guardian_id": guardian_id, "minutes": {"$in": shifts.period(shift).minutes()}, **LIVE}
    held = store.stints.first(WHOLE_CHAIN, where)
    when = Sentence("From %(starts_at)s.", starts_at=held["starts_at"]) if held else "Look again."
    here = {"shift_id": held["shift_id"]} if held and held["branch_id"] == scope.branch_id else {}
    return Conflict("time-clash", "You help elsewhere then", when, **here)
