"""Charts say what they draw, and each percentage has its counts."""

import re
from xml.etree import ElementTree

import pytest

from services.reports.engagement import charts
from services.reports.engagement.charts import Bar


@pytest.mark.parametrize("language", ["en", "ur"])
@pytest.mark.parametrize("draw", [charts.bars, charts.line])
def test_a_chart_says_what_it_draws(draw: object, language: str) -> None:
    rows = [Bar("<Ayesha & Co>", 3, 10, 30.0, 10.8, 60.4), Bar("ب", None, None, None), Bar("c", 0, 0, None)]
    page = draw("Read & <signed>", rows, language)  # type: ignore[operator]
    root = ElementTree.fromstring(page)
    named = "{http://www.w3.org/2000/svg}"
    assert root.get("role") == "img"
    assert root.find(f"{named}title").text == "Read & <signed>"  # type: ignore[union-attr]
    described = root.find(f"{named}desc").text or ""  # type: ignore[union-attr]
    assert "30.0 % (3/10)" in described
    assert charts.HIDDEN[language] in described
    assert ('direction="rtl"' in page) is (language == "ur")
    for rect in root.iter(f"{named}rect"):
        assert float(rect.get("x") or 0) >= 0
        assert float(rect.get("width") or 0) <= charts.WIDTH


@pytest.mark.parametrize("count", [1, 6, 7, 24])
def test_each_percentage_of_a_line_has_its_counts_and_room(count: int) -> None:
    rows = [Bar(f"September {n}", 201_000 + n, 301_222, 60.0 + n / 10, 50.0, 70.0) for n in range(count)]
    texts = re.findall(r"<text [^>]*>([^<]*)</text>", charts.line("Read", rows))
    percents = [text for text in texts if "." in text]
    counts = [text for text in texts if "/" in text]
    assert len(percents) == len(counts) in range(1, charts.NAMED + 1)
    assert counts[-1] == f"{201_000 + count - 1}/301222", "the last month is among them"
    assert all(f"{row.label}: {row.said('en')}" in charts.line("Read", rows) for row in rows), "and it says all of them"


def test_a_mean_says_of_how_many_it_is() -> None:
    assert Bar("Days attended", None, 142, 91.0).said("en") == "91.0 % (142)"


def test_urdu_goes_from_right_to_left() -> None:
    rows = [Bar("a", 1, 4, 25.0, 10.0, 50.0)]
    english, urdu = (charts.bars("t", rows, language) for language in ("en", "ur"))
    bar = re.compile(r'<rect x="([\d.]+)" y="[\d.]+" width="([\d.]+)"')
    (x, width), (mirrored, same) = (map(float, bar.search(page).groups()) for page in (english, urdu))  # type: ignore[union-attr]
    assert width == same
    assert mirrored + width == pytest.approx(charts.WIDTH - x)
