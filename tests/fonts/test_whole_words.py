"""The font that has words as one glyph draws what the font without them draws."""

import io
import unicodedata

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


NAMES = TTFont(PLAIN).getGlyphOrder()


class Font:
    def __init__(self, content: bytes) -> None:
        self._shaping = hb.Font(hb.Face(content))
        font = TTFont(io.BytesIO(content))
        order = font.getGlyphOrder()
        self.words = [f"{number}.word" for number in range(len(NAMES), len(order))]
        self._names = [*NAMES, *self.words]  # the font itself has none
        self._name_of = dict(zip(order, self._names, strict=True))
        self._glyphs: dict[str, Glyph] = {self._name_of[name]: font["glyf"][name] for name in order}

    def shaped(self, text: str) -> list[str]:
        return [glyph.name for glyph in shape(self._shaping, self._names, text)[0]]

    def drawn(self, text: str) -> tuple[list[tuple[int, int, str]], int]:
        """The ink: where which glyph stands, a word taken apart; and the width."""
        made, width = shape(self._shaping, self._names, text)
        return sorted(part for glyph in made for part in self._parts(glyph)), width

    def _parts(self, glyph: Set) -> list[tuple[int, int, str]]:
        drawn = self._glyphs[glyph.name]
        if glyph.name in self.words:
            return [(glyph.x + part.x, glyph.y + part.y, self._name_of[part.glyphName]) for part in drawn.components]
        return [(glyph.x, glyph.y, glyph.name)] if drawn.numberOfContours else []


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
