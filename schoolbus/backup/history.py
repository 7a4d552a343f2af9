"""How long the database can still tell what was at a moment: minutes by default, and a large chain takes longer to read."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from pymongo import MongoClient
from pymongo.errors import OperationFailure

_NAME = "minSnapshotHistoryWindowInSeconds"
DEFAULT = 300  # seconds, the database's own
WANTED = 86_399  # of ours: a figure that says whose it is


@contextmanager
def long_history(client: MongoClient[Any], say: Callable[[str], None]) -> Iterator[None]:
    """Of the primary. A run before this one that was killed has left ours there."""
    try:
        before = int(client.admin.command({"getParameter": 1, _NAME: 1})[_NAME])
        client.admin.command({"setParameter": 1, _NAME: max(before, WANTED)})
    except OperationFailure as fault:
        say(
            f"this account may not set {_NAME} ({fault.code}): a backup that takes longer than the {DEFAULT} seconds of its "
            "default fails. Give the account the role hostManager, or set the parameter on the servers"
        )
        yield
        return
    try:
        yield
    finally:
        client.admin.command({"setParameter": 1, _NAME: DEFAULT if before == WANTED else before})
