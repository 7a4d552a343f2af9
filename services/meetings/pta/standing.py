"""Whether somebody acts for the association: its officers by their term, and whose role reaches the branch.

An elected officer can work from the first day of the term, and no longer than it lasts: nobody has to grant them a role, and
roster knows nothing of it (docs/decisions/pta-officers.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.problems import NotAllowed
from schoolbus.rights import BRANCH, CHAIN, right
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
_BY_ROLE = tuple(role for role, reach in right("run the pta").reach.items() if reach in (BRANCH, CHAIN))


def acting(store: Store, caller: Caller, branch_id: str) -> Scope:
    """The branch's scope. Raises NotAllowed."""
    scope = caller.branch(branch_id)
    if not acts(store, caller, branch_id):
        raise NotAllowed(
            "not-an-officer", "This is for the officers of the PTA", "Who they are, and until when, stands on the PTA's page."
        )
    return scope


def acts(store: Store, caller: Caller, branch_id: str) -> bool:
    """Whatever right is at hand: what is only looked at may show more to who acts."""
    return caller.has(branch_id, *_BY_ROLE) or holds_office(store, caller, branch_id)


def holds_office(store: Store, caller: Caller, branch_id: str) -> bool:
    """Today, as what they are signed in as: a teacher's office is not open to a code on a phone."""
    today = clock.today().isoformat()
    theirs = {"$in": store.same_person(caller.person_id)}
    terms = store.pta_officers.find(
        caller.branch(branch_id), {"person_id": theirs, "starts_on": {"$lte": today}, "ends_on": {"$gte": today}}
    )
    return any(caller.has(branch_id, term["role"]) for term in terms)


def role_in_association(person: Document | None) -> str | None:
    """As what somebody belongs to it; None: not at all. A teacher who has a child here is a guardian."""
    roles = person["roles"] if person and person["active"] else ()
    return next((role for role in ("guardian", "teacher") if role in roles), None)
