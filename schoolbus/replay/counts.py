"""Numbers about people (schoolbus.counted) as what an owner tells again: of each person and month what was told last."""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from schoolbus.clock import now
from schoolbus.counted import KEPT, as_told
from schoolbus.metering import bounds
from schoolbus.replay.source import Source, Told, branches_known
from schoolbus.store import Document, Documents

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def source(kind: str, key: str, told: Callable[[Any], Documents]) -> Source:
    """`key`: of counted.Numbers. `told`: the store's rows of what was told."""

    def of_branch(store: Any, branch_id: str) -> Iterator[Told]:
        return ((kind, _item(key, row)) for row in told(store).collection.find({"branch_id": branch_id}))

    def by_key(store: Any, branch_id: str, kind: str, keys: Sequence[str]) -> Iterator[Document]:
        ids = [f"{branch_id}:{each}" for each in keys]
        return (_item(key, row) for row in told(store).collection.find({"_id": {"$in": ids}}))

    return Source(keys={kind: key}, branch_ids=branches_known, of_branch=of_branch, by_key=by_key, is_gone=_is_gone)


def _item(key: str, row: Document) -> Document:
    return as_told(key, row["person_id"], row["month"], row["version"], row["item"])


def _is_gone(kind: str, key: str) -> bool:
    """Of a month that is long over nothing is known here any more, and its reader keeps it."""
    month = key.rpartition(":")[2]
    return not _MONTH.fullmatch(month) or bounds(month)[1] + KEPT > now()
