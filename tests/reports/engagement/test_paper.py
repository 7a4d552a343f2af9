"""On paper a percentage has its count and its interval beside it, wherever it stands."""

import io

import pytest
from pypdf import PdfReader

from services.reports.engagement import measures, printing, tables
from services.reports.paper.engagement import Cell, render
from tests.reports.engagement.rows import family
from tests.reports.paper.samples import ENGAGEMENT


def test_the_course_and_the_cells_have_counts_and_intervals() -> None:
    tally = measures.tally([family(f"f{n}", answered=int(n < 10)) for n in range(40)])
    shown = tables.shown(tally, tables.alone(tally), sums=True)
    cells = dict(zip(("families", *printing.COLUMNS), printing._cells(shown), strict=True))
    assert cells["families"] == Cell("40")
    assert cells["answered"] == Cell("25.0 (10/40)", "14.1 – 40.2")
    small = measures.tally([family(f"f{n}") for n in range(4)])
    hidden = tables.shown(small, tables.alone(small), sums=True)
    assert set(printing._cells(hidden)) == {Cell("–")}
    (point,) = printing._course({"2026-10": hidden, "2026-11": shown})
    read = next(each for each in shown["measures"] if each["measure"] == "read")
    assert (point.count, point.of, point.percent, point.low, point.high) == tuple(
        read[name] for name in ("count", "of", "percent", "low", "high")
    )


@pytest.mark.parametrize("edition", ["en", "ur", "both"])
def test_they_are_printed(edition: str) -> None:
    text = "".join(page.extract_text() for page in PdfReader(io.BytesIO(render(ENGAGEMENT, edition))).pages)
    for point in ENGAGEMENT.course:
        for number in (f"{point.count:,}", f"{point.of:,}", point.percent, point.low, point.high):
            assert number in text, number
    assert text.count("41.8 – 58.2") == len(ENGAGEMENT.parts)
