"""For whom a pack begins: children who are new in a branch, as enrolments come in, and as a worker finds them when a pack
starts. Doing it twice is doing it once: a child is in a pack once in a year.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import BRANCH_ZONE, now
from schoolbus.events import Event
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications.guiding.fitting import of_grade
from services.notifications.packs import packs, series, stays
from services.notifications.settings import rules

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

GOING, DONE, STOPPED = STATES = ("going", "done", "stopped")
LEFT = "left"  # why one is stopped
Rows = Mapping[str, Sequence[Mapping[str, Any]]]  # enrolments, by student
FIRST_DAY = timedelta(days=1)  # of a branch: enrolments that come without a day until then are of who was there before
_noted: set[str] = set()  # branches of which this process knows that it is noted when they were first heard of


def heard(store: Store, event: Event) -> None:
    """Of enrolments, before the copy of the roster takes them in: until then it tells who was here before."""
    _note(store, event)
    items = [item for item in event.data["items"] if item["role"] == "student"]
    running = _running(store, event.branch_id) if items else []
    earliest = min((pack["starts_from"] for pack in running), default=None)
    if earliest is None:
        return
    day = _day(store, event, items)
    maybe = [item for item in items if item["active"] and (item.get("begins_on") or day or "") >= earliest]
    if not maybe:
        return
    rows = _known_rows(store, event.branch_id, {item["person_id"] for item in maybe})
    for item in items:
        theirs = rows.get(item["person_id"])
        if theirs is not None:
            _put(theirs, item, None if theirs else day)
    begin(store, running, event.branch_id, {student_id: list(theirs.values()) for student_id, theirs in rows.items()})


def missed(store: Store, event: Event) -> None:
    """Of which it could not be heard whom it concerns: a worker finds them among the enrolments, once they are kept."""
    anew = {"stage": "enrollments", "after": "", "because_of": event.id}  # another than the one that may be under way
    running = {"branch_id": {"$in": [event.branch_id, []]}, "state": packs.RUNNING, "walk.stage": {"$ne": "runs"}}
    store.packs.change_all(WHOLE_CHAIN, running, {"walk": anew, "walk_at": now(), "leased_until": None})


def begin(store: Store, running: Sequence[Mapping[str, Any]], branch_id: str, rows: Rows) -> int:
    """In these packs, for those who are new enough; how many. `rows`: all enrolments in the branch of each student."""
    came = {student_id: day for student_id, theirs in rows.items() if (day := stays.began(theirs)) is not None}
    if not came:
        return 0
    classes = _classes(store, branch_id, {row["class_id"] for id in came for row in rows[id] if row["active"]})
    of_chain = any(not pack["branch_id"] for pack in running)
    in_chain = _in_chain(store, branch_id, {id: rows[id] for id in came}) if of_chain else {}
    begun = 0
    for pack in running:
        since = came if pack["branch_id"] else {**came, **in_chain}
        new = {id: day for id, day in since.items() if day.isoformat() >= pack["starts_from"]}
        fitting = {id: day for id, day in new.items() if of_grade(pack["grades"], _of(rows[id], classes)) is not False}
        runs = [_run(pack, branch_id, student_id, day) for student_id, day in fitting.items()]
        _go_on(store, branch_id, runs)
        begun += store.pack_runs.add_new([run for run in runs if pack["branch_id"] or run["student_id"] in in_chain])
    if begun:
        log().info("packs_begun", branch=branch_id, children=begun)
    return begun


def run_id(pack_id: str, student_id: str, began_on: date) -> str:
    return effect_id("in-pack", pack_id, student_id, str(began_on.year))


def next_at(part: series.Part) -> Any:
    return series.moment(part.day, rules().quiet_to)


def _run(pack: Mapping[str, Any], branch_id: str, student_id: str, began_on: date) -> Document:
    part = series.next_part(pack["items"], began_on, (), began_on)
    settled = now() + timedelta(seconds=rules().pack_settles)
    return {
        "_id": run_id(pack["_id"], student_id, began_on),
        "branch_id": branch_id,
        "pack_id": pack["_id"],
        "student_id": student_id,
        "began_on": began_on.isoformat(),
        "state": GOING if part else DONE,
        "reason": None,
        "parts": [],
        "next_at": max(next_at(part), settled) if part else None,
        "batch": None,
        "created_at": now(),
        "leased_until": None,
        "claim": None,
    }


def _go_on(store: Store, branch_id: str, runs: Sequence[Document]) -> None:
    """Those who had left, and are here again or in another branch of the chain, go on where they were."""
    left = {"_id": {"$in": [run["_id"] for run in runs]}, "state": STOPPED, "reason": LEFT}
    settled = now() + timedelta(seconds=rules().pack_settles)
    to = {"state": GOING, "reason": None, "branch_id": branch_id, "next_at": settled, "leased_until": None}
    store.pack_runs.change_all(WHOLE_CHAIN, left, to)


def _running(store: Store, branch_id: str) -> list[Document]:
    where = {"branch_id": {"$in": [branch_id, []]}, "state": packs.RUNNING}
    return store.packs.find(WHOLE_CHAIN, where)


def _known_rows(store: Store, branch_id: str, student_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """By student, and by the id of the enrolment."""
    rows: dict[str, dict[str, Any]] = {id: {} for id in student_ids}
    for row in store.enrollments.find(branch(branch_id), {"person_id": {"$in": sorted(rows)}, "role": "student"}):
        rows[row["person_id"]][row["enrollment_id"]] = row
    return rows


def _put(rows: dict[str, Any], item: Mapping[str, Any], day: str | None) -> None:
    """The newer of two. `day`: for one that comes without a day, for a child of whom there is no other."""
    known = rows.get(item["enrollment_id"])
    if known is None or item["version"] > known["version"]:
        rows[item["enrollment_id"]] = {**item, "begins_on": item.get("begins_on") or (known or {}).get("begins_on") or day}


def _classes(store: Store, branch_id: str, ids: Iterable[str]) -> dict[str, Document]:
    found = store.classes.find(branch(branch_id), {"class_id": {"$in": sorted(ids)}})
    return {row["class_id"]: row for row in found}


def _of(rows: Iterable[Mapping[str, Any]], classes: Mapping[str, Document]) -> list[Document]:
    return [classes[row["class_id"]] for row in rows if row["active"] and row["class_id"] in classes]


def _in_chain(store: Store, branch_id: str, rows: Rows) -> dict[str, date]:
    """Since when each has been in any branch of the chain: whoever comes from another goes on with the same stay. Left out: of
    whom nobody knows."""
    found = {student_id: list(theirs) for student_id, theirs in rows.items()}
    those = {"person_id": {"$in": sorted(rows)}}
    elsewhere = {row["branch_id"] for row in store.people.find(WHOLE_CHAIN, those)} - {branch_id}
    there = {**those, "branch_id": {"$in": sorted(elsewhere)}, "role": "student"}
    for row in store.enrollments.find(WHOLE_CHAIN, there) if elsewhere else ():
        found[row["person_id"]].append(row)
    return {student_id: day for student_id, theirs in found.items() if (day := stays.began(theirs)) is not None}


def _note(store: Store, event: Event) -> None:
    """When the branch's first enrolments came. Each process asks once."""
    key = f"{store.database.name}:{event.branch_id}"
    if key not in _noted:
        store.pack_branches.add_new([{"_id": event.branch_id, "branch_id": event.branch_id, "since": event.time}])
        _noted.add(key)


def _day(store: Store, event: Event, items: Iterable[Mapping[str, Any]]) -> str | None:
    """The first day of enrolments that come without one; None as long as they may be those of who was there before."""
    if all(item.get("begins_on") for item in items):
        return None
    first = store.pack_branches.first(branch(event.branch_id))
    if first is None or event.time <= first["since"] + FIRST_DAY:
        return None
    return event.time.astimezone(BRANCH_ZONE).date().isoformat()
