"""How many families of a branch took part in something between two days, and who in nothing yet.

A family is who belongs together by guardians and children (schoolbus/households.py). It took part when one of its children or
guardians was there: a function for each kind of thing says whom it counts.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.households import together
from schoolbus.paging import Paged
from schoolbus.problems import Invalid, NotFound
from schoolbus.scope import Scope
from services.meetings.activities.collections import LIVE
from services.meetings.booking.rules import ATTENDED
from services.meetings.views import full_name

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
Query = Mapping[str, Any]
USUAL = timedelta(days=120)  # what counts as this term where the roster tells of none
SHORT_TO_LONG = ("term", "semester", "gradingPeriod", "schoolYear")  # which of several is "this term"


@dataclass(frozen=True)
class Season:
    """The days that are looked at, in UTC, half open; `term` is the title of the term that they are."""

    starts_on: date
    ends_on: date
    term: str | None

    @property
    def moments(self) -> Document:
        begins, ends = (
            datetime.combine(day, time(), clock.BRANCH_ZONE).astimezone(UTC)
            for day in (self.starts_on, self.ends_on + timedelta(days=1))
        )
        return {"$gte": begins, "$lt": min(ends, clock.now())}  # what is still to come has nobody taken part in


@dataclass(frozen=True)
class Family:
    """`kinds`: in what it took part."""

    student_ids: tuple[str, ...]
    guardian_ids: frozenset[str]
    kinds: frozenset[str]


def measure(store: Store, caller: Caller, branch_id: str, query: Query) -> Document:
    """Counts: families, those that took part in something, in each kind of thing, and in nothing yet."""
    scope = caller.branch(branch_id)
    season = season_of(store, scope, query)
    found = families(store, scope, season)
    return {
        "starts_on": season.starts_on,
        "ends_on": season.ends_on,
        "term": season.term,
        "families": len(found),
        "took_part": sum(bool(family.kinds) for family in found),
        "in_nothing_yet": sum(not family.kinds for family in found),
        "kinds": [{"kind": kind, "families": sum(kind in family.kinds for family in found)} for kind in KINDS],
    }


def page(store: Store, caller: Caller, branch_id: str, query: Query) -> Paged:
    """The families that took part in something, or in nothing yet, with their children and guardians."""
    scope = caller.branch(branch_id)
    wanted = {
        family.student_ids[0]: family
        for family in families(store, scope, season_of(store, scope, query))
        if bool(family.kinds) == query["took_part"]
    }
    found = store.people.page(scope, {"person_id": {"$in": sorted(wanted)}}, sort="person_id", page=query["page"])
    shown = [wanted[row["person_id"]] for row in found.items]
    audit.note(store, caller, branch_id, {id for family in shown for id in family.student_ids})
    people = store.people_by_id(scope, {id for family in shown for id in (*family.student_ids, *family.guardian_ids)})
    return Paged([_shown(family, people) for family in shown], found.next)


def season_of(store: Store, scope: Scope, query: Query) -> Season:
    """Of the query: a term, or two days, or the term that is now. Raises Invalid, NotFound."""
    today = clock.today()
    if query["starts_on"] is not None:
        ends_on = query["ends_on"] or today
        if ends_on < query["starts_on"]:
            raise Invalid({"ends_on": ["Is before starts_on."]})
        return Season(query["starts_on"], ends_on, None)
    terms = (store.calendars.first(scope) or {"terms": []})["terms"]
    if query["term_id"] is not None:
        terms = [term for term in terms if term["term_id"] == query["term_id"]]
        if not terms:
            raise NotFound("This term")
    else:
        terms = [term for term in terms if term["starts_on"] <= today.isoformat() <= term["ends_on"]]
    if not terms:
        return Season(today - USUAL, today, None)
    term = min(terms, key=lambda each: SHORT_TO_LONG.index(each["kind"]) if each["kind"] in SHORT_TO_LONG else 9)
    return Season(date.fromisoformat(term["starts_on"]), date.fromisoformat(term["ends_on"]), term["title"])


def families(store: Store, scope: Scope, season: Season) -> list[Family]:
    """All of the branch whose children are here, each with the kinds of things in which it took part."""
    students = sorted(row["person_id"] for row in store.people.find(scope, {"roles": "student", "active": True}))
    pairs = store.families_of(scope, students)
    guardians: dict[str, set[str]] = {}
    for guardian, student in pairs:
        guardians.setdefault(student, set()).add(guardian)
    there = {kind: set(counted(store, scope, season.moments)) for kind, counted in KINDS.items()}

    def family(members: list[str]) -> Family:
        adults = {id for student in members for id in guardians.get(student, ())}
        everybody = adults | set(members)
        kinds = frozenset(kind for kind, ids in there.items() if not ids.isdisjoint(everybody))
        return Family(tuple(members), frozenset(adults), kinds)

    return [family(members) for members in together(students, pairs)]


def _meetings(store: Store, scope: Scope, moments: Document) -> Iterator[str]:
    for booking in store.bookings.find(scope, {"state": ATTENDED, "starts_at": moments}):
        yield from (booking["guardian_id"], booking["student_id"])
    for written in store.written_meetings.find(scope, {"state": "done", "held_at": moments}):  # in writing they met too
        yield from (written["guardian_id"], written["student_id"])


def _activities(store: Store, scope: Scope, moments: Document) -> Iterator[str]:
    for attendance in store.attendances.find(scope, {"held_at": moments}):
        yield from attendance["student_ids"]


def _volunteering(store: Store, scope: Scope, moments: Document) -> Iterator[str]:
    for stint in store.stints.find(scope, {**LIVE, "starts_at": moments}):
        yield stint["guardian_id"]


def _pta(store: Store, scope: Scope, moments: Document) -> Iterator[str]:
    for meeting in store.pta_meetings.find(scope, {"starts_at": moments}):
        yield from meeting["present"]


KINDS: dict[str, Callable[[Store, Scope, Document], Iterable[str]]] = {
    "meetings": _meetings,
    "activities": _activities,
    "volunteering": _volunteering,
    "pta": _pta,
}


def _shown(family: Family, people: Mapping[str, Document]) -> Document:
    def named(id: str) -> Document:
        person = people.get(id)
        return {"person_id": id, "name": full_name(person), "name_ur": person["name_ur"] if person else None}

    return {
        "children": [named(id) for id in family.student_ids],
        "guardians": [named(id) for id in sorted(family.guardian_ids)],
        "kinds": sorted(family.kinds),
    }
