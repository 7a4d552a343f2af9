"""What is known of a meeting day, as the instance that is to be solved."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import clock, households
from schoolbus.ids import effect_id
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.meetings.booking.live import holding
from services.meetings.timetabling.problem import Busy, Instance, Slot, Wish, where
from services.meetings.timetabling.wishes import unanswered

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
MOST_UNASKED = 3  # teachers for a child whose family has not answered
DAY = timedelta(days=1)


class Asked(NamedTuple):
    """A wish as the family put it."""

    id: str
    guardian_id: str
    student_id: str
    teacher_id: str
    rank: int
    fits: tuple[tuple[int, int], ...]
    ways: tuple[str, ...]
    together: bool


class Question(NamedTuple):
    """`kept`: the bookings that meet a wish already and stay, by the wish's id, with those wishes. `base`: the timetable that
    is published now."""

    instance: Instance
    asked: dict[str, Asked]
    slots: dict[str, Document]
    kept: list[tuple[Asked, Document]]
    former: dict[str, Document]  # slots before, by the wish's id
    base: str | None


def gather(store: Store, run: Mapping[str, Any]) -> Question:
    scope = branch(run["branch_id"])
    day = store.meeting_days.one(scope, run["meeting_day_id"])
    of_day = {"meeting_day_id": day["_id"]}
    slots = {each["_id"]: each for each in store.slots.find(scope, {**of_day, "starts_at": {"$gt": clock.now()}})}
    asked = {each.id: each for each in _asked(store, scope, day, run["unanswered"])}
    live = store.bookings.find(scope, {**holding(clock.now()), **of_day})
    base = store.timetables.first(scope, {**of_day, "current": True})
    of_base = _rows(store, scope, base)
    before, pins = _before(store, scope, run)
    free, kept, held = _sorted(asked, live, of_base)
    movable = {booking["_id"] for booking in held.values()}
    priorities = {(each["teacher_id"], each["student_id"]) for each in store.priorities.find(scope, of_day)}
    stay = [booking for booking in live if booking["_id"] not in movable]
    household = _households(
        store, scope, day, {each.student_id for each in asked.values()} | {each["student_id"] for each in stay}
    )
    wishes = tuple(
        Wish(
            each.id,
            each.guardian_id,
            each.student_id,
            each.teacher_id,
            rank=each.rank,
            priority=(each.teacher_id, each.student_id) in priorities,
            together=each.together,
            fits=each.fits,
            ways=each.ways,
            household=household.get(each.student_id, ""),
            pin=pins.get(each.id),
            former=held[each.id]["slot_id"] if each.id in held else before.get(each.id),
            held=each.id in held,
        )
        for each in free
    )
    instance = Instance(
        tuple(_slot(slot) for slot in slots.values()),
        wishes,
        travel=day["travel_minutes"],
        busy=tuple(_busy(store, wishes, slots.values(), movable)),
        taken=frozenset(booking["slot_id"] for booking in stay),
        most=_most(day, stay, household),
    )
    former = {wish.id: slots[wish.former] for wish in wishes if wish.former in slots}
    return Question(instance, asked, slots, kept, former, base["_id"] if base else None)


def wish_id(meeting_day_id: str, student_id: str, teacher_id: str) -> str:
    return effect_id(meeting_day_id, "wish", student_id, teacher_id)


def minute(moment: datetime) -> int:
    return int(moment.timestamp()) // 60


def moment(minute: int) -> datetime:
    return datetime.fromtimestamp(minute * 60, UTC)


def evening(moment: datetime) -> str:
    return moment.astimezone(clock.BRANCH_ZONE).date().isoformat()


def as_minutes(fit: Mapping[str, str]) -> tuple[int, int]:
    """A time that fits, as it is kept: a date and hours of the branch's day, up to 24:00."""
    midnight = datetime.combine(date.fromisoformat(fit["on"]), time(), clock.BRANCH_ZONE).astimezone(UTC)
    hours = [int(fit[name][:2]) * 60 + int(fit[name][3:]) for name in ("from", "to")]
    return minute(midnight) + hours[0], minute(midnight) + hours[1]


def _asked(store: Store, scope: Scope, day: Document, unanswered_are: str) -> Iterator[Asked]:
    """Each child and teacher once, also when two guardians raced to wish for them."""
    seen: set[str] = set()
    there = {teacher["teacher_id"] for teacher in day["teachers"]}
    for family in store.wishes.find(scope, {"meeting_day_id": day["_id"]}, sort="put_at _id"):
        fits, ways = tuple(as_minutes(fit) for fit in family["fits"]), tuple(family["ways"])
        for child in family["children"]:
            for rank, teacher_id in enumerate(each for each in child["teacher_ids"] if each in there):
                id = wish_id(day["_id"], child["student_id"], teacher_id)
                if id not in seen:
                    seen.add(id)
                    yield Asked(
                        id, family["guardian_id"], child["student_id"], teacher_id, rank, fits, ways, family["together"]
                    )
    if unanswered_are == "any_time":
        yield from _for_the_silent(store, scope, day)


