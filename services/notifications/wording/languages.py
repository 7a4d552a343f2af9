"""How a language says it: its catalogue, its dates and times, its way of joining names.

A catalogue is a gettext `locale/LANGUAGE.po`, which translators' tools know; it is compiled in memory at the first use, so
there is no build step and no compiled file to go stale. English is the key and needs none.
"""

import gettext
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache, lru_cache
from io import BytesIO
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_time
from babel.lists import format_list
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from schoolbus.clock import BRANCH_ZONE
from services.notifications.segments import plain
from services.notifications.wording.texts import Text

LOCALE = Path(__file__).parent / "locale"
MOST = 400  # characters of a list
LONGEST = 40  # characters of a title or a place that somebody typed


@dataclass(frozen=True)
class Language:
    """Date and time patterns are those of Unicode TS 35."""

    code: str
    locale: str
    day: str
    time: str
    comma: str
    between: str
    right_to_left: bool


LANGUAGES = {
    language.code: language
    for language in (
        Language("en", "en_PK", "EEE d MMM", "h:mm a", ", ", "; ", right_to_left=False),
        Language("ur", "ur_PK", "EEEE d MMMM", "B h:mm", "، ", "؛ ", right_to_left=True),
    )
}


@dataclass(frozen=True)
class Said:
    """A text in a person's language. `parameters` are the text's fields in order, as its WhatsApp template wants them."""

    subject: str
    body: str
    parameters: tuple[str, ...]


def say(text: Text, code: str, children: Sequence[str], facts: Mapping[str, Any]) -> Said:
    """`facts` are the text's other fields: dates, moments (told in the branch's zone) and strings."""
    language = LANGUAGES[code]
    values = {field: _told(facts[field], language) for field in text.fields if field != "children"}
    values["children"] = format_list(list(children), locale=language.locale) if children else ""
    return Said(
        subject=plain(phrase(text.subject, code).format_map(values)),
        body=plain(sentence(text, code, len(children)).format_map(values)),
        parameters=tuple(plain(values[field]) for field in text.fields),
    )


def sentence(text: Text, code: str, children: int) -> str:
    """The text about so many children, its fields still in braces."""
    return _catalogue(code).ngettext(text.one, text.many, children)


def phrase(words: str, code: str) -> str:
    return _catalogue(code).gettext(words)


def first_name(person: Mapping[str, Any], code: str) -> str:
    """In the script of the language when the roster knows it."""
    return str(person.get(f"given_name_{code}") or person["given_name"])


def whole_name(person: Mapping[str, Any], code: str) -> str:
    return str(person.get(f"name_{code}") or f"{person['given_name']} {person['family_name']}".strip())


def _told(value: Any, language: Language) -> str:
    if isinstance(value, datetime):
        there = value.astimezone(BRANCH_ZONE)
        time = format_time(there, language.time, locale=language.locale)
        return f"{_day(there.date(), language)}{language.comma}{time}"
    if isinstance(value, date):
        return _day(value, language)
    if isinstance(value, tuple):
        return _listed([_told(each, language) for each in value], language)
    words = " ".join(str(value).split())  # a template's parameter must be one line
    return words if len(words) <= LONGEST else words[: LONGEST - 3].rstrip() + "..."


def _listed(words: Sequence[str], language: Language) -> str:
    """The first of them, as many as a message has room for; `...` for more."""
    room, shown = MOST, []
    for each in words:
        room -= len(each) + 2
        if room < 0:
            break
        shown.append(each)
    return language.between.join([*shown, *(["..."] if len(shown) < len(words) else [])])


@lru_cache(maxsize=256)
def _day(day: date, language: Language) -> str:
    return str(format_date(day, language.day, locale=language.locale))


@cache
def _catalogue(code: str) -> gettext.NullTranslations:
    if code == "en":
        return gettext.NullTranslations()
    compiled = BytesIO()
    with (LOCALE / f"{code}.po").open("rb") as source:
        write_mo(compiled, read_po(source, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)
