"""Documents as people see them: with names from the copy of the roster."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import clock
from schoolbus.scope import Scope
from services.meetings.booking.needs import needs_of
from services.meetings.booking.rules import HELD, OFFERED, RELEASED, shown_place
from services.meetings.days.dates import closed_dates

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
_FOR_STAFF = ("invited", "absences")
_NOT_YET = (HELD, OFFERED, RELEASED)


def days(store: Store, scope: Scope, found: Sequence[Document], *, staff: bool) -> list[Document]:
    """For families without who is invited by name, when a teacher is away, and where telephone and video lead."""
    people = store.people_by_id(scope, {teacher["teacher_id"] for day in found for teacher in day["teachers"]})
    calendar = store.calendars.first(scope)

    def named(teacher: Document) -> Document:
        person = people.get(teacher["teacher_id"])
        return {**teacher, **_ways(teacher, staff=staff), "name": full_name(person), "name_ur": in_urdu(person)}

    def shown(day: Document) -> Document:
        lengths = {name: day[name] for name in ("slot_minutes", "break_minutes")}
        own = [{name: each for name, each in teacher.items() if each is not None} for teacher in day["teachers"]]
        teachers = [named({"hours": None, **lengths, **teacher}) for teacher in own]
        told = day if staff else {name: each for name, each in day.items() if name not in _FOR_STAFF}
        return {**told, "teachers": teachers, "closed_dates": closed_dates(calendar, day["dates"])}

    return [shown(day) for day in found]


class Shows(NamedTuple):
    """Which bookings a reader sees, and of which what the guardian needs."""

    booking: Callable[[Document], bool]
    needs: Callable[[Document], bool]


NOTHING = Shows(lambda _: False, lambda _: False)


def slots(store: Store, scope: Scope, found: Sequence[Document], shows: Shows, *, staff: bool) -> list[Document]:
    """With who holds each, as far as the reader sees it; for staff with where telephone and video lead."""
    now = clock.now()
    held = store.bookings_of(scope, found)
    people = _people(store, scope, [*found, *held.values()])

    def shown(slot: Document) -> Document:
        booking = held.get(slot["_id"])
        return {
            **slot,
            **_ways(slot, staff=staff),
            "teacher_name": full_name(people.get(slot["teacher_id"])),
            "free": booking is None and slot["starts_at"] > now,
            "booking": _held_by(booking, people, needs=shows.needs(booking)) if booking and shows.booking(booking) else None,
        }

    return [shown(slot) for slot in found]


def free_slot(slot: Document, teacher_name: str, *, staff: bool) -> Document:
    """A slot that nobody holds."""
    return {**slot, **_ways(slot, staff=staff), "teacher_name": teacher_name, "free": True, "booking": None}


def bookings(
    store: Store,
    scope: Scope,
    found: Sequence[Document],
    *,
    needs: bool = False,
    day: Document | None = None,
    people: Mapping[str, Document] | None = None,
) -> list[Document]:
    """Bookings, with the names of the child, the guardian and the teacher, and the day's title; for staff what the guardian
    `needs`. `day`, `people`: theirs, where they are known."""
    people = _people(store, scope, found) if people is None else people
    days_of = {booking["meeting_day_id"] for booking in found}
    days = [day] if day else store.meeting_days.find(scope, {"_id": {"$in": list(days_of)}})
    titles = {day["_id"]: day["title"] for day in days}

    def shown(booking: Document) -> Document:
        teacher = people.get(booking["teacher_id"])
        return {
            **booking,
            **_held_by(booking, people, needs=needs),
            **({} if needs or booking["state"] not in _NOT_YET else _place_of_held(booking)),
            "title": titles[booking["meeting_day_id"]],
            "student_name_ur": in_urdu(people.get(booking["student_id"])),
            "teacher_name": full_name(teacher),
            "teacher_name_ur": in_urdu(teacher),
        }

    return [shown(booking) for booking in found]


def full_name(person: Document | None) -> str:
    """Empty while the roster has not told us who it is."""
    return f"{person['given_name']} {person['family_name']}".strip() if person else ""


def in_urdu(person: Document | None) -> str | None:
    return person["name_ur"] if person else None


def _held_by(booking: Document, people: Mapping[str, Document], *, needs: bool) -> Document:
    return {
        **({"meeting_needs": needs_of(people.get(booking["guardian_id"]))} if needs else {}),
        "state": booking["state"],
        "booking_id": booking["_id"],
        "student_id": booking["student_id"],
        "student_name": full_name(people.get(booking["student_id"])),
        "guardian_id": booking["guardian_id"],
        "guardian_name": full_name(people.get(booking["guardian_id"])),
    }


def _place_of_held(booking: Document) -> Document:
    """What is not booked yet leads families to rooms alone."""
    return {"place": shown_place(booking["way"], booking["place"])}


def _ways(found: Document, *, staff: bool) -> Document:
    """As a list, the first of them first."""
    ways = [{"way": way, "place": place if staff else shown_place(way, place)} for way, place in found["ways"].items()]
    return {"place": ways[0]["place"] if ways else "", "ways": ways}


def _people(store: Store, scope: Scope, found: Sequence[Document]) -> dict[str, Document]:
    who = ("teacher_id", "student_id", "guardian_id")
    return store.people_by_id(scope, {each[name] for each in found for name in who if name in each})
