"""Nastaliq with whole words in it, as fonts for Urdu newspapers have always had them.

Each letter of a Nastaliq word stands at a height of its own, so a PDF needs a run of text for nearly each. A word that stands
in the font as one glyph needs one. That glyph has the outlines of those that the font sets the word with, at the places where
HarfBuzz puts them, so the ink is the same. (A composite of them would make the font smaller, and a PDF no smaller: it would
carry, and measure, the parts as glyphs of their own.) GSUB puts it there when exactly this word stands between what is no
letter:

    0         ccmp's first lookup (type 6): n letters with no letter before or after are given to the lookup of n letters
    1 to k    the lookups of n letters (type 4): the word's letters become its glyph
    k + 1 …   the lookups that the font had

OpenType 1.9, GSUB: https://learn.microsoft.com/typography/opentype/spec/gsub
"""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import uharfbuzz as hb
from fontTools.otlLib.builder import buildCoverage, buildLigatureSubstSubtable
from fontTools.ttLib import TTFont
from fontTools.ttLib.tables import otTables
from fontTools.ttLib.tables._g_l_y_f import Glyph, GlyphComponent
from fontTools.ttLib.tables.ttProgram import Program

from deploy.fonts.lighter import take_names
from deploy.fonts.words import LONGEST, is_letter

PLAIN = Path(__file__).parent / "NotoNastaliqUrdu-Regular.ttf"  # without whole words
BASE = 1  # GDEF's class of a glyph that stands by itself
IN_UNITS = 0x4  # ROUND_XY_TO_GRID of a composite's part: as its offsets are whole units, nothing is rounded


@dataclass(frozen=True)
class Set:
    """A glyph of a text that is set: its name, and where it stands, in the font's units from the text's left end."""

    name: str
    x: int
    y: int


def shape(font: hb.Font, names: Sequence[str], text: str) -> tuple[list[Set], int]:
    """What HarfBuzz makes of an Urdu text, from left to right, and how wide it is."""
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.direction, buffer.script, buffer.language = "rtl", "Arab", "ur"
    hb.shape(font, buffer)
    made, pen = [], 0
    for info, place in zip(buffer.glyph_infos or (), buffer.glyph_positions or (), strict=True):
        made.append(Set(names[info.codepoint], pen + place.x_offset, place.y_offset))
        pen += place.x_advance
    return made, pen


def with_whole_words(plain: bytes, words: Iterable[str]) -> bytes:
    """The same font, with a glyph for each word. Bytes depend on nothing but what is given."""
    font = TTFont(io.BytesIO(plain), recalcTimestamp=False)
    letters = {character: name for code, name in font.getBestCmap().items() if is_letter(character := chr(code))}
    glyphs = _add_glyphs(font, hb.Font(hb.Face(plain)), [word for word in words if set(word) <= set(letters)])
    _substitute(
        font, {tuple(letters[character] for character in word): name for word, name in glyphs.items()}, letters.values()
    )
    take_names(font)
    written = io.BytesIO()
    font.save(written)
    return written.getvalue()


def _add_glyphs(font: TTFont, shaping: hb.Font, words: Sequence[str]) -> dict[str, str]:
    """The name of each word's glyph, of which all stand behind the font's own."""
    names, glyf = font.getGlyphOrder(), font["glyf"]
    added = {}
    for word in words:
        made, width = shape(shaping, names, word)
        if len(made) == 1:
            continue
        glyph = _drawn([_part(each) for each in made if glyf[each.name].numberOfContours], glyf)
        added[word] = name = f"uni{''.join(f'{ord(letter):04X}' for letter in word)}.word"
        glyph.recalcBounds(glyf)
        glyf.glyphs[name] = glyph
        font["hmtx"].metrics[name] = (width, glyph.xMin)
        font["GDEF"].table.GlyphClassDef.classDefs[name] = BASE
    font.setGlyphOrder([*names, *added.values()])
    return added


def _drawn(parts: list[GlyphComponent], glyf: Any) -> Glyph:
    """Their outlines in one glyph."""
    composite, glyph = Glyph(), Glyph()
    composite.numberOfContours, composite.components = -1, parts
    glyph.coordinates, glyph.endPtsOfContours, glyph.flags = composite.getCoordinates(glyf)
    glyph.numberOfContours, glyph.program = len(glyph.endPtsOfContours), Program()
    return glyph


