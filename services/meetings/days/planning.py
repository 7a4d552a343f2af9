"""From what the office wants to a meeting day: its document, what each teacher offers, and what stands against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus.clock import as_kept
from schoolbus.ids import fingerprint
from schoolbus.privacy import as_json
from schoolbus.problems import Conflict, Sentence
from schoolbus.scope import Scope
from services.meetings import rooms
from services.meetings.days.dates import closed_by, dates_of, hhmm
from services.meetings.days.free import free
from services.meetings.days.offers import Sitting, every, fits, rooms_of, sittings
from services.meetings.schemas import WAYS
from services.meetings.timetable import period

if TYPE_CHECKING:
    from services.meetings.store import Store

MOST_SLOTS = 5000  # of one day: 80 teachers for five hours of five minutes
LONGEST = timedelta(days=31)  # from the first date of a day to its last
OPEN, CANCELLED = "open", "cancelled"  # states of a day
TERMS = (
    *("booking_opens_at", "early_opens_at", "change_until_hours", "most_per_household", "most_per_teacher"),
    *("travel_minutes", "offer_minutes", "mode", "wishes_until"),
)
Document = dict[str, Any]
Draft = Mapping[str, Any]


class Plan(NamedTuple):
    """`held`: what each teacher offers, by their id. `left_out`: dates that are holidays."""

    day: Document
    left_out: list[Document]
    held: dict[str, list[Sitting]]


def planned(store: Store, scope: Scope, draft: Draft, meeting_day_id: str) -> Plan:
    """By the branch's calendar and the teachers' availability as they are now."""
    closed = closed_by(store.calendars.first(scope))
    dates, left_out = dates_of(draft, closed)
    day = new_day(str(scope.branch_id), meeting_day_id, draft, dates)
    held = offered(store, scope, day, day["teachers"])
    day["slot_count"] = sum(1 for _ in every(held))
    return Plan(day, left_out, held)


def offered(
    store: Store, scope: Scope, day: Document, teachers: Sequence[Document], dates: Sequence[Document] | None = None
) -> dict[str, list[Sitting]]:
    """What these teachers of a day offer, on these of its dates (on all)."""
    of_dates = {**day, "dates": day["dates"] if dates is None else dates}
    on = [date.fromisoformat(held["on"]) for held in of_dates["dates"]]
    kept = store.availability_of(scope, [teacher["teacher_id"] for teacher in teachers])
    return {
        teacher["teacher_id"]: sittings(of_dates, teacher, free(kept.get(teacher["teacher_id"]), on) if on else {})
        for teacher in teachers
    }


def new_day(branch_id: str, meeting_day_id: str, draft: Draft, dates: list[Document]) -> Document:
    """The document of a day. `asked` tells whether the same is sent again, whatever has become of the day meanwhile."""
    return {
        "_id": meeting_day_id,
        "branch_id": branch_id,
        "asked": fingerprint(as_json({name: draft[name] for name in sorted(draft) if name != "meeting_day_id"})),
        "state": OPEN,
        "edition": 0,
        "title": draft["title"],
        "held_on": draft["held_on"].isoformat(),
        "until": (draft["until"] or draft["held_on"]).isoformat(),
        "dates": dates,
        **{name: hhmm(draft[name]) for name in ("starts", "ends")},
        **{name: draft[name] for name in ("slot_minutes", "break_minutes")},
        "breaks": _as_hours(draft["breaks"]),
        **terms_of(draft),
        "invited": invited_of(draft["invited"]),
        "slot_count": 0,
        "teachers": [teacher_of(teacher) for teacher in draft["teachers"]],
        "absences": [],
        "tell_at": None,
        "settle_at": None,
    }


def terms_of(draft: Draft) -> Document:
    """Of those that are given."""
    given = {name: draft[name] for name in TERMS if name in draft}
    return {name: as_kept(value) if isinstance(value, datetime) else value for name, value in given.items()}


def invited_of(draft: Draft) -> Document:
    return {name: list(dict.fromkeys(draft.get(name, ()))) for name in ("grades", "class_ids", "student_ids")}


def teacher_of(draft: Draft) -> Document:
    return {
        "teacher_id": draft["teacher_id"],
        **ways_of(draft),
        **{name: draft[name] for name in ("slot_minutes", "break_minutes")},
        "hours": draft["hours"] and _as_hours([draft["hours"]])[0],
        "breaks": _as_hours(draft["breaks"]),
    }


def ways_of(draft: Draft) -> Document:
    return {"ways": {way: draft[field] for way, field in WAYS.items() if draft.get(field)}, "shared": draft["shared"]}


def _as_hours(given: Sequence[Draft]) -> list[Document]:
    return [{name: hhmm(each[name]) for name in ("starts", "ends")} for each in given]


# What stands against it


def errors(plan: Plan, known: set[str], now: datetime) -> dict[str, Any]:
    """Everything that is wrong with a new day, as Invalid has it; `known` are the teachers of the branch among its own."""
    day = plan.day
    wrong = _wrong_time(plan, now) | wrong_opening(day, [meeting.starts_at for meeting in every(plan.held)])
    if day["slot_count"] > MOST_SLOTS:
        wrong["slot_minutes"] = [
            Sentence("That makes %(count)s slots, and a day has up to %(most)s.", count=day["slot_count"], most=MOST_SLOTS)
        ]
    if teachers := dict(_wrong_teachers(plan, known, tell_of_time=not wrong)):
        wrong["teachers"] = teachers
    return wrong


def wrong_opening(day: Document, begins: Sequence[datetime]) -> dict[str, Any]:
    """`begins`: of its meetings."""
    opens_at, early_at = day["booking_opens_at"], day["early_opens_at"]
    wrong: dict[str, Any] = {}
    if opens_at is not None and begins and opens_at >= max(begins):
        wrong["booking_opens_at"] = ["Booking would open when the last meeting has begun."]
    if early_at is not None and (opens_at is None or early_at >= opens_at):
        wrong["early_opens_at"] = ["Wants a moment before booking_opens_at."]
    return wrong


def teachers_elsewhere(store: Store, scope: Scope, day: Document, held: Mapping[str, list[Sitting]]) -> Conflict | None:
    """When a teacher has slots then already, of another day. Only the index of bookings sees other branches' days that are
    being opened at this moment."""
    meetings = list(every(held))
    if not meetings:
        return None
    theirs = store.slots_between(held, min(meetings).starts_at, max(each.ends_at for each in meetings))
    clashes = [slot for slot in theirs if slot["meeting_day_id"] != day["_id"] and _meets(slot, held[slot["teacher_id"]])]
    if not clashes:
        return None
    here = {slot["meeting_day_id"] for slot in clashes if slot["branch_id"] == day["branch_id"]}
    titles = [known["title"] for known in store.meeting_days.find(scope, {"_id": {"$in": sorted(here)}})]
    where = Sentence("In %(where)s: choose other hours, or other teachers.", where=[f"“{title}”" for title in titles])
    elsewhere = "In another branch: choose other hours, or other teachers."  # of which nothing else is told
    return Conflict(
        "teacher-has-a-day",
        "A teacher has meetings then already",
        where if titles else elsewhere,
        teacher_ids=sorted({slot["teacher_id"] for slot in clashes}),
        meeting_day_ids=sorted(here),
    )


def _meets(slot: Document, held: Sequence[Sitting]) -> bool:
    near = (sitting for sitting in held if sitting.whole.overlaps(period(slot)))
    return any(period(slot).overlaps(meeting) for sitting in near for meeting in sitting.meetings)


def _wrong_time(plan: Plan, now: datetime) -> dict[str, Any]:
    day, meetings = plan.day, list(every(plan.held))
    if not day["dates"] and plan.left_out:
        return {
            "held_on": [
                Sentence(
                    "The branch is closed: %(holiday)s.",
                    holiday=list(dict.fromkeys(each["holiday"] for each in plan.left_out)),
                )
            ]
        }
    if not day["dates"]:
        return {"weekdays": ["None of these dates is one of these weekdays."]}
    if not meetings and not fits(day):
        return {"slot_minutes": ["Not one meeting fits between starts and ends."]}
    if meetings and max(each.ends_at for each in meetings) <= now:
        return {"held_on": ["This day is over."]}
    return {}


def _wrong_teachers(plan: Plan, known: set[str], *, tell_of_time: bool) -> Iterator[tuple[int, Document]]:
    teachers = plan.day["teachers"]
    ids = [teacher["teacher_id"] for teacher in teachers]
    crowded = _sharing_unasked(plan)
    for place, teacher_id in enumerate(ids):
        if teacher_id not in known:
            yield place, {"teacher_id": [Sentence("%(teacher_id)s is no teacher of this branch.", teacher_id=teacher_id)]}
        elif ids.count(teacher_id) > 1:
            yield (
                place,
                {
                    "teacher_id": [
                        Sentence(
                            "%(teacher_id)s stands here %(times)s times.",
                            teacher_id=teacher_id,
                            times=ids.count(teacher_id),
                        )
                    ]
                },
            )
        elif rooms.folded(teachers[place]["ways"].get("visit", "")) in crowded:
            yield place, {"place": ["Is another's too: each has a room, or all say shared."]}
        elif tell_of_time and not plan.held[teacher_id]:
            yield place, {"teacher_id": [Sentence("%(teacher_id)s has no time in these hours.", teacher_id=teacher_id)]}


def _sharing_unasked(plan: Plan) -> set[str]:
    """Rooms in which two of the teachers would be at once, by their folded names."""
    uses = sorted((rooms.folded(room), each) for room, each in rooms_of(plan.day, plan.held))
    return {
        room
        for place, (room, each) in enumerate(uses)
        for other, meets in uses[place + 1 : place + 2]
        if room == other and rooms.meet(each, meets)
    }
