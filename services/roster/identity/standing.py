"""What a person may do, by the roles they have now."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from schoolbus.caller import Caller
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.kinds import roles_in
from services.roster.store import Store

STAFF = ("teacher", "office", "head")
FAMILYS = frozenset(("guardian", "pta_officer"))  # roles that a code opens
_RANK = {"guardian": 0, "student": 0, "teacher": 1, "office": 2, "head": 3}
Roles = dict[str, frozenset[str]]  # by branch


@dataclass(frozen=True)
class Standing:
    roles: Roles
    operator: bool

    @property
    def none(self) -> bool:
        return not self.roles and not self.operator

    def has_any(self, roles: Collection[str]) -> bool:
        held = frozenset().union(*self.roles.values()) | ({"operator"} if self.operator else set())
        return not held.isdisjoint(roles)


def standing_now(store: Store, person: Document, how: str) -> Standing:
    """By the way they signed in: a code to a phone opens what guardians may and no more."""
    roles = roles_now(store, person)
    if how == "code":
        return Standing(as_guardian(roles), operator=False)
    return Standing(roles, is_operator(person))


def roles_now(store: Store, person: Document) -> Roles:
    """Roles by branch, of branches that still are. None for who has left, may not sign in, or is merged into another."""
    if not (person["active"] and person["may_sign_in"]) or person.get("counts_as"):
        return {}
    present = store.branches.find(WHOLE_CHAIN, {"_id": {"$in": list(person["roles"])}, "active": True})
    roles = {branch["_id"]: frozenset(roles_in(person, branch["_id"])) for branch in present}
    if not any("teacher" in held for held in roles.values()):
        return roles
    led = store.branches_as_class_teacher(person["_id"])
    return {branch_id: held | {"class_teacher"} if branch_id in led else held for branch_id, held in roles.items()}


def as_guardian(roles: Roles) -> Roles:
    return {branch_id: held & FAMILYS for branch_id, held in roles.items() if "guardian" in held}


def is_operator(person: Document) -> bool:
    return bool(person["operator"] and person["active"] and person["may_sign_in"])


def may_change(caller: Caller, person: Document) -> bool:
    """Heads and offices, staff of no higher rank than their own in every branch the person works in; operators, all."""
    if caller.operator:
        return True
    if person["operator"]:
        return False
    return all(
        _rank(caller.roles.get(branch_id, ())) >= max(_rank(roles), _RANK["office"]) for branch_id, roles in _work(person)
    )


def elsewhere(caller: Caller, person: Document) -> list[str]:
    """Branches of the person, in whatever role, that the caller does not keep: a sign-in opens those too."""
    return [branch_id for branch_id in person["roles"] if not caller.has(branch_id, "office", "head", "operator")]


def may_reset_second_factor(caller: Caller, person: Document) -> bool:
    """Heads, for staff of a lower rank than their own where they are the head of every branch of the person; operators, all."""
    if caller.operator:
        return True
    if person["operator"]:
        return False
    is_head = all("head" in caller.roles.get(branch_id, ()) for branch_id in person["roles"])
    return is_head and all(_rank(roles) < _RANK["head"] for _, roles in _work(person))


def is_staff(person: Document) -> bool:
    return bool(person["operator"] or _work(person))


def _work(person: Document) -> list[tuple[str, list[str]]]:
    held = [(branch_id, roles_in(person, branch_id)) for branch_id in person["roles"]]
    return [(branch_id, roles) for branch_id, roles in held if any(role in STAFF for role in roles)]


def _rank(roles: Any) -> int:
    return max((_RANK.get(role, 0) for role in roles), default=0)
