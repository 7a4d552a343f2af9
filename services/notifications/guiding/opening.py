"""What families opened: counted by person, form and language, and shown as sums alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import sheets
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from services.notifications.announcing import reach
from services.notifications.guiding.files import AUDIO, PDF

if TYPE_CHECKING:
    from services.notifications.guiding.reading import Seen
    from services.notifications.store import Store

TEXT = "text"
FORMS = (TEXT, PDF, AUDIO)
COLUMNS = ("branch_id", "branch", "form", "language", "people", "opens")


def count(store: Store, branch_id: str, seen: Seen, form: str) -> None:
    """Of a guardian; staff who look are not counted."""
    if seen.reader_id is None:
        return
    id = effect_id("opened", seen.guide["_id"], branch_id, seen.reader_id, form, seen.language)
    row = {
        "branch_id": branch_id,
        "guide_id": seen.guide["_id"],
        "person_id": seen.reader_id,
        "form": form,
        "language": seen.language,
        "first_at": now(),
    }
    update = {"$inc": {"opens": 1}, "$set": {"last_at": now()}, "$setOnInsert": row}
    store.guide_opens.collection.update_one({"_id": id}, update, upsert=True)


def shown(store: Store, caller: Caller, branch_id: str | None, guide_id: str) -> dict[str, Any]:
    """How many people opened it, and how often, by form, language and (for the chain) branch. Raises NotFound."""
    rows = _rows(store, caller, branch_id, guide_id)
    return {
        "guide_id": guide_id,
        "people": _people(store, branch_id, guide_id),
        "opens": sum(row["opens"] for row in rows),
        "by_form": _summed(rows, "form"),
        "by_language": _summed(rows, "language"),
        "by_branch": _summed(rows, "branch_id"),
    }


def file(store: Store, caller: Caller, branch_id: str | None, guide_id: str) -> bytes:
    """A line for each branch, form and language. Nobody's name."""
    rows = _rows(store, caller, branch_id, guide_id)
    found = store.branches.collection.find({"branch_id": {"$in": sorted({row["branch_id"] for row in rows})}})
    names = {row["branch_id"]: row["name"] for row in found}
    lines = [[{**row, "branch": names.get(row["branch_id"], "")}[name] for name in COLUMNS] for row in rows]
    return sheets.csv(COLUMNS, lines)


def _rows(store: Store, caller: Caller, branch_id: str | None, guide_id: str) -> list[dict[str, Any]]:
    """A branch sees its own families, also of the chain's guides."""
    reach.known(store.guides, caller, branch_id, guide_id)
    keys = ("branch_id", "form", "language")
    group = {"_id": {name: f"${name}" for name in keys}, "people": {"$sum": 1}, "opens": {"$sum": "$opens"}}
    found = store.guide_opens.collection.aggregate([{"$match": _of(branch_id, guide_id)}, {"$group": group}])
    rows = [{**row["_id"], "people": row["people"], "opens": row["opens"]} for row in found]
    return sorted(rows, key=lambda row: tuple(row[name] for name in keys))


def _people(store: Store, branch_id: str | None, guide_id: str) -> int:
    stages: list[dict[str, Any]] = [
        {"$match": _of(branch_id, guide_id)},
        {"$group": {"_id": "$person_id"}},
        {"$count": "people"},
    ]
    found = next(iter(store.guide_opens.collection.aggregate(stages)), {"people": 0})
    return int(found["people"])


def _of(branch_id: str | None, guide_id: str) -> dict[str, Any]:
    return {"guide_id": guide_id, **({"branch_id": branch_id} if branch_id else {})}


def _summed(rows: list[dict[str, Any]], name: str) -> dict[str, int]:
    sums: dict[str, int] = {}
    for row in rows:
        sums[row[name]] = sums.get(row[name], 0) + row["opens"]
    return sums
