"""Whose families a branch asks for home notes: each guardian who may receive reports once, however many children, records and
branches they have. Who has children in several branches is asked by the first of them, about all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.counted import merged_here
from schoolbus.scope import WHOLE_CHAIN, Scope

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_RECEIVING = {"active": True, "may_receive_reports": True}
_ATTENDING = {"roles": "student", "active": True}


@dataclass
class Family:
    """A guardian: the ids of their records, their children anywhere, and the branches where these are."""

    ids: set[str]
    children: set[str] = field(default_factory=set)
    branches: set[str] = field(default_factory=set)


Families = dict[str, Family]  # by the id that counts


def of_branch(store: Store, scope: Scope) -> Families:
    """Those whom this branch is to ask."""
    found = _here(store, scope)
    _elsewhere(store, scope, found)
    return {id: family for id, family in found.items() if min(family.branches) == scope.branch_id}


def wishes(store: Store, families: Families) -> dict[str, int]:
    """What each has wished last, in whichever branch and under whichever id."""
    counting = {id: guardian_id for guardian_id, family in families.items() for id in family.ids}
    rows = store.home_note_wishes.find(WHOLE_CHAIN, {"guardian_id": {"$in": sorted(counting)}}, sort="set_at")
    return {counting[row["guardian_id"]]: row["prompt_every"] for row in rows}


def written(store: Store, scope: Scope, families: Families, since: datetime) -> dict[str, datetime]:
    """When somebody wrote last about each child, since then."""
    here = _last(store, scope.filter({"written_at": {"$gt": since}}))
    far = [family for family in families.values() if len(family.branches) > 1]
    if far:
        branches = sorted({id for family in far for id in family.branches})
        children = sorted({id for family in far for id in family.children})
        where = {"branch_id": {"$in": branches}, "student_id": {"$in": children}, "written_at": {"$gt": since}}
        for student_id, at in _last(store, WHOLE_CHAIN.filter(where)).items():
            here[student_id] = max(at, here.get(student_id, at))
    return here


def _here(store: Store, scope: Scope) -> Families:
    merged = merged_here(store, scope)
    attending = store.people.collection.find(scope.filter(_ATTENDING), {"person_id": True})
    here = {row["person_id"] for row in attending}
    found: Families = {}
    for row in store.relations.collection.find(scope.filter(_RECEIVING), {"guardian_id": True, "student_id": True}):
        if row["student_id"] in here:
            id = str(row["guardian_id"])
            family = found.setdefault(merged.get(id, id), Family({merged.get(id, id)}, branches={scope.branch_id or ""}))
            family.ids.add(id)
            family.children.add(row["student_id"])
    return found


def _elsewhere(store: Store, scope: Scope, found: Families) -> None:
    """Puts in what other branches know of them; few have a record in one."""
    counting: dict[str, str] = {}
    places: dict[str, set[str]] = defaultdict(set)
    for by in ("person_id", "counts_as"):
        where = WHOLE_CHAIN.filter({by: {"$in": sorted(found)}, "branch_id": {"$ne": scope.branch_id}})
        for row in store.people.collection.find(where, {"branch_id": True, "person_id": True, by: True}):
            counting[row["person_id"]] = row[by]
            found[row[by]].ids.add(row["person_id"])
            places[row["branch_id"]].add(row["person_id"])
    subscribing = {"branch_id": {"$in": sorted(places)}, "active": True, "services": store.service}
    rows = list(_relations(store, places, [row["branch_id"] for row in store.branches.find(WHOLE_CHAIN, subscribing)]))
    children = sorted({f"{row['branch_id']}:{row['student_id']}" for row in rows})
    attending = {row["_id"] for row in store.people.find(WHOLE_CHAIN, {"_id": {"$in": children}, **_ATTENDING})}
    for row in rows:
        if f"{row['branch_id']}:{row['student_id']}" in attending:
            family = found[counting[row["guardian_id"]]]
            family.children.add(row["student_id"])
            family.branches.add(row["branch_id"])


def _relations(store: Store, places: dict[str, set[str]], branch_ids: list[str]) -> list[Document]:
    if not branch_ids:
        return []
    ids = sorted({id for branch_id in branch_ids for id in places[branch_id]})
    where = {"branch_id": {"$in": branch_ids}, "guardian_id": {"$in": ids}, **_RECEIVING}
    return store.relations.find(WHOLE_CHAIN, where)


def _last(store: Store, where: Document) -> dict[str, datetime]:
    group = {"_id": "$student_id", "last": {"$max": "$written_at"}}
    rows: Iterator[Document] = store.home_notes.collection.aggregate([{"$match": where}, {"$group": group}])
    return {row["_id"]: row["last"] for row in rows}
