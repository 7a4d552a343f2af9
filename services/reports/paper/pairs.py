"""What is printed in two scripts: a pair of texts, English and Urdu, cleaned."""

from datetime import date
from functools import lru_cache

from babel.dates import format_date

from services.reports.text import one_line, paragraphs

Pair = dict[str, str]


def pair(en: str | None, ur: str | None = None) -> Pair:
    """One line each. Where one script is missing, the other stands in."""
    return _both(one_line(en or ""), one_line(ur or ""))


def text_pair(en: str | None, ur: str | None = None) -> Pair:
    """As `pair`, with the lines kept."""
    return _both(paragraphs(en or ""), paragraphs(ur or ""))


@lru_cache(maxsize=64)  # a class has one
def day(on: date) -> Pair:
    """24 November 2026; with Latin digits in Urdu too, as CLDR has it for ur-PK."""
    return {language: format_date(on, "d MMMM y", language) for language in ("en", "ur")}


def weekday(on: date) -> Pair:
    return {language: format_date(on, "EEEE", language) for language in ("en", "ur")}


def month(on: date) -> Pair:
    return {language: format_date(on, "LLLL y", language) for language in ("en", "ur")}


def _both(english: str, urdu: str) -> Pair:
    return {"en": english or urdu, "ur": urdu or english}
