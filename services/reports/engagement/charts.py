"""Charts as SVG: bars with their intervals, and a line over months. Plain values in, text out.

Each has a title and a description that say what is drawn, for whoever listens (SVG 2, 5.8; role="img"). Nothing is told by
colour alone: bars are filled, intervals are lines with ends, numbers stand beside them. Urdu goes from right to left. What is
hidden is drawn as no bar, and says so.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH, LABEL, ROW, TOP, SIDE = 720, 250, 30, 56, 24
INK, SOFT, FILL, GRID = "#1a1a1a", "#595959", "#5f7f6f", "#c8c8c8"  # dark, grey and pale in black and white too
FONTS = {"en": "'Noto Sans', Arial, sans-serif", "ur": "'Noto Nastaliq Urdu', 'Jameel Noori Nastaleeq', 'Noto Sans', serif"}
HIDDEN = {"en": "not shown", "ur": "ظاہر نہیں"}
NOBODY = {"en": "nobody", "ur": "کوئی نہیں"}
HEIGHT = 260  # of the drawing of a line
NAMED = 6  # months for whose names there is room
NOTE, NOTE_LINE = 110, 22  # letters in a line of a note, and how far apart its lines are: Nastaliq is high


@dataclass(frozen=True)
class Bar:
    """Percentages, 0 to 100; `count` None: hidden; `percent` None: of nobody."""

    label: str
    count: int | None
    of: int | None
    percent: float | None
    low: float | None = None
    high: float | None = None

    def said(self, language: str) -> str:
        """Beside the bar, and in the description."""
        if self.of is None:
            return HIDDEN[language]
        if self.percent is None:
            return NOBODY[language]
        return f"{self.percent:.1f} % ({self.counts()})"

    def counts(self) -> str:
        """Of a share both; of a mean how many it is of."""
        return f"{self.of}" if self.count is None else f"{self.count}/{self.of}"


def bars(title: str, rows: Sequence[Bar], language: str = "en", note: str = "") -> str:
    """A bar a row, with its interval as a line across its end. `note`: what it can't show, below."""
    height, span = TOP + ROW * len(rows) + 34, WIDTH - LABEL - 2 * SIDE - 110
    page = _Page(language)
    drawn = [page.text(SIDE, 30, title, size=16, weight="bold")]
    zero = LABEL + SIDE
    for share in (0, 25, 50, 75, 100):
        x = zero + span * share / 100
        drawn.append(page.line(x, TOP - 6, x, height - 30, GRID))
        drawn.append(page.text(x, height - 12, str(share), size=11, fill=SOFT, anchor="middle"))
    for place, row in enumerate(rows):
        y = TOP + ROW * place
        drawn.append(page.text(LABEL + SIDE - 10, y + 16, row.label, size=12, anchor="end"))
        if row.percent is not None:
            drawn.append(page.box(zero, y + 4, span * row.percent / 100, 15))
        if row.low is not None and row.high is not None:
            low, high, middle = zero + span * row.low / 100, zero + span * row.high / 100, y + 11.5
            drawn.append(page.line(low, middle, high, middle, INK, 1.6))
            drawn += [page.line(x, middle - 5, x, middle + 5, INK, 1.6) for x in (low, high)]
        drawn.append(page.text(zero + span + 10, y + 16, row.said(language), size=12))
    return page.whole(height, title, rows, drawn, note)


