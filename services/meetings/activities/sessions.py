"""When an activity is: its sessions, its reminders, its calendar file. Plain values in, plain values out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

from schoolbus import clock
from schoolbus.clock import BRANCH_ZONE, now
from schoolbus.ids import effect_id
from services.meetings.activities.places import Times
from services.meetings.activities.states import CANCELLED
from services.meetings.invitation import entry, file_of
from services.meetings.timetable import Period

Document = dict[str, Any]
Activity = Mapping[str, Any]


def sessions(activity_id: str, drafts: Iterable[Mapping[str, Any]], known: Sequence[Document] = ()) -> list[Document]:
    """In their order. Given in branch time; one that ends before it starts ends on the next day.

    A session that is known keeps its id: by the one that was given, or by its time.
    """
    ids = {each["session_id"] for each in known}
    made: list[Document] = []
    for draft in drafts:
        starts_at = datetime.combine(draft["held_on"], draft["starts"], BRANCH_ZONE)
        ends_at = datetime.combine(draft["held_on"], draft["ends"], BRANCH_ZONE)
        if draft["ends"] <= draft["starts"]:
            ends_at += timedelta(days=1)
        starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
        given, id = draft["session_id"], effect_id("session", activity_id, starts_at.isoformat())
        when = {"starts_at": starts_at, "ends_at": ends_at}
        made.append({"session_id": given if given in ids else id, **when, "place": draft["place"], "shared": draft["shared"]})
    return sorted(made, key=lambda each: (each["starts_at"], each["session_id"]))


def overlap(held: Sequence[Document]) -> bool:
    """Whether one begins before the one before it is over; they are in their order."""
    return any(later["starts_at"] < each["ends_at"] for each, later in pairwise(held))


def rooms_of(activity: Activity, since: datetime) -> list[tuple[str, Period]]:
    """What it reserves: places that it shares with nobody, for the sessions that are not over."""
    return [(each["place"], period(each)) for each in activity["sessions"] if not each["shared"] and each["ends_at"] > since]


def period(session: Mapping[str, Any]) -> Period:
    return Period(session["starts_at"], session["ends_at"])


def coming(activity: Activity, now: datetime) -> Document:
    """Its first session that has not begun; else one that is not over, or the last."""
    held: list[Document] = activity["sessions"]
    not_over = next((each for each in held if each["ends_at"] > now), held[-1])
    return next((each for each in held if each["starts_at"] > now), not_over)


def times(activity: Activity) -> Times:
    return Times(
        activity["sign_up_opens_at"],
        activity["sign_up_closes_at"] or activity["starts_at"],
        activity["starts_at"],
        activity["ends_at"],
    )


def next_reminder(held: Iterable[Mapping[str, Any]], before: Iterable[int], after: datetime) -> datetime | None:
    """The first moment after `after` at which those who come are to be reminded; `before` are minutes."""
    moments = (each["starts_at"] - timedelta(minutes=minutes) for each in held for minutes in before)
    return min((moment for moment in moments if moment > after), default=None)


def calendar(activity: Activity, at: datetime, *, cancelled: bool = False) -> str:
    """An entry for each session; `cancelled`: the file takes them out again."""
    return file_of(entries(activity, at, cancelled=cancelled), cancelled=cancelled)


def entries(activity: Activity, at: datetime, *, cancelled: bool = False) -> list[Any]:
    """One for each session, those that were dropped among them as cancelled.

    SEQUENCE is the count of all that has happened to the activity: of two files the later one holds, for whomever.
    """
    off = cancelled or activity["state"] == CANCELLED
    return [
        entry(
            f"{activity['_id']}-{each['session_id']}",
            activity["sequence"],
            period(each),
            summary=activity["title"],
            place=each["place"],
            at=at,
            cancelled=off or each in activity["dropped"],
        )
        for each in (*activity["sessions"], *activity["dropped"])
    ]


def as_file(activity: Activity) -> str:
    """The calendar file as it is now."""
    return calendar(activity, now(), cancelled=activity["state"] == CANCELLED)


def as_kept(value: Any) -> Any:
    """A moment as the database keeps it; what is none, as it is."""
    return clock.as_kept(value) if isinstance(value, datetime) else value
