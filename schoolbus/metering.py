"""How much a branch uses, month by month: counted from what is stored, told as absolute numbers.

Whoever stores something that counts says `touch`; a timer counts anew what was touched. Nothing is ever added up, so twice
or late does no harm.
"""

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from pymongo import UpdateOne

from schoolbus.clock import BRANCH_ZONE, now, today
from schoolbus.events import Event
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document, Documents, Index, current_session

SETTLED = timedelta(seconds=1)  # after a touch: what is stored just after it counts too
AT_ONCE = 500  # branches in one round
Counted = Mapping[str, int]
Count = Callable[[str, str], Counted]  # of a branch and month


def month_of(day: date) -> str:
    """Such as 2026-11, in the branches' calendar."""
    return day.isoformat()[:7]


def bounds(month: str) -> tuple[datetime, datetime]:
    """The moments at which a month begins and the next one does."""
    first = date.fromisoformat(f"{month}-01")
    following = (first + timedelta(days=32)).replace(day=1)
    begins, ends = (datetime(day.year, day.month, 1, tzinfo=BRANCH_ZONE) for day in (first, following))
    return begins, ends


class Metered(Documents):
    """A document a branch and month: what was last told of it, and whether it is to be counted anew."""

    def __init__(self, name: str = "metered") -> None:
        super().__init__(name, [Index("touched_at", where={"due": True})], tells=True)

    def touch(self, *branch_ids: str) -> None:
        """Something that counts is just being stored. Of two transactions that say so for a branch, one is run again after the
        other."""
        month = month_of(today())
        update = {"$set": {"due": True, "touched_at": now()}, "$inc": {"touches": 1}}
        touched = [
            UpdateOne(
                WHOLE_CHAIN.filter({"_id": f"{branch_id}:{month}"}),
                {**update, "$setOnInsert": {"branch_id": branch_id, "month": month, "used": {}}},
                upsert=True,
            )
            for branch_id in branch_ids
        ]
        self.collection.bulk_write(touched, ordered=False, session=current_session())

    def tell(self, event: type[Event], count: Count) -> list[Document]:
        """Counts what was touched, and says what came out otherwise than before; those documents."""
        told = []
        for found in self.find(WHOLE_CHAIN, {"due": True, "touched_at": {"$lte": now() - SETTLED}}, "touched_at", AT_ONCE):
            used = dict(count(found["branch_id"], found["month"]))
            said = []
            if used != found["used"]:
                about = {"branch_id": found["branch_id"], "subject": found["_id"], "month": found["month"]}
                said = [event(**about, used=used)]
            # touched meanwhile: it stays due
            unchanged = {"touches": found["touches"]}
            new = self.change(WHOLE_CHAIN, found["_id"], to={"used": used, "due": False}, when=unchanged, saying=said)
            if new is not None and said:
                told.append(new)
        return told
