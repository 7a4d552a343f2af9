"""Somebody leaves a branch, with all that holds them there; guardians go when their last child there has gone."""

from collections.abc import Sequence

from schoolbus.scope import branch
from schoolbus.store import Document
from services.roster.editing import ENROLLMENTS, PEOPLE, RELATIONS, Edit
from services.roster.kinds import SOURCE, branches_of
from services.roster.moving import enrollments


def leave(edit: Edit, branch_id: str, person: Document, on: str) -> Document:
    """Whoever it is; `on` is the first day that no longer counts. The person as they are then."""
    edit.hold(PEOPLE, [person["_id"]])
    end_enrollments(edit, branch_id, person["_id"], on)
    either = [{"student_id": person["_id"]}, {"guardian_id": person["_id"]}]
    for relation in edit.find(RELATIONS, branch(branch_id), {"$or": either}):
        edit.change(RELATIONS, relation, _without_branch(relation, branch_id))
        if relation["student_id"] == person["_id"]:
            loosen(edit, branch_id, relation["guardian_id"])
    return drop_roles(edit, branch_id, person, person["roles"].get(branch_id, []))


def end_enrollments(edit: Edit, branch_id: str, person_id: str, on: str) -> list[Document]:
    rows = edit.find(ENROLLMENTS, branch(branch_id), {"person_id": person_id})
    return [enrollments.end(edit, row, on) for row in rows]


def loosen(edit: Edit, branch_id: str, guardian_id: str) -> None:
    """Who is guardian of nobody in a branch any more is none there. An imported one is as the import says."""
    guardian = edit.first(PEOPLE, branch(branch_id), guardian_id)
    if guardian is None or guardian["source"] != SOURCE or not guardian["active"]:
        return
    edit.hold(PEOPLE, [guardian_id])
    if not edit.find(RELATIONS, branch(branch_id), {"guardian_id": guardian_id}):
        drop_roles(edit, branch_id, guardian, ["guardian"])


def as_guardian(edit: Edit, guardian: Document, branches: Sequence[str]) -> Document:
    """The guardian, with that role in these branches. Raises Conflict when an import would take it away again."""
    roles = {id: list(held) for id, held in guardian["roles"].items()}
    for branch_id in branches:
        held = roles.setdefault(branch_id, [])
        if "guardian" not in held:
            held.append("guardian")
    return with_roles(edit, guardian, roles)


def drop_roles(edit: Edit, branch_id: str, person: Document, dropped: Sequence[str]) -> Document:
    """Without a role left anywhere they are inactive, and all else stays as it was."""
    left = {id: list(held) for id, held in person["roles"].items()}
    left[branch_id] = [role for role in left.get(branch_id, []) if role not in dropped]
    if not left[branch_id]:
        del left[branch_id]
    return with_roles(edit, person, left) if left else edit.end(PEOPLE, person)


def with_roles(edit: Edit, person: Document, roles: dict[str, list[str]]) -> Document:
    granted = {id: those for id, those in person.get("granted_roles", {}).items() if id in roles}
    fields: Document = {"roles": roles, "branch_id": list(roles)}
    if granted != person.get("granted_roles", {}):
        fields["granted_roles"] = granted
    return edit.change(PEOPLE, person, fields)


def _without_branch(relation: Document, branch_id: str) -> Document:
    left = [id for id in branches_of(relation) if id != branch_id]
    return {"branch_id": left} if left else {"active": False}
