"""How many queues and exchanges an installation has."""

from collections.abc import Iterator
from typing import Any

from schoolbus import topology
from schoolbus.events import Event


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


def declared() -> tuple[list[str], list[str]]:
    """All queues and all exchanges, as the job `prepare broker` declares them."""
    channel = _Declared()
    topology.declare(channel)
    return sorted(set(channel.queues)), sorted(set(channel.exchanges))


def table() -> Iterator[str]:
    names, exchanges = declared()
    yield f"All queues are quorum queues, so a broker of three nodes holds each three times: {3 * len(names)} copies."
    yield ""
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
