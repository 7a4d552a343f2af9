"""The font that has words as one glyph draws what the font without them draws."""

import io
import unicodedata
from collections.abc import Iterator
from typing import Any

import pytest
import uharfbuzz as hb
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables._g_l_y_f import Glyph
from hypothesis import given, settings
from hypothesis import strategies as st

from deploy.fonts import words as listed
from deploy.fonts.whole_words import PLAIN, Set, shape
from schoolbus.typesetting import FONTS

WORDS = listed.words()
ANEW = "is not one glyph in schoolbus/fonts: run `python -m deploy.fonts`, then `python -m tests.reports.paper.golden`"
LETTERS = "ابپتٹجچحخدڈذرڑزسشصضطظعغفقکگلمنںوؤہھءیئےۓأآۂۃة"
MARKS = "ًٌٍَُِّْٰٕٓٔ"
JOINERS = "\u200c\u200d"
OTHERS = " ،۔؟!():/0123456789۰۱۲٪\u200b\u200e\u200f\u00a0"

Outline = tuple[tuple[int, int, int], ...]  # of each point: x, y, and 1 where the curve goes through it

NAMES = TTFont(PLAIN).getGlyphOrder()


class Font:
    def __init__(self, content: bytes) -> None:
        self._shaping = hb.Font(hb.Face(content))
        font = TTFont(io.BytesIO(content))
        order = font.getGlyphOrder()
        self.words = [f"{number}.word" for number in range(len(NAMES), len(order))]
        self._names = [*NAMES, *self.words]  # the font itself has none
        self._outlines = {
            name: list(_outlines(font["glyf"][by], font["glyf"])) for name, by in zip(self._names, order, strict=True)
        }

    def shaped(self, text: str) -> list[str]:
        return [glyph.name for glyph in shape(self._shaping, self._names, text)[0]]

    def drawn(self, text: str) -> tuple[list[Outline], int]:
        """The ink: all outlines, each where it stands; and the width."""
        made, width = shape(self._shaping, self._names, text)
        return sorted(_moved(each, glyph) for glyph in made for each in self._outlines[glyph.name]), width


def _outlines(glyph: Glyph, glyf: Any) -> Iterator[Outline]:
    points, ends, flags = glyph.getCoordinates(glyf)
    on_curve = [(x, y, flag & 1) for (x, y), flag in zip(points, flags, strict=True)]
    for first, last in zip([0, *(end + 1 for end in ends)], ends, strict=False):
        yield tuple(on_curve[first : last + 1])


def _moved(outline: Outline, to: Set) -> Outline:
    return tuple((to.x + x, to.y + y, on_curve) for x, y, on_curve in outline)


PLAINLY, WHOLE = Font(PLAIN.read_bytes()), Font((FONTS / PLAIN.name).read_bytes())
said = settings(max_examples=1000, deadline=None)


@pytest.mark.parametrize("word", WORDS)
def test_each_listed_word_is_one_glyph_with_the_same_ink(word: str) -> None:
    assert len(WHOLE.shaped(word)) == 1, f"{word} {ANEW}"
    assert WHOLE.drawn(word) == PLAINLY.drawn(word)


def test_no_word_is_left_that_is_listed_no_more() -> None:
    assert len(WHOLE.words) == len(WORDS), f"a word that no label has any more {ANEW}"


def test_labels_of_a_card_are_listed_and_names_and_sentences_are_not() -> None:
    assert {"رپورٹ", "کارڈ", "جماعت", "ریاضی", "ٹرم", "نومبر", "سربراہِ", "کمرۂ", "بہترین"} <= set(WORDS)
    assert not {"عائشہ", "خان", "متجسس"} & set(WORDS)


@pytest.mark.parametrize("before", ["", "و", "ب", "َ", "ٔ", "\u200d", "\u200c"])
@pytest.mark.parametrize("after", ["", "ں", "ا", "ِ", "ٔ", "ـ", "\u200d", "\u200c"])
@pytest.mark.parametrize("word", ["کارڈ", "جماعت", "کا", "کمرۂ", "آمد"])
def test_with_a_letter_or_a_mark_beside_it_a_word_is_set_letter_by_letter(word: str, before: str, after: str) -> None:
    text = before + word + after
    if before or after:
        assert WHOLE.shaped(text) == PLAINLY.shaped(text)


@pytest.mark.parametrize("beside", ["", " ", "،", "۔", "(", "/", "2", "۲", "\u00a0"])
def test_beside_what_is_no_letter_it_is_one_glyph(beside: str) -> None:
    text = f"{beside}جماعت{beside}"
    assert sum(name.endswith(".word") for name in WHOLE.shaped(text)) == 1
    assert WHOLE.drawn(text) == PLAINLY.drawn(text)


letters = st.text(LETTERS + MARKS + JOINERS, max_size=6)
pieces = st.one_of(letters, st.sampled_from(WORDS), st.sampled_from(OTHERS))


@said
@given(st.lists(pieces, max_size=10).map("".join))
def test_whatever_is_written_is_drawn_as_before(text: str) -> None:
    assert WHOLE.drawn(text) == PLAINLY.drawn(text)


@said
@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=8).map(" ".join))
def test_listed_words_beside_each_other_are_drawn_as_before(text: str) -> None:
    assert sum(name.endswith(".word") for name in WHOLE.shaped(text)) == len(text.split())
    assert WHOLE.drawn(text) == PLAINLY.drawn(text)


@said
@given(st.lists(pieces, max_size=10).map("".join))
def test_what_is_no_listed_word_is_set_letter_by_letter(text: str) -> None:
    if not set(listed.words_of(unicodedata.normalize("NFC", text))) & set(WORDS):
        assert WHOLE.shaped(text) == PLAINLY.shaped(text)
