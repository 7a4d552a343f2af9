"""What people at school say on a card: kept with it, in English, in Urdu or both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.reports.cards.parts import HEAD, TEACHER, Home, Remark

Document = dict[str, Any]
OF_SUBJECT, OF_CLASS_TEACHER, OF_HEAD, FOR_HOME = KINDS = ("subject", "class_teacher", "head", "home")
_BY = ((OF_CLASS_TEACHER, TEACHER), (OF_HEAD, HEAD))  # in the order of the page


def place(remark: Mapping[str, Any]) -> tuple[str, str]:
    """A card has one remark of each."""
    return remark["kind"], (remark["subject"] or "").casefold()


def with_those(kept: Iterable[Document], new: Sequence[Document]) -> list[Document]:
    """Each in its place; a remark without text takes away what was there."""
    by_place = {place(each): each for each in (*kept, *new)}
    return [each for _, each in sorted(by_place.items()) if each["text"] or each["text_ur"]]


def beside_marks(kept: Iterable[Mapping[str, Any]]) -> dict[str, str]:
    """By subject, casefolded: a column has room for one language, English where it is there."""
    return {each["subject"].casefold(): each["text"] or each["text_ur"] for each in kept if each["kind"] == OF_SUBJECT}


def below(kept: Iterable[Mapping[str, Any]]) -> tuple[Remark, ...]:
    of = {each["kind"]: each for each in kept}
    return tuple(Remark(by, of[kind]["text"] or "", of[kind]["text_ur"]) for kind, by in _BY if kind in of)


def with_advice(home: Home | None, kept: Iterable[Mapping[str, Any]]) -> Home | None:
    said = next((each for each in kept if each["kind"] == FOR_HOME), None)
    if said is None:
        return home
    return replace(home or Home(), advice=said["text"], advice_ur=said["text_ur"])
