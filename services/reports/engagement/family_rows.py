"""Families by name, for those who may see them: what was counted of each, who is not reached and why, and what to try next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit, clock
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.scope import Scope
from services.reports.engagement import (
    counting,
    families,
    months,
    next_steps,
    own_children,
    reaching,
    statistics,
    steps,
    unreached,
)
from services.reports.engagement.families import Family
from services.reports.engagement.measures import MEANS, SUMS
from services.reports.engagement.next_steps import NOT_AGAIN, Situation
from services.reports.engagement.sources import OF_REACH

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
    """Families that are not reached now, each with why, and what to try next. Raises NotFound."""
    by = own_children.seen(store, caller, branch_id, query["class_id"])
    scope, today, month = caller.branch(branch_id), clock.today(), months.current()
    pupils = families.of_branch(store, scope)
    told = counting.latest_told(store, scope, month)
    wanted: dict[str, tuple[Family, list[str]]] = {}
    for family in pupils.families:
        if not by.children(_as_row(family, pupils)):
            continue
        why = counting.why(family, told, today)
        if why and (query["reason"] is None or query["reason"] in why):
            wanted[family.id] = (family, why)
    found = store.people.page(scope, {"person_id": {"$in": sorted(wanted)}}, sort="person_id", page=query["page"])
    shown = [wanted[row["person_id"]] for row in found.items]
    rows = own_children.narrowed(store, scope, [_as_row(family, pupils) for family, _ in shown], by)
    audit.note(store, caller, branch_id, {child["student_id"] for row in rows for child in row["children"]})
    people, (asked, met) = _people(store, scope, rows), _asked_and_met(store, scope, month)
    tried = steps.tried(store, scope, today - NOT_AGAIN, [id for family, _ in shown for id in family.student_ids])
    items = []
    for row, (family, why) in zip(rows, shown, strict=True):
        known = tuple(told[id] for id in row["guardian_ids"] if id in family.receiving and id in told)
        everybody = {*family.guardian_ids, *family.student_ids}
        now = Situation(known, len(row["guardian_ids"]), missed=bool(everybody & asked) and not everybody & met)
        before = {each for id in family.student_ids for each in tried.get(id, ())}
        next_ones = next_steps.suggested(why, now, before, today)
        items.append(
            {
                **_who(row, people),
                "reasons": unreached.shown(why),
                "contacts": [each._asdict() for each in known],
                "next": next_steps.shown(next_ones),
                "tried": [each._asdict() for each in sorted(before, key=lambda each: each.on, reverse=True)],
            }
        )
    return Paged(items, found.next)


def _asked_and_met(store: Store, scope: Scope, month: str) -> tuple[set[str], set[str]]:
    """Who was asked to meetings in three months, and who came to any."""
    rows = store.participation.find(scope, {"month": {"$gte": months.shifted(month, -2), "$lte": month}})
    kinds = ("invited", "booked", "missed")
    asked = {row["person_id"] for row in rows if any(row["counts"].get(kind) for kind in kinds)}
    return asked, {row["person_id"] for row in rows if row["counts"].get("met")}


def _as_row(family: Family, pupils: families.Pupils) -> Document:
    children = [{"student_id": id, "class_ids": sorted(pupils.classes.get(id, ()))} for id in family.student_ids]
    return {"family_id": family.id, "guardian_ids": list(family.guardian_ids), "children": children}


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
