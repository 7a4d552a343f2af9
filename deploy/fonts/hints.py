"""Fonts without the programs that move a glyph's points to the pixels of a small screen: paper has none."""

from pathlib import Path

from fontTools.ttLib import TTFont

PROGRAMS = {"fpgm", "prep", "cvt ", "hdmx", "VDMX", "LTSH", "gasp"}


def take_out(path: Path) -> None:
    """The file is written anew. What was drawn is drawn."""
    font = TTFont(path, recalcTimestamp=False)
    for glyph in font["glyf"].glyphs.values():
        glyph.expand(font["glyf"])
        if glyph.isComposite():
            vars(glyph).pop("program", None)
        elif hasattr(glyph, "program"):
            glyph.program.fromBytecode(b"")
    for table in PROGRAMS & set(font.keys()):
        del font[table]
    font.save(path)
