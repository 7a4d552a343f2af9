"""What a rule makes of an event: the draft of a message for each person, or a record of why there is none."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache
from typing import Any

from schoolbus.events import Event
from schoolbus.ids import effect_id
from services.notifications.links import link
from services.notifications.wording.audiences import GUARDIAN, GUARDIANS_OF_EACH, TEACHER, Guardians, Told
from services.notifications.wording.languages import Said, first_name, say, titled, whole_name
from services.notifications.wording.rules import DIGEST, Grades, Rule, place
from services.notifications.wording.texts import TEXTS, Text

LONGEST_SMS = 1600  # characters, however many parts: https://www.twilio.com/docs/api/errors/21617
Draft = dict[str, Any]
People = Mapping[str, Mapping[str, Any]]
NO_MORE = "no_guardian_any_more"
EDITION = "edition"  # the field of an event with the edition of its thing


@dataclass(frozen=True)
class Concerned:
    """`people`: all whom the rules tell, the students and the teacher; `guardians`: those to be told, by student; `grades`: of
    each student, where a rule asks; `strangers`: people and children whose guardians they are no more; `missing`: who
    is not known here yet.
    """

    people: People
    guardians: Guardians
    grades: Grades = field(default_factory=dict)
    strangers: Collection[tuple[str, str]] = ()
    missing: Collection[str] = ()

    def told(self, rule: Rule, event: Event) -> list[Told]:
        """Whom the rule tells now: whoever is told of somebody missing is told later, of all their children at once; where the
        words name the teacher, and that is who is missing, all are."""
        if "teacher" in rule.text.fields and event.data.get("teacher_id") in self.missing:
            return []
        told = list(rule.told(event.data, self.guardians, self.grades))
        later = {each.person_id for each in told if each.person_id and each.student_id in self.missing} | set(self.missing)
        return [each for each in told if each.student_id not in self.missing and each.person_id not in later]


def compose(
    rule: Rule, event: Event, whom: Concerned, *, public_url: str, at: datetime, reason: str | None = None
) -> list[Draft]:
    """One message for each person, about all their children in the event; its id is the same however often the event comes.

    `reason`: why nobody is to be told any more.
    """
    people = whom.people

    @cache
    def said(language: str, student_ids: tuple[str, ...]) -> Said:
        return _said(rule.text, event, people, language, student_ids)

    told: dict[tuple[str, str | None], list[str]] = {}
    drafts = []
    for each in whom.told(rule, event):
        children = [each.student_id] if each.student_id else []
        if each.person_id is None:
            id = effect_id(event.id, "nobody", *children)
            drafts.append(_draft(rule, event, at, id, children, "no_guardian"))
        else:
            told.setdefault((each.person_id, rule.role_of(each)), []).extend(children)
    for (person_id, role), student_ids in told.items():
        person = people[person_id]
        why = reason or (NO_MORE if any((person_id, id) in whom.strangers for id in student_ids) else None)
        draft = _draft(rule, event, at, _id(rule, event, person_id), student_ids, why)
        draft["role"] = role or (GUARDIAN if GUARDIAN in person["roles"] else TEACHER)
        draft["calendar"] = event.data.get("calendars", {}).get(person_id, draft["calendar"])  # their own, where each has one
        drafts.append(_worded(draft, person, said(person["language"], tuple(student_ids)), public_url))
    return drafts


def edition(event: Event) -> int | None:
    """Of how often its thing had changed an event tells; None for what does not change."""
    return int(event.data.get(EDITION, 0)) if EDITION in event.schema.fields else None


def reworded(event: Event, people: People, draft: Mapping[str, Any], student_ids: Sequence[str]) -> Draft:
    """The same message about other children of the event."""
    said = _said(TEXTS[draft["text"]], event, people, draft["language"], student_ids)
    return {**draft, **said.fields(draft["link"]), "student_ids": list(student_ids)}


def _said(text: Text, event: Event, people: People, language: str, student_ids: Sequence[str]) -> Said:
    """The words about these children."""
    teacher = people.get(event.data.get("teacher_id", ""))
    facts = {**event.data, **titled(event.data, language), "teacher": whole_name(teacher, language) if teacher else ""}
    return say(text, language, [first_name(people[id], language) for id in student_ids], facts)


def whole_text(body: str, link: str | None) -> str:
    return f"{body}\n{link}" if link else body


def _id(rule: Rule, event: Event, person_id: str) -> str:
    """The same text to the same person is one message. To guardians a text that names no child says the same in each part of a
    large event: there its thing counts, and not the part."""
    if rule.tells is GUARDIANS_OF_EACH and "children" not in rule.text.fields and edition(event) is not None:
        thing = event.data[f"{rule.about}_id"]
        return effect_id(event.type, event.branch_id, thing, str(edition(event)), rule.text.name, person_id)
    return effect_id(event.id, rule.text.name, person_id)


def sms_text(body: str, link: str | None) -> str:
    """What goes by SMS: of a longer one the beginning, and its link whole."""
    room = LONGEST_SMS - (len(link) + 1 if link else 0)
    said = body if _units(body) <= room else f"{_cut(body, room - 3)}..."
    return whole_text(said, link)


def _units(text: str) -> int:
    """As carriers count: UTF-16, in which an emoji is two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _cut(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: 2 * units].decode("utf-16-le", errors="ignore").rstrip()


def _draft(rule: Rule, event: Event, at: datetime, id: str, student_ids: list[str], reason: str | None = None) -> Draft:
    """Before its words and its way (`sending/queueing.py`)."""
    about_id = event.data[f"{rule.about}_id"]
    return {
        "_id": id,
        "branch_id": event.branch_id,
        "person_id": None,
        "role": rule.tells.role or GUARDIAN,
        "teacher_id": event.data.get("teacher_id"),  # whom its words may name
        "student_ids": student_ids,
        "about_type": rule.about,
        "about_id": about_id,
        "path": place(event.branch_id, rule.about, about_id, student_ids),
        "text": rule.text.name,
        "rule": rule.key,
        "calendar": event.data.get("calendar"),
        "urgency": rule.urgency_at(event.data, at),
        "reason": reason,
        "created_at": at,
        "happened_at": event.time,
        "source": {"kind": "event", "id": event.id},
        **_wishes(rule),
        **({"edition": edition(event)} if edition(event) is not None else {}),
        **({"until": event.data[rule.until]} if rule.until else {}),
    }


def _wishes(rule: Rule) -> Draft:
    """Which way it is to go; none: the person's own."""
    way: Draft = {"in_digest": True} if rule.channel == DIGEST else {"only": rule.channel}
    return way if rule.paper else {**way, "paper": False}


def _worded(draft: Draft, person: Mapping[str, Any], said: Said, public_url: str) -> Draft:
    address = link(public_url, draft["_id"])
    return {**draft, "person_id": person["person_id"], **said.fields(address), "link": address}
