"""Whose data a query may touch: every stored document has a branch_id, and every query names its scope."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Scope:
    """One branch, or the whole chain (`branch_id` None)."""

    branch_id: str | None

    def filter(self, where: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """The one way to a query: `where` within this scope."""
        where = dict(where or {})
        if self.branch_id is None:
            return where
        if "branch_id" in where:
            raise ValueError("branch_id comes from the scope")
        return {"branch_id": self.branch_id, **where}


def branch(branch_id: str) -> Scope:
    if not branch_id:
        raise ValueError("a branch's scope needs its id")
    return Scope(branch_id)


# For work a service does by itself (relay, worker, timers, a person's own rows) and the chain's operator;
# never for what a branch's caller asked.
WHOLE_CHAIN = Scope(None)
