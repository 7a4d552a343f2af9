"""The portal's Nastaliq: what Urdu and Punjabi (Shahmukhi) are written with, as small as it gets without another look.

    python -m deploy.webfont

writes gateway/portal/static/fonts/nastaliq.woff2 from Noto Nastaliq Urdu 2.000: fewer glyphs, no instructions for small
screens, brotli. Every OpenType feature stays. The licence stands beside it, as it asks. What has no letter here (a Latin word,
Sindhi, Pashto) is set with the phone's own fonts.
"""

import sys
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont

ROOT = Path(__file__).parents[1]
NAME = "NotoNastaliqUrdu-Regular.ttf"
# Letter by letter: the one for paper may have whole words in it, which no screen needs.
SOURCE = next(path for path in (ROOT / "deploy/fonts" / NAME, ROOT / "schoolbus/fonts" / NAME) if path.exists())
WRITTEN = ROOT / "gateway/portal/static/fonts/nastaliq.woff2"

LETTERS = "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيٱٹپچڈڑژکگںھہۂۃیےۓݨ"  # the Arabic keyboard's ك ه ي ى, too; Punjabi's
MARKS = "ًٌٍَُِّْٰٕٖٓٔٗ٘ؐؑؒؓؔ"  # vowels, hamza above and below, and the honorifics over names
DIGITS = "0123456789۰۱۲۳۴۵۶۷۸۹"
SIGNS = " !()+,-./:=[]{|}«»×÷،؛؟۔٪٫٬‹›‘’“”–—−ﷲﷺ"
INVISIBLE = "\u00a0\u200c\u200d\u200e\u200f"  # joiners and directions
CHARACTERS = LETTERS + MARKS + DIGITS + SIGNS + INVISIBLE

_ENGLISH = 0x409
_NAMES = [0, 1, 2, 13, 14]  # copyright, family, style, licence and where it stands


def write(path: Path = WRITTEN) -> int:
    """Its size in bytes. The same bytes from the same file and the same fontTools and brotli."""
    options = subset.Options(
        flavor="woff2",
        hinting=False,
        layout_features=["*"],
        name_IDs=_NAMES,
        name_languages=[_ENGLISH],
        notdef_outline=True,
        glyph_names=False,
        drop_tables=["DSIG"],
    )
    font = TTFont(SOURCE, recalcTimestamp=False)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text=CHARACTERS)
    subsetter.subset(font)
    path.parent.mkdir(parents=True, exist_ok=True)
    subset.save_font(font, path, options)
    return path.stat().st_size


if __name__ == "__main__":
    sys.stdout.write(f"{WRITTEN.relative_to(ROOT)}: {write():,} bytes\n")
