"""Meeting days: a branch says when its teachers are to be met, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.contracts.meetings import MeetingDayOpened
from schoolbus.events import CHUNK
from schoolbus.ids import effect_id, new_id
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import AlreadyThere, Conflict, Invalid
from schoolbus.scope import branch
from services.meetings import families, rules, views
from services.meetings.rules import FREE
from services.meetings.timetable import Period, periods

if TYPE_CHECKING:
    from services.meetings.store import Store

STAFF = ("teacher", "office", "head", "operator")
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
        told = families.chunks(students, store.families_of(scope, students), CHUNK)
        try:
            with store.transaction():
                store.open_alone(branch_id)
                check_teachers_are_free(store, day, meetings)
                store.meeting_days.add(day, saying=opened(day, told))
                store.add_slots(slots_of(day, meetings))
            log().info("meeting_day_opened", meeting_day=day["_id"], branch=branch_id, slots=day["slot_count"])
        except AlreadyThere:
            sent_before = store.meeting_days.first(scope, {"_id": day["_id"]})
            if sent_before is None:  # another branch's
                raise
    if sent_before is not None and sent_before != day:
        raise Conflict("already-there", "This meeting_day_id is of another meeting day", "Send another id, or none.")
    return views.days(store, scope, [day])[0]


def page(store: Store, caller: Caller, branch_id: str, paging: Paging) -> Paged:
    """The branch's days, the latest first."""
    scope = caller.branch(branch_id)
    found = store.meeting_days.page(scope, None, sort="-held_on", page=paging)
    return Paged(views.days(store, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, meeting_day_id: str) -> Document:
    scope = caller.branch(branch_id)
    return views.days(store, scope, [store.meeting_days.one(scope, meeting_day_id)])[0]


def slots(store: Store, caller: Caller, branch_id: str, meeting_day_id: str, query: Mapping[str, Any]) -> Paged:
    """A day's slots in time order: staff see who holds them, a guardian which are free and which are their own."""
    scope = caller.branch(branch_id)
    where: Document = {"meeting_day_id": store.meeting_days.one(scope, meeting_day_id)["_id"]}
    if query["teacher_id"] is not None:
        where["teacher_id"] = query["teacher_id"]
    if query["free"]:
        where |= {"state": FREE, "starts_at": {"$gt": clock.now()}}
    found = store.slots.page(scope, where, sort="starts_at", page=query["page"])
    seen_by = None if caller.has(branch_id, *STAFF) else store.same_person(caller.person_id)
    shown = views.slots(store, scope, found.items, seen_by)
    if children := {slot["booking"]["student_id"] for slot in shown if slot["booking"]}:
        audit.note(store, caller, branch_id, children)
    return Paged(shown, found.next)


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
        "teachers": [dict(teacher) for teacher in draft["teachers"]],
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
    times = Counter(_teacher_ids(day))
    for place, id in enumerate(_teacher_ids(day)):
        if id not in known:
            errors.setdefault("teachers", {})[place] = {"teacher_id": [f"{id} is no teacher of this branch."]}
        elif times[id] > 1:
            errors.setdefault("teachers", {})[place] = {"teacher_id": [f"{id} stands here {times[id]} times."]}
    if errors:
        raise Invalid(errors)


def check_teachers_are_free(store: Store, day: Document, meetings: Sequence[Period]) -> None:
    """Raises Conflict when a teacher has slots then already, of another day; only the index of bookings sees other branches'
    days that are being opened at this moment."""
    theirs = store.slots_between(_teacher_ids(day), meetings[0].starts_at, meetings[-1].ends_at)
    clashes = rules.teaching_elsewhere(meetings, (slot for slot in theirs if slot["meeting_day_id"] != day["_id"]))
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
            **teacher,
            **meeting._asdict(),
            "state": FREE,
        }
        for teacher in day["teachers"]
        for meeting in meetings
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


def _teacher_ids(day: Document) -> list[str]:
    return [teacher["teacher_id"] for teacher in day["teachers"]]


def _as_kept(moment: datetime) -> datetime:
    moment = moment.astimezone(UTC)
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
