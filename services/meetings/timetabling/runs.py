"""Timetables of a day: asked for, followed, stopped. A worker finds them (`working.py`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.once import once
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Conflict, Invalid, Sentence
from schoolbus.scope import Scope
from services.meetings.booking.admission import closed
from services.meetings.timetabling.states import ASKED, PUBLISHING, SOLVED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
MOST_KEPT = 20  # timetables of a day
SAME = ("meeting_day_id", "from_id", "seconds", "unanswered")


def ask(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, draft: Mapping[str, Any], key: str) -> Document:
    """A timetable that a worker will find; the same one when it is asked for again. Raises NotFound, Conflict, Invalid."""
    scope = caller.branch(branch_id)
    run = new_run(branch_id, meeting_day_id, effect_id(key, meeting_day_id), caller.person_id, draft)
    if store.timetables.first(scope, {"_id": run["_id"]}) is None:
        _check(store, scope, meeting_day_id, draft)
    there = once(store.timetables, scope, run, lambda: store.timetables.add(run), SAME, keyed=True)
    log().info("timetable_asked", timetable=there["_id"], branch=branch_id)
    return there


def new_run(branch_id: str, meeting_day_id: str, id: str, asked_by: str, draft: Mapping[str, Any]) -> Document:
    return {
        "_id": id,
        "branch_id": branch_id,
        "meeting_day_id": meeting_day_id,
        "from_id": draft["from_id"],
        "seconds": draft["seconds"],
        "unanswered": draft["unanswered"],
        "state": ASKED,
        "stop": False,
        "reason": None,
        "publication": None,
        "published": None,
        "made_as": None,
        "base_id": None,
        "asked_by": asked_by,
        "asked_at": clock.now(),
        **dict.fromkeys(("wishes", "placed", "bound", "kept", "moved", "families_without"), 0),
        "used_seconds": 0.0,
        "best": False,
    }


def page(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, paging: Paging) -> Paged:
    """The latest first."""
    scope = caller.branch(branch_id)
    store.meeting_days.one(scope, meeting_day_id)
    return store.timetables.page(scope, {"meeting_day_id": meeting_day_id}, sort="-asked_at", page=paging)


def one(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, timetable_id: str) -> Document:
    return of_day(store, caller.branch(branch_id), meeting_day_id, timetable_id)


def stop(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, timetable_id: str) -> Document:
    """The best that was found until then is the timetable."""
    scope = caller.branch(branch_id)
    run = of_day(store, scope, meeting_day_id, timetable_id)
    return store.timetables.change(scope, run["_id"], {"stop": True}, when={"state": ASKED}) or run


def of_day(store: Store, scope: Scope, meeting_day_id: str, timetable_id: str) -> Document:
    """Raises NotFound."""
    store.meeting_days.one(scope, meeting_day_id)
    found = store.timetables.first(scope, {"_id": timetable_id, "meeting_day_id": meeting_day_id})
    return found if found is not None else store.timetables.one(scope, "")


def _check(store: Store, scope: Scope, meeting_day_id: str, draft: Mapping[str, Any]) -> None:
    day = store.meeting_days.one(scope, meeting_day_id)
    if problem := closed(day):
        raise problem
    of_that_day = {"meeting_day_id": meeting_day_id}
    if store.slots.first(scope, {**of_that_day, "starts_at": {"$gt": clock.now()}}) is None:
        raise Conflict("time-passed", "This day is over", "Choose another day.")
    if draft["from_id"] is not None:
        before = store.timetables.first(scope, {**of_that_day, "_id": draft["from_id"], "state": SOLVED})
        if before is None:
            raise Invalid({"from_id": ["Wants a timetable of this day that is ready."]})
    if store.timetables.first(scope, {**of_that_day, "publication": PUBLISHING}) is not None:
        raise Conflict("publishing-now", "A timetable is being published", "Wait until it is done.")
    if store.timetables.first(scope, {**of_that_day, "state": ASKED}) is not None:
        raise Conflict("timetable-under-way", "A timetable is being made", "Wait until it is ready, or stop it.")
    if store.timetables.count(scope, of_that_day) >= MOST_KEPT:
        raise Conflict(
            "too-many-timetables",
            Sentence("A day has up to %(most)s timetables", most=MOST_KEPT),
            "Go on from one that is there.",
        )
