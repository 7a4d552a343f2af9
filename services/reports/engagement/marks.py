"""What children had reached at the end of a month: the percentage of the term, as the gradebook calculates it, from the results
that were scored until then."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from schoolbus.scope import Scope
from services.reports.engagement import months
from services.reports.engagement.families import Pupils
from services.reports.gradebook import reading, schemes, term_results
from services.reports.gradebook.collections import ACTIVE

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
AT_ONCE = 200  # children: a term may be 150 results of each, and 300,000 of a large branch


def of_month(store: Store, scope: Scope, month: str, pupils: Pupils) -> dict[str, int]:
    """Hundredths of a percent, by student, of the terms in which anything was scored in the month, from all their classes; of a
    child with results in two terms, that in which it was marked last."""
    newest: dict[str, tuple[Any, int]] = {}
    for term_key, scored in _terms(store, scope, month).items():
        class_ids = sorted({*pupils.class_ids, *scored})
        of_term = reading.book(store, scope, class_ids, term_key)
        held = schemes.of_classes(store, scope, class_ids, term_key)
        until = {"class_id": {"$in": class_ids}, "scored_on": {"$lte": months.last_day(month).isoformat()}}
        for student_id, found in _by_student(store, scope, term_key, pupils.students, until):
            reached = term_results.of_student(of_term, found, held)
            if reached.percent is None:
                continue
            marked_at = max(each["marked_at"] for each in found)
            if student_id not in newest or newest[student_id][0] < marked_at:
                newest[student_id] = (marked_at, int(reached.percent * 100))
    return {student_id: reached for student_id, (_, reached) in newest.items()}


def _by_student(
    store: Store, scope: Scope, term_key: str, students: list[str], where: Document
) -> Iterator[tuple[str, list[Document]]]:
    """Each child's results, never those of all at once."""
    for start in range(0, len(students), AT_ONCE):
        whose = {"student_id": {"$in": students[start : start + AT_ONCE]}, **where}
        by_student: dict[str, list[Document]] = defaultdict(list)
        for result in reading.results(store, scope, term_key, whose):
            by_student[result["student_id"]].append(result)
        yield from by_student.items()


def _terms(store: Store, scope: Scope, month: str) -> dict[str, list[str]]:
    """Classes by term. What was scored in a month was changed in it or later: there is an index of that."""
    since = {"changed_at": {"$gte": months.moments(month)["$gte"]}, "scored_on": months.days(month), **ACTIVE}
    key = {"term_key": "$term_key", "class_id": "$class_id"}
    found: dict[str, list[str]] = defaultdict(list)
    for row in store.results.collection.aggregate([{"$match": scope.filter(since)}, {"$group": {"_id": key}}]):
        found[row["_id"]["term_key"]].append(row["_id"]["class_id"])
    return {term_key: sorted(ids) for term_key, ids in sorted(found.items())}
