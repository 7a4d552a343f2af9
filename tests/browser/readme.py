"""The README's pictures: small enough for a page that many read by phone.

    python -m tests.browser.readme

takes what the tests marked `readme` have drawn and writes docs/screenshots.
"""

import io
import sys
from pathlib import Path

from PIL import Image

from tests.browser.support.pictures import README
from tests.support.processes import ROOT

WRITTEN = ROOT / "docs" / "screenshots"
LIMIT = 150_000  # bytes
COLOURS = 256, 128, 64, 32


def optimised(picture: Path) -> bytes:
    """PNG with as many colours as the limit allows, at half the size if none does."""
    with Image.open(picture) as whole:
        flat = whole.convert("RGB")
    for size in (1, 2):
        smaller = flat.resize((flat.width // size, flat.height // size), Image.Resampling.LANCZOS)
        for colours in COLOURS:
            written = io.BytesIO()
            smaller.quantize(colours, dither=Image.Dither.NONE).save(written, "PNG", optimize=True)
            if written.tell() < LIMIT:
                return written.getvalue()
    raise ValueError(f"{picture.name} stays above {LIMIT} bytes: show less of the page")


def main() -> None:
    WRITTEN.mkdir(parents=True, exist_ok=True)
    drawn = sorted(README.glob("*.png"))
    for old in set(WRITTEN.glob("*.png")) - {WRITTEN / picture.name for picture in drawn}:
        old.unlink()
    for picture in drawn:
        path = WRITTEN / picture.name
        path.write_bytes(optimised(picture))
        sys.stdout.write(f"{path.relative_to(ROOT)}: {path.stat().st_size:,} bytes\n")


if __name__ == "__main__":
    main()
