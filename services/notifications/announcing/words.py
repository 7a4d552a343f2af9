"""What each is told: the sender's words in the person's language, with the names of the children whom they concern."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from babel.lists import format_list

from services.notifications.segments import plain
from services.notifications.translating.marks import by_machine
from services.notifications.wording import in_force
from services.notifications.wording.languages import phrase
from services.notifications.wording.texts import ANNOUNCEMENT, MACHINE_MADE
from services.notifications.wording.words import FALLBACK

Texts = Mapping[str, Mapping[str, str]]  # by language: subject, body, and made_by
LONGEST = 700  # characters of a WhatsApp template's parameter; Meta takes 1,024 with all that stands around it


@dataclass(frozen=True)
class Worded:
    language: str
    subject: str
    body: str
    line: str  # the body as a template's parameter: one line, not endless


def language_for(texts: Texts, wanted: str) -> str:
    """In which of the languages that there are somebody is told who would like `wanted`: as whatever is said, or else the first
    by its code."""
    return next((code for code in (wanted, *FALLBACK) if code in texts), min(texts))


def worded(texts: Texts, wanted: str, children: Sequence[str]) -> Worded:
    """`children`: first names in the order that they are told in; none for staff. What a machine made says so."""
    code = language_for(texts, wanted)
    subject, body, line = _plain(texts[code]["subject"], texts[code]["body"])
    if children:
        names = _joined(tuple(children), code, in_force.words().number)
        subject, body, line = f"{subject}: {names}", f"{names}: {body}", f"{names}: {line}"
    if not by_machine(texts[code]):
        return Worded(code, subject, body, _cut(line))
    mark = plain(phrase(MACHINE_MADE, code))
    return Worded(code, subject, f"{body}\n{mark}", f"{_cut(line, LONGEST - len(mark) - 1)} {mark}")


@lru_cache(maxsize=64)
def _plain(subject: str, body: str) -> tuple[str, str, str]:
    return plain(subject), plain(body), _cut(" ".join(plain(body).split()))


@lru_cache(maxsize=4096)
def _joined(names: tuple[str, ...], code: str, _number: int) -> str:
    """`_number`: of the words in force, which say how the language does it."""
    return plain(str(format_list(list(names), locale=in_force.words().language(code).locale)))


def _cut(words: str, room: int = LONGEST) -> str:
    return words if len(words) <= room else words[: room - 3].rstrip() + "..."


def draft_of(announcement: Mapping[str, Any], id: str, words: Worded, address: str) -> dict[str, Any]:
    """The fields of a message that follow from its words. `address`: where a WhatsApp message leads."""
    template, template_language = in_force.words().template_of(ANNOUNCEMENT, words.language)
    return {
        "language": words.language,
        "subject": words.subject,
        "body": words.body,
        "template": template,
        "template_language": template_language,
        "parameters": [words.line, announcement["link"] or address],
        "link": announcement["link"],
        "path": announcement["link"] or "/v1/feed",
    }
