"""One after another within a process: what would meet in the database, and have to begin again, waits here for its turn.

The database decides all the same, between processes and whatever happens: this only spares it the attempts of hundreds of
families who answer in the minute in which sign-up opens.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_LOCKS = tuple(threading.Lock() for _ in range(256))  # green ones in a service


@contextmanager
def turn(id: str) -> Iterator[None]:
    """Of whatever has this id. Not for use within another turn."""
    with _LOCKS[hash(id) % len(_LOCKS)]:
        yield
