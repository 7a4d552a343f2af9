"""Counts a branch's month, and tells what came out otherwise than before.

Who was where comes from the same sources as the measure of who takes part (calendars/taking_part.py); what was offered and
booked, from the meeting days of the month.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus import counted
from schoolbus.clock import now
from schoolbus.contracts.meetings import ParticipationCounted
from schoolbus.counted import Numbers, count_due, merged_here
from schoolbus.events import Event
from schoolbus.metering import bounds
from schoolbus.privacy import branches_of
from schoolbus.scope import Scope, branch
from services.meetings.booking.rules import ATTENDED, BOOKED, MISSED
from services.meetings.calendars.taking_part import KINDS
from services.meetings.days.planning import CANCELLED

if TYPE_CHECKING:
    from services.meetings.store import Store

Item = dict[str, Any]
NAMES = {"meetings": "met", "activities": "activities", "volunteering": "helped", "pta": "pta"}  # of KINDS, in the event
ROLES = ("student", "guardian")  # whose counts are told; the first that somebody has
Found = Iterator[tuple[str, str]]  # what is counted, of whom


def tell(store: Store, every: float) -> int:
    """All branches that are due; how many."""
    return count_due(store, numbers(store), every)


def forget(store: Store, erased: Event) -> None:
    """After roster's PersonErased was done."""
    branch_ids = branches_of(store, erased.data["person_id"], erased.data["branch_ids"])
    counted.forget(store.participation_told, store.counts, erased.data["person_id"], branch_ids)


def numbers(store: Store) -> Numbers:
    told = store.participation_told
    return Numbers(store.counts, told, ParticipationCounted, "participation_id", partial(count, store), emptied)


def emptied(item: Item) -> Item:
    return {**item, "counts": {}}


def count(store: Store, branch_id: str, month: str, known: Mapping[str, Item]) -> dict[str, Item]:
    """Of everybody here who was offered something, or took part; and of those who were told of."""
    scope = branch(branch_id)
    merged = merged_here(store, scope)
    counts: dict[str, Counter[str]] = {id: Counter() for id in known if id not in merged}
    for what, id in (*_there(store, scope, month), *_of_days(store, scope, month)):
        counts.setdefault(merged.get(id, id), Counter())[what] += 1
    people = store.people_by_id(scope, sorted(counts))
    roles = {id: next((role for role in ROLES if role in row["roles"]), None) for id, row in people.items()}
    return {
        id: {"person_id": id, "role": role, "counts": dict(sorted(counts[id].items()))}
        for id, known_role in roles.items()
        if (role := known_role or (known[id]["role"] if id in known else None))
    }


def _there(store: Store, scope: Scope, month: str) -> Found:
    begins, ends = bounds(month)
    moments = {"$gte": begins, "$lt": min(ends, now())}
    for kind, seen in KINDS.items():
        yield from ((NAMES[kind], person_id) for person_id in seen(store, scope, moments))


def _of_days(store: Store, scope: Scope, month: str) -> Found:
    """Of the meeting days of the month, also of those to come: which children were invited, what is booked or was missed."""
    begins, ends = bounds(month)
    overlap = {"held_on": {"$lt": f"{month}-32"}, "until": {"$gte": f"{month}-01"}, "state": {"$ne": CANCELLED}}
    days = {day["_id"]: day for day in store.meeting_days.find(scope, overlap)}
    begun = [id for id, day in days.items() if day["held_on"].startswith(month)]
    invited = scope.filter({"meeting_day_id": {"$in": begun}})
    yield from (("invited", row["student_id"]) for row in store.invitations.collection.find(invited, {"student_id": True}))
    made = {"meeting_day_id": {"$in": list(days)}, "state": {"$in": [BOOKED, ATTENDED, MISSED]}}
    shown = dict.fromkeys(("guardian_id", "student_id", "state", "starts_at"), 1)
    for booking in store.bookings.collection.find(scope.filter(made), shown):
        if begins <= booking["starts_at"] < ends:
            for id in (booking["guardian_id"], booking["student_id"]):
                yield from ((what, id) for what in _became(booking["state"]))


def _became(state: str) -> tuple[str, ...]:
    return ("booked", "missed") if state == MISSED else ("booked",)
