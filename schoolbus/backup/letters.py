"""Messages that stand in queues for a while: put off until a later try, or dead. Kept with a backup, and brought back.

What is read here stays where it is. A message that moves meanwhile moves to a longer delay, then to the dead letters: so
queues are read in that order, and none is missed. One that is read twice is handled twice, which does no harm.
"""

import gzip
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, cast

import bson

from schoolbus import topology
from schoolbus.backup.dumped import Written
from schoolbus.broker import Outgoing, Publisher

NAME = "letters.bson.gz"
WINDOW = 200
BEAT = 1000  # letters: less than a second or two


def in_order(queues: Sequence[str]) -> list[str]:
    """Those of all queues in which letters stand: delays from short to long, then the dead."""
    delays = [name for name in queues if name.startswith(topology.delay_prefix())]
    dead = [topology.dead(reader) for reader in topology.readers()]
    return [*sorted(delays, key=topology.seconds_of), *(name for name in dead if name in queues)]


def copy(uri: str, queues: Sequence[str], path: Path, beats: Sequence[Callable[[], object]]) -> tuple[Counter[str], Written]:
    """How many of each queue, and the file. Taken with a connection of its own: what it took goes back when that closes.
    `beats` are called every so often, however many there are."""
    counts: Counter[str] = Counter()
    with Written(path) as file, Publisher(uri) as publisher:
        for queue in queues:
            while message := publisher.channel.basic_get(queue):
                file.add(bson.encode(_letter(queue, message)))
                counts[queue] += 1
                if counts[queue] % BEAT == 0:
                    for beat in beats:
                        beat()
    return counts, file


def bring_back(uri: str, path: Path) -> int:
    """Put off ones into the queues they were to come back to, at once; dead ones among the dead. How many. Raises
    LettersRefused when a queue is not there."""
    done = 0
    with Publisher(uri) as publisher:
        for window in _windows(path):
            safe = publisher.publish(window)
            if len(safe) < len(window):
                gone = {each.routing_key for each in window if each.message_id not in safe}
                raise LettersRefused(f"no queue {', '.join(sorted(gone))}")
            done += len(window)
    return done


class LettersRefused(Exception):
    """What was to come back is in no queue."""


def _letter(queue: str, message: Any) -> dict[str, Any]:
    put_off = queue.startswith(topology.delay_prefix())
    body = message.body if isinstance(message.body, bytes) else message.body.encode()
    headers = {name: value for name, value in (message.headers or {}).items() if not name.startswith("x-")}  # the broker's own
    return {
        "queue": message.delivery_info["routing_key"] if put_off else queue,
        "id": message.properties.get("message_id") or "",
        "headers": {name: _plain(value) for name, value in headers.items()},
        "body": body,
    }


def _plain(value: Any) -> Any:
    return value if isinstance(value, bool | int | float | str) else str(value)


def _windows(path: Path) -> Iterator[list[Outgoing]]:
    window: list[Outgoing] = []
    with gzip.open(path) as file:
        for number, letter in enumerate(bson.decode_file_iter(cast(BinaryIO, file))):
            id = letter["id"] or f"letter-{number}"
            if len(window) == WINDOW or any(id == each.message_id for each in window):  # a window knows them by their ids
                yield window
                window = []
            window.append(Outgoing(id, "", letter["queue"], letter["body"], letter["headers"]))
    if window:
        yield window
