"""Who belongs to the association: once per person and branch, with every time that they came and went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.pta import PtaMembershipChanged
from schoolbus.events import CHUNK
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import AlreadyThere, NotFound
from schoolbus.scope import Scope
from services.meetings.pta.standing import acting, role_in_association
from services.meetings.views import full_name, in_urdu

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def join(store: Store, caller: Caller, branch_id: str) -> Document:
    """The caller is a member; as before, when they are one. Raises NotFound while the branch does not know them."""
    scope = caller.branch(branch_id)
    return _joined(store, scope, store.counting(scope, caller.person_id), "self")


def leave(store: Store, caller: Caller, branch_id: str) -> None:
    scope = caller.branch(branch_id)
    _left(store, scope, store.counting(scope, caller.person_id), "self")


def enrol(store: Store, caller: Caller, branch_id: str, person_id: str) -> Document:
    """On behalf of somebody who asked for it."""
    scope = acting(store, caller, branch_id)
    return _joined(store, scope, store.counting(scope, person_id), "on behalf")


def remove(store: Store, caller: Caller, branch_id: str, person_id: str) -> None:
    scope = acting(store, caller, branch_id)
    if store.pta_members.first(scope, {"person_id": store.counting(scope, person_id)}) is None:
        raise NotFound("This member")
    _left(store, scope, store.counting(scope, person_id), "on behalf")


def mine(store: Store, caller: Caller, branch_id: str) -> Document:
    """Raises NotFound for who never was one."""
    scope = caller.branch(branch_id)
    found = store.pta_members.first(scope, {"person_id": {"$in": store.same_person(caller.person_id)}})
    if found is None:
        raise NotFound("Your membership", detail="You have not joined the PTA yet.")
    return named(store, scope, [found])[0]


def page(store: Store, caller: Caller, branch_id: str, paging: Paging) -> Paged:
    """Those who are members now, for whoever acts for the association."""
    scope = acting(store, caller, branch_id)
    found = store.pta_members.page(scope, {"active": True}, page=paging)
    return Paged(named(store, scope, found.items), found.next)


def is_member(store: Store, scope: Scope, person_id: str) -> bool:
    return bool(present(store, scope, [person_id]))


def present(store: Store, scope: Scope, person_ids: Iterable[str] | None = None) -> list[str]:
    """Members, of these people or of all, who are still guardians or teachers here: whom the association calls."""
    among = {} if person_ids is None else {"person_id": {"$in": list(person_ids)}}
    ids = [member["person_id"] for member in store.pta_members.find(scope, {"active": True, **among})]
    return [id for id, person in sorted(store.people_by_id(scope, ids).items()) if role_in_association(person)]


def were(store: Store, scope: Scope, person_ids: Iterable[str], at: datetime) -> set[str]:
    """Which of these people were members at a moment."""
    spell = {"joined_at": {"$lte": at}, "$or": [{"left_at": None}, {"left_at": {"$gt": at}}]}
    where = {"person_id": {"$in": list(person_ids)}, "spells": {"$elemMatch": spell}}
    return {member["person_id"] for member in store.pta_members.find(scope, where)}


def chunks(person_ids: Sequence[str]) -> list[list[str]]:
    """As many as one event bears."""
    return [list(person_ids[start : start + CHUNK]) for start in range(0, len(person_ids), CHUNK)]


def named(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    people = store.people_by_id(scope, {member["person_id"] for member in found})

    def shown(member: Document) -> Document:
        person = people.get(member["person_id"])
        is_here = role_in_association(person) is not None
        return {**member, "name": full_name(person), "name_ur": in_urdu(person), "is_here": is_here}

    return [shown(member) for member in found]


def _joined(store: Store, scope: Scope, person_id: str, by: str) -> Document:
    role = role_in_association(store.person(scope, person_id))
    if role is None:
        raise NotFound("Person", detail="Guardians and teachers of the branch can be members.")
    spell = {"joined_at": clock.now(), "left_at": None, "by": by}
    branch_id = str(scope.branch_id)
    member: Document = {
        "_id": effect_id("pta member", branch_id, person_id),
        "branch_id": branch_id,
        "person_id": person_id,
        "role": role,
        "active": True,
        "spells": [spell],
    }
    said = PtaMembershipChanged(branch_id=branch_id, subject=member["_id"], person_id=person_id, member=True, role=role)
    try:
        store.pta_members.add(member, saying=[said])
    except AlreadyThere:
        again = {"active": True, "role": role}
        when = {"active": False}
        store.pta_members.change(scope, member["_id"], again, when=when, push={"spells": spell}, saying=[said])
    log().info("pta_joined", branch=branch_id, member=member["_id"])
    return named(store, scope, [store.pta_members.one(scope, member["_id"])])[0]


def _left(store: Store, scope: Scope, person_id: str, by: str) -> None:
    """Whoever is none is as they should be."""
    member = store.pta_members.first(scope, {"person_id": person_id, "active": True})
    if member is None:
        return
    *before, last = member["spells"]
    spells = [*before, {**last, "left_at": clock.now(), "left_by": by}]
    said = PtaMembershipChanged(
        branch_id=member["branch_id"], subject=member["_id"], person_id=person_id, member=False, role=member["role"]
    )
    when = {"active": True, "spells": member["spells"]}
    if store.pta_members.change(scope, member["_id"], {"active": False, "spells": spells}, when=when, saying=[said]):
        log().info("pta_left", branch=member["branch_id"], member=member["_id"])
