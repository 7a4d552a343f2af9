"""Fonts without what paper does not need and each PDF would carry: the programs that move a glyph's points to the pixels of a
small screen, the glyphs' names, and who made and sells the font. Its copyright and the address of its licence stay; the whole
licence is OFL.txt beside it.
"""

from pathlib import Path

from fontTools.ttLib import TTFont

PROGRAMS = {"fpgm", "prep", "cvt ", "hdmx", "VDMX", "LTSH", "gasp"}
# OpenType 1.9, name: copyright, family, style, full name, PostScript name, address of the licence, typographic family and style
SAID = {0, 1, 2, 4, 6, 14, 16, 17}
NAMELESS = 3.0  # post's format without names of glyphs


def make_lighter(path: Path) -> None:
    """The file is written anew. What was drawn is drawn."""
    font = TTFont(path, recalcTimestamp=False)
    take_hints(font)
    take_names(font)
    font.save(path)


def take_hints(font: TTFont) -> None:
    for glyph in font["glyf"].glyphs.values():
        glyph.expand(font["glyf"])
        if glyph.isComposite():
            vars(glyph).pop("program", None)
        elif hasattr(glyph, "program"):
            glyph.program.fromBytecode(b"")
    for table in PROGRAMS & set(font.keys()):
        del font[table]


def take_names(font: TTFont) -> None:
    font["post"].formatType = NAMELESS
    font["name"].names = [record for record in font["name"].names if record.nameID in SAID]
    if "DSIG" in font:
        del font["DSIG"]  # it signed another file
