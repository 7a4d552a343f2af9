"""Who I am: my roles, the children I am guardian of, the classes I teach."""

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document, Documents
from services.roster.identity import standing
from services.roster.store import Store


def me(store: Store, caller: Caller) -> dict[str, Any]:
    """The caller's own, in whatever branches it is: as far as the way they signed in opens it."""
    person = store.people.one(WHOLE_CHAIN, caller.person_id)
    held = standing.standing_now(store, person, caller.how)
    roles = held.roles
    children = _children(store, person["_id"]) if any("guardian" in held for held in roles.values()) else []
    classes = [] if caller.by_code else _classes(store, [person["_id"]], "teacher")[person["_id"]]
    for child in children:
        audit.note(store, caller, child["branch_id"], [child["_id"]])
    branch_ids = {*roles, *(child["branch_id"] for child in children)}
    names = _by_id(store.branches, branch_ids)
    return {
        "person": person,
        "operator": held.operator,
        "branches": [{**names[id], "roles": sorted(held)} for id, held in roles.items()],
        "children": [{**child, "branch": names.get(child["branch_id"])} for child in children],
        "classes": [{**found, "branch": names.get(found["branch_id"])} for found in classes],
    }


def _children(store: Store, guardian_id: str) -> list[dict[str, Any]]:
    """Each child once for each branch it learns in, with its classes there: the homeroom first."""
    relations = store.relations.find(WHOLE_CHAIN, {"guardian_id": guardian_id, "active": True})
    people = _by_id(store.people, (relation["student_id"] for relation in relations))
    classes = _classes(store, list(people), "student")
    return [
        {**person, "branch_id": branch_id, "classes": [found for found in classes[id] if found["branch_id"] == branch_id]}
        for id, person in sorted(people.items(), key=lambda item: (item[1]["sort_name"], item[0]))
        for branch_id, roles in person["roles"].items()
        if "student" in roles
    ]


def _classes(store: Store, person_ids: list[str], role: str) -> dict[str, list[Document]]:
    """The classes of each person."""
    enrollments = store.enrollments.find(WHOLE_CHAIN, {"person_id": {"$in": person_ids}, "active": True})
    held = [row for row in enrollments if row["role"] == role]
    known = _by_id(store.classes, (row["class_id"] for row in held))
    classes: dict[str, list[Document]] = defaultdict(list)
    for row in held:
        if row["class_id"] in known:
            classes[row["person_id"]].append(known[row["class_id"]])
    for those in classes.values():
        those.sort(key=lambda found: (not found["homeroom"], found["title"]))
    return classes


def _by_id(documents: Documents, ids: Iterable[str]) -> dict[str, Document]:
    found = documents.find(WHOLE_CHAIN, {"_id": {"$in": list(set(ids))}, "active": True})
    return {document["_id"]: document for document in found}
