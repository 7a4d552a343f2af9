"""The branch's week: on which days there is school, and until when. Holidays are roster's."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.problems import Invalid, Sentence
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
USUAL = [{"weekday": weekday, "ends": "13:30"} for weekday in range(6)]  # 0 is Monday: Sundays are free
OLDEST = timedelta(days=90)  # before that, a register is closed


def of_branch(store: Store, scope: Scope) -> Document:
    kept = store.school_weeks.first(scope)
    return {"days": kept["days"] if kept else USUAL}


def show(store: Store, caller: Caller, branch_id: str) -> Document:
    return of_branch(store, caller.branch(branch_id))


def put(store: Store, caller: Caller, branch_id: str, week: Document) -> Document:
    """The branch's own, in place of what held before. Registers that were taken stay as they are."""
    scope = caller.branch(branch_id)
    days = sorted(week["days"], key=lambda day: day["weekday"])
    store.school_weeks.add_new([{"_id": branch_id, "branch_id": branch_id, "days": days}])
    store.school_weeks.change(scope, branch_id, to={"days": days})
    return {"days": days}


def weekdays(week: Document) -> frozenset[int]:
    return frozenset(day["weekday"] for day in week["days"])


def register_day(store: Store, scope: Scope, text: str) -> tuple[date, str]:
    """A day of which a register can be taken, and until when school is then. Raises Invalid."""
    day = read_day(text)
    if day > clock.today():
        raise _not("Not before the day has come.")
    if day < clock.today() - OLDEST:
        raise _not(Sentence("Only of the last %(days)s days.", days=OLDEST.days))
    if holiday := store.holiday_on(scope, day):
        raise _not(Sentence("A holiday: %(title)s.", title=holiday["title"]))
    school = {each["weekday"]: each["ends"] for each in of_branch(store, scope)["days"]}
    if day.weekday() not in school:
        raise _not("There is no school on this day of the week.")
    return day, school[day.weekday()]


def read_day(text: str) -> date:
    """A day as a path has it. Raises Invalid."""
    try:
        return date.fromisoformat(text) if len(text) == 10 else _no_day()
    except ValueError:
        return _no_day()


def at(day: date, hour: str) -> datetime:
    """HH:MM of a day at the branches, in UTC."""
    return clock.as_kept(datetime.combine(day, time.fromisoformat(hour), clock.BRANCH_ZONE))


def _no_day() -> date:
    raise _not("A day, such as 2026-11-26.")


def _not(why: str) -> Invalid:
    return Invalid({"held_on": [why]}, "No register can be taken of this day")
