"""Who was at a session: families that had signed up, and those that just came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.activities import ActivityAttended
from schoolbus.events import CHUNK
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import Scope
from services.meetings.activities import answering, signing
from services.meetings.activities.reach import led
from services.meetings.activities.states import PUBLISHED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


class Family(NamedTuple):
    """Who came: the children by whom the family is known, who is asked afterwards, and its sign-up; of a walk-in none."""

    children: list[str]
    guardian_id: str | None
    sign_up: Document | None


DOORS_OPEN = timedelta(hours=1)  # before it begins


def record(
    store: Store, caller: Caller, branch_id: str, activity_id: str, session_id: str, families: Sequence[Mapping[str, Any]]
) -> None:
    """How many of each family came, in place of what was recorded of it before; none: it did not come. All or none of them.

    Raises Conflict before the doors are open, Invalid for a family that nobody knows here.
    """
    scope, activity = led(store, caller, branch_id, activity_id)
    session = session_of(activity, session_id)
    _check(activity, session)
    with store.transaction():
        signing.alone(store, scope, activity_id)
        known = store.attendances.find(scope, {"session_id": session_id})
        here = {id: each for each in known for id in each["student_ids"]}
        met: list[Family] = []
        made: list[Document] = []
        replaced: set[str] = set()
        for number, given in enumerate(families):
            family = _family(store, scope, activity, given, number)
            met.append(family)
            before = [here[id] for id in family.children if id in here]
            replaced |= {each["_id"] for each in before}
            if given["heads"]:
                document = _attendance(activity, session, family, given, caller.person_id)
                document["feedback_given"] = any(each["feedback_given"] for each in before)
                made.append(document)
        audit.note(store, caller, branch_id, {id for family in met for id in family.children})
        if len(ids := [id for each in made for id in each["student_ids"]]) > len(set(ids)):
            raise Invalid({"families": ["A family stands here twice."]})
        store.attendances.remove_all(scope, {"_id": {"$in": sorted(replaced)}})
        if made:
            store.attendances.put_all(made)
        came = sorted(set(ids) - here.keys())
        if came:
            store.activities.change(scope, activity_id, to={}, saying=_attended(activity, session_id, came))
    log().info("attendance_recorded", activity=activity_id, session=session_id, families=len(families))


def page(store: Store, caller: Caller, branch_id: str, activity_id: str, session_id: str, paging: Paging) -> Paged:
    """The families that were at a session."""
    scope, activity = led(store, caller, branch_id, activity_id)
    session_of(activity, session_id)
    found = store.attendances.page(scope, {"session_id": session_id}, page=paging)
    audit.note(store, caller, branch_id, {id for each in found.items for id in each["student_ids"]})
    return found


def session_of(activity: Document, session_id: str) -> Document:
    """Raises NotFound."""
    for session in activity["sessions"]:
        if session["session_id"] == session_id:
            return dict(session)
    raise NotFound("Session")


def _check(activity: Document, session: Document) -> None:
    if activity["state"] != PUBLISHED:
        raise Conflict("not-held", "It is not held", "Only what is published, and not cancelled, is attended.")
    opens = session["starts_at"] - DOORS_OPEN
    if now() < opens:
        raise Conflict("not-begun", "It has not begun", Sentence("From %(opens)s you can note who is there.", opens=opens))


def _family(store: Store, scope: Scope, activity: Document, given: Mapping[str, Any], number: int) -> Family:
    """By its sign-up, or by a student. Raises Invalid for one that nobody knows here."""
    if given["sign_up_id"] is not None:
        found = store.sign_ups.first(scope, {"_id": given["sign_up_id"], "activity_id": activity["_id"]})
        if found is None:
            raise Invalid({"families": {number: {"sign_up_id": ["No sign-up of this activity."]}}})
        return Family(found["student_ids"], found["guardian_id"], found)
    student_id = given["student_id"]
    if student_id is None or not store.is_student(scope, student_id):
        raise Invalid({"families": {number: {"student_id": ["No student of this branch."]}}})
    found = store.sign_ups.first(scope, {"activity_id": activity["_id"], "student_ids": student_id})
    if found is not None:
        return Family(found["student_ids"], found["guardian_id"], found)
    if store.guardians_of(scope, student_id, may=answering.REPORTS):
        household = answering.household_of(store, scope, student_id, None)
        return Family(household.student_ids, household.guardian_id, None)
    return Family([student_id], None, None)


def _attendance(activity: Document, session: Document, family: Family, given: Mapping[str, Any], by: str) -> Document:
    coming = given["student_ids"] or (family.sign_up["coming_ids"] if family.sign_up else [])
    return {
        "_id": effect_id("attendance", session["session_id"], family.children[0]),
        "branch_id": activity["branch_id"],
        "activity_id": activity["_id"],
        "session_id": session["session_id"],
        "sign_up_id": family.sign_up["_id"] if family.sign_up else None,
        "guardian_id": family.guardian_id,
        "student_ids": family.children,
        "came_ids": sorted(set(coming) & set(family.children)),
        "heads": given["heads"],
        "held_at": session["starts_at"],
        "recorded_at": now(),
        "recorded_by": by,
    }


def _attended(activity: Document, session_id: str, student_ids: list[str]) -> list[ActivityAttended]:
    return [
        ActivityAttended(
            branch_id=activity["branch_id"],
            subject=activity["_id"],
            activity_id=activity["_id"],
            session_id=session_id,
            student_ids=student_ids[start : start + CHUNK],
        )
        for start in range(0, len(student_ids), CHUNK)
    ]
