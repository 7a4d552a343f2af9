"""What a rule makes of an event: the draft of a message for each person, or a record of why there is none."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from schoolbus.events import Event
from schoolbus.ids import effect_id
from services.notifications.links import link
from services.notifications.wording.languages import Said, first_name, say, whole_name
from services.notifications.wording.rules import Guardians, Rule, place
from services.notifications.wording.texts import TEXTS

Draft = dict[str, Any]
People = Mapping[str, Mapping[str, Any]]


def compose(rule: Rule, event: Event, people: People, guardians: Guardians, *, public_url: str, at: datetime) -> list[Draft]:
    """`people` holds all whom the rule tells, the students and the teacher; `guardians` those to be told, by student.

    One message for each person, about all their children in the event; its id is the same however often the event comes.
    """

    @cache
    def said(language: str, student_ids: tuple[str, ...]) -> Said:
        teacher = people.get(event.data.get("teacher_id", ""))
        facts = {**event.data, "teacher": whole_name(teacher, language) if teacher else ""}
        return say(rule.text, language, [first_name(people[id], language) for id in student_ids], facts)

    told: dict[str, list[str]] = {}
    drafts = []
    for person_id, student_id in rule.tells(event.data, guardians):
        if person_id is None:
            id = effect_id(event.id, "nobody", student_id)
            drafts.append(_draft(rule, event, at, id, [student_id], "no_guardian"))
        else:
            told.setdefault(person_id, []).append(student_id)
    for person_id, student_ids in told.items():
        person = people[person_id]
        draft = _draft(rule, event, at, effect_id(event.id, person_id), student_ids)
        drafts.append(_worded(draft, person, said(person["language"], tuple(student_ids)), public_url))
    return drafts


def reworded(event: Event, people: People, draft: Mapping[str, Any], student_ids: Sequence[str]) -> Draft:
    """The same message about other children of the event."""
    text, language = TEXTS[draft["text"]], draft["language"]
    teacher = people.get(event.data.get("teacher_id", ""))
    facts = {**event.data, "teacher": whole_name(teacher, language) if teacher else ""}
    said = say(text, language, [first_name(people[id], language) for id in student_ids], facts)
    return {**draft, **said.fields(draft["link"]), "student_ids": list(student_ids)}


def sms_text(body: str, link: str | None) -> str:
    return f"{body}\n{link}" if link else body


def _draft(rule: Rule, event: Event, at: datetime, id: str, student_ids: list[str], reason: str | None = None) -> Draft:
    """Before its words and its way (`sending/queueing.py`)."""
    about_id = event.data[f"{rule.about}_id"]
    return {
        "_id": id,
        "branch_id": event.branch_id,
        "person_id": None,
        "role": rule.role,
        "teacher_id": event.data.get("teacher_id"),  # whom its words may name
        "student_ids": student_ids,
        "about_type": rule.about,
        "about_id": about_id,
        "path": place(event.branch_id, rule.about, about_id),
        "text": rule.text.name,
        "calendar": event.data.get("calendar"),
        "urgency": rule.urgency,
        "only": rule.channel,
        "reason": reason,
        "created_at": at,
        "happened_at": event.time,
        "source": {"kind": "event", "id": event.id},
    }


def _worded(draft: Draft, person: Mapping[str, Any], said: Said, public_url: str) -> Draft:
    address = link(public_url, draft["_id"])
    return {**draft, "person_id": person["person_id"], **said.fields(address), "link": address}
