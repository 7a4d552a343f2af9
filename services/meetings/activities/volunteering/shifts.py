"""The shifts of a task. Plain values in, plain values out."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from schoolbus.clock import BRANCH_ZONE
from schoolbus.ids import effect_id
from services.meetings.invitation import entry, file_of
from services.meetings.timetable import Period

Document = dict[str, Any]
_SAYS = ("starts_at", "ends_at", "place")


def shifts(task_id: str, drafts: Iterable[Mapping[str, Any]], known: Sequence[Document] = ()) -> list[Document]:
    """In their order, given in branch time. One that is known keeps its id, by the one that was given, and who has it.

    `free`: places that nobody has; below nothing where there are to be fewer than are taken.
    """
    before = {each["shift_id"]: each for each in known}
    made: list[Document] = []
    for number, draft in enumerate(drafts):
        starts_at, ends_at = (datetime.combine(draft["held_on"], draft[name], BRANCH_ZONE) for name in ("starts", "ends"))
        if ends_at <= starts_at:
            ends_at += timedelta(days=1)
        starts_at, ends_at = starts_at.astimezone(UTC), ends_at.astimezone(UTC)
        given = draft["shift_id"]
        id = given if given in before else effect_id("shift", task_id, starts_at.isoformat(), draft["place"], str(number))
        taken = before[id]["places"] - before[id]["free"] if id in before else 0
        counted = {"places": draft["places"], "free": draft["places"] - taken}
        made.append({"shift_id": id, "starts_at": starts_at, "ends_at": ends_at, "place": draft["place"], **counted})
    return sorted(made, key=lambda each: (each["starts_at"], each["shift_id"]))


def taken(shift: Mapping[str, Any]) -> int:
    return int(shift["places"] - shift["free"])


def moved(before: Mapping[str, Any], after: Mapping[str, Any]) -> bool:
    return any(before[name] != after[name] for name in _SAYS)


def period(shift: Mapping[str, Any]) -> Period:
    return Period(shift["starts_at"], shift["ends_at"])


def moments(task: Mapping[str, Any]) -> list[tuple[datetime, Document]]:
    """When somebody is to be reminded, of which shift; in their order."""
    found = [(each["starts_at"] - timedelta(minutes=before), each) for each in task["shifts"] for before in task["reminders"]]
    return sorted(found, key=lambda moment: moment[0])


def next_reminder(task: Mapping[str, Any], after: datetime) -> datetime | None:
    return next((at for at, _ in moments(task) if at > after), None)


def due(task: Mapping[str, Any], since: datetime, at: datetime) -> list[Document]:
    """The shifts to be reminded of at this moment, each once, as long as they have not begun."""
    found = {each["shift_id"]: each for moment, each in moments(task) if since < moment <= at and each["starts_at"] > at}
    return list(found.values())


def calendar(task: Mapping[str, Any], shift: Mapping[str, Any], at: datetime, *, cancelled: bool = False) -> str:
    """The file of one shift; `cancelled`: it takes it out again."""
    return file_of([entry_of(task, shift, at, cancelled=cancelled)], cancelled=cancelled)


def entry_of(task: Mapping[str, Any], shift: Mapping[str, Any], at: datetime, *, cancelled: bool = False) -> Any:
    """SEQUENCE is the count of all that has happened to the task: of two files the later one holds."""
    named = {"summary": task["title"], "place": shift["place"]}
    return entry(shift["shift_id"], task["sequence"], period(shift), **named, at=at, cancelled=cancelled)
