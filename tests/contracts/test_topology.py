"""The page that shows who tells whom what is what the contracts say."""

from pathlib import Path

from schoolbus import drawn

PAGE = Path(__file__).parents[2] / "docs" / "topology.md"


def test_the_page_is_true() -> None:
    assert PAGE.read_text() == drawn.markdown(), "python -m schoolbus topology > docs/topology.md"
