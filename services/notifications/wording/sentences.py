"""What may stand in a sentence: its fields, each once, and plain words. It goes out as it stands."""

import re
import unicodedata
from collections.abc import Iterator
from string import Formatter

LONGEST = 400  # characters: all around it has to fit a WhatsApp template's 1,024 and a few SMS
LONGEST_LINE = 160  # of a subject, a greeting, a button
_JOINERS = "\u200c\u200d\u200e\u200f\u061c"  # non-joiner, joiner and direction marks are part of writing Urdu or Sindhi
_MARKUP = re.compile(r"<\s*[/!?a-z]|&(?:#?\w{1,20});", re.IGNORECASE)
_ADDRESS = re.compile(r"://|\bwww\.|\b(?:javascript|data|mailto|tel):", re.IGNORECASE)


def fields(sentence: str) -> frozenset[str]:
    """The names in braces. Raises ValueError for braces that are none."""
    return frozenset(name for _, name, _, _ in Formatter().parse(sentence) if name is not None)


def faults(sentence: str, wanted: frozenset[str], longest: int = LONGEST) -> Iterator[str]:
    """Why it can't be said, in words; nothing when it can."""
    if not sentence.strip():
        yield "empty"
    if len(sentence) > longest:
        yield f"longer than {longest} characters"
    yield from _of_braces(sentence, wanted)
    if odd := sorted({character for character in sentence if _odd(character)}):
        yield f"characters that are not seen or turn the direction: {', '.join(f'U+{ord(each):04X}' for each in odd[:5])}"
    if _MARKUP.search(sentence):
        yield "markup: it is shown as it stands"
    if _ADDRESS.search(sentence):
        yield "an address: the link is put below it"


def _of_braces(sentence: str, wanted: frozenset[str]) -> Iterator[str]:
    try:
        parsed = list(Formatter().parse(sentence))
    except ValueError:
        yield "braces that don't fit"
        return
    names = [name for _, name, _, _ in parsed if name is not None]
    if "{{" in sentence or "}}" in sentence:
        yield "double braces"
    if any(spec or conversion for _, _, spec, conversion in parsed):
        yield "a format or conversion in braces: only the name"
    if unknown := sorted(set(names) - wanted):
        yield f"unknown: {', '.join(f'{{{name[:40]}}}' for name in unknown[:5])}"
    if missing := sorted(wanted - set(names)):
        yield f"missing: {', '.join(f'{{{name}}}' for name in missing)}"
    if twice := sorted({name for name in names if name in wanted and names.count(name) > 1}):
        yield f"more than once: {', '.join(f'{{{name}}}' for name in twice)}"


def _odd(character: str) -> bool:
    """Controls, line breaks, what overrides the direction of all that follows, and what is no character."""
    return unicodedata.category(character) in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp") and character not in _JOINERS
