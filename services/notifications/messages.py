"""What a rule makes of an event: a message for each person, or a record of why there is none."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from schoolbus.events import Event
from schoolbus.ids import effect_id
from services.notifications.languages import Said, first_name, say, whole_name
from services.notifications.links import link
from services.notifications.rules import Guardians, Rule, place
from services.notifications.segments import parts
from services.notifications.states import State, step

Message = dict[str, Any]
People = Mapping[str, Mapping[str, Any]]
ADDRESS = {"sms": "phone", "whatsapp": "phone", "email": "email"}  # channel: the person's field that it needs


def compose(rule: Rule, event: Event, people: People, guardians: Guardians, *, public_url: str, at: datetime) -> list[Message]:
    """`people` holds all whom the rule tells, the students and the teacher; `guardians` those to be told, by student.

    One message for each person, about all their children in the event; its id is the same however often the event comes.
    """

    @cache
    def said(language: str, student_ids: tuple[str, ...]) -> Said:
        teacher = people.get(event.data.get("teacher_id", ""))
        facts = {**event.data, "teacher": whole_name(teacher, language) if teacher else ""}
        return say(rule.text, language, [first_name(people[id], language) for id in student_ids], facts)

    told: dict[str, list[str]] = {}
    messages = []
    for person_id, student_id in rule.tells(event.data, guardians):
        if person_id is None:
            id = effect_id(event.id, "nobody", student_id)
            messages.append(_record(rule, event, at, id, [student_id], reason="no_guardian"))
        else:
            told.setdefault(person_id, []).append(student_id)
    for person_id, student_ids in told.items():
        person = people[person_id]
        message = _record(rule, event, at, effect_id(event.id, person_id), student_ids, **_way(person, rule.channel))
        words, template = said(person["language"], tuple(student_ids)), rule.text.template(len(student_ids))
        messages.append(_worded(message, person, words, template, public_url))
    return messages


def sms_text(body: str, link: str | None) -> str:
    return f"{body}\n{link}" if link else body


def _way(person: Mapping[str, Any], wanted: str | None) -> dict[str, str | None]:
    """The channel to a person and their address there, or why there is none. The app needs no address."""
    channel = wanted or next(iter(person["channels"]), None)
    address = person[ADDRESS[channel]] if channel in ADDRESS else None
    if not person["active"]:
        reason: str | None = "left"
    elif channel is None:
        reason = "no_channel"
    else:
        reason = None if address or channel not in ADDRESS else f"no_{ADDRESS[channel]}"
    return {"channel": channel, "address": address, "reason": reason}


def _record(
    rule: Rule,
    event: Event,
    at: datetime,
    id: str,
    student_ids: list[str],
    *,
    reason: str | None,
    channel: str | None = None,
    address: str | None = None,
) -> Message:
    """A message before its words. One for the app is there as soon as it is written; others wait for their carrier."""
    state = State.SKIPPED if reason else State.SENT if channel == "app" else State.QUEUED
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
        "channel": channel,
        "address": address,
        "text": rule.text.name,
        "calendar": event.data.get("calendar"),
        "urgency": rule.urgency,
        "state": state.value,
        "reason": reason,
        "history": [step(state, at, reason)],
        "created_at": at,
        "send_at": at,
        "leased_until": None,
        "attempts": 0,
        "refusals": 0,  # attempts that the carrier surely did not take
    }


def _worded(message: Message, person: Mapping[str, Any], said: Said, template: str, public_url: str) -> Message:
    address = link(public_url, message["_id"])
    return {
        **message,
        "person_id": person["person_id"],
        "language": person["language"],
        "subject": said.subject,
        "body": said.body,
        "template": template,
        "parameters": [*said.parameters, address],
        "link": address,
        "parts": parts(sms_text(said.body, address)) if message["channel"] == "sms" else None,
    }
