"""What waits for a branch's office and head, counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.scope import Scope
from schoolbus.waiting import MOST, counted, waits
from services.reports.attendance.states import ABSENT, LATE
from services.reports.cards.states import DRAFTED, REVIEWED

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def of_branch(store: Store, caller: Caller, branch_id: str) -> Document:
    scope, on = caller.branch(branch_id), clock.today()
    return {
        "review": waits(_runs(store, scope, DRAFTED)),
        "approve": waits(_runs(store, scope, REVIEWED)),
        "reasons": counted(store.absences, scope, {"status": ABSENT, "reason_kind": None}),
        "today": {"on": on, **{status: _away(store, scope, on.isoformat(), status) for status in (ABSENT, LATE)}},
    }


def _runs(store: Store, scope: Scope, state: str) -> int:
    """Those that have a card in this state."""
    steps: list[Document] = [
        {"$match": scope.filter({"state": state})},
        {"$group": {"_id": "$run_id"}},
        {"$limit": MOST + 1},
        {"$count": "runs"},
    ]
    return sum(int(row["runs"]) for row in store.report_cards.collection.aggregate(steps))


def _away(store: Store, scope: Scope, on: str, status: str) -> int:
    """A child's day is one absence, whichever registers it is in."""
    return store.absences.count(scope, {"held_on": on, "status": status})
