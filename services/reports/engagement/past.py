"""Whose a month was that is over.

While it goes on its families are those of the roster. Once it is over they are those that were counted last, with the guardians
and classes that they had: who came or left since, and a promotion, change nothing of it. What is heard of them later (a
receipt, an acknowledgement, a mark that was corrected) is counted again. A month that was never counted while it went on is
counted once, with what is known of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.privacy import LAST
from schoolbus.scope import Scope
from services.reports.engagement import families, months
from services.reports.engagement.families import Family, Pupils

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def is_closed(store: Store, scope: Scope, month: str) -> bool:
    """It is over and was counted."""
    counted = {"month": month, "families": {"$gt": 0}}
    return months.is_over(month) and store.branch_months.first(scope, counted) is not None


def rows(store: Store, scope: Scope, month: str) -> dict[str, Document]:
    """Of a month that is closed, what was counted of each family, by its id."""
    return {row["family_id"]: row for row in store.family_months.find(scope, {"month": month}, sort="family_id")}


def pupils_of(store: Store, scope: Scope, before: Mapping[str, Document]) -> Pupils:
    """As they were when these rows were made. A guardian whose record was merged since has the id of the one that counts."""
    guardians = sorted({id for row in before.values() for id in row["guardian_ids"]})
    merged = store.people.find(scope, {"person_id": {"$in": guardians}, "counts_as": {"$gt": ""}})
    counts_as = {row["person_id"]: row["counts_as"] for row in merged}
    found: list[Family] = []
    classes: dict[str, list[str]] = {}
    for row in before.values():
        those, receiving = ({counts_as.get(id, id) for id in row[name]} for name in ("guardian_ids", "receiving"))
        found.append(Family(tuple(row["student_ids"]), tuple(sorted(those)), frozenset(receiving)))
        classes |= {child["student_id"]: child["class_ids"] for child in row["children"]}
    return Pupils(tuple(found), classes)


def of_erased(store: Store, scope: Scope, before: Mapping[str, Document]) -> set[str]:
    """Ids of families with a guardian who was erased: how they were told, and whom they met, can't be counted again."""
    ids = sorted({id for row in before.values() for id in row["guardian_ids"]})
    known = {row["person_id"] for row in store.people.find(scope, {"person_id": {"$in": ids}, "version": {"$ne": LAST}})}
    return {id for id, row in before.items() if not known.issuperset(row["guardian_ids"])}


def in_month(store: Store, scope: Scope, month: str) -> Pupils:
    """Of a month that was never counted: children with an enrollment on any of its days, and their classes then; and who is
    here without ever having been enrolled. Who belongs to whom is known of today; of a child who has left, of the last day."""
    first, last = months.first_day(month).isoformat(), months.last_day(month).isoformat()
    enrolled = store.enrollments.find(scope, {"role": "student"})
    held = [row for row in enrolled if _held(row, first, last)]
    ids = {row["person_id"] for row in held}
    never = {"roles": "student", "active": True, "person_id": {"$nin": sorted({row["person_id"] for row in enrolled})}}
    people = store.people.find(scope, {"$or": [never, {"person_id": {"$in": sorted(ids)}, "version": {"$ne": LAST}}]})
    left = sorted(row["person_id"] for row in people if not row["active"] or "student" not in row["roles"])
    related = {"$or": [{"active": True}, {"student_id": {"$in": left}, "version": {"$ne": LAST}}]}
    return families.pupils(store, scope, [row["person_id"] for row in people], held, related)


def _held(enrollment: Mapping[str, Any], first: str, last: str) -> bool:
    """On any of these days. Of one that is over without a date nobody knows when it was."""
    begins, ends = enrollment.get("begins_on"), enrollment.get("ends_on")
    return (not begins or begins <= last) and bool(ends > first if ends else enrollment["active"])
