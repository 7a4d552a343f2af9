"""Classes and people of a branch, as its staff sees them."""

from typing import Any

from schoolbus import access, audit
from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from schoolbus.store import Document
from services.roster.contacts import repairing
from services.roster.kinds import branches_of, is_student, roles_in
from services.roster.school import branches
from services.roster.search import finding
from services.roster.store import Store


def classes(store: Store, caller: Caller, branch_id: str, page: Paging) -> Paged:
    return store.classes.page(caller.branch(branch_id), {"active": True}, sort="title", page=page)


def one_class(store: Store, caller: Caller, branch_id: str, class_id: str) -> Document:
    """A class with its teachers and students; a teacher sees those of their own classes."""
    scope, found = access.led_class(store, caller, branch_id, class_id)
    enrollments = store.enrollments.find(scope, {"class_id": class_id, "active": True})
    teachers = {row["person_id"] for row in enrollments if row["role"] == "teacher"}
    people = store.people.find(
        scope, {"_id": {"$in": [row["person_id"] for row in enrollments]}, "active": True}, sort="sort_name"
    )
    return {
        **found,
        "teachers": _those(people, teachers),
        "students": _those(people, {row["person_id"] for row in enrollments} - teachers),
    }


def page(store: Store, caller: Caller, branch_id: str, wanted: dict[str, Any]) -> Paged:
    """People of a branch by name, or by how well they fit the `name` asked for; `role` narrows it down."""
    branches.one(store, caller, branch_id)
    where: dict[str, Any] = {"active": True, "counts_as": None}
    if wanted["role"]:
        held = [{f"roles.{branch_id}": wanted["role"]}, {f"granted_roles.{branch_id}": wanted["role"]}]
        where["$and"] = [{"$or": held}]
    scope = caller.branch(branch_id)
    if wanted["name"]:
        found = finding.by_name(store, scope, wanted["name"], where, wanted["page"])
    else:
        found = store.people.page(scope, where, sort="sort_name", page=wanted["page"])
    shown = [as_member(person, branch_id) for person in found.items]
    if children := [person["_id"] for person in shown if "student" in person["roles"]]:
        audit.note(store, caller, branch_id, children)
    return Paged(shown, found.next)


def one(store: Store, caller: Caller, branch_id: str, person_id: str) -> dict[str, Any]:
    """Somebody of a branch with their guardians, or with the children whose guardian they are."""
    scope = caller.branch(branch_id)
    person = store.people.one(scope, person_id)
    either = {"$or": [{"student_id": person_id}, {"guardian_id": person_id}], "active": True}
    relations = store.relations.find(scope, either)
    if children := {row["student_id"] for row in relations} | ({person_id} if is_student(person) else set()):
        audit.note(store, caller, branch_id, children)
    ids = {row[name] for row in relations for name in ("student_id", "guardian_id")}
    people = {each["_id"]: as_member(each, branch_id) for each in store.people.find(scope, {"_id": {"$in": list(ids)}})}
    return {
        **as_member(person, branch_id),
        "contacts_to_repair": repairing.of(store, scope, person),
        "guardians": [
            {**row, "guardian": people.get(row["guardian_id"])} for row in relations if row["student_id"] == person_id
        ],
        "children": [{**row, "student": people.get(row["student_id"])} for row in relations if row["guardian_id"] == person_id],
    }


def as_member(person: Document, branch_id: str) -> Document:
    """As one of their branches sees them."""
    active = person["active"] and branch_id in branches_of(person)
    granted = person.get("granted_roles", {}).get(branch_id, [])
    return {**person, "roles": roles_in(person, branch_id), "granted_roles": granted, "active": active}


def _those(people: list[Document], ids: set[str]) -> list[Document]:
    return [person for person in people if person["_id"] in ids]
