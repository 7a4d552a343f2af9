"""A child's "today": what is due and what is new, from one document that also names who may know.

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
from services.reports.today import overviews

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_WHICH = ("class_id", "class_title", "subject")
_DONE, _TALK = ("text", "text_ur"), ("talking_point", "talking_point_ur")
_JSON = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))


def of_student(store: Store, caller: Caller, branch_id: str, student_id: str) -> bytes:
    """JSON, ready to send. Raises NotFound for whoever may not see the child."""
    scope = caller.branch(branch_id)
    found = overviews.kept(store, branch_id, student_id) or overviews.gather(store, branch_id, student_id)
    if found is None:
        raise NotFound("Student")
    if caller.reaches(branch_id, CLASSES):
        found["teaches"] = store.teaches_one_of(scope, caller.person_id, found["classes"])
    if not may_see(found, caller, branch_id):
        audit.note(store, caller, branch_id, [student_id], refused=True)
        raise NotFound("Student")
    audit.note(store, caller, branch_id, [student_id], by=() if _as_school(found, caller, branch_id) else (CHILDREN,))
    return _JSON.encode(shown(store, found, caller, branch_id, student_id)).encode()


def may_see(found: Document, caller: Caller, branch_id: str) -> bool:
    """Head and office, the child's teachers, and guardians who may receive reports."""
    return _as_school(found, caller, branch_id) or (
        caller.reaches(branch_id, CHILDREN) and caller.person_id in found["guardians"]
    )


def shown(store: Store, found: Document, caller: Caller, branch_id: str, student_id: str) -> Document:
    """Home notes are for the child's teachers and their writer, as in home-notes: guardians may live apart, and what a family
    tells of its home it does not tell head and office."""
    since, today = overviews.since(clock.now()), clock.today().isoformat()
    as_school, all_notes, oneself = _as_school(found, caller, branch_id), bool(found.get("teaches")), [caller.person_id]
    if not all_notes and any(note["guardian_id"] != caller.person_id for note in found["home_notes"]):
        oneself = store.same_person(caller.person_id)  # a guardian who is known twice wrote under either id
    results = found.get("results", []) if _sees_results(found, caller, branch_id) else []
    homework = [homework for homework in found["homework"] if homework["due_on"] >= today]
    diary = [entry for entry in found["diary"] if entry["held_on"] == today]
    return {
        "student_id": student_id,
        "given_name": found["given_name"],
        "family_name": found["family_name"],
        "name_ur": found["name_ur"],
        "date": today,
        "homework": homework,
        "diary": [{name: entry[name] for name in _WHICH + _DONE} for entry in diary],
        "goals": [goal for goal in found["goals"] if goal["set_at"] >= since],
        "expectations": _waiting(found["expectations"], None if as_school else caller.person_id),
        "tonight": {
            "homework_ids": [each["homework_id"] for each in homework if not each["signed"]],
            "talking_points": [_talking_point(entry) for entry in diary if entry["talking_point"] or entry["talking_point_ur"]],
        },
        "results": [result for result in results if result["new_at"] >= since],
        "report_cards": [card for card in found["report_cards"] if card["issued_at"] >= since],
        "home_notes": [
            note
            for note in found["home_notes"]
            if note["acknowledged_at"] >= since and (all_notes or note["guardian_id"] in oneself)
        ],
        "attendance": [entry for entry in found.get("attendance", ()) if entry["held_on"] == today],
        "reasons_wanted": found.get("reasons_wanted", []),
        "behaviour": [note for note in found.get("behaviour", ()) if note["noted_at"] >= since],
    }


def _talking_point(entry: Document) -> Document:
    return {name: entry[name] for name in _WHICH + _TALK}


def _waiting(expectations: list[Document], guardian_id: str | None) -> list[Document]:
    """Those that this guardian has not acknowledged; none given: that nobody has."""
    shown = ("expectations_id", "class_title", "edition")
    return [
        {name: each[name] for name in shown}
        for each in expectations
        if (guardian_id not in each["acknowledged_by"] if guardian_id else not each["acknowledged_by"])
    ]


def _sees_results(found: Document, caller: Caller, branch_id: str) -> bool:
    """A teacher of one class has the gradebook of that class, and sees nothing of the child's others."""
    return caller.reaches_all(branch_id) or caller.person_id in found["guardians"]


def _as_school(found: Document, caller: Caller, branch_id: str) -> bool:
    return caller.reaches_all(branch_id) or bool(found.get("teaches"))
