"""What is said of the association's meetings and decisions, and calendar files."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from schoolbus.contracts.pta import PtaMeetingCalled, PtaMeetingCancelled, PtaMeetingReminder
from schoolbus.events import Event
from schoolbus.ids import effect_id
from services.meetings import invitation
from services.meetings.pta.members import chunks
from services.meetings.timetable import period

Document = dict[str, Any]
CALLED, CANCELLED = "called", "cancelled"


def called(meeting: Document, person_ids: Sequence[str]) -> list[Event]:
    return _said(PtaMeetingCalled, meeting, person_ids)


def cancelled(meeting: Document, person_ids: Sequence[str]) -> list[Event]:
    return _said(PtaMeetingCancelled, meeting, person_ids)


def reminder(meeting: Document, person_ids: Sequence[str]) -> list[Event]:
    return _said(PtaMeetingReminder, meeting, person_ids)


def decided(event: Any, decision: Document, once: str) -> Any:
    """To whoever is to do it. `once`: said once of this."""
    return event(
        id=effect_id(decision["_id"], event.type, once),
        branch_id=decision["branch_id"],
        subject=decision["_id"],
        pta_decision_id=decision["_id"],
        edition=decision["edition"],
        title=decision["title"],
        due_on=date.fromisoformat(decision["due_on"]),
        person_ids=[decision["owner_id"]],
    )


def calendar(meeting: Document) -> str:
    """RFC 5545: the meeting's entry as it is now, or one that takes it out."""
    return invitation.file_of([entry_of(meeting)], cancelled=meeting["state"] == CANCELLED)


def entry_of(meeting: Document) -> Any:
    """In a person's calendar."""
    return invitation.entry(
        meeting["_id"],
        meeting["edition"],
        period(meeting),
        summary=meeting["title"],
        place=meeting["place"],
        at=meeting["changed_at"],
        cancelled=meeting["state"] == CANCELLED,
    )


def _said(event: Any, meeting: Document, person_ids: Sequence[str]) -> list[Event]:
    """An event for each 500; each edition says it once."""
    known = {**meeting, "pta_meeting_id": meeting["_id"], "calendar": calendar(meeting)}
    fields = {name: known[name] for name in event.schema.fields if name != "person_ids"}
    of = {"branch_id": meeting["branch_id"], "subject": meeting["_id"]}
    made = (meeting["_id"], event.type, str(meeting["edition"]))
    return [
        event(id=effect_id(*made, str(number)), **of, **fields, person_ids=ids) for number, ids in enumerate(chunks(person_ids))
    ]
