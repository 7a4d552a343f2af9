"""What of results is asked for by more than one part."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.scope import Scope, branch
from schoolbus.store import current_session
from services.reports.gradebook.collections import ACTIVE
from services.reports.gradebook.states import FULLY_GRADED, NOT_SUBMITTED

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
RECENT = timedelta(days=366)
NEW = timedelta(days=14)  # how long a result is new in "today"
MOST_NEW = 20
_OF_SCORE = (
    *("student_id", "class_id", "term", "term_key", "subject", "subject_key"),
    *("score", "out_of", "marked_at", "term_mark"),
)


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
    """The newest score of each subject in the last year, by student: there are hundreds in a year."""
    key = {"student_id": "$student_id", "subject": "$subject_key"}
    newest = {"$top": {"sortBy": {"marked_at": -1, "_id": -1}, "output": "$$ROOT"}}
    since = {"marked_at": {"$gte": clock.now() - RECENT}}
    scored = {"student_id": {"$in": list(student_ids)}, "status": FULLY_GRADED, "score": {"$ne": None}, **since, **ACTIVE}
    stages = [
        {"$match": branch(branch_id).filter(scored)},
        {"$project": dict.fromkeys(_OF_SCORE, 1)},
        {"$group": {"_id": key, "newest": newest}},
    ]
    found: dict[str, list[Document]] = {}
    for row in store.results.collection.aggregate(stages):
        found.setdefault(row["_id"]["student_id"], []).append(row["newest"])
    return found


def new_results(store: Store, branch_id: str, student_id: str, classes: Sequence[str]) -> list[Document]:
    """What was published of a child lately, or corrected since, the latest first."""
    scope, since = branch(branch_id), clock.now() - NEW
    lately = {"class_id": {"$in": list(classes)}, "published_at": {"$gte": since}, **ACTIVE}
    items = {item["_id"]: item for item in store.line_items.find(scope, lately)}
    new = [{"line_item_id": {"$in": sorted(items)}}, {"corrected_at": {"$gte": since}}]
    told = {"student_id": student_id, "published": True, "status": {"$in": [FULLY_GRADED, NOT_SUBMITTED]}, **ACTIVE}
    found = store.results.find(scope, {**told, "$or": new})
    older = sorted({each["line_item_id"] for each in found} - set(items))
    if older:
        items |= {item["_id"]: item for item in store.line_items.find(scope, {"_id": {"$in": older}})}
    shown = [_new(each, items[each["line_item_id"]]) for each in found]
    return sorted(shown, key=lambda each: (each["new_at"], each["line_item_id"]), reverse=True)[:MOST_NEW]


def _new(result: Document, item: Document) -> Document:
    moments = (item["published_at"], result["marked_at"], result["corrected_at"])
    return {
        "line_item_id": item["_id"],
        **{name: item[name] for name in ("class_id", "subject", "title", "kind")},
        **{name: result[name] for name in ("status", "score", "out_of", "text_score")},
        "new_at": max(moment for moment in moments if moment).isoformat(),
    }
