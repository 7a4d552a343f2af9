"""Documents as people see them: with names from the copy of the roster."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.scope import Scope
from services.meetings.rules import BOOKED, FREE

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def days(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    people = store.people_by_id(scope, {teacher["teacher_id"] for day in found for teacher in day["teachers"]})

    def named(teacher: Document) -> Document:
        person = people.get(teacher["teacher_id"])
        return {**teacher, "name": full_name(person), "name_ur": in_urdu(person)}

    return [{**day, "teachers": [named(teacher) for teacher in day["teachers"]]} for day in found]


def slots(store: Store, scope: Scope, found: Sequence[Document], seen_by: Sequence[str] | None) -> list[Document]:
    """With who holds each; for a guardian, by their ids, only of what is their own."""
    now = clock.now()
    people = _people(store, scope, found)

    def shown(slot: Document) -> Document:
        is_shown = slot["state"] == BOOKED and (seen_by is None or slot["guardian_id"] in seen_by)
        view = {name: slot[name] for name in ("_id", "meeting_day_id", "teacher_id", "place", "starts_at", "ends_at")}
        return {
            **view,
            "teacher_name": full_name(people.get(slot["teacher_id"])),
            "free": slot["state"] == FREE and slot["starts_at"] > now,
            "booking": _held_by(slot, people) if is_shown else None,
        }

    return [shown(slot) for slot in found]


def bookings(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    """Booked slots, with the names of the child, the guardian and the teacher, and the day's title."""
    people = _people(store, scope, found)
    days_of = {slot["meeting_day_id"] for slot in found}
    titles = {day["_id"]: day["title"] for day in store.meeting_days.find(scope, {"_id": {"$in": list(days_of)}})}

    def shown(slot: Document) -> Document:
        teacher = people.get(slot["teacher_id"])
        return {
            **slot,
            **_held_by(slot, people),
            "title": titles[slot["meeting_day_id"]],
            "student_name_ur": in_urdu(people.get(slot["student_id"])),
            "teacher_name": full_name(teacher),
            "teacher_name_ur": in_urdu(teacher),
        }

    return [shown(slot) for slot in found]


def full_name(person: Document | None) -> str:
    """Empty while the roster has not told us who it is."""
    return f"{person['given_name']} {person['family_name']}".strip() if person else ""


def in_urdu(person: Document | None) -> str | None:
    return person["name_ur"] if person else None


def _held_by(slot: Document, people: dict[str, Document]) -> Document:
    return {
        "booking_id": slot["booking_id"],
        "student_id": slot["student_id"],
        "student_name": full_name(people.get(slot["student_id"])),
        "guardian_id": slot["guardian_id"],
        "guardian_name": full_name(people.get(slot["guardian_id"])),
    }


def _people(store: Store, scope: Scope, found: Sequence[Document]) -> dict[str, Document]:
    who = ("teacher_id", "student_id", "guardian_id")
    return store.people_by_id(scope, {slot[name] for slot in found for name in who if name in slot})
