"""What a person may do, by the roles they have now."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.problems import NotAllowed
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.identity.tokens import Signer
from services.roster.store import Store

STAFF = ("teacher", "office", "head")
_RANK = {"guardian": 0, "student": 0, "teacher": 1, "office": 2, "head": 3}


def roles_now(store: Store, person: Document) -> dict[str, frozenset[str]]:
    """Roles by branch, of branches that still are. None for who has left, may not sign in, or is merged into another."""
    if not (person["active"] and person["may_sign_in"]) or person.get("counts_as"):
        return {}
    present = store.branches.find(WHOLE_CHAIN, {"_id": {"$in": list(person["roles"])}, "active": True})
    roles = {branch["_id"]: frozenset(person["roles"][branch["_id"]]) for branch in present}
    if not any("teacher" in held for held in roles.values()):
        return roles
    led = store.branches_as_class_teacher(person["_id"])
    return {branch_id: held | {"class_teacher"} if branch_id in led else held for branch_id, held in roles.items()}


def is_operator(person: Document) -> bool:
    return bool(person["operator"] and person["active"] and person["may_sign_in"])


def signed_in(signer: Signer, person: Document, roles: dict[str, frozenset[str]], *, operator: bool) -> dict[str, Any]:
    """The answer to a sign-in. Raises NotAllowed when the person has no role any more."""
    if not roles and not operator:
        raise NotAllowed("no-access", "You have no role in the school", "Ask the school's office.")
    token, expires_at = signer.token(Caller(person["_id"], roles, operator))
    return {"token": token, "expires_at": expires_at, "person": person}


def may_set_password(caller: Caller, person: Document) -> bool:
    """Heads and offices, for staff of no higher rank than their own in every branch the person works in; operators, for all."""
    if caller.operator:
        return True
    if person["operator"]:
        return False
    return all(
        _rank(caller.roles.get(branch_id, ())) >= max(_rank(roles), _RANK["office"]) for branch_id, roles in _work(person)
    )


def is_staff(person: Document) -> bool:
    return bool(person["operator"] or _work(person))


def _work(person: Document) -> list[tuple[str, list[str]]]:
    return [(branch_id, roles) for branch_id, roles in person["roles"].items() if any(role in STAFF for role in roles)]


def _rank(roles: Any) -> int:
    return max((_RANK.get(role, 0) for role in roles), default=0)
