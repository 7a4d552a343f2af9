"""The page and its blocks, each between two lines that name it."""

import re
from collections.abc import Mapping
from pathlib import Path

from deploy.capacity import chain, costs, queues, shards
from deploy.capacity.measured import Measured

PAGE = Path(__file__).parents[2] / "docs" / "capacity.md"
_BLOCK = re.compile(r"(<!-- begin: python -m deploy\.capacity: (\w+) -->\n).*?(<!-- end -->)", re.DOTALL)


def blocks(measured: Measured | None = None) -> dict[str, str]:
    """By name; of the results at hand, if no others are given."""
    found = measured or Measured.kept()
    return {
        "costs": "\n".join(costs.each(found)),
        "processes": "\n".join(costs.by_process(found)),
        "memory": "\n".join(costs.memory(found)),
        "chain": "\n".join(chain.asked_for(found)),
        "limits": "\n".join(chain.breaks_first(found)),
        "queues": "\n".join(queues.table()),
        "shards": "\n".join(shards.table()),
        "whole": "\n".join(shards.reasons()),
    }


def written(text: str, blocks: Mapping[str, str]) -> str:
    """A page with other blocks; one that the page has no place for is a KeyError, as is a place without a block."""
    left = dict(blocks)
    page = _BLOCK.sub(lambda found: f"{found[1]}\n{left.pop(found[2])}\n\n{found[3]}", text)
    if left:
        raise KeyError(f"docs/capacity.md has no place for {', '.join(left)}")
    return page


def write() -> None:
    PAGE.write_text(written(PAGE.read_text(), blocks()))
