"""What a query of OneRoster asks for: filter, sort, fields (1.2, REST binding, section 3). Plain values; raises Problem 400.

Only fields that a resource names are looked at, and each says itself what a comparison means to the database: whatever
somebody writes into a filter, it is never more than a value.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from schoolbus.clock import BRANCH_ZONE
from schoolbus.problems import Problem

Condition = dict[str, Any]
_PREDICATE = re.compile(r"\s*([A-Za-z.]{1,80})\s*(!=|>=|<=|=|>|<|~)\s*'((?:[^']|''){0,255})'\s*")
_JOIN = re.compile(r"(AND|OR)(?=\s)")
_NUMBER = re.compile(r"-?\d{1,12}(\.\d{1,12})?")
_COMPARED = {"=": "$eq", "!=": "$ne", ">": "$gt", ">=": "$gte", "<": "$lt", "<=": "$lte"}


class BadValue(ValueError):
    """What a field wants instead."""


@dataclass(frozen=True)
class Field:
    """`stored`: where the value is. `condition(operator, value)` is what a predicate means; it raises BadValue."""

    stored: str
    condition: Callable[[str, str], Condition]
    sorts: bool = True


def bad_filter(detail: str) -> Problem:
    return Problem("invalid-filter", "The filter is not understood", detail, code_minor="invalid_filter_field")


def filtered(text: str, known: Mapping[str, Field]) -> Condition:
    """One predicate, or two joined by AND or OR."""
    first, place = _predicate(text, 0, known)
    if place == len(text):
        return first
    join = _JOIN.match(text, place)
    if join is None:
        raise bad_filter("Write field='value', or two of them with ' AND ' or ' OR ' between.")
    second, end = _predicate(text, join.end(), known)
    if end != len(text):
        raise bad_filter("At most two predicates are taken.")
    return {"$and" if join[1] == "AND" else "$or": [first, second]}


def _predicate(text: str, place: int, known: Mapping[str, Field]) -> tuple[Condition, int]:
    found = _PREDICATE.match(text, place)
    if found is None:
        raise bad_filter("Write field='value' with one of = != > >= < <= ~ and the value in single quotes.")
    name, operator, value = found[1], found[2], found[3].replace("''", "'")
    if name not in known:
        raise bad_filter(f"There is no field {name} to filter by. There are: {', '.join(sorted(known))}.")
    if not value.isprintable():
        raise bad_filter("The value has characters that can't be printed.")
    try:
        return known[name].condition(operator, value), found.end()
    except BadValue as error:
        raise bad_filter(f"{name} {error}.") from error


def sorted_by(name: str | None, order: str, known: Mapping[str, Field]) -> list[tuple[str, int]]:
    """The database's order; the id breaks ties, and is the order where none is asked for."""
    direction = -1 if order == "desc" else 1
    if not name:
        return [("_id", direction)]
    if name not in known or not known[name].sorts:
        names = ", ".join(sorted(name for name, field in known.items() if field.sorts))
        raise Problem(
            "invalid-sort", f"There is no field {name[:80]} to sort by", f"There are: {names}.", code_minor="invalid_sort_field"
        )
    stored = known[name].stored
    return [("_id", direction)] if stored == "_id" else [(stored, direction), ("_id", direction)]


def selected(text: str | None, known: frozenset[str]) -> frozenset[str] | None:
    """The fields to show; None for all."""
    if text is None:
        return None
    names = frozenset(name.strip() for name in text.split(","))
    if unknown := sorted(names - known):
        raise Problem(
            "invalid-fields",
            "There is no such field to show",
            f"{', '.join(name[:80] or 'a blank' for name in unknown[:5])}. There are: {', '.join(sorted(known))}.",
            code_minor="invalid_selection_field",
        )
    return names


# Kinds of fields


def text(stored: str, *, sorts: bool = True) -> Field:
    def condition(operator: str, value: str) -> Condition:
        if operator == "~":
            return {stored: {"$regex": re.escape(value), "$options": "i"}}
        return {stored: {_COMPARED[operator]: value}}

    return Field(stored, condition, sorts)


def moment(stored: str) -> Field:
    def condition(operator: str, value: str) -> Condition:
        if operator == "~":
            raise BadValue("is a moment, and has no parts to look for")
        return {stored: {_COMPARED[operator]: _moment(value)}}

    return Field(stored, condition)


def day(stored: str) -> Field:
    """Kept as an ISO date. A moment is the day that it is of in the branches' zone."""

    def condition(operator: str, value: str) -> Condition:
        if operator == "~":
            raise BadValue("is a day, and has no parts to look for")
        try:
            return {stored: {_COMPARED[operator]: as_day(value).isoformat()}}
        except ValueError:
            raise BadValue("wants a day like 2026-08-31") from None

    return Field(stored, condition)


def as_day(value: str) -> date:
    """Of a date, or of a moment: without a zone it is of the branches' own. Raises ValueError."""
    try:
        return date.fromisoformat(value)
    except ValueError:
        found = datetime.fromisoformat(value)
    try:
        return found.astimezone(BRANCH_ZONE).date() if found.tzinfo else found.date()
    except OverflowError as error:
        raise ValueError(value) from error


def number(stored: str) -> Field:
    """Kept as the text of a decimal; compared as a number, and not to be sorted by."""

    def condition(operator: str, value: str) -> Condition:
        if operator == "~" or not _NUMBER.fullmatch(value):
            raise BadValue("wants a number like 17.5")
        compared = {_COMPARED[operator]: [{"$toDecimal": f"${stored}"}, {"$toDecimal": value}]}
        return {"$and": [{stored: {"$ne": None}}, {"$expr": compared}]}

    return Field("", condition, sorts=False)


def reference(stored: str, ids_of: Callable[[str], list[str]]) -> Field:
    """To what has another id here than outside; `ids_of` looks it up. Not to be sorted by."""

    def condition(operator: str, value: str) -> Condition:
        if operator not in ("=", "!="):
            raise BadValue("is an id, to be asked for with = or !=")
        return {stored: {"$in" if operator == "=" else "$nin": ids_of(value)}}

    return Field("", condition, sorts=False)


def flag(stored: str, words: Mapping[str, bool]) -> Field:
    def condition(operator: str, value: str) -> Condition:
        if operator not in ("=", "!=") or value not in words:
            raise BadValue(f"is {' or '.join(words)}, to be asked for with = or !=")
        return {stored: {_COMPARED[operator]: words[value]}}

    return Field(stored, condition)


def choice(conditions: Mapping[str, Condition]) -> Field:
    """Each value is a condition of its own; not to be sorted by."""

    def condition(operator: str, value: str) -> Condition:
        if operator not in ("=", "!=") or value not in conditions:
            raise BadValue(f"is one of {', '.join(conditions)}, to be asked for with = or !=")
        return {"$nor": [conditions[value]]} if operator == "!=" else conditions[value]

    return Field("", condition, sorts=False)


def _moment(value: str) -> datetime:
    """Without a zone it is UTC; a day alone is its first moment."""
    try:
        found = datetime.fromisoformat(value)
        return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise BadValue("wants a moment like 2026-08-31T06:00:00.000Z") from None
