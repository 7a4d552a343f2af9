"""How large a branch is, in three classes: what metrics show of it. Remembered for ten minutes."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from schoolbus.scope import branch

if TYPE_CHECKING:
    from services.notifications.store import Store

SMALL, LARGE = 200, 1000  # students: below, and from
KEPT = 600.0  # seconds
_known: dict[tuple[str, str], tuple[float, str]] = {}


def size_of(store: Store, branch_id: str) -> str:
    key, at = (store.database.name, branch_id), time.monotonic()
    known = _known.get(key)
    if known is None or at - known[0] > KEPT:
        students = store.people.count(branch(branch_id), {"roles": "student", "active": True})
        known = _known[key] = at, size_class(students)
    return known[1]


def size_class(students: int) -> str:
    return "small" if students < SMALL else "medium" if students < LARGE else "large"
