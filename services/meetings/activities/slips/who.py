"""Of whom a slip speaks, who decides, and how it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope
from services.meetings.activities import inviting
from services.meetings.activities.slips.standing import GRANTED, HALF, MISSING, REFUSED, standing
from services.meetings.activities.states import DRAFT

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
# Who may know what school has to say of a child decides for it. To collect it from school is what a driver or an aunt may;
# to book a meeting is what a brother may: neither makes somebody responsible for the child.
DECIDES = "may_receive_reports"


def concerned(store: Store, scope: Scope, slip: Document, student_ids: Sequence[str]) -> list[str]:
    """Those of these students that it is about; also one who has been answered for, and is in another class by now."""
    asked = inviting.among(store, scope, slip["audience"], student_ids)
    answered = store.consents.find(scope, {"permission_slip_id": slip["_id"], "student_id": {"$in": list(student_ids)}})
    return sorted({*asked, *(each["student_id"] for each in answered)})


def deciders(store: Store, scope: Scope, student_ids: Sequence[str]) -> dict[str, list[str]]:
    """The guardians who may decide, by student."""
    where = {"student_id": {"$in": list(student_ids)}, "active": True, DECIDES: True}
    found: dict[str, list[str]] = {id: [] for id in student_ids}
    for row in store.relations.find(scope, where):
        found[row["student_id"]].append(row["guardian_id"])
    return found


def consents(store: Store, scope: Scope, slip_id: str, student_ids: Sequence[str]) -> dict[str, list[Document]]:
    """What was said, by student."""
    found: dict[str, list[Document]] = {id: [] for id in student_ids}
    for each in store.consents.find(scope, {"permission_slip_id": slip_id, "student_id": {"$in": list(student_ids)}}):
        found[each["student_id"]].append(each)
    return found


def standings(store: Store, scope: Scope, slip: Document, student_ids: Sequence[str]) -> dict[str, str]:
    """How it stands, by student."""
    said, decide = consents(store, scope, slip["_id"], student_ids), deciders(store, scope, student_ids)
    return {id: standing(said[id], decide[id], slip["text_version"], both=slip["both_guardians"]) for id in student_ids}


def of_activity(store: Store, scope: Scope, activity_id: str, student_ids: Sequence[str]) -> dict[str, str]:
    """Whether each may take part, by all slips of an activity: what stands worst counts. Nobody, where none is asked."""
    found: dict[str, str] = {}
    worst = (REFUSED, MISSING, HALF, GRANTED)
    for slip in store.permission_slips.find(scope, {"activity_id": activity_id, "state": {"$ne": DRAFT}}):
        asked = inviting.among(store, scope, slip["audience"], student_ids)
        for id, stands in standings(store, scope, slip, asked).items():
            found[id] = min(stands, found.get(id, GRANTED), key=worst.index)
    return found
