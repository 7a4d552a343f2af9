"""What of the gradebooks a machine reaches: the one place that looks at its scopes and its branches.

Both are looked up at each request, as roster last told them: a client that was removed reaches nothing, whatever its token
says.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from schoolbus.caller import Caller
from schoolbus.events import Event
from schoolbus.oneroster.reach import Reach
from schoolbus.problems import NotAllowed, Problem
from schoolbus.scope import WHOLE_CHAIN

if TYPE_CHECKING:
    from services.reports.store import Store

_CHAIN, _PERSON = "chain", "machine:"


@dataclass(frozen=True)
class Client:
    """Another system, as people call it, and the branches that it reaches: those of its own that subscribe to reports."""

    name: str
    scope: Reach
    branches: tuple[str, ...]


def keep(store: Store, event: Event) -> None:
    """What roster says of a client."""
    store.machine_clients.project(_CHAIN, [{**event.data, "client_id": event.subject, "version": event.sequence}])


def of(store: Store, caller: Caller, needs: str) -> Client:
    """`needs`: a scope. Raises NotAllowed without it, or without a branch, and Problem 401 when the client is no more."""
    client_id = caller.person_id.removeprefix(_PERSON)
    client = store.machine_clients.first(WHOLE_CHAIN, {"_id": f"{_CHAIN}:{client_id}"})
    if client is None:
        raise _not_known_yet()
    if not client["active"]:
        raise Problem("sign-in-needed", "This client is no more", "Ask the chain for another.", status=401)
    if needs not in caller.scopes & set(client["scopes"]):
        raise NotAllowed("scope-needed", "The token's scopes don't reach this", f"It needs {needs}.")
    named = {} if client["whole_chain"] else {"branch_id": {"$in": client["branch_ids"]}}
    found = store.branches.find(WHOLE_CHAIN, {"active": True, "services": store.service, **named}, sort="branch_id")
    branches = tuple(row["branch_id"] for row in found)
    if not branches:
        raise NotAllowed("subscription-required", "None of this client's schools subscribes to reports")
    return Client(client["name"], Reach(branch_ids=branches), branches)


def _not_known_yet() -> Problem:
    """It was made just now, and the word of it is on its way."""
    problem = Problem("not-now", "This client is not known here yet", "Try again in a moment.", status=503)
    problem.headers["Retry-After"] = "2"
    return problem
