"""The audit trail: who saw or changed what about a child. In a database apart: users, backup and retention are its own.

Nothing in it is ever changed, and roster's account may not (schoolbus/trail.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.audit import FAILED
from schoolbus.paging import Paged
from schoolbus.scope import Scope, branch
from schoolbus.store import Document
from schoolbus.trail import ENTRIES, FAILURES

if TYPE_CHECKING:
    from services.roster.store import Store


class AuditTrail:
    """Ids alone: a name is looked up when somebody reads. `days`, `family_days`: how long an entry is kept."""

    def __init__(self, database: Any, days: int = 1095, family_days: int = 90) -> None:
        self.entries, self.failures = ENTRIES.bound(database), FAILURES.bound(database)
        self._days, self._family_days = timedelta(days=days), timedelta(days=family_days)

    def keep(self, store: Store, items: Iterable[Document]) -> None:
        """Each entry once, whatever comes twice; that a change failed is kept whether it comes before or after the change."""
        entries = [self._kept(store, item) for item in items]
        self.entries.add_new(entries)
        failed = [entry for entry in entries if entry["outcome"] == FAILED]
        self.failures.add_new([{name: entry[name] for name in ("_id", "branch_id", "forget_at")} for entry in failed])

    def _kept(self, store: Store, item: Document) -> Document:
        at = item["at"] if isinstance(item["at"], datetime) else datetime.fromisoformat(item["at"])
        of_family = item["role"] == "guardian" and item["action"] == "read" and item["outcome"] == "allowed"
        students = item["student_ids"]
        if item["class_id"] and not students:  # who is enrolled now: the note is seconds old
            students = store.students_of_class(branch(item["branch_id"]), item["class_id"])
        kept = {name: value for name, value in item.items() if name != "entry_id"}
        forget_at = at + (self._family_days if of_family else self._days)
        return {**kept, "_id": item["entry_id"], "at": at, "student_ids": students, "forget_at": forget_at}

    def of(self, scope: Scope, wanted: Document) -> Paged:
        """A page of a branch's entries, newest first; `wanted` as of schemas.AuditQuery."""
        where: Document = {}
        for name, field in (("student_id", "student_ids"), ("person_id", "person_id")):
            if wanted[name]:
                where[field] = wanted[name]
        limits = (("$gte", wanted["since"]), ("$lt", wanted["until"]))
        if at := {limit: moment for limit, moment in limits if moment}:
            where["at"] = at
        found = self.entries.page(scope, where, sort="-at", page=wanted["page"])
        failures = self.failures.find(scope, {"_id": {"$in": [entry["_id"] for entry in found.items]}})
        failed = {failure["_id"] for failure in failures}
        return Paged([{**entry, "outcome": FAILED} if entry["_id"] in failed else entry for entry in found.items], found.next)