def _part(glyph: Set) -> GlyphComponent:
    part = GlyphComponent()
    part.glyphName, part.x, part.y, part.flags = glyph.name, glyph.x, glyph.y, IN_UNITS
    return part


def _substitute(font: TTFont, words: dict[tuple[str, ...], str], letters: Iterable[str]) -> None:
    table, number = font["GSUB"].table, font.getReverseGlyphMap()
    lengths = sorted({len(word) for word in words})
    by_length = [{word: name for word, name in words.items() if len(word) == length} for length in lengths]
    for lookup in table.LookupList.Lookup:
        _renumber(lookup, 1 + len(lengths))
    for record in table.FeatureList.FeatureRecord:
        record.Feature.LookupListIndex = [index + 1 + len(lengths) for index in record.Feature.LookupListIndex]
    first = _lookup(6, _alone(buildCoverage(set(letters), number), lengths))
    table.LookupList.Lookup[:0] = [first, *(_lookup(4, [buildLigatureSubstSubtable(those)]) for those in by_length)]
    table.LookupList.LookupCount = len(table.LookupList.Lookup)
    feature = _urdu(table)
    feature.LookupListIndex.insert(0, 0)
    feature.LookupCount = len(feature.LookupListIndex)


def _alone(letter: otTables.Coverage, lengths: Sequence[int]) -> list[otTables.ChainContextSubst]:
    """The first rule that fits is the one that holds: after a letter nothing, then the longest run of letters."""
    runs = [
        _rule(0, length, letter, 1 + lengths.index(length) if length in lengths else None) for length in range(2, LONGEST + 1)
    ]
    return [_rule(1, 1, letter, None), _rule(0, LONGEST + 1, letter, None), *reversed(runs)]


def _rule(before: int, letters: int, letter: otTables.Coverage, lookup: int | None) -> otTables.ChainContextSubst:
    rule = otTables.ChainContextSubst()
    rule.Format = 3
    rule.BacktrackCoverage, rule.InputCoverage, rule.LookAheadCoverage = [letter] * before, [letter] * letters, []
    rule.SubstLookupRecord = []
    if lookup is not None:
        record = otTables.SubstLookupRecord()
        record.SequenceIndex, record.LookupListIndex = 0, lookup
        rule.SubstLookupRecord.append(record)
    rule.BacktrackGlyphCount, rule.InputGlyphCount, rule.LookAheadGlyphCount = before, letters, 0
    rule.SubstCount = len(rule.SubstLookupRecord)
    return rule


def _lookup(kind: int, rules: list[Any]) -> otTables.Lookup:
    lookup = otTables.Lookup()
    lookup.LookupType, lookup.LookupFlag, lookup.SubTable, lookup.SubTableCount = kind, 0, rules, len(rules)
    return lookup


def _urdu(table: Any) -> Any:
    """ccmp for Urdu, which other languages may share; Kashmiri and Sindhi draw some letters otherwise and have their own."""
    arabic = next(record.Script for record in table.ScriptList.ScriptRecord if record.ScriptTag == "arab")
    language = next(record.LangSys for record in arabic.LangSysRecord if record.LangSysTag == "URD ")
    features = (table.FeatureList.FeatureRecord[index] for index in language.FeatureIndex)
    return next(record.Feature for record in features if record.FeatureTag == "ccmp")


def _renumber(part: Any, by: int) -> None:
    """All that names a lookup by its place in the list."""
    if isinstance(part, otTables.SubstLookupRecord):
        part.LookupListIndex += by
    elif isinstance(part, list):
        for each in part:
            _renumber(each, by)
    elif isinstance(part, otTables.Lookup) and part.LookupType not in (5, 6, 7):
        return
    elif hasattr(part, "__dict__"):
        if hasattr(part, "ensureDecompiled"):
            part.ensureDecompiled()
        _renumber([value for value in vars(part).values() if isinstance(value, list) or hasattr(value, "__dict__")], by)
