"""Meeting days: a branch says when its teachers are to be met, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.meetings import MeetingDayOpened
from schoolbus.events import CHUNK
from schoolbus.ids import effect_id, new_id
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, Invalid
from schoolbus.scope import branch
from services.meetings import households, rooms, views
from services.meetings.booking.rules import teaching_elsewhere
from services.meetings.schemas import WAYS
from services.meetings.timetable import Period, periods

if TYPE_CHECKING:
    from services.meetings.store import Store

MOST_SLOTS = 5000  # of one day: 80 teachers for five hours of five minutes
Document = dict[str, Any]


def open_day(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any]) -> Document:
    """A new day with its slots and what it says, in one transaction; the one that is there when this was sent before."""
    scope = caller.branch(branch_id)
    day, meetings = new_day(branch_id, draft)
    sent_before = store.meeting_days.first(scope, {"_id": day["_id"]})
    if sent_before is None:
        check(day, meetings, store.teachers_among(scope, _teacher_ids(day)), store.holiday_on(scope, draft["held_on"]))
        students = store.students_taught_by(scope, _teacher_ids(day))
        told = households.chunks(students, store.families_of(scope, students), CHUNK)
        try:
            with store.transaction():
                store.open_alone(branch_id)
                check_teachers_are_free(store, day, meetings)
                store.meeting_days.add(day, saying=opened(day, told))
                rooms.reserve(store, branch_id, day["_id"], day["title"], rooms_of(day, meetings))
                store.add_slots(slots_of(day, meetings))
            log().info("meeting_day_opened", meeting_day=day["_id"], branch=branch_id, slots=day["slot_count"])
        except AlreadyThere:
            sent_before = store.meeting_days.first(scope, {"_id": day["_id"]})
            if sent_before is None:  # another branch's
                raise
    if sent_before is not None and sent_before != day:
        raise Conflict("already-there", "This meeting_day_id is of another meeting day", "Send another id, or none.")
    return views.days(store, scope, [day])[0]


def new_day(branch_id: str, draft: Mapping[str, Any]) -> tuple[Document, list[Period]]:
    """The document of a day and the periods of each of its teachers."""
    length, pause = (timedelta(minutes=draft[name]) for name in ("slot_minutes", "break_minutes"))
    meetings = periods(draft["held_on"], draft["starts"], draft["ends"], length, pause)
    opens_at = draft["booking_opens_at"]
    day = {
        "_id": draft.get("meeting_day_id") or new_id(),
        "branch_id": branch_id,
        "title": draft["title"],
        "held_on": draft["held_on"].isoformat(),
        "starts": f"{draft['starts']:%H:%M}",
        "ends": f"{draft['ends']:%H:%M}",
        "slot_minutes": draft["slot_minutes"],
        "break_minutes": draft["break_minutes"],
        "booking_opens_at": opens_at and _as_kept(opens_at),
        "slot_count": len(meetings) * len(draft["teachers"]),
        "teachers": [_teacher(teacher) for teacher in draft["teachers"]],
    }
    return day, meetings


def check(day: Document, meetings: Sequence[Period], known: set[str], holiday: Document | None = None) -> None:
    """Raises Invalid with everything that is wrong with a new day; `known` are the teachers of the branch among its own."""
    errors: dict[str, Any] = {}
    if not meetings:
        errors["slot_minutes"] = ["Not one meeting fits between starts and ends."]
    elif meetings[-1].ends_at <= clock.now():
        errors["held_on"] = ["This day is over."]
    elif holiday is not None:
        errors["held_on"] = [f"The branch is closed: {holiday['title']}."]
    elif day["booking_opens_at"] is not None and day["booking_opens_at"] >= meetings[-1].starts_at:
        errors["booking_opens_at"] = ["Booking would open when the last meeting has begun."]
    if day["slot_count"] > MOST_SLOTS:
        errors["slot_minutes"] = [f"That makes {day['slot_count']} slots, and a day has up to {MOST_SLOTS}."]
    times, rooms_wanted = Counter(_teacher_ids(day)), Counter(rooms.folded(room) for room, _ in rooms_of(day, meetings))
    for place, id in enumerate(_teacher_ids(day)):
        if id not in known:
            errors.setdefault("teachers", {})[place] = {"teacher_id": [f"{id} is no teacher of this branch."]}
        elif times[id] > 1:
            errors.setdefault("teachers", {})[place] = {"teacher_id": [f"{id} stands here {times[id]} times."]}
        elif rooms_wanted[rooms.folded(day["teachers"][place]["ways"].get("visit", ""))] > 1:
            errors.setdefault("teachers", {})[place] = {"place": ["Is another's too: each has a room, or all say shared."]}
    if errors:
        raise Invalid(errors)


def check_teachers_are_free(store: Store, day: Document, meetings: Sequence[Period]) -> None:
    """Raises Conflict when a teacher has slots then already, of another day; only the index of bookings sees other branches'
    days that are being opened at this moment."""
    theirs = store.slots_between(_teacher_ids(day), meetings[0].starts_at, meetings[-1].ends_at)
    clashes = teaching_elsewhere(meetings, (slot for slot in theirs if slot["meeting_day_id"] != day["_id"]))
    if not clashes:
        return
    here = {slot["meeting_day_id"]: slot["teacher_id"] for slot in clashes if slot["branch_id"] == day["branch_id"]}
    titles = [known["title"] for known in store.meeting_days.find(branch(day["branch_id"]), {"_id": {"$in": list(here)}})]
    where = " and ".join(f"“{title}”" for title in titles) or "another branch"  # of which nothing else is told
    raise Conflict(
        "teacher-has-a-day",
        "A teacher has meetings then already",
        f"In {where}: choose other hours, or other teachers.",
        teacher_ids=sorted({slot["teacher_id"] for slot in clashes}),
        meeting_day_ids=sorted(here),
    )


def slots_of(day: Document, meetings: Sequence[Period]) -> list[Document]:
    """The documents of a day's slots; their ids follow from the day, the teacher and the time."""
    return [
        {
            "_id": effect_id(day["_id"], teacher["teacher_id"], meeting.starts_at.isoformat()),
            "branch_id": day["branch_id"],
            "meeting_day_id": day["_id"],
            "teacher_id": teacher["teacher_id"],
            "ways": teacher["ways"],
            **meeting._asdict(),
        }
        for teacher in day["teachers"]
        for meeting in meetings
    ]


