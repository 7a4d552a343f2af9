"""Guardians say that they have read what a class expects. Once for all their children in it, and each for themselves."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.problems import GoneOn, NotFound
from schoolbus.scope import Scope
from services.reports.classroom import reach
from services.reports.classroom.expectations.editions import newest
from services.reports.today.overviews import changing

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def acknowledge(store: Store, caller: Caller, branch_id: str, class_id: str, edition: int) -> Document:
    """Twice is once. Raises NotFound, and GoneOn for another edition than the newest: that is the one to read."""
    scope = access.seen_class(store, caller, branch_id, class_id)
    there = newest(store, scope, class_id)
    if there is None:
        raise NotFound("Expectations")
    if edition != there["edition"]:
        raise GoneOn("There are new expectations meanwhile", "Read them, and acknowledge those.", edition=there["edition"])
    read = {
        "_id": effect_id("acknowledgement", there["_id"], caller.person_id),
        "branch_id": branch_id,
        "class_id": class_id,
        "edition": edition,
        "guardian_id": caller.person_id,
        "at": clock.now(),
    }
    with changing(store, branch_id, reach.own_children(store, caller, branch_id, class_id)):
        store.acknowledgements.add_new([read])
    return {**there, "acknowledged": True}


def has(store: Store, scope: Scope, expectations: Document, person_id: str) -> bool:
    """Also as a record that was merged into theirs."""
    theirs = {"class_id": expectations["class_id"], "guardian_id": {"$in": store.same_person(person_id)}}
    return store.acknowledgements.first(scope, {**theirs, "edition": expectations["edition"]}) is not None


def of_class(store: Store, caller: Caller, branch_id: str, class_id: str) -> Document:
    """Who has, and who has not. Raises NotFound where there is nothing to acknowledge."""
    scope, _ = access.led_class(store, caller, branch_id, class_id)
    there = newest(store, scope, class_id)
    if there is None:
        raise NotFound("Expectations")
    students = store.students_of_class(scope, class_id)
    guardians = _guardians(store, scope, students)
    found = store.acknowledgements.find(scope, {"class_id": class_id, "edition": there["edition"]})
    families = laid_out(students, guardians, counting(store, scope, [each["guardian_id"] for each in found]))
    acknowledged = sum(bool(family["acknowledged_by"]) for family in families)
    counts = {"students": len(students), "acknowledged": acknowledged}
    return {"expectations_id": class_id, "edition": there["edition"], **counts, "families": families}


def laid_out(students: Iterable[str], guardians: Mapping[str, Sequence[str]], acknowledged: Iterable[str]) -> list[Document]:
    """Each student's guardians, in two lists."""
    done = set(acknowledged)
    return [
        {
            "student_id": student,
            "acknowledged_by": [id for id in guardians.get(student, ()) if id in done],
            "waiting": [id for id in guardians.get(student, ()) if id not in done],
        }
        for student in students
    ]


def counting(store: Store, scope: Scope, guardian_ids: Sequence[str]) -> list[str]:
    """Instead of merged records those that count."""
    rows = store.people_by_id(scope, guardian_ids) if guardian_ids else {}
    return sorted({str(rows.get(id, {}).get("counts_as") or id) for id in guardian_ids})


def _guardians(store: Store, scope: Scope, students: Sequence[str]) -> dict[str, list[str]]:
    """Who may receive reports, by student."""
    where = {"student_id": {"$in": list(students)}, "active": True, "may_receive_reports": True}
    guardians: dict[str, list[str]] = {}
    for row in store.relations.find(scope, where, sort="guardian_id"):
        guardians.setdefault(row["student_id"], []).append(row["guardian_id"])
    return guardians
