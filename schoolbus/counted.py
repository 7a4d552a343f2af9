"""What a service knows of people in whole numbers of a month, for another service: counted anew from what is stored, and told
as absolute numbers.

Each branch is counted every so often (COUNT_EVERY), and of what comes out only the rows that differ from what was told last
are told, with a version that only rises. Nothing is ever added up, so twice, late or by two processes at once does no harm.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from schoolbus.clock import BRANCH_ZONE, now, today
from schoolbus.events import CHUNK, Event
from schoolbus.logs import log
from schoolbus.metering import bounds, month_of
from schoolbus.privacy import LAST
from schoolbus.roster import RosterCopy
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from schoolbus.store import Document, Documents, Index

SETTLES = 10  # days of a month on which the one before is counted too: receipts, readings and lists come late
KEPT = timedelta(days=75)  # after its month, what was told: the next months' counts look back at it
LEASE = timedelta(minutes=5)
_FIRST_ROUND = datetime(2026, 1, 1, 1, tzinfo=BRANCH_ZONE)  # rounds begin at one at night, and every COUNT_EVERY from there
Item = dict[str, Any]  # of a person: the fields of the event's item, without its id, month and version

# A document a branch: when it is counted next, from which month on, and how many rounds have told something of it.
COUNTS = Documents("counts", indexes=["next_at"], tells=True, bulk=True)


def told_rows(name: str) -> Documents:
    """A document for each person and month of a branch: what was last told of them."""
    return Documents(name, indexes=["branch_id month", "person_id", Index("gone_at", expires=0)])


@dataclass(frozen=True)
class Numbers:
    """`told`: where it is kept what was told. `key`: the field of the event's items with PERSON:MONTH. `count(branch_id, month,
    known)`: everybody's item, by the person's id; `known`: those of whom something was told. `emptied`: an item of which
    nothing is left to count.
    """

    counts: Documents
    told: Documents
    event: type[Event]
    key: str
    count: Callable[[str, str, Mapping[str, Item]], Mapping[str, Item]]
    emptied: Callable[[Item], Item]


def count_due(store: RosterCopy, numbers: Numbers, every: float) -> int:
    """All branches that are due, one after the other; how many."""
    # who is new is counted in the next round, with what they have of last month
    begins = {"next_at": next_round(now(), every), "open_from": month_before(month_of(today()))}
    store.begin_branches(numbers.counts, **begins, number=0, leased_until=None)
    done = 0
    while (row := _claim(numbers.counts)) is not None:
        count(store, numbers, row, every)
        done += 1
    return done


def count(store: RosterCopy, numbers: Numbers, row: Document, every: float) -> None:
    """A branch; when another process is at it too, whoever tells first goes on, and the other begins again."""
    number: int | None = row["number"]
    this = month_of(today())
    for month in _months(row["open_from"], this) if store.subscribed(row["_id"]) else ():
        number = _tell(store, numbers, row["_id"], month, number or 0)
        if number is None:
            numbers.counts.change(WHOLE_CHAIN, row["_id"], to={"leased_until": None})
            return
    open_from = this if today().day > SETTLES else month_before(this)
    to = {"next_at": next_round(now(), every), "open_from": max(open_from, row["open_from"]), "leased_until": None}
    numbers.counts.change(WHOLE_CHAIN, row["_id"], to=to, when={"number": number})


def as_told(key: str, person_id: str, month: str, version: int, item: Item) -> Item:
    """Of the event, and of a replay. `key`: of Numbers."""
    return {key: f"{person_id}:{month}", "month": month, "version": version, **item}


def forget(numbers_told: Documents, counts: Documents, person_id: str, branch_ids: list[str]) -> None:
    """After somebody was erased here: what was told of them goes, and a count that still knows them tells nothing."""
    counts.collection.update_many({"_id": {"$in": branch_ids}}, {"$inc": {"number": 1}})
    numbers_told.remove_all(WHOLE_CHAIN, {"person_id": person_id})


def next_round(after: datetime, every: float) -> datetime:
    """`every`: seconds. Of a day, it is one at night; of an hour, the full hour."""
    length = timedelta(seconds=every)
    return _FIRST_ROUND + ((after - _FIRST_ROUND) // length + 1) * length


def month_before(month: str) -> str:
    return month_of(date.fromisoformat(f"{month}-01") - timedelta(days=1))


def merged_here(store: RosterCopy, scope: Scope) -> dict[str, str]:
    """Of records of this branch that were merged: the id of the one that counts."""
    rows = store.people.collection.find(scope.filter({"counts_as": {"$gt": ""}}), {"person_id": True, "counts_as": True})
    return {row["person_id"]: row["counts_as"] for row in rows}


def _claim(counts: Documents) -> Document | None:
    return counts.claim({"next_at": {"$lte": now()}}, lease=LEASE.total_seconds(), sort="next_at", counting=False)


def _months(first: str, last: str) -> Iterator[str]:
    """Those that are still open, the oldest first."""
    while first <= last:
        yield first
        first = month_of(bounds(first)[1].date())


def _tell(store: RosterCopy, numbers: Numbers, branch_id: str, month: str, number: int) -> int | None:
    """What came out otherwise, in events of up to 500, each in one write with what is kept of it. The number after it; None
    when another told something of the branch meanwhile."""
    scope = branch(branch_id)
    before = {row["person_id"]: row["item"] for row in numbers.told.find(scope, {"month": month})}
    items = dict(numbers.count(branch_id, month, before))
    items |= {id: numbers.emptied(item) for id, item in before.items() if id not in items}
    gone = _erased(store, scope, items)
    changed = [id for id, item in sorted(items.items()) if id not in gone and before.get(id) != item]
    for start in range(0, len(changed), CHUNK):
        rows = {id: items[id] for id in changed[start : start + CHUNK]}
        if not _say(store, numbers, branch_id, month, number, rows):
            return None
        number += 1
    if gone:
        numbers.told.remove_all(scope, {"month": month, "person_id": {"$in": sorted(gone)}})
    if changed:
        log().info("counted", what=numbers.event.type, branch=branch_id, month=month, rows=len(changed))
    return number


def _say(store: RosterCopy, numbers: Numbers, branch_id: str, month: str, number: int, rows: Mapping[str, Item]) -> bool:
    """Whether nobody had told anything of the branch since `number`."""
    items = [as_told(numbers.key, id, month, number + 1, item) for id, item in rows.items()]
    to = {"number": number + 1, "leased_until": now() + LEASE}
    gone_at = bounds(month)[1] + KEPT
    kept = [
        (
            {"_id": f"{branch_id}:{id}:{month}", "branch_id": branch_id},
            {"$set": {"person_id": id, "month": month, "item": item, "version": number + 1, "gone_at": gone_at}},
        )
        for id, item in rows.items()
    ]
    said = numbers.event(branch_id=branch_id, subject=branch_id, items=items)
    with store.transaction():
        if numbers.counts.change(WHOLE_CHAIN, branch_id, to=to, when={"number": number}, saying=[said]) is None:
            return False
        numbers.told.upsert_all(kept)
    return True


def _erased(store: RosterCopy, scope: Scope, ids: Mapping[str, Any]) -> set[str]:
    rows = store.people.find(scope, {"person_id": {"$in": sorted(ids)}, "version": LAST})
    return {row["person_id"] for row in rows}
