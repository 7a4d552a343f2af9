"""docs/performance.md says what bench/results.json has, and nothing else."""

from bench import report
from bench.figures import Figure


def test_the_page_is_that_of_the_results() -> None:
    assert report.PAGE.read_text() == report.page(report.kept()), "write it anew: python -m bench.report"


def test_its_charts_are_there() -> None:
    named = [line.split("(")[1].rstrip(")") for line in report.page(report.kept()).splitlines() if line.startswith("![")]
    assert [name for name in named if not (report.DOCS / name).is_file()] == []


def test_a_figure_that_falls_short_is_seen_at_once() -> None:
    short = Figure("search.p99_ms", 61.2, "ms", 50, ceiling=True)
    row = {"group": "search", "value": short.value, "unit": short.unit, "wanted": short.bound, "met": short.met}
    shown = report.page({"machine": {"cores": 2, "python": "3.11"}, short.key: row})
    assert "| `search.p99_ms` | 61.2 ms | ≤ 50 **SHORT** |" in shown
