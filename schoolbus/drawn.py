"""What publishes and handles what, from the contracts: a diagram and a table, as docs/topology.md holds them."""

from collections import Counter, defaultdict
from inspect import cleandoc

import schoolbus.contracts  # noqa: F401 - makes all events known
from schoolbus.events import Event

_HEAD = """# Who tells whom what

Written by `python -m schoolbus topology > docs/topology.md` from the contracts in `schoolbus/contracts/`; a test compares.
Numbers are kinds of events; names of exchanges and queues follow from them ([architecture.md](architecture.md)).
"""


def markdown() -> str:
    return "\n".join([_HEAD, "```mermaid", *diagram(), "```", "", *table(), ""])


def diagram() -> list[str]:
    """Lines of a mermaid flowchart: services, and an arrow from each publisher to each of its readers."""
    arrows = Counter((event.publisher(), reader) for event in events() for reader in event.read_by)
    return ["flowchart LR", *(f"  {source} -- {count} --> {reader}" for (source, reader), count in sorted(arrows.items()))]


def table() -> list[str]:
    """Lines of a table for each publisher: an event, who reads it, and what it says."""
    of: dict[str, list[type[Event]]] = defaultdict(list)
    for event in events():
        of[event.publisher()].append(event)
    lines: list[str] = []
    for publisher, told in sorted(of.items()):
        lines += [f"## {publisher}", "", "| event | read by | what |", "|---|---|---|"]
        lines += [f"| `{event.routing_key()}` | {', '.join(event.read_by)} | {_said(event)} |" for event in told]
        lines.append("")
    return lines[:-1]


def events() -> list[type[Event]]:
    return [Event.known[key] for key in sorted(Event.known)]


def _said(event: type[Event]) -> str:
    """The first paragraph of its docstring, without since when."""
    first = cleandoc(event.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    return first.replace(" Since 1.", "").replace("|", "\\|")