def line(title: str, rows: Sequence[Bar], language: str = "en", note: str = "") -> str:
    """A point a row, from the first month to the last, with intervals. Where something is hidden the line is broken. Of many
    months every second, third or fourth has its name, percentage and counts beside it, the last one among them."""
    height, span, left = TOP + HEIGHT + 54, WIDTH - 2 * SIDE - 60, SIDE + 40
    apart = -(-len(rows) // NAMED)
    page = _Page(language)
    drawn = [page.text(SIDE, 30, title, size=16, weight="bold")]
    for share in (0, 25, 50, 75, 100):
        y = TOP + HEIGHT * (1 - share / 100)
        drawn.append(page.line(left, y, left + span, y, GRID))
        drawn.append(page.text(left - 8, y + 4, str(share), size=11, fill=SOFT, anchor="end"))
    before: tuple[float, float] | None = None
    for place, row in enumerate(rows):
        x = left + span * (place + 0.5) / len(rows)
        named = (len(rows) - 1 - place) % apart == 0
        if named:
            drawn.append(page.text(x, TOP + HEIGHT + 22, row.label, size=11, fill=SOFT, anchor="middle"))
        if row.percent is None:
            if named:
                drawn.append(page.text(x, TOP + HEIGHT - 8, row.said(language), size=10, fill=SOFT, anchor="middle"))
            before = None
            continue
        y = TOP + HEIGHT * (1 - row.percent / 100)
        if row.low is not None and row.high is not None:
            ends = [TOP + HEIGHT * (1 - each / 100) for each in (row.low, row.high)]
            drawn.append(page.line(x, ends[0], x, ends[1], INK))
            drawn += [page.line(x - 5, each, x + 5, each, INK) for each in ends]
        if before is not None:
            drawn.append(page.line(*before, x, y, FILL, 2.4))
        drawn.append(page.point(x, y))
        above = min(y, TOP + HEIGHT * (1 - (row.high or 0) / 100))
        if named:
            drawn.append(page.text(x, above - 9, f"{row.percent:.1f}", size=11, weight="bold", anchor="middle"))
            drawn.append(page.text(x, TOP + HEIGHT + 40, row.counts(), size=10, fill=SOFT, anchor="middle"))
        before = (x, y)
    return page.whole(height, title, rows, drawn, note)


@dataclass(frozen=True)
class _Page:
    """Draws in English as it is said, and in Urdu mirrored: what is `x` from the left there is `x` from the right here."""

    language: str

    @property
    def mirrored(self) -> bool:
        return self.language == "ur"

    def x(self, x: float) -> float:
        return round(WIDTH - x if self.mirrored else x, 1)

    def text(
        self, x: float, y: float, text: str, *, size: int, fill: str = INK, weight: str = "normal", anchor: str = "start"
    ) -> str:
        """Of Urdu text the start is its right end."""
        rtl = ' direction="rtl"' if self.mirrored else ""
        at = f'x="{self.x(x)}" y="{y:.1f}" font-size="{size}" font-weight="{weight}" text-anchor="{anchor}" fill="{fill}"'
        return f"<text {at}{rtl}>{_clean(text)}</text>"

    def line(self, x1: float, y1: float, x2: float, y2: float, colour: str, width: float = 1.0) -> str:
        ends = f'x1="{self.x(x1)}" y1="{y1:.1f}" x2="{self.x(x2)}" y2="{y2:.1f}"'
        return f'<line {ends} stroke="{colour}" stroke-width="{width}"/>'

    def box(self, x: float, y: float, width: float, height: float) -> str:
        begins = self.x(x + width) if self.mirrored else self.x(x)
        size = f'width="{width:.1f}" height="{height}"'
        return f'<rect x="{begins}" y="{y:.1f}" {size} fill="{FILL}" stroke="{INK}" stroke-width="0.8"/>'

    def point(self, x: float, y: float) -> str:
        return f'<circle cx="{self.x(x)}" cy="{y:.1f}" r="5" fill="{FILL}" stroke="{INK}" stroke-width="1"/>'

    def whole(self, height: int, title: str, rows: Sequence[Bar], drawn: Sequence[str], note: str) -> str:
        described = ". ".join(["; ".join(f"{row.label}: {row.said(self.language)}" for row in rows), *([note] if note else [])])
        lines = textwrap.wrap(note, NOTE)
        below = [self.text(SIDE, height + 14 + NOTE_LINE * place, each, size=11, fill=SOFT) for place, each in enumerate(lines)]
        height += NOTE_LINE * len(lines) + (10 if lines else 0)
        named = f'role="img" aria-labelledby="title desc" lang="{self.language}" xml:lang="{self.language}"'
        font = escape(FONTS[self.language], {'"': "&quot;"})
        size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} {named}>',
                f'<title id="title">{_clean(title)}</title>',
                f'<desc id="desc">{_clean(described)}</desc>',
                f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
                f'<g font-family="{font}">',
                *drawn,
                *below,
                "</g>",
                "</svg>",
                "",
            ]
        )


def _clean(text: str) -> str:
    """What XML 1.0 can hold."""
    return escape("".join(each for each in text if each >= " " and not "\ud800" <= each <= "\udfff"))
