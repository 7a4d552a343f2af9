"""A child's family: its guardians, and its brothers and sisters, in whatever branch they are."""

from typing import Any

from schoolbus import access, audit
from schoolbus.caller import Caller
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.kinds import RIGHTS
from services.roster.store import Store


def family(store: Store, caller: Caller, branch_id: str, student_id: str) -> dict[str, Any]:
    """Siblings are children with a guardian in common.

    Whoever may see the child sees its siblings of the same branch. Those in other branches are shown by name, branch and
    class to the office, the head and the operator: a teacher sees that there are some, and how many.
    """
    access.student(store, caller, branch_id, student_id)
    rows = store.relations.find(WHOLE_CHAIN, {"student_id": student_id, "active": True})
    rows = [row for row in rows if not row.get("doubled")]
    guardians = _people(store, [row["guardian_id"] for row in rows])
    siblings = _siblings(store, list(guardians), student_id)
    here = [sibling for sibling in siblings if sibling["branch_id"] == branch_id]
    elsewhere = [sibling for sibling in siblings if sibling["branch_id"] != branch_id]
    shown = here + (elsewhere if caller.reaches_all(branch_id) else [])
    if shown:
        audit.note(store, caller, branch_id, {sibling["_id"] for sibling in shown})
    return {
        "guardians": [
            {**guardians[row["guardian_id"]], **{name: row.get(name, True) for name in RIGHTS}}
            for row in sorted(rows, key=lambda row: row["_id"])
            if row["guardian_id"] in guardians
        ],
        "siblings": shown,
        "siblings_elsewhere": len(elsewhere),
    }


def _siblings(store: Store, guardian_ids: list[str], student_id: str) -> list[Document]:
    """Each once for each branch that they learn in, with their classes there."""
    rows = store.relations.find(WHOLE_CHAIN, {"guardian_id": {"$in": guardian_ids}, "active": True})
    children = _people(store, [row["student_id"] for row in rows if row["student_id"] != student_id])
    enrolled = store.enrollments.find(WHOLE_CHAIN, {"person_id": {"$in": list(children)}, "role": "student", "active": True})
    classes = {
        found["_id"]: found
        for found in store.classes.find(WHOLE_CHAIN, {"_id": {"$in": [row["class_id"] for row in enrolled]}, "active": True})
    }
    places = [
        {**child, "branch_id": branch_id}
        for child in children.values()
        for branch_id, roles in child["roles"].items()
        if "student" in roles
    ]
    names = {
        found["_id"]: found
        for found in store.branches.find(
            WHOLE_CHAIN, {"_id": {"$in": [place["branch_id"] for place in places]}, "active": True}
        )
    }
    return [
        {
            **place,
            "branch": names[place["branch_id"]],
            "classes": [
                classes[row["class_id"]]
                for row in enrolled
                if row["person_id"] == place["_id"] and classes.get(row["class_id"], {}).get("branch_id") == place["branch_id"]
            ],
        }
        for place in sorted(places, key=lambda place: (place["sort_name"], place["_id"], place["branch_id"]))
        if place["branch_id"] in names
    ]


def _people(store: Store, ids: list[str]) -> dict[str, Document]:
    return {person["_id"]: person for person in store.people.find(WHOLE_CHAIN, {"_id": {"$in": ids}, "active": True})}
