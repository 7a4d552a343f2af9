"""A pack was started, or changed while it runs: a worker finds anew what comes for each child in it, and who else is to be.

Chunk by chunk; killed anywhere, it goes on with the same chunk.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now, today
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import TEXT
from services.notifications.packs import beginnings, packs, series
from services.notifications.packs.beginnings import DONE, GOING

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LEASE = 30.0  # seconds; a chunk takes a fraction of one
CHUNK = 500


def claim(store: Store) -> Document | None:
    where = {"state": packs.RUNNING, "walk.stage": TEXT}
    return store.packs.claim(where, lease=LEASE, sort="walk_at")


def walk(store: Store, pack: Document) -> None:
    """To its end, writing down each chunk; whoever changes the pack begins it anew."""
    while pack["walk"] is not None:
        step = _plan_anew if pack["walk"]["stage"] == "runs" else _find_new
        after = step(store, pack, pack["walk"]["after"])
        to: dict[str, Any] = {"walk": _next(pack["walk"]["stage"], after)}
        to["leased_until"] = now() + timedelta(seconds=LEASE) if to["walk"] else None
        ours = {"version": pack["version"], "walk": pack["walk"], "attempts": pack["attempts"]}
        changed = store.packs.change(WHOLE_CHAIN, pack["_id"], to=to, when=ours)
        if changed is None:
            return
        pack = changed
    log().info("pack_walked", pack=pack["_id"], version=pack["version"])


def _next(stage: str, after: str | None) -> dict[str, str] | None:
    if after is not None:
        return {"stage": stage, "after": after}
    return {"stage": "enrollments", "after": ""} if stage == "runs" else None


def _plan_anew(store: Store, pack: Document, after: str) -> str | None:
    """What comes next for those who are in it; one under way is looked at when it is told."""
    where = {"pack_id": pack["_id"], "state": {"$in": [GOING, DONE]}, "_id": {"$gt": after}}
    found = store.pack_runs.find(WHOLE_CHAIN, where, limit=CHUNK)
    for run in found:
        had = [part["guide_id"] for part in run["parts"]]
        part = series.next_part(pack["items"], date.fromisoformat(run["began_on"]), had, _from(run))
        moment = beginnings.next_at(part) if part else None
        to = {"state": GOING if part else DONE, "next_at": moment}
        if not _same(moment, run["next_at"]):
            unchanged = {"batch": None, "next_at": run["next_at"], "state": run["state"]}
            store.pack_runs.change(WHOLE_CHAIN, run["_id"], to=to, when=unchanged)
    return found[-1]["_id"] if len(found) == CHUNK else None


def _same(moment: datetime | None, planned: datetime | None) -> bool:
    """The same day; the first part comes a little after the hour, when its child was enrolled."""
    if moment is None or planned is None:
        return moment is planned
    return abs(moment - planned) < timedelta(hours=12)


def _from(run: Document) -> date:
    """The day after the last part that they had; today at the earliest."""
    told = [part["on"] for part in run["parts"] if part.get("on")]
    return max(today(), date.fromisoformat(max(told)) + timedelta(days=1)) if told else today()


def _find_new(store: Store, pack: Document, after: str) -> str | None:
    """Students whose enrolment began since the pack's first day, branch by branch."""
    where: dict[str, Any] = {"_id": {"$gt": after}, "role": "student", "active": True}
    where |= {"begins_on": {"$gte": pack["starts_from"]}}
    if here := pack["branch_id"]:
        where |= {"_id": {"$gt": max(after, f"{here}:"), "$lt": f"{here};"}, "branch_id": here}  # ids begin with their branch's
    found = list(store.enrollments.collection.find(where).hint([("_id", 1)]).sort("_id", 1).limit(CHUNK))
    by_branch: dict[str, set[str]] = {}
    for row in found:
        by_branch.setdefault(row["branch_id"], set()).add(row["person_id"])
    for branch_id, student_ids in by_branch.items():
        rows: dict[str, list[Document]] = {}
        for row in store.enrollments.find(branch(branch_id), {"person_id": {"$in": sorted(student_ids)}, "role": "student"}):
            rows.setdefault(row["person_id"], []).append(row)
        beginnings.begin(store, [pack], branch_id, rows)
    return found[-1]["_id"] if len(found) == CHUNK else None
