"""A branch, its classes and the chain, month by month. Months are not added up: the same families stand in each of them."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from eventlet import tpool

from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.scope import WHOLE_CHAIN, Scope
from services.reports.engagement import months, reaching, tables, words
from services.reports.engagement.measures import BESIDE

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
Query = Mapping[str, Any]
TALLY = dict.fromkeys(("branch_id", "month", "families", "students", "shares", "means", "sums", "counted_at"), True)


# A branch


def branch(store: Store, caller: Caller, branch_id: str, query: Query) -> Document:
    """Months without a count are left out: nothing of them is known."""
    scope = caller.branch(branch_id)
    return {"branch_id": branch_id, "months": [_month(row) for row in of_branch(store, scope, months.asked(query))]}


def of_branch(store: Store, scope: Scope, wanted: Sequence[str]) -> list[Document]:
    return store.branch_months.find(scope, {"month": {"$in": list(wanted)}}, sort="month")


def _month(row: Document) -> Document:
    return {"month": row["month"], "counted_at": row["counted_at"], **tables.shown(row, tables.alone(row), sums=True)}


def classes(store: Store, caller: Caller, branch_id: str, query: Query) -> Document:
    """All classes of a month beside the branch, by title."""
    month = query["month"] or months.current()
    scope = caller.branch(branch_id)
    return {"month": month, "items": of_classes(store, scope, month)}


def of_classes(store: Store, scope: Scope, month: str) -> list[Document]:
    return of_classes_by_month(store, scope, [month]).get(month, [])


def of_classes_by_month(store: Store, scope: Scope, wanted: Sequence[str]) -> dict[str, list[Document]]:
    rows = store.class_months.find(scope, {"month": {"$in": list(wanted)}}, sort="class_id")
    found = store.classes.find(scope, {"class_id": {"$in": sorted({row["class_id"] for row in rows})}})
    titles = {each["class_id"]: each["title"] for each in found}
    made: dict[str, list[Document]] = tpool.execute(_classes_shown, rows, titles)
    return made


def _classes_shown(rows: Iterable[Document], titles: Mapping[str, str]) -> dict[str, list[Document]]:
    """Work for a while, where classes and months are many: in a thread."""
    made: dict[str, list[Document]] = {}
    for month, those in _by_month(rows).items():
        shown = [
            {"class_id": row["class_id"], "title": titles.get(row["class_id"]), **tables.shown(row, hidden, sums=False)}
            for row, hidden in zip(those, tables.within(those), strict=True)
        ]
        made[month] = sorted(shown, key=lambda each: (each["title"] or "", each["class_id"]))
    return made


def _by_month(rows: Iterable[Document]) -> dict[str, list[Document]]:
    found: dict[str, list[Document]] = {}
    for row in rows:
        found.setdefault(row["month"], []).append(row)
    return found


def one_class(store: Store, caller: Caller, branch_id: str, class_id: str, query: Query) -> Document:
    """What all classes beside each other would show of it, to whoever looks: it is hidden here as it is there."""
    scope = reaching.one_class(store, caller, branch_id, class_id)
    rows = store.class_months.find(scope, {"month": {"$in": months.asked(query)}}, sort="class_id")
    return {"class_id": class_id, "months": tpool.execute(_one_shown, rows, class_id)}


def _one_shown(rows: Iterable[Document], class_id: str) -> list[Document]:
    return [
        {"month": month, **tables.shown(row, hidden, sums=False)}
        for month, those in sorted(_by_month(rows).items())
        for row, hidden in zip(those, tables.within(those), strict=True)
        if row["class_id"] == class_id
    ]


def beside(store: Store, caller: Caller, branch_id: str, query: Query) -> Document:
    month = query["month"] or months.current()
    row = store.branch_months.first(caller.branch(branch_id), {"month": month})
    shown = (
        {}
        if row is None
        else {kind: _two(row["beside"][kind], tables.beside_hidden(row["beside"][kind], row)) for kind in BESIDE}
    )
    return beside_shown(month, shown)


def beside_shown(month: str, groups: Mapping[str, Document]) -> Document:
    """Of each kind two groups of families, and what is known of their children. With what it can't show."""
    items = [
        {"kind": kind, "title": words.BESIDE_TITLES[kind].en, "title_ur": words.BESIDE_TITLES[kind].ur, **two}
        for kind, two in groups.items()
    ]
    return {"month": month, "items": items, "note": words.BESIDE.en, "note_ur": words.BESIDE.ur}


def _two(pair: Sequence[Mapping[str, Any]], hidden: Collection[str] = ()) -> Document:
    have, others = tables.beside_shown(pair, hidden)
    return {"have": have, "others": others}


# The chain


def chain(store: Store, caller: Caller, query: Query) -> Document:
    """All branches as one, each month; without any that is known to a branch alone."""
    return {"months": [of_chain(store, month)[0] for month in months.asked(query)]}


def of_chain(store: Store, month: str) -> tuple[Document, list[Document]]:
    """The month as it is shown, and the branches' own numbers. Adding thousands of them up is work for a while: in a thread."""
    rows = tallies(store, month)
    made, left = tpool.execute(tables.total, rows)
    shown = tables.shown(made, tables.alone(made), sums=True)
    for each in (*shown["measures"], *shown["means"]):
        each["left_out"] = left[each["measure"]]
    return {"month": month, "branches": len(rows), "left_out": left[tables.FAMILIES], **shown}, rows


def tallies(store: Store, month: str) -> list[Document]:
    return list(store.branch_months.collection.find({"month": month}, TALLY).sort("branch_id", 1))


def branches(store: Store, caller: Caller, query: Query) -> Paged:
    """Each branch's numbers of a month."""
    month = query["month"] or months.current()
    found = store.branch_months.page(WHOLE_CHAIN, {"month": month}, sort="branch_id", page=query["page"])
    names = named(store, [row["branch_id"] for row in found.items])
    return Paged([{"branch_id": row["branch_id"], **names[row["branch_id"]], **_month(row)} for row in found.items], found.next)


def named(store: Store, branch_ids: Iterable[str]) -> dict[str, Document]:
    ids = list(branch_ids)
    found = store.branches.collection.find({"branch_id": {"$in": ids}}, {"branch_id": True, "name": True, "name_ur": True})
    known = {row["branch_id"]: {"name": row["name"], "name_ur": row["name_ur"]} for row in found}
    return {id: known.get(id, {"name": id, "name_ur": None}) for id in ids}


def beside_of_chain(store: Store, caller: Caller, query: Query) -> Document:
    """Of branches that show theirs: none of these groups is small, and nor is what is left of the branch."""
    month = query["month"] or months.current()
    rows = list(store.branch_months.collection.find({"month": month}, {"beside": True, "means": True}))
    made = tpool.execute(tables.beside_total_of, rows)
    return beside_shown(month, {kind: _two(made[kind]) for kind in BESIDE})
