"""The calendar of a branch: what there is for families, from one day to another, in one list."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.problems import Invalid, Sentence
from schoolbus.scope import Scope
from services.meetings.activities import lists
from services.meetings.pta.saying import CALLED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
Query = Mapping[str, Any]
USUAL, LONGEST = timedelta(days=120), timedelta(days=400)  # how far it looks where nothing is said, and at all
MOST = 500  # of a kind


def between(store: Store, caller: Caller, branch_id: str, query: Query) -> Document:
    """In time order: meeting days, activities that the caller may see, the association's meetings, holidays. Raises Invalid."""
    scope = caller.branch(branch_id)
    first = query["starts_on"] or clock.today()
    last = query["ends_on"] or first + USUAL
    if not timedelta() <= last - first <= LONGEST:
        raise Invalid({"ends_on": [Sentence("Wants a day from starts_on on, up to %(days)s days later.", days=LONGEST.days)]})
    days = (first.isoformat(), last.isoformat())
    moments = tuple(_midnight(day) for day in (first, last + timedelta(days=1)))
    found = [
        *_holidays(store, scope, *days),
        *_meeting_days(store, scope, *days),
        *_activities(store, caller, scope, *moments),
        *_pta_meetings(store, scope, *moments),
    ]
    return {"items": sorted(found, key=lambda each: (each["starts_on"], each["starts_at"] or moments[0], each["id"]))}


def _holidays(store: Store, scope: Scope, first: str, last: str) -> Iterator[Document]:
    calendar = store.calendars.first(scope) or {"holidays": []}
    for holiday in calendar["holidays"]:
        if holiday["starts_on"] <= last and holiday["ends_on"] >= first:
            names = {"title": holiday["title"], "title_ur": holiday["title_ur"]}
            yield _entry("holiday", holiday["holiday_id"], holiday["starts_on"], holiday["ends_on"], **names)


def _meeting_days(store: Store, scope: Scope, first: str, last: str) -> Iterator[Document]:
    for day in store.meeting_days.find(scope, {"held_on": {"$lte": last}}, sort="-held_on", limit=MOST):
        until = day["until"]
        if until >= first and day["state"] != "cancelled":
            yield _entry("meeting_day", day["_id"], day["held_on"], until, title=day["title"])


def _activities(store: Store, caller: Caller, scope: Scope, begins: datetime, ends: datetime) -> Iterator[Document]:
    for activity in lists.between(store, caller, scope, begins, ends, MOST):
        for session in activity["sessions"]:
            if session["starts_at"] < ends and session["ends_at"] > begins:
                names = {"title": activity["title"], "title_ur": activity["title_ur"], "place": session["place"]}
                yield _timed("activity", activity["_id"], session, **names)


def _pta_meetings(store: Store, scope: Scope, begins: datetime, ends: datetime) -> Iterator[Document]:
    when = {"starts_at": {"$gte": begins - timedelta(days=1), "$lt": ends}}
    for meeting in store.pta_meetings.find(scope, {**when, "state": CALLED}, sort="-starts_at -_id", limit=MOST):
        if meeting["ends_at"] > begins:
            yield _timed("pta_meeting", meeting["_id"], meeting, title=meeting["title"], place=meeting["place"])


def _timed(kind: str, id: str, when: Mapping[str, Any], **more: Any) -> Document:
    first, last = (when[name].astimezone(clock.BRANCH_ZONE).date().isoformat() for name in ("starts_at", "ends_at"))
    return _entry(kind, id, first, last, starts_at=when["starts_at"], ends_at=when["ends_at"], **more)


def _entry(kind: str, id: str, starts_on: str, ends_on: str, **more: Any) -> Document:
    blank = {"title_ur": None, "place": None, "starts_at": None, "ends_at": None}
    return {"kind": kind, "id": id, "starts_on": starts_on, "ends_on": ends_on, **blank, **more}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), clock.BRANCH_ZONE).astimezone(UTC)
