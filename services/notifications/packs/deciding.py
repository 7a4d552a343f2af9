"""What is to be done about a run whose day has come: told its part, passed over, moved, stopped."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now, today
from schoolbus.scope import WHOLE_CHAIN, Scope
from services.notifications.guiding import guides
from services.notifications.guiding.fitting import fits, of_grade
from services.notifications.packs import beginnings, packs, series
from services.notifications.packs.beginnings import DONE, GOING, LEFT, STOPPED

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

OTHER_GRADE, ENDED = "other_grade", "ended"  # why one is stopped, beside LEFT
NOT_PUBLISHED, OTHER_CLASSES = "not_published", "other_classes"  # why a part is passed over


@dataclass(frozen=True)
class Ready:
    """A run, and the guide that its child's family is told of now. `passed`: parts that are left out before it."""

    run: Document
    guide: Document
    passed: list[dict[str, Any]] = field(default_factory=list)


@dataclass(frozen=True)
class Around:
    """What is known about runs of one branch."""

    packs: Mapping[str, Document]
    guides: Mapping[str, Document]
    classes: Mapping[str, Sequence[Document]]  # of each student who is in the branch
    open: bool  # the branch has messages


def around(store: Store, scope: Scope, runs: Sequence[Document]) -> Around:
    those = {pack["_id"]: pack for pack in store.packs.find(WHOLE_CHAIN, {"_id": {"$in": _ids(runs, "pack_id")}})}
    named = sorted({item["guide_id"] for pack in those.values() for item in pack["items"]})
    known = {guide["_id"]: guide for guide in store.guides.find(WHOLE_CHAIN, {"_id": {"$in": named}})}
    students = _ids(runs, "student_id")
    people = store.people.find(scope, {"person_id": {"$in": students}, "roles": "student", "active": True})
    classes = store.classes_of_each(scope, _ids(people, "person_id"))
    found = store.branches.first(scope) or {"active": False, "services": []}
    return Around(those, known, classes, bool(found["active"]) and store.service in found["services"])


def decide(run: Document, known: Around) -> Ready | dict[str, Any]:
    """Ready to be told, or what becomes of the run instead."""
    pack = known.packs.get(run["pack_id"])
    if pack is None or pack["state"] == packs.ENDED:
        return _stopped(ENDED)
    classes = known.classes.get(run["student_id"])
    if classes is None:
        return _stopped(LEFT)
    if pack["state"] != packs.RUNNING or not known.open or not classes:
        return {"next_at": _tomorrow(), "leased_until": None}
    if not run["parts"] and of_grade(pack["grades"], classes) is False:
        return _stopped(OTHER_GRADE)
    passed: list[dict[str, Any]] = []
    while True:
        had = [part["guide_id"] for part in (*run["parts"], *passed)]
        part = series.next_part(pack["items"], date.fromisoformat(run["began_on"]), had, today())
        if part is None:
            return {"state": DONE, "next_at": None, "leased_until": None, "parts": [*run["parts"], *passed]}
        guide = known.guides.get(part.guide_id)
        if guide is None or guide["state"] != guides.PUBLISHED:
            passed.append(_passed(part, NOT_PUBLISHED))
        elif part.day > today():
            return {"next_at": beginnings.next_at(part), "leased_until": None, "parts": [*run["parts"], *passed]}
        elif not fits(guide, classes):  # by then they could not read it
            passed.append(_passed(part, OTHER_CLASSES))
        else:
            return Ready(run, guide, passed)


def told(ready: Ready, pack: Document, batch: str) -> dict[str, Any]:
    """The run once its part is told: the next comes tomorrow at the earliest."""
    part = {"guide_id": ready.guide["_id"], "on": today().isoformat(), "reason": None, "batch": batch}
    parts = [*ready.run["parts"], *ready.passed, part]
    had = [each["guide_id"] for each in parts]
    coming = series.next_part(pack["items"], date.fromisoformat(ready.run["began_on"]), had, today() + timedelta(days=1))
    next_at = beginnings.next_at(coming) if coming else None
    return {"state": GOING if coming else DONE, "parts": parts, "next_at": next_at, "batch": None, "leased_until": None}


def moved(store: Store, run: Document) -> str | None:
    """The branch in which a child who has left this one is now; for packs of the chain."""
    where = {"person_id": run["student_id"], "roles": "student", "active": True, "branch_id": {"$ne": run["branch_id"]}}
    found = store.people.first(WHOLE_CHAIN, where)
    return found["branch_id"] if found else None


def to_branch(branch_id: str) -> dict[str, Any]:
    return {"branch_id": branch_id, "next_at": now(), "leased_until": None}


def _passed(part: series.Part, reason: str) -> dict[str, Any]:
    return {"guide_id": part.guide_id, "on": None, "reason": reason, "batch": None}


def _stopped(reason: str) -> dict[str, Any]:
    return {"state": STOPPED, "reason": reason, "next_at": None, "leased_until": None}


def _tomorrow() -> Any:
    return beginnings.next_at(series.Part("", today() + timedelta(days=1)))


def _ids(rows: Iterable[Mapping[str, Any]], name: str) -> list[str]:
    return sorted({row[name] for row in rows})
