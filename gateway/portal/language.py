"""English and Urdu: texts, direction, digits, dates and numbers, as the reader wants them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_time
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from gateway.portal import sentences, words
from schoolbus.clock import BRANCH_ZONE
from schoolbus.problems import Sentence

LOCALE = Path(__file__).parent / "locale"
NAMES = {"en": "English", "ur": "اردو"}
DIGITS = ("latn", "arabext")  # CLDR's names: 0123456789, ۰۱۲۳۴۵۶۷۸۹
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d.*")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_HOUR = re.compile(r"\d\d:\d\d(:\d\d)?")
_LETTER = re.compile(r"[^\W\d_]")
_WORD = re.compile(r"[A-Za-z_]+")
_URDU_DIGITS = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
_LATIN_DIGITS = str.maketrans("۰۱۲۳۴۵۶۷۸۹٠١٢٣٤٥٦٧٨٩", "01234567890123456789")


@cache
def texts(language: str) -> Mapping[str, str | tuple[str, ...]]:
    """Of all areas' files: what stands for each English text."""
    found: dict[str, Any] = {}
    for path in sorted((LOCALE / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and message.string:
                    found[message.id if isinstance(message.id, str) else message.id[0]] = message.string
    return found


@dataclass(frozen=True)
class Language:
    name: str = "en"
    digits: str = "latn"

    @property
    def dir(self) -> str:
        return "rtl" if self.name == "ur" else "ltr"

    @property
    def other(self) -> str:
        return "en" if self.name == "ur" else "ur"

    # Texts

    def text(self, english: str) -> str:
        if isinstance(english, Sentence) and english.values:
            return self._filled(english)
        found = texts(self.name).get(english)
        if found is None:
            form = sentences.formed(english)
            return self._filled(form) if form else english
        return found if isinstance(found, str) else found[0]

    def texts(self, one: str, many: str, number: int) -> str:
        found = texts(self.name).get(one)
        if found is None or isinstance(found, str):
            return one if number == 1 else many
        return found[0 if number == 1 else -1]

    def _filled(self, sentence: Sentence) -> str:
        try:
            return self._template(sentence.text) % {name: self.value(each, name) for name, each in sentence.values.items()}
        except (KeyError, TypeError, ValueError):  # of a service that is not of this release
            return str(sentence)

    def _template(self, text: str) -> str:
        found = texts(self.name).get(text, text)
        return found if isinstance(found, str) else found[0]

    def value(self, value: Any, name: str = "") -> str:
        """What is filled into a sentence: a moment, a day, an hour, a number, a word of the API, a name, or several. `name`:
        what it is called there, such as `role`, by which a word may be of a kind (kinds.py)."""
        if isinstance(value, list | tuple):
            return ("، " if self.name == "ur" else ", ").join(self.value(each, name.removesuffix("s")) for each in value)
        if isinstance(value, int | float):
            return self.number(value)
        if isinstance(value, date | time):  # of a refusal of the gateway's own; a moment is a day, too
            value = value.isoformat()
        if not isinstance(value, str):
            return str(value)
        for form, say in ((_MOMENT, self.moment), (_DAY, self.date), (_HOUR, self.clock)):
            if form.fullmatch(value):
                return say(value)
        if not _LETTER.search(value):
            return self.shown(value)
        return self.text(words.english(value, name) if _WORD.fullmatch(value) else value)

    def name_of(self, thing: Mapping[str, Any] | None) -> str:
        """What a person, branch or subject is called: `name_ur` in Urdu where there is one."""
        if not thing:
            return ""
        if self.name == "ur" and thing.get("name_ur"):
            return str(thing["name_ur"])
        return str(
            thing.get("name") or thing.get("title") or f"{thing.get('given_name', '')} {thing.get('family_name', '')}".strip()
        )

    def given_name_of(self, person: Mapping[str, Any]) -> str:
        if self.name == "ur" and (person.get("given_name_ur") or person.get("name_ur")):
            return str(person.get("given_name_ur") or person["name_ur"])
        return str(person.get("given_name") or self.name_of(person))

    # Numbers and days

    def shown(self, text: object) -> str:
        """With the reader's digits."""
        return str(text).translate(_URDU_DIGITS) if self.digits == "arabext" else str(text)

    def number(self, value: float | int) -> str:
        return self.shown(format_decimal(value, locale=self._locale))

    def day(self, value: str | date, form: str = "EEEE d MMMM") -> str:
        return self.shown(format_date(_day(value), form, locale=self._locale))

    def date(self, value: str | date) -> str:
        return self.day(value, "d MMMM y")

    def clock(self, value: str | datetime | time) -> str:
        return self.shown(format_time(_moment(value), "h:mm a", locale=self._locale, tzinfo=BRANCH_ZONE))

    def moment(self, value: str | datetime) -> str:
        """Day and time of day, as at school."""
        then = _moment(value)
        assert isinstance(then, datetime)
        comma = "،" if self.name == "ur" else ","
        return f"{self.day(then.astimezone(BRANCH_ZONE).date(), 'EEE d MMM')}{comma} {self.clock(then)}"

    @property
    def _locale(self) -> str:
        return "ur_PK" if self.name == "ur" else "en_GB"


def latin(text: str) -> str:
    """What somebody typed, with Latin digits: a phone, a code, a mark."""
    return text.translate(_LATIN_DIGITS)


def apart(value: Any) -> str:
    """What stands within a sentence, in whatever direction it goes itself (Unicode's FSI and PDI, as <bdi> does)."""
    return f"\u2068{value}\u2069"


def chosen(cookie: str, accepted: str) -> Language:
    """Of the cookie `ur-arabext`; else of what the browser asks for; Urdu where it asks for neither."""
    name, _, digits = cookie.partition("-")
    if name in NAMES:
        return Language(name, digits if digits in DIGITS else "latn")
    return Language("en" if accepted.lower().startswith("en") else "ur")


def _day(value: str | date) -> date:
    return value if isinstance(value, date) else date.fromisoformat(value[:10])


def _moment(value: str | datetime | time) -> datetime | time:
    if not isinstance(value, str):
        return value
    if "T" not in value:
        return time.fromisoformat(value)
    then = datetime.fromisoformat(value)
    return then if then.tzinfo else then.replace(tzinfo=UTC)
