"""When teachers have time for meetings: kept by themselves, or by the office for them (free.py says what it means).

It is asked when slots are made: what changes later changes no slot. A teacher who can't come to a day that is open is absent
(calling_off.py).
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from schoolbus.problems import NotFound
from schoolbus.scope import Scope
from services.meetings.days.dates import hhmm

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
NOTHING: Document = {"patterns": [], "exceptions": [], "changed_at": None}


def page(store: Store, caller: Caller, branch_id: str, paging: Paging) -> Paged:
    """Of those teachers who keep any."""
    return store.availabilities.page(caller.branch(branch_id), None, sort="teacher_id", page=paging)


def one(store: Store, caller: Caller, branch_id: str, teacher_id: str) -> Document:
    """Raises NotFound."""
    scope = _reached(store, caller, branch_id, teacher_id)
    return store.availabilities.first(scope, {"teacher_id": teacher_id}) or {"teacher_id": teacher_id, **NOTHING}


def keep(store: Store, caller: Caller, branch_id: str, teacher_id: str, draft: Mapping[str, Any]) -> Document:
    """In place of what was kept. Raises NotFound."""
    scope = _reached(store, caller, branch_id, teacher_id)
    kept = {
        "patterns": [_pattern(each) for each in draft["patterns"]],
        "exceptions": [
            {**_dates(each, "on", "until_on"), "hours": list(map(_hours, each["hours"]))} for each in draft["exceptions"]
        ],
        "changed_at": clock.now(),
        "changed_by": caller.person_id,
    }
    id = f"{branch_id}:{teacher_id}"
    store.availabilities.add_new([{"_id": id, "branch_id": branch_id, "teacher_id": teacher_id, **kept}])
    return store.availabilities.change(scope, id, kept) or store.availabilities.one(scope, id)


def drop(store: Store, caller: Caller, branch_id: str, teacher_id: str) -> None:
    """They have time always again. Raises NotFound."""
    store.availabilities.remove(_reached(store, caller, branch_id, teacher_id), f"{branch_id}:{teacher_id}")


def _reached(store: Store, caller: Caller, branch_id: str, teacher_id: str) -> Scope:
    """The branch's scope, for a teacher of it who is the caller, or whom the right reaches. Raises NotFound."""
    scope = caller.branch(branch_id)
    theirs = caller.reaches_all(branch_id) or teacher_id in store.same_person(caller.person_id)
    if not theirs or not store.teachers_among(scope, [teacher_id]):
        raise NotFound("This teacher")
    return scope


def _pattern(draft: Mapping[str, Any]) -> Document:
    weekdays = sorted(set(draft["weekdays"]))
    return {"weekdays": weekdays, "every_weeks": draft["every_weeks"], **_hours(draft), **_dates(draft, "from_on", "until_on")}


def _hours(draft: Mapping[str, Any]) -> Document:
    return {name: hhmm(draft[name]) for name in ("starts", "ends")}


def _dates(draft: Mapping[str, Any], *names: str) -> Document:
    dates: dict[str, date | None] = {name: draft[name] for name in names}
    return {name: at.isoformat() if at else None for name, at in dates.items()}
