"""Activities and sign-ups as people see them: with names from the copy of the roster, and what is their own."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.scope import Scope
from services.meetings import views
from services.meetings.activities import inviting, signing
from services.meetings.activities.places import COMING, STATES, WAITING
from services.meetings.activities.reach import leads, own_children
from services.meetings.activities.slips import who
from services.meetings.activities.states import OVER, PUBLISHED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def activities(store: Store, caller: Caller, scope: Scope, found: Sequence[Document]) -> list[Document]:
    """Each with the sign-up of the caller's own family."""
    branch_id = scope.branch_id or ""
    children = own_children(store, caller, branch_id)
    mine = _own(store, scope, caller, children, found)
    if mine:
        audit.note(store, caller, branch_id, {id for each in mine.values() for id in each["student_ids"]} & set(children))
    people = store.people_by_id(scope, {id for each in found for id in each["leader_ids"]})
    return [
        {
            **each,
            "state": shown_state(each),
            "places_left": signing.left(each),
            "sign_up_closes_at": each["sign_up_closes_at"] or each["starts_at"],
            "leaders": [{"person_id": id, "name": views.full_name(people.get(id))} for id in each["leader_ids"]],
            "sign_up": own_sign_up(store, scope, mine[each["_id"]], children) if each["_id"] in mine else None,
            "counts": None,
        }
        for each in found
    ]


def with_counts(store: Store, caller: Caller, scope: Scope, shown: Document) -> Document:
    """For those who lead it: how many families have answered what, and how many have not."""
    if not leads(caller, scope.branch_id or "", shown):
        return shown
    found = store.sign_ups.find(scope, {"activity_id": shown["_id"]})
    counted = Counter(each["state"] for each in found)
    answered = {id for each in found for id in each["student_ids"]}
    invited = inviting.students(store, scope, shown["audience"])
    return {
        **shown,
        "counts": {
            **{state: counted[state] for state in STATES},
            "heads": sum(each["heads"] for each in found if each["state"] == COMING),
            "students_invited": len(invited),
            "students_unanswered": sum(id not in answered for id in invited),
        },
    }


def shown_state(activity: Mapping[str, Any]) -> str:
    return OVER if activity["state"] == PUBLISHED and activity["ends_at"] <= now() else str(activity["state"])


def own_sign_up(store: Store, scope: Scope, sign_up: Document, children: Sequence[str]) -> Document:
    """As a guardian sees it: of the children those that are their own, and how many wait before them."""
    return {
        **sign_up,
        "student_ids": [id for id in sign_up["student_ids"] if id in children],
        "coming_ids": [id for id in sign_up["coming_ids"] if id in children],
        "before_you": _before(store, scope, sign_up) if sign_up["state"] == WAITING else None,
    }


def sign_ups(store: Store, scope: Scope, found: Sequence[Document], session_id: str | None = None) -> list[Document]:
    """As staff see them, of one activity: with what guardians allow, and of a session with how many came."""
    children = sorted({id for each in found for id in each["student_ids"]})
    allowed = who.of_activity(store, scope, found[0]["activity_id"], children) if found else {}
    touched = {id for each in found for id in (each["guardian_id"], *each["student_ids"])}
    people = store.people_by_id(scope, touched)
    came = _came(store, scope, session_id) if session_id else {}

    def shown(each: Document) -> Document:
        guardian = people.get(each["guardian_id"])
        return {
            **each,
            "guardian_name": views.full_name(guardian),
            "children": [{**named(people, id), "permission": allowed.get(id)} for id in each["student_ids"]],
            "came": next((came[id] for id in each["student_ids"] if id in came), None),
        }

    return [shown(each) for each in found]


def named(people: Mapping[str, Document], id: str) -> Document:
    return {"student_id": id, "name": views.full_name(people.get(id)), "name_ur": views.in_urdu(people.get(id))}


def attendances(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    people = store.people_by_id(scope, {id for each in found for id in (each["guardian_id"], *each["student_ids"]) if id})
    return [
        {
            **each,
            "guardian_name": views.full_name(people.get(each["guardian_id"] or "")),
            "children": [named(people, id) for id in each["student_ids"]],
            "walk_in": each["sign_up_id"] is None,
        }
        for each in found
    ]


def _own(store: Store, scope: Scope, caller: Caller, children: Sequence[str], found: Sequence[Document]) -> dict[str, Document]:
    """The family's sign-ups, by activity."""
    if not children:
        return {}
    where = {"student_ids": {"$in": list(children)}, "activity_id": {"$in": [each["_id"] for each in found]}}
    theirs = store.sign_ups.find(scope, where, sort="-_id")
    theirs.sort(key=lambda each: each["guardian_id"] == caller.person_id)  # what they said themselves comes last, and stays
    return {each["activity_id"]: each for each in theirs}


def _before(store: Store, scope: Scope, sign_up: Document) -> int:
    waits = {"activity_id": sign_up["activity_id"], "state": WAITING}
    earlier = {"asked_at": {"$lt": sign_up["asked_at"]}}
    same = {"asked_at": sign_up["asked_at"], "_id": {"$lt": sign_up["_id"]}}
    return store.sign_ups.count(scope, {**waits, "$or": [earlier, same]})


def _came(store: Store, scope: Scope, session_id: str) -> dict[str, int]:
    found = store.attendances.find(scope, {"session_id": session_id})
    return {id: each["heads"] for each in found for id in each["student_ids"]}
