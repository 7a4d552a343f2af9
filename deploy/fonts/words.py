"""Words that paper prints again and again: labels, subjects, terms, signers, days and months. No names and no sentences of
people, which are set letter by letter."""

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

from babel import Locale

ROOT = Path(__file__).parents[2]
# Where labels are written. Whoever prints from another place adds it here.
SOURCES = (
    "schoolbus/*.typ",
    "services/*/*/*.typ",
    "services/reports/behaviour/aspects.py",
    "services/reports/cards/design.py",
    "services/reports/cards/words.py",
    "services/reports/gradebook/grading.py",
    "services/reports/gradebook/presets.py",
    "services/reports/paper/*.py",
    "services/reports/papers/words.py",
)
LONGEST = 15
_BLOCKS = ((0x0600, 0x0700), (0x0750, 0x0780), (0x08A0, 0x0900))
_JOINERS = "\u200c\u200d"


def is_letter(character: str) -> bool:
    """Also a mark (zabar, hamza above), and what joins or parts letters: a word is whole between what is none of these."""
    arabic = any(first <= ord(character) < after for first, after in _BLOCKS)
    return character in _JOINERS or (arabic and unicodedata.category(character)[0] in "LM")


_LETTERS = "".join(character for first, after in _BLOCKS for character in map(chr, range(first, after)) if is_letter(character))
_RUN = re.compile(f"[{_LETTERS}{_JOINERS}]+")


def words_of(text: str) -> list[str]:
    """Words of two letters or more, composed as they reach the font; a longer one than LONGEST is no label."""
    return [word for word in _RUN.findall(unicodedata.normalize("NFC", text)) if 2 <= len(word) <= LONGEST]


def words() -> list[str]:
    """All of them, in order."""
    texts = [path.read_text() for source in SOURCES for path in ROOT.glob(source)]
    return sorted({word for text in [*texts, *_calendar()] for word in words_of(text)})


def _calendar() -> Iterator[str]:
    """Months and days of the week, as services/reports/paper/pairs.py says them."""
    urdu = Locale("ur")
    yield from urdu.months["format"]["wide"].values()
    yield from urdu.months["stand-alone"]["wide"].values()
    yield from urdu.days["format"]["wide"].values()
