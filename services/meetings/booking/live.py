"""Which bookings hold their time: dict conditions, for the store and for whoever asks it."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

Document = dict[str, Any]
LIVE: Document = {"live": True}  # in the unique indexes
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
A_DAY = timedelta(days=1)  # no meeting is longer
# Makes an index partial, of documents that have a moment there; a query that says so too is answered from it
MOMENT: Document = {"$gt": LONG_AGO}
SHOWN = timedelta(days=30)  # so long a place in a waiting list that is none any more is known, to whoever asks for it


def holding(now: datetime) -> Document:
    """Those that hold their time. What was held until some moment holds it no longer, though it stays in the indexes until
    somebody releases it; what was offered does, until the next in the list is asked."""
    return {**LIVE, "$nor": [{"state": "held", "held_until": {"$lte": now}}]}


def near(
    slots: Sequence[Mapping[str, Any]], guardian_ids: Iterable[str], student_ids: Iterable[str], now: datetime
) -> Document:
    """What the guardians and the children hold near these slots."""
    first, last = min(slot["starts_at"] for slot in slots), max(slot["starts_at"] for slot in slots)
    about = {**holding(now), "starts_at": {"$gt": first - A_DAY, "$lt": last + A_DAY}}
    either: list[Document] = [{"guardian_id": {"$in": sorted(guardian_ids)}}, {"student_id": {"$in": sorted(student_ids)}}]
    return {"$or": [{**about, **one} for one in either]}


def is_near(booking: Mapping[str, Any], slot: Mapping[str, Any], guardian_id: str, student_id: str) -> bool:
    """Whether it is one of those that `near` finds of this slot, guardian and child alone."""
    if guardian_id != booking["guardian_id"] and student_id != booking["student_id"]:
        return False
    return bool(abs(booking["starts_at"] - slot["starts_at"]) < A_DAY)


def with_teachers(teacher_ids: Iterable[str], now: datetime) -> Document:
    """What the teachers have from now on, of whatever day and branch."""
    theirs = {"$in": sorted(teacher_ids)}
    return {**holding(now), "attended_by": theirs, "teacher_id": theirs, "starts_at": {"$gt": now - A_DAY}}


def run_out(state: str, now: datetime) -> Document:
    """What was held, or offered, until now."""
    return {**LIVE, "state": state, "held_until": {**MOMENT, "$lte": now}}


def waits_no_more(state: str, now: datetime) -> Document:
    """To write into a place in a waiting list. It has nothing to tell, so the database takes it out after a while."""
    return {"live": False, "state": state, "left_at": now, "forgotten_at": now + SHOWN}
