"""How a language says it: dates, times, plurals, the joining of names; as the header of its catalogue tells."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from functools import lru_cache
from gettext import c2py
from typing import Any

from babel import Locale, UnknownLocaleError
from babel.dates import format_date, format_time

_DIRECTIONS = {"rtl": True, "ltr": False}
_LONGEST = 40  # characters of a header of ours
_VOICE = re.compile(r"[a-z]{2,3}(?:-[a-z0-9]{2,8}){0,3}")  # as espeak-ng names them
_AT_META = re.compile(r"[a-z]{2,3}(?:_[A-Z]{2,3})?")
_PLAIN = re.compile(r"[^<>&{}\"\\\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060-\u206f\ufeff]{1,40}")
_DAYS = [date(2026, month, 2 * month) for month in range(1, 13)] + [date(2026, 1, day) for day in range(1, 8)]
_COUNTS = range(1, 201)


class NotALanguage(Exception):
    """`faults`: by the name of a header, why."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__("; ".join(f"{name}: {why}" for name, why in faults.items()))
        self.faults = faults


@dataclass(frozen=True)
class Language:
    """`day` and `time` are patterns of Unicode TS 35; `plural` is gettext's rule. `at_meta`: its code among WhatsApp's.
    `voice`: espeak-ng's; none: nobody reads it aloud."""

    code: str
    name: str
    locale: str
    day: str
    time: str
    comma: str
    between: str
    right_to_left: bool
    at_meta: str
    voice: str | None = None
    plurals: int = 2
    plural: str = "n != 1"

    @property
    def direction(self) -> str:
        return "rtl" if self.right_to_left else "ltr"

    def form(self, count: int) -> int:
        """Which of its forms a sentence about so many takes; about nobody, the one about one."""
        return _form(self.plural, self.plurals, count)


def of_headers(code: str, headers: Mapping[str, str]) -> Language:
    """The language that a catalogue's header describes; names in lower case. Raises NotALanguage."""
    faults: dict[str, str] = {}

    def taken(name: str, default: str, pattern: re.Pattern[str] = _PLAIN) -> str:
        value = headers.get(name.lower(), default)
        if not pattern.fullmatch(value):
            faults[name] = f"not as wanted, at most {_LONGEST} characters"
        return value

    locale = _locale(taken("X-Locale", f"{code}_PK"))
    if locale is None or locale.language != code:
        raise NotALanguage({"X-Locale": f"no locale of {code!r} that CLDR knows; such as {code}_PK"})
    right_to_left = locale.character_order == "right-to-left"
    direction = headers.get("x-direction", "rtl" if right_to_left else "ltr")
    if direction not in _DIRECTIONS:
        faults["X-Direction"] = "rtl or ltr"
    voice = headers.get("x-voice", "")
    if voice and not _VOICE.fullmatch(voice):
        faults["X-Voice"] = "a voice of espeak-ng, such as ur"
    language = Language(
        code=code,
        name=taken("X-Name", str(locale.language_name)),
        locale=str(locale),
        day=taken("X-Day", "EEEE d MMMM"),
        time=taken("X-Time", "H:mm"),
        comma=_spaced(taken("X-Comma", "،" if right_to_left else ",")),
        between=_spaced(taken("X-Between", "؛" if right_to_left else ";")),
        right_to_left=_DIRECTIONS.get(direction, right_to_left),
        at_meta=taken("X-WhatsApp", code, _AT_META),
        voice=voice or None,
        plurals=int(headers["plurals"]),
        plural=headers["plural"],
    )
    faults = faults or dict(_cannot(language, locale))
    if faults:
        raise NotALanguage(faults)
    return language


def headers_of(language: Language) -> dict[str, str]:
    """The other way round: what a catalogue's header says of it."""
    told = {
        "Language": language.code,
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": f"nplurals={language.plurals}; plural=({language.plural});",
        "X-Name": language.name,
        "X-Locale": language.locale,
        "X-Day": language.day,
        "X-Time": language.time,
        "X-Comma": language.comma.strip(),
        "X-Between": language.between.strip(),
        "X-Direction": language.direction,
        "X-WhatsApp": language.at_meta,
    }
    return told | ({"X-Voice": language.voice} if language.voice else {})


@lru_cache(maxsize=64)
def described(code: str) -> Language | None:
    """One that nobody brought a catalogue for, as CLDR describes it: enough to join names and to know its direction."""
    try:
        return of_headers(code, {"plurals": "2", "plural": "n != 1"})
    except NotALanguage:
        return None


def _cannot(language: Language, locale: Any) -> Iterator[tuple[str, str]]:
    """What its patterns and its plural fail at: tried out with every hour, each day of a week, each month and 200 children."""
    for name, pattern, tell in (("X-Day", language.day, _days), ("X-Time", language.time, _hours)):
        if not _tells(tell, pattern, language.locale):
            yield name, f"{pattern!r} is no pattern of Unicode TS 35 that this locale can say"
    try:
        forms = {count: _rule(language.plural)(count) for count in _COUNTS}
    except (ValueError, ZeroDivisionError, OverflowError, RecursionError):
        yield "Plural-Forms", "its rule can't be reckoned"
        return
    if not all(0 <= form < language.plurals for form in forms.values()):
        yield "Plural-Forms", "its rule gives a form beyond nplurals"
    categories: dict[int, set[str]] = {}
    for count, form in forms.items():
        categories.setdefault(form, set()).add(locale.plural_form(count))
    if any(len(each) > 1 for each in categories.values()):
        yield "Plural-Forms", "counts that the language tells apart (CLDR) have the same form"


def _tells(tell: Callable[[str, str], Iterator[str]], pattern: str, locale: str) -> bool:
    try:
        return all(0 < len(said) <= 2 * _LONGEST for said in tell(pattern, locale))
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, NotImplementedError):
        return False


def _days(pattern: str, locale: str) -> Iterator[str]:
    return (str(format_date(day, pattern, locale=locale)) for day in _DAYS)


def _hours(pattern: str, locale: str) -> Iterator[str]:
    return (str(format_time(datetime.combine(_DAYS[0], time(hour, 30)), pattern, locale=locale)) for hour in range(24))


def _locale(identifier: str) -> Any:
    try:
        return Locale.parse(identifier)
    except (UnknownLocaleError, ValueError, TypeError):
        return None


def _spaced(sign: str) -> str:
    return f"{sign.strip()} "


@lru_cache(maxsize=1024)
def _form(plural: str, plurals: int, count: int) -> int:
    return min(max(_rule(plural)(max(count, 1)), 0), plurals - 1)


@lru_cache(maxsize=64)
def _rule(plural: str) -> Callable[[int], int]:
    return c2py(plural)
