"""Projections: what a service keeps of another's records, keyed by natural id and guarded by a version."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from schoolbus.store import Document, Documents, Index

_KEEP_NEWER = [{"$replaceWith": {"$cond": [{"$gt": ["$$new.version", "$version"]}, "$$new", "$$ROOT"]}}]


class Others(NamedTuple):
    """Rows that are not there, those that are others, and how those are now."""

    missing: list[Document]
    wrong: list[Document]
    before: list[Document]


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

    def others(self, branch_id: str, items: Iterable[Mapping[str, Any]], proved: Mapping[str, int] | None = None) -> Others:
        """Which rows are others than their owner tells them.

        `proved`: by key, the version of a row that its owner never gave it: it is wrong as long as it has that one.
        """
        rows = {row["_id"]: row for row in (self._row(branch_id, item) for item in items)}
        known = {row["_id"]: row for row in self.collection.find({"_id": {"$in": list(rows)}})}
        missing = [row for id, row in rows.items() if id not in known]
        wrong = [row for id, row in rows.items() if id in known and self._is_wrong(known[id], row, proved or {})]
        return Others(missing, wrong, [known[row["_id"]] for row in wrong])

    def mend(self, found: Others) -> None:
        """As `project`, and rows that are others at the same version are replaced, too."""
        if found.missing and self.add_new(found.missing) < len(found.missing):
            self._merge(found.missing)
        for row, before in zip(found.wrong, found.before, strict=True):
            guard = {"_id": row["_id"], "version": before.get("version")}  # newer meanwhile: then that is the truth
            self.collection.replace_one(guard, row)

    def having(self, branch_id: str, versions: Mapping[str, int]) -> list[Document]:
        """The rows, by key, that have these versions."""
        found = self.collection.find({"_id": {"$in": [f"{branch_id}:{key}" for key in versions]}})
        return [row for row in found if row.get("version", 0) == versions[str(row["_id"]).removeprefix(f"{branch_id}:")]]

    def drop(self, rows: Iterable[Document]) -> int:
        """Takes those away that still have their versions; how many."""
        return sum(self.collection.delete_one({"_id": row["_id"], "version": row.get("version")}).deleted_count for row in rows)

    def _is_wrong(self, known: Document, told: Document, proved: Mapping[str, int]) -> bool:
        version = known.get("version", 0)
        return known != told and (version <= told["version"] or version == proved.get(told[self.key]))

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
