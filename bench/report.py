"""python -m bench.report: docs/performance.md and its charts, from bench/results.json and what each group says of itself."""

import importlib
import inspect
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench.figures import RESULTS

DOCS = Path(__file__).parents[1] / "docs"
ELSEWHERE = {"chaos": "tests.chaos.test_chaos"}  # measured by no group of `make bench`
PAGE, CHARTS = DOCS / "performance.md", DOCS / "performance"
Row = Mapping[str, Any]
Results = Mapping[str, Row]

HEAD = """# What it does in a second

Written by `python -m bench.report` from `bench/results.json`, which `make bench` measures; [bench/](../bench) says how. All of
it on one small machine ({cores} cores, Python {python}): load, gateway, services, database and broker together. A run is red
where a figure is on the wrong side of its bound. Where there is a reference, both took turns in one run, so the ratio holds on
other machines too.

![How far each figure is on the right side of its bound](performance/bounds.svg)

![The same work by the usual ways](performance/references.svg)

![Times to answer](performance/latencies.svg)
"""


def main() -> None:
    from bench import charts

    results = kept()
    PAGE.write_text(page(results))
    CHARTS.mkdir(exist_ok=True)
    charts.draw(results, CHARTS)


def kept() -> Results:
    return dict(json.loads(RESULTS.read_text()))


def page(results: Results) -> str:
    groups: dict[str, list[tuple[str, Row]]] = defaultdict(list)
    for key, row in sorted(results.items()):
        if key != "machine":
            groups[row["group"]].append((key, row))
    parts = [HEAD.format(**results["machine"])]
    parts += [f"## {name}\n\n{_about(name)}\n\n{_table(rows)}" for name, rows in sorted(groups.items())]
    return "\n".join(parts)


def _about(group: str) -> str:
    """The group's own words, without the names of keys that the table has anyway."""
    said = inspect.getdoc(importlib.import_module(ELSEWHERE.get(group, f"bench.{group}"))) or ""
    first, _, rest = said.partition(": ")
    words = rest if " " not in first else said
    return "\n\n".join(_sentence(" ".join(paragraph.split())) for paragraph in words.split("\n\n"))


def _sentence(words: str) -> str:
    return words[0].upper() + words[1:]


def _table(rows: Iterable[tuple[str, Row]]) -> str:
    lines = [f"| `{key}` | {number(row['value'])} {row['unit']} | {_bound(row)} |" for key, row in rows]
    return "\n".join(["| figure | measured | bound |", "|---|---|---|", *lines, ""])


def _bound(row: Row) -> str:
    return "" if row["wanted"] == "shown" else row["wanted"] + ("" if row["met"] else " **SHORT**")


def number(value: float) -> str:
    """As people read it: three figures, or all before the point."""
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.3g}"


if __name__ == "__main__":
    main()
