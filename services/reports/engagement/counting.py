"""The worker's part: a branch's month, counted anew as a whole, never added up.

Nobody waits for it and nothing is lost by it: who is killed leaves a lease that ends, and another counts the same again. What
is kept has the count of changes it was made from as its version, and the highest stays, whoever writes last. Of each family
one document a month: 3.2 million a year at full size.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.logs import log
from schoolbus.privacy import LAST
from schoolbus.scope import Scope, branch
from services.reports.engagement import due, families, measures, months, past, sources, steps, unreached
from services.reports.engagement.families import Family, Pupils
from services.reports.engagement.sources import KINDS, OF_REACH, ZERO

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
CHUNK = 500
OF_OTHERS = (*OF_REACH, *KINDS, "unreached")  # of a family's row, what others have counted of its people


def count(store: Store, piece: Document) -> None:
    """A branch's month: families, then classes, then the branch; then, while it goes on, what is of an older version goes."""
    branch_id, month, version = piece["branch_id"], piece["month"], piece["changes"]
    scope = branch(branch_id)
    closed = past.is_closed(store, scope, month)
    rows = made(store, scope, month) if months.gone_at(month) > clock.now() else []
    if months.is_over(month) and not rows:  # gone, all of them erased, or none was here: what was counted stays
        return due.counted(store, piece)
    stamp = {"month": month, "version": version}
    of_family = {**stamp, "gone_at": months.gone_at(month)}
    named = [{**row, "family_month_id": f"{row['family_id']}:{month}", **of_family} for row in rows]
    _keep(store, scope, store.family_months, named)
    _keep(store, scope, store.class_months, [{**each, **stamp} for each in _classes(rows, month)])
    whole = {**measures.tally(rows), "beside": measures.beside(rows), **stamp, "counted_at": clock.now()}
    store.branch_months.project(branch_id, [whole])
    if not closed:
        _sweep(store, scope, month)
    _without_erased(store, scope, rows, month)
    steps.watch(store, scope)
    due.counted(store, piece)
    log().info("engagement_counted", branch=branch_id, month=month, families=len(rows))


def made(store: Store, scope: Scope, month: str) -> list[Document]:
    """A row of each family of the branch: of the roster, or, once the month is over, of those that it had."""
    before: dict[str, Document] = {}
    if not months.is_over(month):
        pupils = families.of_branch(store, scope)
    elif past.is_closed(store, scope, month):
        before = past.rows(store, scope, month)
        pupils = past.pupils_of(store, scope, before)
    else:
        pupils = past.in_month(store, scope, month)
    on = min(clock.today(), months.last_day(month))
    of_students = [source(store, scope, month, pupils) for source in sources.OF_STUDENTS]
    reach, part = sources.reach(store, scope, month), sources.participation(store, scope, month)
    told = latest_told(store, scope, month)
    kept = past.of_erased(store, scope, before)
    return [
        {**_row(pupils, family, of_students), **_taken(family, reach, part), "unreached": why(family, told, on)}
        | ({name: before[family.id][name] for name in OF_OTHERS} if family.id in kept else {})
        for family in pupils.families
    ]


def latest_told(store: Store, scope: Scope, month: str) -> dict[str, unreached.Told]:
    """What is known of each guardian from the last three months: who is told nothing for longer is not known."""
    rows = store.reach.find(scope, {"month": {"$gte": months.shifted(month, -2), "$lte": month}}, sort="month")
    return {row["guardian_id"]: unreached.Told.of(row, month) for row in rows}


def why(family: Family, told: Mapping[str, unreached.Told], on: date) -> list[str]:
    known = [told[id] for id in sorted(family.receiving) if id in told]
    return unreached.reasons(known, len(known) == len(family.receiving), on)


def _row(pupils: Pupils, family: Family, of_students: Iterable[sources.Counts]) -> Document:
    children = []
    for student_id in family.student_ids:
        child: Document = {"student_id": student_id, "class_ids": sorted(pupils.classes.get(student_id, ())), **ZERO}
        for counted in of_students:
            child |= counted.get(student_id, {})
        children.append(child)
    return {
        "family_id": family.id,
        "student_ids": list(family.student_ids),
        "guardian_ids": list(family.guardian_ids),
        "receiving": sorted(family.receiving),
        **{name: sum(child[name] for child in children) for name in measures.OF_CHILDREN},
        "children": children,
    }


def _taken(family: Family, reach: sources.Counts, part: sources.Counts) -> dict[str, int]:
    """What others have counted, of a family. A meeting is counted of the guardian who came and of the child whom it was about,
    an invitation of the child alone: of each kind the side that has more of it holds."""

    def summed(counted: sources.Counts, ids: Iterable[str], name: str) -> int:
        return sum(counted[id][name] for id in ids if id in counted)

    told = {name: summed(reach, family.guardian_ids, name) for name in OF_REACH}
    sides = (family.guardian_ids, family.student_ids)
    return {**told, **{kind: max(summed(part, ids, kind) for ids in sides) for kind in KINDS}}


def _classes(rows: list[Document], month: str) -> list[Document]:
    of_class: dict[str, list[Document]] = {}
    for row in rows:
        for class_id in {id for child in row["children"] for id in child["class_ids"]}:
            of_class.setdefault(class_id, []).append(measures.in_class(row, class_id))
    return [
        {"class_month_id": f"{class_id}:{month}", "class_id": class_id, **measures.tally(found)}
        for class_id, found in sorted(of_class.items())
    ]


def _keep(store: Store, scope: Scope, documents: Any, rows: list[Document]) -> None:
    for start in range(0, len(rows), CHUNK):
        documents.project(scope.branch_id, rows[start : start + CHUNK])


def _sweep(store: Store, scope: Scope, month: str) -> None:
    """What is older than the branch's own, by whomever that was written: families and classes that are no more."""
    newest = store.branch_months.first(scope, {"month": month})
    if newest is not None:
        older = {"month": month, "version": {"$lt": newest["version"]}}
        store.family_months.remove_all(scope, older)
        store.class_months.remove_all(scope, older)


def _without_erased(store: Store, scope: Scope, rows: list[Document], month: str) -> None:
    """Who was erased while this was counted is in none of it: a child's row goes, a guardian's id."""
    ids = {id for row in rows for id in (*row["student_ids"], *row["guardian_ids"])}
    erased = store.people.find(scope, {"version": LAST})
    if gone := sorted({row["person_id"] for row in erased} & ids):
        store.family_months.remove_all(scope, {"month": month, "student_ids": {"$in": gone}})
        theirs = scope.filter({"month": month, "guardian_ids": {"$in": gone}})
        without = {key: {"$in": gone} for key in ("guardian_ids", "receiving")}
        store.family_months.collection.update_many(theirs, {"$pull": without})
