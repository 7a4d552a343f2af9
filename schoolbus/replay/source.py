"""What an owner has that a reader keeps a copy of: each owner says it once, and all are asked and answer alike."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from schoolbus.events import CHUNK
from schoolbus.store import Document, Documents

Told = tuple[str, Document]  # kind and item


class Owner(Protocol):
    """A store whose state can be told again."""

    @property
    def service(self) -> str: ...

    replays_told: Documents
    chunks: Documents


@dataclass(frozen=True)
class Source:
    """Items are those of the owner's events of every day, in their versions."""

    keys: dict[str, str]  # by kind, the field that names an item
    branch_ids: Callable[[Any, Sequence[str]], Iterable[str]]  # of these, or of all when none is named, those that there are
    of_branch: Callable[[Any, str], Iterable[Told]]  # all of a kind, then all of the next
    by_key: Callable[[Any, str, str, Sequence[str]], Iterable[Document]]  # (store, branch_id, kind, keys): those that exist
    of_chain: Callable[[Any], Iterable[Told]] = lambda store: ()  # what is of no branch
    # (kind, key) of what does not exist: whether it never did or is gone for all, not only kept shorter here than by readers
    is_gone: Callable[[str, str], bool] = lambda kind, key: True
    chunk: int = CHUNK  # items in an event


def branches_known(store: Any, among: Sequence[str]) -> list[str]:
    """Of an owner that has a copy of the roster itself. What it does not know of, readers ask after, row by row."""
    return list(store.branches.collection.distinct("branch_id", {"branch_id": {"$in": list(among)}} if among else {}))
