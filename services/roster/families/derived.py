"""What follows from what people have set: a person's language and channels, and the roles that merged records lend to them.

An import brings what the source says; Rabta's own fields stay beside it and are laid over it anew each time. So whatever is
imported before or after, the end is the same, and to take a field away gives back what the source says.
"""

from collections.abc import Iterable
from typing import Any

from services.roster.role_keys import role_keys
from services.roster.search.entries import of_person

Record = dict[str, Any]
OWN_OF_PERSON = ("preferences", "merged_into", "counts_as", "lent")
OWN_OF_RELATION = ("doubled", "merged_from")
BEYOND_PERSON = ("hours", "literacy", "shared_phone", "meeting_needs")
_OVERLAID = ("branch_id", "roles", "role_keys", "language", "channels", "name_keys")


def person(record: Record) -> Record:
    """A person's record with what is laid over it; what lies below is kept beside it, as `sourced`.

    `preferences` gives language and channels; `lent` names branches where records merged into this one are a guardian.
    """
    sourced = record.get("sourced") or {name: record.get(name) for name in _OVERLAID}
    wanted, lent = record.get("preferences"), record.get("lent")
    if not wanted and not lent:
        return {**record, **sourced, "sourced": None} if record.get("sourced") else record
    chosen = {name: wanted[name] for name in ("language", "channels")} if wanted else {}
    roles = dict(sourced["roles"])
    for branch_id in lent or ():
        roles[branch_id] = list(dict.fromkeys((*roles.get(branch_id, ()), "guardian")))
    laid = {**record, **sourced, **chosen, "roles": roles, "branch_id": list(roles), "sourced": sourced}
    return {**laid, "name_keys": of_person(laid), "role_keys": role_keys(roles)} if lent else laid


def edited(record: Record, to: Record) -> Record:
    """A person's record with what somebody changes of it by hand: what lies below what is laid over it is what changes."""
    sourced = record.get("sourced")
    changed = {**record, **to}
    if not sourced:
        return changed
    below = {name: to[name] for name in _OVERLAID if name in to}
    if "roles" in below:
        below["roles"] = _without_lent(below["roles"], sourced["roles"], record.get("lent") or ())
        below["branch_id"] = list(below["roles"])
    return person({**changed, "sourced": {**sourced, **below}})


def _without_lent(roles: dict[str, list[str]], own: dict[str, list[str]], lent: Iterable[str]) -> dict[str, list[str]]:
    """Roles without those that only a merged record lends."""
    borrowed = {branch_id for branch_id in lent if "guardian" not in own.get(branch_id, ())}
    kept = {id: [role for role in held if role != "guardian" or id not in borrowed] for id, held in roles.items()}
    return {id: held for id, held in kept.items() if held}


def beyond_person(record: Record) -> Record:
    """The preferences that are no field of the person's own."""
    return {name: record["preferences"][name] for name in BEYOND_PERSON}


def guardian_in(record: Record) -> list[str]:
    """The branches where a person is a guardian by their own record, without what is lent to them."""
    return [branch_id for branch_id, roles in _own_roles(record).items() if "guardian" in roles]


def is_guardian_alone(record: Record) -> bool:
    """Nothing but a guardian: no member of staff, no student."""
    held = {role for roles in _own_roles(record).values() for role in roles}
    return held == {"guardian"} and not record["operator"]


def _own_roles(record: Record) -> dict[str, list[str]]:
    roles: dict[str, list[str]] = (record.get("sourced") or record)["roles"]
    return roles
