"""What of the roster a machine sees: the one place that looks at its scopes and its branches.

The branches are looked up at each request: a client that was removed, or whose token is old, sees nothing more than it may now.
"""

from dataclasses import dataclass, replace
from typing import Any

from schoolbus.caller import Caller
from schoolbus.oneroster import reach
from schoolbus.oneroster.scopes import DEMOGRAPHICS, ROSTER, ROSTER_CORE
from schoolbus.problems import NotAllowed, Problem
from schoolbus.scope import WHOLE_CHAIN
from services.roster.machines import clients
from services.roster.role_keys import role_key
from services.roster.store import Store


@dataclass(frozen=True)
class Reach(reach.Reach):
    """`sources`: the systems that its branches come from."""

    sources: tuple[str, ...] = ()
    by_hand: bool = True  # whether there may be people without `role_keys`: those who were entered by hand
    shared: bool = False  # with what is of no branch: terms, courses and organisations of the chain, of the same sources

    def with_shared(self) -> "Reach":
        return replace(self, shared=True)

    def in_role(self, role: str) -> dict[str, Any]:
        """People who have a role in one of these branches, by Rabta's word for it.

        Of people without `role_keys`, and of these alone, the roles themselves are looked at.
        """
        if self.branch_ids is None:
            keys, roles = [role], _anywhere(role)
        else:
            keys = [role_key(branch_id, role) for branch_id in self.branch_ids]
            roles = {"$or": [{f"roles.{branch_id}": role} for branch_id in self.branch_ids]}
        if not self.by_hand:
            return {"role_keys": {"$in": keys}}
        return {"$or": [{"role_keys": {"$in": keys}}, {**_BY_HAND_ALONE, **roles}]}

    def _within(self, branch_ids: tuple[str, ...]) -> dict[str, Any]:
        within = super()._within(branch_ids)
        return {"$or": [within, {"branch_id": [], "source": {"$in": list(self.sources)}}]} if self.shared else within


def _anywhere(role: str) -> dict[str, Any]:
    all_of_them = {"input": {"$objectToArray": "$roles"}, "initialValue": [], "in": {"$concatArrays": ["$$value", "$$this.v"]}}
    return {"$expr": {"$in": [role, {"$reduce": all_of_them}]}}


EVERYTHING = Reach()
_BY_HAND_ALONE: dict[str, Any] = {"role_keys": {"$exists": False}}
_BY_HAND = "rabta"  # the source of what is kept by hand: terms of the chain, say


def of(store: Store, caller: Caller, *, demographics: bool, nested: bool) -> Reach:
    """Raises NotAllowed where a scope is missing, and Problem 401 when the client is no more."""
    by_hand = store.people.first(WHOLE_CHAIN, {**_BY_HAND_ALONE, "roles": {"$ne": {}}}) is not None
    if caller.operator:
        return Reach(by_hand=by_hand)
    client = clients.of(store, caller)
    if client is None:
        raise Problem("sign-in-needed", "This client is no more", "Ask the chain for another.", status=401)
    enough = {DEMOGRAPHICS} if demographics else {ROSTER} if nested else {ROSTER, ROSTER_CORE}
    if not enough & caller.scopes & set(client["scopes"]):
        raise NotAllowed("scope-needed", "The token's scopes don't reach this", f"It needs {' or '.join(sorted(enough))}.")
    if client["whole_chain"]:
        return Reach(by_hand=by_hand)
    found = store.branches.find(WHOLE_CHAIN, {"_id": {"$in": client["branch_id"]}})
    sources = {_BY_HAND, *(branch["source"] for branch in found)}
    return Reach(branch_ids=tuple(client["branch_id"]), sources=tuple(sorted(sources)), by_hand=by_hand)
