"""What of results is asked for by more than one part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope, branch
from schoolbus.store import current_session
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.states import FULLY_GRADED

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def students_of_item(store: Store, scope: Scope, line_item_id: str) -> set[str]:
    """Who has a result of it."""
    where = scope.filter({"line_item_id": line_item_id, **ACTIVE})
    return set(store.results.collection.distinct("student_id", where, session=current_session()))


def terms_of_category(store: Store, scope: Scope, category_id: str) -> list[tuple[str, Document]]:
    """Classes and terms with line items in it, in one order."""
    names = ("term", "term_key", "term_id")
    first = {name: {"$first": f"${name}"} for name in names}
    stages: list[Document] = [
        {"$match": scope.filter({"category_id": category_id, **ACTIVE})},
        {"$group": {"_id": {"class_id": "$class_id", "key": "$term_key"}, **first}},
        {"$sort": {"_id": 1}},
    ]
    rows = store.line_items.collection.aggregate(stages, session=current_session())
    return [(row["_id"]["class_id"], {name: row[name] for name in names}) for row in rows]


def newest_scores(store: Store, branch_id: str, student_ids: Sequence[str]) -> dict[str, list[Document]]:
    """The newest score of each subject, by student."""
    key = {"student_id": "$student_id", "subject": "$subject_key"}
    newest = {"$top": {"sortBy": {"marked_at": -1, "_id": -1}, "output": "$$ROOT"}}
    scored = {"student_id": {"$in": list(student_ids)}, "status": FULLY_GRADED, "score": {"$ne": None}, **ACTIVE}
    stages = [{"$match": branch(branch_id).filter(scored)}, {"$group": {"_id": key, "newest": newest}}]
    found: dict[str, list[Document]] = {}
    for row in store.results.collection.aggregate(stages):
        found.setdefault(row["_id"]["student_id"], []).append(row["newest"])
    return found
