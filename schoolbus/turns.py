"""Who came first: short lists that all replicas write to. An entry is in a list once, and its place in it never changes."""

from collections.abc import Mapping, Sequence
from datetime import datetime

from pymongo import UpdateOne

from schoolbus.store import Documents, Index


class Turns(Documents):
    """A document a list. It is forgotten at its time."""

    def __init__(self, name: str = "turns") -> None:
        super().__init__(name, [Index("expires_at", expires=0)])

    def take(self, wanted: Mapping[str, Sequence[str]], expires_at: datetime) -> dict[str, list[str]]:
        """Entries by their list, put at its end where they are not in it yet; each list as it is then, with these in it.

        Whoever looks finds the same order, so "the first five" are the same for everybody. Not for use inside a transaction.
        """
        known = {row["_id"] for row in self.collection.find({"_id": {"$in": list(wanted)}}, {"_id": True})}
        lists = {key: list(dict.fromkeys(entries)) for key, entries in wanted.items()}
        rows = [
            {"_id": key, "branch_id": [], "entries": entries, "expires_at": expires_at}
            for key, entries in lists.items()
            if key not in known
        ]
        if self.add_new(rows) < len(rows):  # others began some of them meanwhile
            known = set(lists)
        if known:
            adding = [UpdateOne({"_id": key}, {"$addToSet": {"entries": {"$each": lists[key]}}}) for key in known]
            self.collection.bulk_write(adding, ordered=False)
            lists |= {row["_id"]: row["entries"] for row in self.collection.find({"_id": {"$in": list(known)}})}
        return lists

    def forget(self, beginning: str) -> None:
        """The lists whose names begin so."""
        self.collection.delete_many({"_id": {"$gte": beginning, "$lt": f"{beginning}\uffff"}})
