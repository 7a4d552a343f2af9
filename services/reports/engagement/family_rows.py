"""Families by name, for those who may see them: what was counted of each, who is not reached and why, and what to try next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.scope import Scope
from services.reports.engagement import (
    months,
    next_steps,
    own_children,
    reaching,
    statistics,
    steps,
    unreached,
)
from services.reports.engagement.measures import MEANS, SUMS
from services.reports.engagement.next_steps import NOT_AGAIN, Situation
from services.reports.engagement.sources import OF_REACH
from services.reports.engagement.unreached import Told

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Query = Mapping[str, Any]


def page(store: Store, caller: Caller, branch_id: str, query: Query) -> Paged:
    """The families of a branch or class in a month, as they were counted. Raises NotFound."""
    month, by = query["month"] or months.current(), own_children.seen(store, caller, branch_id, query["class_id"])
    scope = caller.branch(branch_id)
    found = store.family_months.page(scope, {"month": month, **by.where()}, sort="family_id", page=query["page"])
    rows = own_children.narrowed(store, scope, found.items, by)
    audit.note(store, caller, branch_id, {child["student_id"] for row in rows for child in row["children"]})
    people = _people(store, scope, rows)
    return Paged([{**_who(row, people), **_counted(row)} for row in rows], found.next)


def one(store: Store, caller: Caller, branch_id: str, family_id: str, query: Query) -> Document:
    """A family, month by month, by the id of any of its children. Raises NotFound."""
    scope, family = reaching.family(store, caller, branch_id, family_id)
    by = own_children.seen(store, caller, branch_id, None)
    where = {"student_ids": {"$in": list(family.student_ids)}, "month": {"$in": months.asked(query)}, **by.where()}
    rows = own_children.narrowed(store, scope, store.family_months.find(scope, where, sort="month"), by)
    classes = store.enrollments.find(scope, {"person_id": {"$in": list(family.student_ids)}, "role": "student", "active": True})
    children = [
        {"student_id": id, "class_ids": sorted(row["class_id"] for row in classes if row["person_id"] == id)}
        for id in family.student_ids
    ]
    now = {"family_id": family.id, "guardian_ids": list(family.guardian_ids), "children": children}
    (now,) = own_children.narrowed(store, scope, [now], by)
    return {**_who(now, _people(store, scope, [now])), "months": [{"month": row["month"], **_counted(row)} for row in rows]}


def not_reached(store: Store, caller: Caller, branch_id: str, query: Query) -> Paged:
    """Families that are not reached, as they were counted last (at least each night), each with why, and what to try next.
    Raises NotFound."""
    by = own_children.seen(store, caller, branch_id, query["class_id"])
    scope, today, month = caller.branch(branch_id), clock.today(), months.current()
    latest = store.branch_months.first(scope, {"month": {"$lte": month}}, sort="-month")
    if latest is None:
        return Paged([])
    why = {"$ne": []} if query["reason"] is None else query["reason"]
    where = {"month": latest["month"], "unreached": why, **by.where()}
    found = store.family_months.page(scope, where, sort="family_id", page=query["page"])
    rows = own_children.narrowed(store, scope, found.items, by)
    audit.note(store, caller, branch_id, {child["student_id"] for row in rows for child in row["children"]})
    people, told = _people(store, scope, rows), _told(store, scope, rows, month)
    everybody = [{*row["guardian_ids"], *row["student_ids"]} for row in found.items]
    asked, met = _asked_and_met(store, scope, month, set().union(*everybody))
    tried = steps.tried(store, scope, today - NOT_AGAIN, [id for row in found.items for id in row["student_ids"]])
    items = []
    for row, whole in zip(rows, everybody, strict=True):
        known = tuple(told[id] for id in row["guardian_ids"] if id in told)
        now = Situation(known, len(row["guardian_ids"]), missed=bool(whole & asked) and not whole & met)
        before = {each for id in row["student_ids"] for each in tried.get(id, ())}
        items.append(
            {
                **_who(row, people),
                "reasons": unreached.shown(row["unreached"]),
                "contacts": [each._asdict() for each in known],
                "next": next_steps.shown(next_steps.suggested(row["unreached"], now, before, today)),
                "tried": [each._asdict() for each in sorted(before, key=lambda each: each.on, reverse=True)],
            }
        )
    return Paged(items, found.next)


def _told(store: Store, scope: Scope, rows: Iterable[Document], month: str) -> dict[str, Told]:
    """What is known from three months of those guardians who may receive reports."""
    shown = {child["student_id"] for row in rows for child in row["children"]}
    may = {"student_id": {"$in": sorted(shown)}, "active": True, "may_receive_reports": True}
    receiving = sorted({row["guardian_id"] for row in store.relations.find(scope, may)})
    lately = {"$gte": months.shifted(month, -2), "$lte": month}
    found = store.reach.find(scope, {"guardian_id": {"$in": receiving}, "month": lately}, sort="month")
    return {row["guardian_id"]: Told.of(row, month) for row in found}


def _asked_and_met(store: Store, scope: Scope, month: str, among: Iterable[str]) -> tuple[set[str], set[str]]:
    """Which of these were asked to meetings in three months, and who came to any."""
    lately = {"$gte": months.shifted(month, -2), "$lte": month}
    rows = store.participation.find(scope, {"person_id": {"$in": sorted(among)}, "month": lately})
    kinds = ("invited", "booked", "missed")
    asked = {row["person_id"] for row in rows if any(row["counts"].get(kind) for kind in kinds)}
    return asked, {row["person_id"] for row in rows if row["counts"].get("met")}


def _people(store: Store, scope: Scope, rows: Iterable[Document]) -> dict[str, Document]:
    ids = {id for row in rows for id in (*row["guardian_ids"], *(child["student_id"] for child in row["children"]))}
    return store.people_by_id(scope, ids)


def _who(row: Document, people: Mapping[str, Document]) -> Document:
    def named(id: str) -> Document:
        person = people.get(id)
        name = f"{person['given_name']} {person['family_name']}".strip() if person else None
        return {"person_id": id, "name": name, "name_ur": person["name_ur"] if person else None}

    children = [{**named(child["student_id"]), "class_ids": child["class_ids"]} for child in row["children"]]
    return {
        "family_id": row["family_id"],
        "children": children,
        "guardians": [named(id) for id in row["guardian_ids"]],
    }


def _counted(row: Document) -> Document:
    """A family's numbers are its own: nothing is left out of them, and there are no intervals of one."""
    return {
        "counts": {name: row[name] for name in dict.fromkeys((*SUMS, *OF_REACH))},
        "reasons": unreached.shown(row["unreached"]),
        "learning": [_learning(child) for child in row["children"]],
    }


def _learning(child: Document) -> Document:
    def percent(number: int | None) -> str | None:
        return None if number is None else statistics.percent(number, statistics.WHOLE)

    counts = {name: child[name] for name in ("days", "there", "homework_set", "homework_known", "homework_done", "signed")}
    shares = {mean.key: percent(mean.of(child)) for mean in MEANS}
    return {"student_id": child["student_id"], **counts, **{f"{key}_percent": value for key, value in shares.items()}}
