"""Who made a text: a person, or a machine whose work nobody has confirmed. Plain values."""

from collections.abc import Mapping
from typing import Any

PERSON, MACHINE = MADE_BY = ("person", "machine")
Texts = Mapping[str, Mapping[str, Any]]  # by language


def by_machine(text: Mapping[str, Any]) -> bool:
    return text.get("made_by") == MACHINE


def kept(known: Texts, given: Texts) -> dict[str, dict[str, Any]]:
    """What somebody writes instead of what is there: a machine's words that come back unchanged are still a machine's."""
    return {code: {**text, "made_by": MACHINE} if _same(known.get(code), text) else dict(text) for code, text in given.items()}


def _same(known: Mapping[str, Any] | None, given: Mapping[str, Any]) -> bool:
    if known is None or not by_machine(known):
        return False
    return all(known.get(name) == value for name, value in given.items() if name != "made_by")


def source_of(texts: Texts, wanted: str | None, target: str) -> str | None:
    """The language to translate from: `wanted`, where a person wrote that; else the first that a person wrote."""
    written = [code for code, text in texts.items() if code != target and not by_machine(text)]
    if wanted is not None:
        return wanted if wanted in written else None
    return next((code for code in ("en", "ur") if code in written), min(written, default=None))
