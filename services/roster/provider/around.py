"""What a page of records refers to, looked up once for the whole page."""

from collections import defaultdict
from typing import Any

from services.roster.provider.reach import Reach
from services.roster.provider.resources import Resource
from services.roster.provider.shapes import Around, is_gone
from services.roster.store import Store

Records = list[dict[str, Any]]


def of(store: Store, reach: Reach, resource: Resource, records: Records, address: str) -> Around:
    match resource.many:
        case "users":
            sources = {record["source"] for record in records if record.get("operator")}
            return Around(
                address,
                reach,
                agents=_agents(store, reach, records),
                chains=_chains(store, reach, sources),
                closed=_closed(store, reach),
            )
        case "orgs":
            return Around(
                address,
                reach,
                children=_below(store, reach, records, "branches", "units"),
                parents=_parents(store, reach, records),
            )
        case "academicSessions":
            return Around(address, reach, children=_below(store, reach, records, "terms"))
        case "classes":
            return Around(address, reach, closed=_closed(store, reach))
        case "enrollments":
            return Around(address, reach, missing=_missing(store, reach, records), closed=_closed(store, reach))
    return Around(address, reach)


def _agents(store: Store, reach: Reach, people: Records) -> dict[str, list[str]]:
    """A child's guardians and a guardian's children; one is the other's agent."""
    ids = [person["_id"] for person in people]
    where = {"$or": [{"student_id": {"$in": ids}}, {"guardian_id": {"$in": ids}}], "active": True, "doubled": {"$ne": True}}
    agents = defaultdict(list)
    for relation in store.relations.find(reach, where):
        agents[relation["student_id"]].append(relation["guardian_id"])
        agents[relation["guardian_id"]].append(relation["student_id"])
    return agents


def _missing(store: Store, reach: Reach, enrollments: Records) -> frozenset[str]:
    """Users and classes that are gone, or that the reader does not see: of who left a branch by hand the enrollments stay."""
    rows = [row for row in enrollments if not is_gone(row)]
    missing: set[str] = set()
    for kept, name in ((store.people, "person_id"), (store.classes, "class_id")):
        ids = {row[name] for row in rows}
        found = kept.collection.find(reach.filter({"_id": {"$in": list(ids)}, "active": True}), {"_id": True})
        missing |= ids - {record["_id"] for record in found}
    return frozenset(missing)


def _closed(store: Store, reach: Reach) -> frozenset[str]:
    """Branches that are no more: what is still kept there leads nowhere."""
    return frozenset(found["_id"] for found in store.branches.collection.find(reach.filter({"active": False}), {"_id": True}))


def _below(store: Store, reach: Reach, records: Records, *kept: str) -> dict[str, list[str]]:
    where = {"parent_id": {"$in": [record["_id"] for record in records]}, "active": True}
    below = defaultdict(list)
    for name in kept:
        for found in getattr(store, name).find(reach.with_shared(), where):
            below[found["parent_id"]].append(found["_id"])
    return below


def _parents(store: Store, reach: Reach, records: Records) -> frozenset[str]:
    """Those of the organisations above that the reader sees: a school may lie below another that is not theirs."""
    where = {"_id": {"$in": [record["parent_id"] for record in records if record.get("parent_id")]}}
    return frozenset(found["_id"] for kept in (store.branches, store.units) for found in kept.find(reach.with_shared(), where))


def _chains(store: Store, reach: Reach, sources: set[str]) -> dict[str, str]:
    """The topmost organisation of each source: there its operators work."""
    if not sources:
        return {}
    where: dict[str, Any] = {"source": {"$in": sorted(sources)}, "parent_id": None, "branch_id": [], "active": True}
    return {unit["source"]: unit["_id"] for unit in reversed(store.units.find(reach.with_shared(), where))}
