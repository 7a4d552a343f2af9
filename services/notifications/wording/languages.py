"""What is said, in a person's language: the words in force, with fields filled in, dates and names as the language has them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from babel.dates import format_date, format_time
from babel.lists import format_list

from schoolbus.clock import BRANCH_ZONE
from services.notifications.segments import plain
from services.notifications.wording import in_force
from services.notifications.wording.language import Language
from services.notifications.wording.texts import Text
from services.notifications.wording.words import Wording

MOST = 400  # characters of a list
LONGEST = 40  # characters of a title or a place that somebody typed


class _Languages(Mapping[str, Language]):
    """Those that have a catalogue, in this moment. Of any other it still says how it is told (in_force.Words.language)."""

    def __getitem__(self, code: str) -> Language:
        return in_force.words().language(code)

    def __contains__(self, code: object) -> bool:
        return code in in_force.words().layers

    def __iter__(self) -> Iterator[str]:
        return iter(in_force.words().layers)

    def __len__(self) -> int:
        return len(in_force.words().layers)


LANGUAGES: Mapping[str, Language] = _Languages()


@dataclass(frozen=True)
class Said:
    """A text in a person's language, or in the one that it is said in instead. `template`, `template_language` and
    `parameters` are WhatsApp's, whose words may be those of an earlier version; the parameters are the text's fields in order.
    """

    language: str
    subject: str
    body: str
    version: int
    template: str | None
    template_language: str | None
    parameters: tuple[str, ...]

    def fields(self, link: str | None = None) -> dict[str, Any]:
        """Those of a message. `link`: where it leads, the last parameter of its template."""
        return {
            "language": self.language,
            "subject": self.subject,
            "body": self.body,
            "text_version": self.version,
            "template": self.template,
            "template_language": self.template_language,
            "parameters": [*self.parameters, *([link] if link else [])],
        }


def say(text: Text, code: str, children: Sequence[str], facts: Mapping[str, Any]) -> Said:
    """`facts` are the text's other fields: dates, moments (told in the branch's zone) and strings."""
    words = in_force.words()
    return said(words.wording(text, code), words.by_whatsapp(text, code), children, facts)


def said(wording: Wording, by_whatsapp: Wording | None, children: Sequence[str], facts: Mapping[str, Any]) -> Said:
    values, text = _values(wording, children, facts), wording.text
    told = values
    if by_whatsapp and by_whatsapp.language.code != wording.language.code:
        told = _values(by_whatsapp, children, facts)
    return Said(
        language=wording.language.code,
        subject=plain(wording.subject.format_map(values)),
        body=plain(wording.sentence(len(children)).format_map(values)),
        version=wording.version,
        template=by_whatsapp.template(len(children)) if by_whatsapp else None,
        template_language=by_whatsapp.language.at_meta if by_whatsapp else None,
        parameters=tuple(plain(told[field]) for field in text.fields),
    )


def phrase(words: str, code: str) -> str:
    return in_force.words().phrase(words, code)


def first_name(person: Mapping[str, Any], code: str) -> str:
    """In the script of the language when the roster knows it."""
    return str(_of_script(person, "given_name", code) or person["given_name"])


def whole_name(person: Mapping[str, Any], code: str) -> str:
    return str(_of_script(person, "name", code) or f"{person['given_name']} {person['family_name']}".strip())


def titled(facts: Mapping[str, Any], code: str) -> dict[str, Any]:
    """Where a thing has a title in the script of the language too: that one."""
    return {"title": title} if (title := _of_script(facts, "title", code)) else {}


def _of_script(person: Mapping[str, Any], field: str, code: str) -> Any:
    """Languages that are written as Urdu is read a name in Urdu."""
    if name := person.get(f"{field}_{code}"):
        return name
    return person.get(f"{field}_ur") if code != "en" and LANGUAGES[code].right_to_left else None


def _values(wording: Wording, children: Sequence[str], facts: Mapping[str, Any]) -> dict[str, str]:
    language = wording.language
    values = {field: _told(facts[field], language) for field in wording.text.fields if field != "children"}
    return values | {"children": str(format_list(list(children), locale=language.locale)) if children else ""}


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