def _for_the_silent(store: Store, scope: Scope, day: Document) -> Iterator[Asked]:
    """For a child whose family has not answered: the teachers of the day who teach it, those who marked it first."""
    students = unanswered(store, scope, day)
    guardians: dict[str, list[str]] = defaultdict(list)
    for row in store.relations.find(scope, {"student_id": {"$in": students}, "active": True, "may_book": True}):
        guardians[row["student_id"]].append(row["guardian_id"])
    marked: dict[str, list[str]] = defaultdict(list)
    for each in store.priorities.find(scope, {"meeting_day_id": day["_id"]}):
        marked[each["student_id"]].append(each["teacher_id"])
    teachers = store.teachers_by_student(scope, [each["teacher_id"] for each in day["teachers"]])
    for student_id in students:
        theirs = list(dict.fromkeys([*sorted(marked[student_id]), *teachers.get(student_id, [])]))[:MOST_UNASKED]
        for rank, teacher_id in enumerate(theirs if guardians[student_id] else []):
            guardian_id = min(guardians[student_id])
            yield Asked(wish_id(day["_id"], student_id, teacher_id), guardian_id, student_id, teacher_id, rank, (), (), True)


def _sorted(
    asked: Mapping[str, Asked], live: Sequence[Document], of_base: Mapping[str, Document]
) -> tuple[list[Asked], list[tuple[Asked, Document]], dict[str, Document]]:
    """The wishes to be placed; those with a booking that stays; and the bookings that may move, by wish: those that a
    timetable has made, and that nobody has moved since."""
    bookings = {(each["student_id"], each["teacher_id"]): each for each in live}
    free, kept, held = [], [], {}
    for id, wish in asked.items():
        booking = bookings.get((wish.student_id, wish.teacher_id))
        if booking is None:
            free.append(wish)
        elif booking["state"] == "booked" and of_base.get(id, {}).get("slot_id") == booking["slot_id"]:
            free.append(wish)
            held[id] = booking
        else:
            kept.append((wish, booking))
    return free, kept, held


def _before(store: Store, scope: Scope, run: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Slots and pins of the timetable that this one begins from, by wish."""
    if run["from_id"] is None:
        return {}, {}
    rows = _rows(store, scope, store.timetables.one(scope, run["from_id"]))
    return (
        {id: row["slot_id"] for id, row in rows.items() if row["slot_id"]},
        {id: row["pinned_slot_id"] for id, row in rows.items() if row["pinned_slot_id"]},
    )


def _rows(store: Store, scope: Scope, run: Mapping[str, Any] | None) -> dict[str, Document]:
    if run is None:
        return {}
    found = store.placements.find(scope, {"timetable_id": run["_id"], "made_as": run["made_as"]})
    return {row["wish_id"]: row for row in found}


def _busy(store: Store, wishes: Sequence[Wish], slots: Any, movable: set[str]) -> Iterator[Busy]:
    """What stands near the day for those who wish or are wished for, in whatever branch."""
    if not wishes or not slots:
        return
    near = {"$gt": min(slot["starts_at"] for slot in slots) - DAY, "$lt": max(slot["ends_at"] for slot in slots)}
    people = {name: sorted({getattr(wish, name) for wish in wishes}) for name in ("guardian", "student", "teacher")}
    either = [{"starts_at": near, f"{name}_id": {"$in": ids}} for name, ids in people.items()]
    for booking in store.bookings.find(WHOLE_CHAIN, {**holding(clock.now()), "$or": either}):
        if booking["_id"] not in movable:
            yield Busy(
                frozenset(booking[f"{name}_id"] for name in people),
                minute(booking["starts_at"]),
                minute(booking["ends_at"]),
                where(booking["place"], booking["way"]),
            )


def _households(store: Store, scope: Scope, day: Document, children: set[str]) -> dict[str, str]:
    """Which household a child is of, where a day allows each only so many meetings: as when they are booked (booking/turns.py)
    it is joined by all its children, also by those for whom nobody wishes anything."""
    if not day["most_per_household"]:
        return {}
    students = store.households_of(scope, sorted(children))
    families = households.together(students, store.families_of(scope, students))
    return {student: f"household:{family[0]}" for family in families for student in family}


def _most(day: Document, stay: Sequence[Document], household: Mapping[str, str]) -> dict[str, int]:
    """What is left of what the day allows, beside the bookings that stay."""
    most: dict[str, int] = {whose: int(day["most_per_household"]) for whose in household.values()}
    if day["most_per_teacher"]:
        most |= {teacher["teacher_id"]: day["most_per_teacher"] for teacher in day["teachers"]}
    for booking in stay:
        for whose in (booking["teacher_id"], household.get(booking["student_id"], "")):
            if whose in most:
                most[whose] = max(0, most[whose] - 1)
    return most


def _slot(slot: Document) -> Slot:
    starts, ends = minute(slot["starts_at"]), minute(slot["ends_at"])
    return Slot(slot["_id"], slot["teacher_id"], starts, ends, evening(slot["starts_at"]), slot["ways"])
