"""The letters of a print run as plain values, and what of them is printed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from babel.dates import format_date

from schoolbus import typesetting
from services.notifications.wording.languages import LANGUAGES, whole_name

TEMPLATE = "/services/notifications/paper/letter.typ"
ERASED, LEFT = "erased", "left"  # why a message has no letter

People = Mapping[str, Mapping[str, Any]]
Message = Mapping[str, Any]


@dataclass(frozen=True)
class Letter:
    """To one guardian, about one child of the class: all that waits for them. `seat`: from 1; 0 for a child who has none."""

    person_id: str
    student_id: str
    language: str
    messages: tuple[Message, ...]
    seat: int = 0


def letters(
    messages: Iterable[Message], people: People, students: Sequence[str], order: Sequence[str]
) -> tuple[list[Letter], list[dict[str, str]]]:
    """The letters in the order of the seats, or else of the children's names; and messages that get none, with the reason.

    `students`: those of the class; of another class's siblings in a message nobody is addressed. `order`: as they sit.
    Whatever comes in, each message is in one letter or among those left out.
    """
    left_out: list[dict[str, str]] = []
    told: dict[tuple[str, str], list[Message]] = {}
    here = set(students)
    for message in messages:
        person = people.get(message["person_id"] or "")
        if not message["body"] or not message["person_id"]:
            left_out.append({"message_id": message["_id"], "reason": ERASED})
        elif person is None:
            left_out.append({"message_id": message["_id"], "reason": LEFT})
        else:
            child = next((id for id in message["student_ids"] if id in here), next(iter(message["student_ids"]), ""))
            told.setdefault((message["person_id"], child), []).append(message)
    seats = {student_id: number for number, student_id in enumerate(order, start=1)}
    made = [
        Letter(person_id, child, str(people[person_id]["language"]), tuple(those), seats.get(child, 0))
        for (person_id, child), those in told.items()
    ]
    return sorted(made, key=lambda letter: _place(letter, people, len(seats))), left_out


def printed(
    made: Sequence[Letter], people: People, school: Mapping[str, Any], group: Mapping[str, Any], number: str, on: date
) -> bytes:
    """The PDF: a list, and a page or more for each letter. `group`: the class, or {} for children who are in none."""
    title = " · ".join(part for part in (school["name"], _class(group)) if part)
    given = {
        "title": title,
        "date": format_date(on, "d MMMM y", "en"),
        "count": f"{len(made)}",
        "number": number,
        "letters": [_letter(letter, people, school, group, number, on) for letter in made],
    }
    return typesetting.pdf(TEMPLATE, "run", given)


def _letter(
    letter: Letter, people: People, school: Mapping[str, Any], group: Mapping[str, Any], number: str, on: date
) -> dict[str, Any]:
    script = "ur" if LANGUAGES[letter.language].right_to_left else "en"
    child = people.get(letter.student_id)
    return {
        "script": script,
        "branch": str((school.get("name_ur") if script == "ur" else None) or school["name"]),
        "to": whole_name(people[letter.person_id], letter.language),
        "child": whole_name(child, letter.language) if child else "",
        "class": _class(group),
        "seat": f"{letter.seat}" if letter.seat else "",
        "date": format_date(on, "d MMMM y", script),
        "items": f"{len(letter.messages)}",
        "number": number,
        "messages": [_message(message) for message in letter.messages],
    }


def _message(message: Message) -> dict[str, Any]:
    lines = [" ".join(line.split()) for line in str(message["body"]).splitlines()]
    return {"subject": message["subject"], "body": [line for line in lines if line], "link": message["link"] or ""}


def _class(group: Mapping[str, Any]) -> str:
    title, section = str(group.get("title") or ""), str(group.get("section") or "")
    return f"{title} {section}" if section and section not in title else title


def _place(letter: Letter, people: People, seats: int) -> tuple[int, str, str, str]:
    child = people.get(letter.student_id)
    name = f"{child['given_name']} {child['family_name']}" if child else ""
    return (letter.seat or seats + 1, name.casefold(), letter.student_id, letter.person_id)
