"""A child's "today": what is due and what is new, in one query that also brings who may know.

This is what families read most, so it does as little as it can: one overview by its id, and JSON. docs/reports.md has the
measurements.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.problems import NotFound
from schoolbus.rights import CHILDREN, CLASSES
from schoolbus.scope import branch
from services.reports import overviews

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Stage = dict[str, Any]
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def of_student(store: Store, caller: Caller, branch_id: str, student_id: str) -> bytes:
    """JSON, ready to send. Raises NotFound for whoever may not see the child."""
    caller.branch(branch_id)
    found = next(store.overviews.collection.aggregate(pipeline(caller, branch_id, student_id)), None)
    if found is None:
        found = overviews.gather(store, branch_id, student_id)
        if found is None:
            raise NotFound("Student")
        if caller.reaches(branch_id, CLASSES):
            found["teaches"] = store.teaches_student(branch(branch_id), caller.person_id, student_id)
    if not may_see(found, caller, branch_id):
        audit.note(store, caller, branch_id, [student_id], refused=True)
        raise NotFound("Student")
    audit.note(store, caller, branch_id, [student_id], by=() if _as_school(found, caller, branch_id) else (CHILDREN,))
    return _JSON.encode(shown(found, caller, branch_id, student_id)).encode()


def pipeline(caller: Caller, branch_id: str, student_id: str) -> list[Stage]:
    """The overview, which names the guardians; for a teacher also whether they teach one of its classes."""
    stages: list[Stage] = [
        {"$match": {"_id": overviews.overview_id(branch_id, student_id), "branch_id": branch_id, "fresh": True}}
    ]
    if caller.reaches(branch_id, CLASSES):
        teaches = {"branch_id": branch_id, "person_id": caller.person_id, "role": "teacher", "active": True}
        match = [{"$match": teaches}, {"$limit": 1}]
        theirs = {"from": "enrollments", "localField": "classes", "foreignField": "class_id", "pipeline": match}
        stages.append({"$lookup": {**theirs, "as": "teaches"}})
    return stages


def may_see(found: Document, caller: Caller, branch_id: str) -> bool:
    """Head and office, the child's teachers, and guardians who may receive reports."""
    return _as_school(found, caller, branch_id) or (
        caller.reaches(branch_id, CHILDREN) and caller.person_id in found["guardians"]
    )


def shown(found: Document, caller: Caller, branch_id: str, student_id: str) -> Document:
    """A guardian sees their own home notes: guardians may live apart."""
    since, today = overviews.since(clock.now()), clock.today().isoformat()
    all_notes = _as_school(found, caller, branch_id)
    return {
        "student_id": student_id,
        "given_name": found["given_name"],
        "family_name": found["family_name"],
        "name_ur": found["name_ur"],
        "date": today,
        "homework": [homework for homework in found["homework"] if homework["due_on"] >= today],
        "report_cards": [card for card in found["report_cards"] if card["issued_at"] >= since],
        "home_notes": [
            note
            for note in found["home_notes"]
            if note["acknowledged_at"] >= since and (all_notes or note["guardian_id"] == caller.person_id)
        ],
    }


def _as_school(found: Document, caller: Caller, branch_id: str) -> bool:
    return caller.reaches_all(branch_id) or bool(found.get("teaches"))
