"""When somebody answers: a branch's hours, or a teacher's own, and by when an answer may be expected."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import BRANCH_ZONE, now
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LOOKED_AHEAD = 92  # days: longer than the summer holidays
DEFAULT: Mapping[str, Any] = {"days": [0, 1, 2, 3, 4], "from": "08:00", "to": "14:00", "answer_within_hours": 6}
_BRANCHS: Mapping[str, Any] = {**DEFAULT, "phone": None, "shares_suggestions": False}


def desk(store: Store, scope: Scope) -> Document:
    """The branch's: hours, the office's phone, and whether the operator may read its suggestions."""
    return {**_BRANCHS, **(store.desks.first(scope, {"_id": scope.branch_id}) or {})}


def of(store: Store, scope: Scope, person_id: str) -> Document:
    """A teacher's own, or the branch's."""
    own = store.desks.first(scope, {"person_id": person_id})
    return {**desk(store, scope), **({name: own[name] for name in DEFAULT} if own else {}), "own": own is not None}


def keep(store: Store, caller: Caller, branch_id: str, to: Mapping[str, Any]) -> Document:
    """The branch's."""
    return _put(store, caller, branch_id, branch_id, {**to, "person_id": None})


def keep_mine(store: Store, caller: Caller, branch_id: str, to: Mapping[str, Any]) -> Document:
    _put(store, caller, branch_id, f"{branch_id}:{caller.person_id}", {**to, "person_id": caller.person_id})
    return of(store, caller.branch(branch_id), caller.person_id)


def drop_mine(store: Store, caller: Caller, branch_id: str) -> None:
    """The branch's hold again."""
    store.desks.remove(caller.branch(branch_id), f"{branch_id}:{caller.person_id}")


def seen(store: Store, scope: Scope, person_id: str, at: datetime) -> Document:
    """Somebody's hours, whether they are there, by when an answer to something written at `at` may be expected, and when they
    are there next."""
    wanted, closed = of(store, scope, person_id), _closed(store, scope)
    opening = next((begins for begins, _ in _openings(wanted, at, closed, LOOKED_AHEAD) if begins > at), None)
    expected = {"expected_by": answer_by(wanted, at, closed), "opens_at": opening}
    return {**wanted, "open_now": is_open(wanted, at, closed), **expected}


# Plain rules


def is_open(wanted: Mapping[str, Any], at: datetime, closed: Callable[[date], bool]) -> bool:
    return any(begins <= at < ends for begins, ends in _openings(wanted, at, closed, days=1))


def answer_by(wanted: Mapping[str, Any], at: datetime, closed: Callable[[date], bool]) -> datetime | None:
    """`at` and so many open hours more; None when nobody is there for three months."""
    left = timedelta(hours=wanted["answer_within_hours"])
    for begins, ends in _openings(wanted, at, closed, days=LOOKED_AHEAD):
        begins = max(begins, at)
        if ends - begins >= left:
            return begins + left
        left -= max(ends - begins, timedelta())
    return None


def _openings(
    wanted: Mapping[str, Any], at: datetime, closed: Callable[[date], bool], days: int
) -> Iterator[tuple[datetime, datetime]]:
    """From the day of `at` on; those of the branch's days and zone."""
    first = at.astimezone(BRANCH_ZONE).date()
    opens, closes = time.fromisoformat(wanted["from"]), time.fromisoformat(wanted["to"])
    for day in (first + timedelta(days=number) for number in range(days)):
        if day.weekday() in wanted["days"] and not closed(day):
            yield datetime.combine(day, opens, BRANCH_ZONE), datetime.combine(day, closes, BRANCH_ZONE)


def _closed(store: Store, scope: Scope) -> Callable[[date], bool]:
    """The branch's holidays, asked for once."""
    calendar = store.calendars.first(scope) or {"holidays": []}
    spans = [(each["starts_on"], each["ends_on"]) for each in calendar["holidays"]]
    return lambda day: any(begins <= day.isoformat() <= ends for begins, ends in spans)


def _put(store: Store, caller: Caller, branch_id: str, id: str, to: Mapping[str, Any]) -> Document:
    scope = caller.branch(branch_id)
    kept = {**to, "changed_at": now(), "changed_by": caller.person_id}
    store.desks.add_new([{"_id": id, "branch_id": branch_id, **kept}])
    return store.desks.change(scope, id, to=kept) or store.desks.one(scope, id)
