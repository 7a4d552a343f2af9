"""Which branches a machine reaches: the scope of all that it asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from schoolbus.scope import Scope


@dataclass(frozen=True)
class Reach(Scope):
    """Several branches, or the whole chain (`branch_ids` None)."""

    branch_id: str | None = None
    branch_ids: tuple[str, ...] | None = None

    def filter(self, where: Mapping[str, Any] | None = None) -> dict[str, Any]:
        if self.branch_ids is None:
            return dict(where or {})
        within = self._within(self.branch_ids)
        return {"$and": [within, dict(where)]} if where else within

    def sees(self, branch_id: str) -> bool:
        return self.branch_ids is None or branch_id in self.branch_ids

    def _within(self, branch_ids: tuple[str, ...]) -> dict[str, Any]:
        return {"branch_id": {"$in": list(branch_ids)}}
