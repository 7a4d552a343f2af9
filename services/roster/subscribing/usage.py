"""What branches use, as the services that count it say: by branch, month, service and metric."""

from datetime import date
from typing import Any

from schoolbus import sheets
from schoolbus.caller import Caller
from schoolbus.clock import today
from schoolbus.events import Event
from schoolbus.metering import month_of
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document
from services.roster.school import branches
from services.roster.store import Store

# Service, metric, and whether it is a level, which stays as it is until it is counted anew.
METRICS = (
    ("notifications", "messages", False),
    ("notifications", "sms_parts", False),
    ("notifications", "app_messages", False),
    ("reports", "report_cards", False),
    ("reports", "storage_bytes", True),
)
_LEVELS = [metric for _, metric, level in METRICS if level]
_COLUMNS = ("branch_id", "branch", "month", *(metric for _, metric, _ in METRICS))


def keep(store: Store, event: Event) -> None:
    """The newest numbers of a branch and month; older ones that come late are passed over."""
    month, service = event.data["month"], event.publisher()
    known = {(of, metric) for of, metric, _ in METRICS}
    items = [
        {
            "usage_key": f"{month}:{service}:{metric}",
            "month": month,
            "service": service,
            "metric": metric,
            "value": value,
            "version": event.sequence,
        }
        for metric, value in event.data["used"].items()
        if (service, metric) in known
    ]
    store.usage.project(event.branch_id, items)


def of_branch(store: Store, caller: Caller, branch_id: str, month: str | None) -> Document:
    branches.one(store, caller, branch_id)
    month = month or month_of(today())
    used = _used(store, caller.branch(branch_id), month).get(branch_id, {})
    lines = [{"service": service, "metric": metric, "value": used.get(metric, 0)} for service, metric, _ in METRICS]
    return {"branch_id": branch_id, "month": month, "usage": lines}


def csv(store: Store, month: str | None) -> tuple[bytes, str]:
    """A row for each branch that is active or has used something in the month, for a spreadsheet; and the file's name."""
    month = month or month_of(today())
    used = _used(store, WHOLE_CHAIN, month)
    wanted = {"$or": [{"active": True}, {"_id": {"$in": sorted(_metered(store, month))}}]}
    listed = store.branches.collection.find(WHOLE_CHAIN.filter(wanted), {"name": True}).sort("name", 1)
    rows = [[found["_id"], found["name"], month, *_numbers(used.get(found["_id"], {}))] for found in listed]
    return sheets.csv(_COLUMNS, rows), f"usage-{month}.csv"


def is_month(text: str) -> bool:
    try:
        return len(text) == 7 and date.fromisoformat(f"{text}-01").isoformat()[:7] == text
    except ValueError:
        return False


def _numbers(used: dict[str, int]) -> list[int]:
    return [used.get(metric, 0) for _, metric, _ in METRICS]


def _metered(store: Store, month: str) -> set[str]:
    """The branches of which something was told in a month: one that closed in it is among them."""
    return {row["branch_id"] for row in store.usage.find(WHOLE_CHAIN, {"month": month})}


def _used(store: Store, scope: Scope, month: str) -> dict[str, dict[str, Any]]:
    """Metric: value, by branch. A level is that of the month, or else of the last one before in which it changed."""
    where = {"$or": [{"month": month}, {"month": {"$lt": month}, "metric": {"$in": _LEVELS}}]}
    used: dict[str, dict[str, Any]] = {}
    for row in store.usage.find(scope, where, sort="month"):
        used.setdefault(row["branch_id"], {})[row["metric"]] = row["value"]
    return used
