"""Roles granted in Rabta beside those of the roster: imports leave them as they are."""

from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.store import Document
from services.roster.editing import PEOPLE, editing
from services.roster.fields import refuse
from services.roster.school.members import seen
from services.roster.school.people import as_member
from services.roster.school.roles import may_give
from services.roster.store import Store


def grant(store: Store, caller: Caller, branch_id: str, person_id: str, wanted: Document) -> Document:
    """All that somebody of a branch is granted there from now on. Raises NotAllowed for what is not the caller's to give."""
    with editing(store, caller, branch_id) as edit:
        _, person = seen(edit, caller, branch_id, person_id, wanted["version"])
        granted = dict(person.get("granted_roles", {}))
        before, after = granted.pop(branch_id, []), sorted(set(wanted["roles"]))
        may_give(caller, branch_id, set(before) ^ set(after))
        if after and "student" in person["roles"].get(branch_id, []):
            raise refuse(roles="A student is granted none.")
        changed = edit.change(PEOPLE, person, {"granted_roles": {**granted, **({branch_id: after} if after else {})}})
        log().info("roles_granted", branch=branch_id, person=person_id, roles=after, by=caller.person_id)
        return as_member(changed, branch_id)
