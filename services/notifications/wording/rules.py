"""Which event tells whom what, and how urgently: the whole of it, one row each."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from schoolbus.contracts import meetings, reports
from schoolbus.events import Event
from services.notifications.wording import texts
from services.notifications.wording.texts import Text

PROMPT, NORMAL = 1, 5  # the lower is sent first


class Told(NamedTuple):
    """A person and a child that it is about. No person: the child has nobody to be told."""

    person_id: str | None
    student_id: str


Guardians = Mapping[str, list[str]]  # who may receive reports, by student
Audience = Callable[[Mapping[str, Any], Guardians], Iterator[Told]]


def student_ids(data: Mapping[str, Any]) -> list[str]:
    """The students an event is about, each once."""
    return list(dict.fromkeys(data.get("student_ids") or [data["student_id"]]))


def guardians_of_each(data: Mapping[str, Any], guardians: Guardians) -> Iterator[Told]:
    for student_id in student_ids(data):
        told = guardians.get(student_id, [])
        yield from (Told(person_id, student_id) for person_id in told)
        if not told:
            yield Told(None, student_id)


def the_guardian(data: Mapping[str, Any], guardians: Guardians) -> Iterator[Told]:
    yield Told(data["guardian_id"], data["student_id"])


def the_teacher(data: Mapping[str, Any], guardians: Guardians) -> Iterator[Told]:
    yield Told(data["teacher_id"], data["student_id"])


def the_teachers(data: Mapping[str, Any], guardians: Guardians) -> Iterator[Told]:
    for teacher_id in data["teacher_ids"]:
        yield Told(teacher_id, data["student_id"])


@dataclass(frozen=True)
class Rule:
    event: type[Event]
    tells: Audience
    text: Text
    about: str  # a key of PLACES; the event's ABOUT_id is the thing's id
    role: str = "guardian"  # as whom they are told
    urgency: int = NORMAL
    channel: str | None = None  # None: the person's first


RULES = (
    Rule(reports.HomeworkSet, guardians_of_each, texts.HOMEWORK_SET, "homework"),
    Rule(reports.ReportCardIssued, guardians_of_each, texts.REPORT_CARD_ISSUED, "report_card"),
    Rule(reports.HomeNoteWritten, the_teachers, texts.HOME_NOTE_WRITTEN, "home_note", role="teacher", channel="app"),
    Rule(reports.HomeNoteAcknowledged, the_guardian, texts.HOME_NOTE_ACKNOWLEDGED, "home_note"),
    Rule(meetings.MeetingDayOpened, guardians_of_each, texts.MEETING_DAY_OPENED, "meeting_day"),
    Rule(meetings.SlotBooked, the_guardian, texts.MEETING_BOOKED, "booking", urgency=PROMPT),
    Rule(meetings.SlotBooked, the_teacher, texts.MEETING_WITH_FAMILY, "booking", role="teacher", urgency=PROMPT),
)

# Where a person finds the thing: below /v1/branches/{branch_id}/
PLACES = {
    "homework": "homework",
    "report_card": "report-cards",
    "home_note": "home-notes",
    "meeting_day": "meeting-days",
    "booking": "bookings",
    "conversation": "conversations",
    "unclear_answer": "unclear-answers",
    "abuse_report": "abuse-reports",
}


def rules_for(event: Event) -> list[Rule]:
    return [rule for rule in RULES if isinstance(event, rule.event)]


def place(branch_id: str, about: str, about_id: str) -> str:
    """The path of the thing a message is about."""
    return f"/v1/branches/{branch_id}/{PLACES[about]}/{about_id}"
