"""A timetable as people look at it: who is where, who has no place and why; and what the office pins."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import BRANCH_ZONE
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, Invalid, NotFound
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.timetable import in_words, of_date
from services.meetings.timetabling import reasons
from services.meetings.timetabling.runs import of_day
from services.meetings.timetabling.states import SOLVED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
WORDS = {
    reasons.NO_SLOTS: "All of {teacher}'s times are booked already.",
    reasons.NO_WAY: "{teacher} does not meet by the ways that the family wants.",
    reasons.NO_COMMON_TIME: "None of {teacher}'s times is one at which the family can come.",
    reasons.TEACHER_FULL: "More families want {teacher} at the times that fit than there are times.",
    reasons.FAMILY_BUSY: "What {teacher} has free is when the family's other meetings are.",
    reasons.TEACHER_CAP: "{teacher} has as many meetings as this day allows.",
    reasons.FAMILY_CAP: "The family has as many meetings as this day allows.",
    reasons.PIN_TAKEN: "The time that it is pinned to is not free.",
}


def page(
    store: Store, caller: Caller, branch_id: str, meeting_day_id: str, timetable_id: str, query: Mapping[str, Any]
) -> Paged:
    """Placements in time order, those without a place last."""
    scope = caller.branch(branch_id)
    run = of_day(store, scope, meeting_day_id, timetable_id)
    where: Document = {"timetable_id": run["_id"], "made_as": run["made_as"]}
    where |= {name: query[name] for name in ("teacher_id", "guardian_id", "student_id") if query[name] is not None}
    for name, field in (("placed", "slot_id"), ("moved", "moved_from"), ("pinned", "pinned_slot_id")):
        if query[name] is not None:
            where[field] = {"$ne": None} if query[name] else None
    if query["on"] is not None:
        where["starts_at"] = of_date(query["on"])
    found = store.placements.page(scope, where, sort="order", page=query["page"])
    if found.items:
        audit.note(store, caller, branch_id, sorted({row["student_id"] for row in found.items}))
    return Paged(shown(store, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, timetable_id: str, placement_id: str) -> Document:
    scope = caller.branch(branch_id)
    run = of_day(store, scope, meeting_day_id, timetable_id)
    return shown(store, scope, [_of_run(store, caller, branch_id, run, placement_id)])[0]


def counted(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, timetable_id: str) -> Document:
    """The timetable, with how many placements are on which date, without a place, and pinned."""
    scope = caller.branch(branch_id)
    run = of_day(store, scope, meeting_day_id, timetable_id)
    steps: list[Document] = [
        {"$match": scope.filter({"timetable_id": run["_id"], "made_as": run["made_as"]})},
        {
            "$group": {
                "_id": {"$dateToString": {"date": "$starts_at", "format": "%Y-%m-%d", "timezone": str(BRANCH_ZONE)}},
                "placements": {"$sum": 1},
                "pinned": {"$sum": {"$cond": [{"$gt": ["$pinned_slot_id", None]}, 1, 0]}},
            }
        },
        {"$sort": {"_id": 1}},
    ]
    found = list(store.placements.collection.aggregate(steps))
    return {
        **run,
        "without": sum(row["placements"] for row in found if row["_id"] is None),
        "pinned": sum(row["pinned"] for row in found),
        "dates": [{"on": row["_id"], "placements": row["placements"]} for row in found if row["_id"] is not None],
    }


def pin(
    store: Store,
    caller: Caller,
    branch_id: str,
    meeting_day_id: str,
    timetable_id: str,
    placement_id: str,
    wanted: Mapping[str, Any],
) -> Document:
    """What the next timetable that begins from this one keeps. Raises NotFound, Conflict, Invalid."""
    scope = caller.branch(branch_id)
    run = of_day(store, scope, meeting_day_id, timetable_id)
    if run["state"] != SOLVED:
        raise Conflict("timetable-not-ready", "This timetable is not ready", f"It is {run['state']}.")
    row = _of_run(store, caller, branch_id, run, placement_id)
    slot_id = _slot_to_pin(store, scope, row, wanted["slot_id"]) if wanted["pinned"] else None
    row = store.placements.change(scope, row["_id"], {"pinned_slot_id": slot_id}) or row
    return shown(store, scope, [row])[0]


def _of_run(store: Store, caller: Caller, branch_id: str, run: Mapping[str, Any], placement_id: str) -> Document:
    """Raises NotFound."""
    of_run = {"_id": placement_id, "timetable_id": run["_id"], "made_as": run["made_as"]}
    row = store.placements.first(caller.branch(branch_id), of_run)
    if row is None:
        raise NotFound("Placement")
    audit.note(store, caller, branch_id, [row["student_id"]])
    return row


def shown(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    people = store.people_by_id(scope, {row[f"{who}_id"] for row in found for who in ("student", "guardian", "teacher")})

    def name(row: Document, who: str) -> str:
        return views.full_name(people.get(row[f"{who}_id"]))

    return [
        {
            **row,
            **{f"{who}_name": name(row, who) for who in ("student", "guardian", "teacher")},
            "words": row["reason"] and WORDS[row["reason"]].format(teacher=name(row, "teacher") or "the teacher"),
            "remedies": [{**each, "words": remedy_in_words(each, name(row, "teacher"))} for each in row["remedies"]],
        }
        for row in found
    ]


def remedy_in_words(remedy: Mapping[str, Any], teacher: str) -> str:
    """Such as: Sana Malik at 17:40 on Tuesday 1 December, if the family can come then."""
    when = in_words(remedy["starts_at"])
    if remedy["kind"] == reasons.OTHER_TIME:
        return f"{teacher} at {when}, if the family can come then"
    more = "one more time" if remedy["count"] == 1 else f"{remedy['count']} more times"
    return f"{more} with {teacher}, such as at {when}"


def _slot_to_pin(store: Store, scope: Scope, row: Document, slot_id: str | None) -> str:
    slot_id = slot_id or row["slot_id"]
    if slot_id is None:
        raise Invalid({"slot_id": ["It has no place that it could stay at: say where it is to be."]})
    slot = store.slots.first(scope, {"_id": slot_id, "meeting_day_id": row["meeting_day_id"], "teacher_id": row["teacher_id"]})
    if slot is None:
        raise Invalid({"slot_id": ["Wants a time of the same teacher and day."]})
    return slot_id
