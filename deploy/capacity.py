"""`python -m deploy.capacity`: writes the tables of docs/capacity.md that follow from the code: queues, and shard keys.

A shard key has to be the beginning of every unique index, or MongoDB could not keep it unique over several shards
(https://www.mongodb.com/docs/manual/core/sharding-shard-key/#unique-indexes). So the key follows from the indexes.
"""

import importlib
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from schoolbus import topology
from schoolbus.chain import SERVICES
from schoolbus.events import Event
from schoolbus.store import Documents

PAGE = Path(__file__).parents[1] / "docs" / "capacity.md"
BEGIN, END = "<!-- begin: python -m deploy.capacity -->", "<!-- end -->"
BRANCH, OWN_ID, WHOLE = "`branch_id`, `_id`", "`_id`, hashed", "none: stays whole"


def collections(service: str) -> list[Documents]:
    """Those that its store declares."""
    store = importlib.import_module(f"services.{service}.store").Store
    declared = {name: each for base in reversed(store.__mro__) for name, each in vars(base).items()}
    return sorted((each for each in declared.values() if isinstance(each, Documents)), key=lambda each: each.name)


def shard_key(documents: Documents) -> str:
    """As docs/capacity.md writes it."""
    keys = [_fields(index.keys) for index in documents.indexes]
    unique = [fields for index, fields in zip(documents.indexes, keys, strict=True) if index.unique]
    if unique:
        first = {fields[0] for fields in unique}
        if first == {"branch_id"}:
            return BRANCH if all(fields[:2] == ["branch_id", "_id"] for fields in unique) else "`branch_id`"
        return f"`{first.pop()}`" if len(first) == 1 else WHOLE
    return BRANCH if any(fields[0] == "branch_id" for fields in keys) else OWN_ID


def _fields(keys: str) -> list[str]:
    return [key.lstrip("-") for key in keys.split()]


class _Declared:
    """Takes the declarations of a channel."""

    def __init__(self) -> None:
        self.queues: list[str] = []
        self.exchanges: list[str] = []

    def queue_declare(self, name: str, **_: Any) -> None:
        self.queues.append(name)

    def exchange_declare(self, name: str, *_: Any, **__: Any) -> None:
        self.exchanges.append(name)

    def queue_bind(self, *_: Any, **__: Any) -> None:
        pass


def queues() -> tuple[list[str], list[str]]:
    """Of an installation: all queues and all exchanges, as the job `prepare broker` declares them."""
    declared = _Declared()
    topology.declare(declared)
    return sorted(set(declared.queues)), sorted(set(declared.exchanges))


def rendered() -> str:
    return "\n".join([*_queue_table(), "", *_shard_table()])


def _queue_table() -> Iterator[str]:
    names, exchanges = queues()
    yield "| queues | number |"
    yield "|---|---|"
    read = 0
    for reader in topology.readers():
        count = sum(reader in event.read_by for event in Event.known.values())
        read += count
        yield f"| events that {reader} reads | {count} |"
    dead = sum(topology.dead(reader) in names for reader in topology.readers())
    yield f"| dead letters | {dead} |"
    yield f"| put off until later | {len(names) - read - dead} |"
    yield f"| together, for {len(Event.known)} events, and {len(exchanges)} exchanges | {len(names)} |"


def _shard_table() -> Iterator[str]:
    yield "| service | shard key | collections |"
    yield "|---|---|---|"
    for service in SERVICES:
        by_key: dict[str, list[str]] = {}
        for documents in collections(service):
            by_key.setdefault(shard_key(documents), []).append(documents.name)
        for key in sorted(by_key, key=lambda key: (-len(by_key[key]), key)):
            yield f"| {service} | {key} | {_listed(by_key[key])} |"


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def written(text: str, tables: str) -> str:
    """A page with other tables."""
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{tables}\n\n{END}{after}"


def named(text: str) -> Iterable[tuple[str, str]]:
    """Services and collections of the page's rows."""
    for line in text.splitlines():
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 5 and cells[1] in SERVICES:
            yield from ((cells[1], name.strip("` ")) for name in cells[3].split(","))


def main() -> int:
    PAGE.write_text(written(PAGE.read_text(), rendered()))
    return 0


if __name__ == "__main__":
    sys.exit(main())
