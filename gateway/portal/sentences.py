"""What the API says in sentences, so that a page can say it in its reader's language: text and values apart.

A refusal's `texts` name both (`schoolbus.problems.Sentence`). What marshmallow says of a field, and what a service has kept
as a whole, is known by its form. `Language.text` says either.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from typing import Any

from schoolbus.problems import Sentence

FIELDS = (
    "Missing data for required field.",
    "Field may not be null.",
    "Unknown field.",
    "Invalid value.",
    "Invalid type.",
    "Invalid input.",
    "Invalid input type.",
    "Not a valid list.",
    "Not a valid string.",
    "Not a valid UUID.",
    "Not a valid number.",
    "Number too large.",
    "Not a valid integer.",
    "Special numeric values (nan or infinity) are not permitted.",
    "Not a valid boolean.",
    "Not a valid date.",
    "Not a valid time.",
    "Not a valid datetime.",
    "Not a valid aware datetime.",
    "Not a valid naive datetime.",
    "Not a valid period of time.",
    "Not a valid mapping type.",
    "Not a valid URL.",
    "Not a valid email address.",
    "String does not match expected pattern.",
    "Must be greater than or equal to %(min)s and less than or equal to %(max)s.",
    "Must be greater than %(min)s and less than or equal to %(max)s.",
    "Must be greater than or equal to %(min)s.",
    "Must be greater than %(min)s.",
    "Must be less than or equal to %(max)s.",
    "Shorter than minimum length %(min)s.",
    "Longer than maximum length %(max)s.",
    "Length must be between %(min)s and %(max)s.",
    "Length must be %(equal)s.",
    "Must be equal to %(other)s.",
    "Must be one of: %(choices)s.",
    "One or more of the choices you made was not in: %(choices)s.",
)
KEPT = (
    "It could not be made in %(attempts)s attempts.",
    "It could not be planned in %(attempts)s attempts.",
    "The parts could not be joined in %(attempts)s attempts.",
    "It could not be published in %(attempts)s attempts: what is booked stays. Have another one made.",
    "All of %(teacher)s's times are booked already.",
    "%(teacher)s does not meet by the ways that the family wants.",
    "None of %(teacher)s's times is one at which the family can come.",
    "More families want %(teacher)s at the times that fit than there are times.",
    "What %(teacher)s has free is when the family's other meetings are.",
    "%(teacher)s has as many meetings as this day allows.",
)
_FORMS = [
    (text, re.compile(re.sub(r"%\\\((\w+)\\\)s", r"(?P<\1>.+)", re.escape(text)), re.DOTALL))
    for text in (*FIELDS, *KEPT)
    if "%(" in text
]


def read(answer: Mapping[str, Any]) -> dict[str, Any]:
    """An answer with `texts`: its sentences with their text and values in place of them."""
    texts = answer.get("texts")
    known = texts if isinstance(texts, dict) else {}
    return {name: _read(value, known) for name, value in answer.items() if name != "texts"}


def flat(errors: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with which field: `a.b` for one within another."""
    return dict(_flat(errors, ""))


def joined(sentences: Iterable[Any]) -> str:
    """One after the other, each of which is said in the reader's language."""
    each_of_them = [each if isinstance(each, str) else str(each) for each in sentences]
    if len(each_of_them) == 1:
        return each_of_them[0]
    values = {f"part_{place}": each for place, each in enumerate(each_of_them)}
    return Sentence.read(" ".join(each_of_them), " ".join(f"%({name})s" for name in values), values)


@lru_cache(10_000)
def formed(whole: str) -> Sentence | None:
    """A sentence of which only the whole is there."""
    for text, form in _FORMS:
        if found := form.fullmatch(whole):
            values: dict[str, Any] = found.groupdict()
            if "choices" in values:
                values["choices"] = values["choices"].split(", ")
            return Sentence.read(whole, text, values)
    return None


def _flat(errors: Mapping[str, Any], place: str) -> Iterator[tuple[str, str]]:
    for name, why in errors.items():
        if isinstance(why, dict):
            yield from _flat(why, f"{place}{name}.")
        else:
            yield f"{place}{name}", joined(why if isinstance(why, list) else [why])


def _read(value: Any, texts: Mapping[str, Any]) -> Any:
    if isinstance(value, str) and not isinstance(value, Sentence):
        return _named(value, texts) or value
    if isinstance(value, dict):
        return {name: _read(each, texts) for name, each in value.items()}
    return [_read(each, texts) for each in value] if isinstance(value, list) else value


def _named(whole: str, texts: Mapping[str, Any]) -> Sentence | None:
    found = texts.get(whole)
    if not isinstance(found, dict) or not isinstance(found.get("values"), dict):
        return None
    others = {each: text for each, text in texts.items() if each != whole}  # none is within itself
    return Sentence.read(whole, str(found.get("text", whole)), _read(found["values"], others))
