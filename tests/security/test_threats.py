"""docs/threats.md names tests that exist: whoever renames one, or takes it away, is told which threat it held."""

import ast
import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parents[1]
PAGE = (TESTS.parent / "docs" / "threats.md").read_text()
NAMED = re.compile(r"`([\w/]+\.py)::(\w+)`")


def rows(title: str) -> list[list[str]]:
    """The cells of each threat below a heading."""
    part = PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]
    lines = [line.strip("|").split(" | ") for line in part.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in cells] for cells in lines if not cells[0].strip().startswith("**")]


@cache
def names_in(file: str) -> frozenset[str]:
    path = TESTS / file
    if not path.exists():
        return frozenset()
    found = ast.parse(path.read_text()).body
    return frozenset(each.name for each in found if isinstance(each, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_threat_names_tests_that_there_are() -> None:
    held = rows("Held")
    assert len(held) >= 40
    missing = [
        f"{threat}: {file}::{name}"
        for threat, _, tests in held
        for file, name in NAMED.findall(tests)
        if name not in names_in(file)
    ]
    assert missing == [], "docs/threats.md names tests that are not there"
    assert [threat for threat, _, tests in held if not NAMED.search(tests)] == [], "threats without a test"


def test_what_is_not_held_says_why() -> None:
    left = rows("Not held")
    assert left
    assert all(len(cells) == 2 and len(cells[1]) > 20 for cells in left)
