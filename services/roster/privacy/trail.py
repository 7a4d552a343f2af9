"""The audit trail: who saw or changed what about a child. In a database apart: users, backup and retention are its own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope, branch
from schoolbus.store import Document, Documents, Index

if TYPE_CHECKING:
    from services.roster.store import Store


class AuditTrail:
    """Ids alone: a name is looked up when somebody reads. `days`, `family_days`: how long an entry is kept."""

    def __init__(self, database: Any, days: int = 1095, family_days: int = 90) -> None:
        self.entries = Documents(
            "entries",
            ["branch_id student_ids -at", "branch_id person_id -at", "branch_id -at _id", Index("forget_at", expires=0)],
        ).bound(database)
        self._days, self._family_days = timedelta(days=days), timedelta(days=family_days)

    def keep(self, store: Store, items: Iterable[Document]) -> None:
        """Each entry once, whatever comes twice; that a change failed is kept whether it comes before or after the change."""
        entries = [self._kept(store, item) for item in items]
        failed = [entry for entry in entries if entry["outcome"] == "failed"]
        self.entries.add_new([entry for entry in entries if entry["outcome"] != "failed"])
        if self.entries.add_new(failed) < len(failed):
            for entry in failed:
                self.entries.change(branch(entry["branch_id"]), entry["_id"], to={"outcome": "failed"})

    def _kept(self, store: Store, item: Document) -> Document:
        at = item["at"] if isinstance(item["at"], datetime) else datetime.fromisoformat(item["at"])
        of_family = item["role"] == "guardian" and item["action"] == "read" and item["outcome"] == "allowed"
        students = item["student_ids"]
        if item["class_id"] and not students:  # who is enrolled now: the note is seconds old
            students = store.students_of_class(branch(item["branch_id"]), item["class_id"])
        kept = {name: value for name, value in item.items() if name != "entry_id"}
        forget_at = at + (self._family_days if of_family else self._days)
        return {**kept, "_id": item["entry_id"], "at": at, "student_ids": students, "forget_at": forget_at}

    def of(self, scope: Scope, wanted: Document) -> Any:
        """A page of a branch's entries, newest first; `wanted` as of schemas.AuditQuery."""
        where: Document = {}
        for name, field in (("student_id", "student_ids"), ("person_id", "person_id")):
            if wanted[name]:
                where[field] = wanted[name]
        limits = (("$gte", wanted["since"]), ("$lt", wanted["until"]))
        if at := {limit: moment for limit, moment in limits if moment}:
            where["at"] = at
        return self.entries.page(scope, where, sort="-at", page=wanted["page"])