def rooms_of(day: Document, meetings: Sequence[Period]) -> list[tuple[str, Period]]:
    """The rooms in which nobody else may be, and when: from the teacher's first meeting to the end of the last."""
    if not meetings:
        return []
    whole = Period(meetings[0].starts_at, meetings[-1].ends_at)
    return [
        (teacher["ways"]["visit"], whole) for teacher in day["teachers"] if "visit" in teacher["ways"] and not teacher["shared"]
    ]


def opened(day: Document, told: Sequence[list[str]]) -> list[MeetingDayOpened]:
    """An event for each part of the students."""
    return [
        MeetingDayOpened(
            branch_id=day["branch_id"],
            subject=day["_id"],
            meeting_day_id=day["_id"],
            title=day["title"],
            held_on=datetime.fromisoformat(day["held_on"]).date(),
            student_ids=student_ids,
        )
        for student_ids in told
    ]


def _teacher(draft: Mapping[str, Any]) -> Document:
    ways = {way: draft[field] for way, field in WAYS.items() if draft.get(field)}
    return {"teacher_id": draft["teacher_id"], "ways": ways, "shared": draft["shared"]}


def _teacher_ids(day: Document) -> list[str]:
    return [teacher["teacher_id"] for teacher in day["teachers"]]


def _as_kept(moment: datetime) -> datetime:
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
