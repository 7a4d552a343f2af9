"""Which children a reader sees is noted in the audit trail: page by page, in each of the branches where they learn.

Of a child that is out of reach the refused look is noted where the child is.
"""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.scope import WHOLE_CHAIN
from services.roster.provider.reach import EVERYTHING, Reach
from services.roster.provider.resources import Resource
from services.roster.store import Store

Records = list[dict[str, Any]]
Places = Iterable[tuple[str, str]]  # a branch, and a student there


def page(store: Store, caller: Caller, reach: Reach, resource: Resource, records: Records) -> None:
    """The records are about to be shown."""
    match resource.many:
        case "users":
            _note(store, caller, reach, _places(records))
        case "enrollments":
            students = (row for row in records if row["role"] == "student")
            _note(store, caller, reach, ((row["branch_id"], row["person_id"]) for row in students))
        case "demographics":
            named(store, caller, reach, [record["_id"] for record in records])


def named(store: Store, caller: Caller, reach: Reach, person_ids: list[str]) -> None:
    """Something of these people is about to be shown: those who are students count."""
    _note(store, caller, reach, _places(_people(store, person_ids)))


def refused(store: Store, caller: Caller, person_id: str) -> None:
    _note(store, caller, EVERYTHING, _places(_people(store, [person_id])), refused=True)


def _people(store: Store, ids: list[str]) -> Records:
    wanted = WHOLE_CHAIN.filter({"_id": {"$in": ids}})
    return list(store.people.collection.find(wanted, {"roles": True}))


def _places(people: Records) -> Places:
    return (
        (branch_id, person["_id"]) for person in people for branch_id, roles in person["roles"].items() if "student" in roles
    )


def _note(store: Store, caller: Caller, reach: Reach, places: Places, *, refused: bool = False) -> None:
    students: dict[str, set[str]] = defaultdict(set)
    for branch_id, student_id in places:
        if reach.sees(branch_id):
            students[branch_id].add(student_id)
    for branch_id, theirs in students.items():
        audit.note(store, caller, branch_id, theirs, refused=refused)
