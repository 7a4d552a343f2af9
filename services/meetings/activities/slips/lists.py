"""What is asked, and how it stands: of the caller's own children, or of all that staff may see."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.problems import NotFound
from schoolbus.scope import Scope
from services.meetings.activities import inviting
from services.meetings.activities.reach import STAFF, is_staff, leads, own_children
from services.meetings.activities.slips import arranging, who
from services.meetings.activities.slips.standing import STANDINGS, standing
from services.meetings.activities.states import CANCELLED, OVER, PUBLISHED
from services.meetings.activities.views import named
from services.meetings.views import full_name

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def page(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """The latest to be answered first: what is asked of the caller's children, for staff of all."""
    scope = caller.branch(branch_id)
    conditions: list[Document] = [{}]
    if not caller.has(branch_id, *STAFF):
        known: Document = {"state": {"$in": [PUBLISHED, CANCELLED]}}
        if is_staff(caller, branch_id):
            conditions.append({"$or": [known, {"leader_ids": caller.person_id}]})
        else:
            children = own_children(store, caller, branch_id)
            answered = store.consents.find(scope, {"student_id": {"$in": children}})
            own = {"_id": {"$in": sorted({each["permission_slip_id"] for each in answered})}}
            conditions += [known, {"$or": [*inviting.for_any(store, scope, children)["$or"], own]}]
    if query["activity_id"] is not None:
        conditions.append({"activity_id": query["activity_id"]})
    if query["open"]:
        conditions.append({"state": PUBLISHED, "answer_by": {"$gt": clock.now()}})
    found = store.permission_slips.page(scope, {"$and": conditions}, sort="-answer_by", page=query["page"])
    return Paged(shown(store, caller, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, slip_id: str) -> Document:
    """With counts for those who ask it."""
    scope, slip, _ = arranging.seen(store, caller, branch_id, slip_id)
    view = shown(store, caller, scope, [slip])[0]
    if not leads(caller, branch_id, slip):
        return view
    counted = Counter(who.standings(store, scope, slip, inviting.students(store, scope, slip["audience"])).values())
    return {**view, "counts": {each: counted[each] for each in STANDINGS}}


def shown(store: Store, caller: Caller, scope: Scope, found: Sequence[Document]) -> list[Document]:
    """Each with the caller's own children that it is about, and what the caller said of them."""
    mine = own_children(store, caller, scope.branch_id or "")
    if not mine:
        return [{**slip, "state": _state(slip), "children": [], "counts": None} for slip in found]
    people, decide, places = (
        store.people_by_id(scope, mine),
        who.deciders(store, scope, mine),
        inviting.placed(store, scope, mine),
    )
    said = _said(store, scope, found, mine)

    def children(slip: Document) -> list[Document]:
        asked = {id for id, place in places.items() if inviting.is_for(slip["audience"], place)}
        return [
            _child(slip, named(people, id), said[slip["_id"], id], decide[id], caller.person_id)
            for id in mine
            if id in asked or said[slip["_id"], id]
        ]

    views = [{**slip, "state": _state(slip), "children": children(slip), "counts": None} for slip in found]
    if touched := {child["student_id"] for view in views for child in view["children"]}:
        audit.note(store, caller, scope.branch_id or "", touched)
    return views


def _said(
    store: Store, scope: Scope, slips: Sequence[Document], student_ids: Sequence[str]
) -> dict[tuple[str, str], list[Document]]:
    """What was said, by slip and student."""
    where = {"student_id": {"$in": list(student_ids)}, "permission_slip_id": {"$in": [slip["_id"] for slip in slips]}}
    found: dict[tuple[str, str], list[Document]] = {(slip["_id"], id): [] for slip in slips for id in student_ids}
    for each in store.consents.find(scope, where):
        found[each["permission_slip_id"], each["student_id"]].append(each)
    return found


def _child(slip: Document, child: Document, said: Sequence[Document], decide: Sequence[str], guardian_id: str) -> Document:
    return {
        **child,
        "standing": standing(said, decide, slip["text_version"], both=slip["both_guardians"]),
        "my_answer": next((each for each in said if each["guardian_id"] == guardian_id), None),
    }


def students(store: Store, caller: Caller, branch_id: str, slip_id: str, query: Mapping[str, Any]) -> Paged:
    """How it stands for each student that it is about: for a teacher of those that they teach, unless it is they who ask."""
    scope = caller.branch(branch_id)
    slip = store.permission_slips.one(scope, slip_id)
    ids = inviting.students(store, scope, slip["audience"])
    if not leads(caller, branch_id, slip):
        taught = set(store.students_of_teacher(scope, caller.person_id))
        ids = [id for id in ids if id in taught]
        if not ids:
            raise NotFound("Permission slip")
    standings = who.standings(store, scope, slip, ids)
    wanted = [id for id in ids if query["standing"] in (None, standings[id])]
    found = store.people.page(scope, {"person_id": {"$in": wanted}}, page=query["page"])
    here = [row["person_id"] for row in found.items]
    said, decide = who.consents(store, scope, slip_id, here), who.deciders(store, scope, here)
    people = store.people_by_id(scope, {*here, *(id for each in decide.values() for id in each)})
    audit.note(store, caller, branch_id, here)
    rows = [
        {
            **named(people, id),
            "standing": standings[id],
            "guardians": [{"guardian_id": each, "name": full_name(people.get(each))} for each in sorted(decide[id])],
            "answers": said[id],
        }
        for id in here
    ]
    return Paged(rows, found.next)


def _state(slip: Mapping[str, Any]) -> str:
    return OVER if slip["state"] == PUBLISHED and slip["answer_by"] <= clock.now() else str(slip["state"])
