"""People leave a branch, with all that holds them there; guardians go when their last child there has gone."""

from collections.abc import Collection, Sequence

from schoolbus.scope import WHOLE_CHAIN, branch
from schoolbus.store import Document
from services.roster.editing import ENROLLMENTS, PEOPLE, RELATIONS, Edit
from services.roster.kinds import SOURCE, branches_of
from services.roster.moving import enrollments


def leave(edit: Edit, branch_id: str, person_ids: Collection[str], on: str) -> list[Document]:
    """Whoever they are; `on` is the first day that no longer counts. The people as they are then, in their order."""
    ids = list(person_ids)
    edit.hold(PEOPLE, ids)
    edit.load(PEOPLE, ids)
    end_enrollments(edit, branch_id, ids, on)
    either = [{"student_id": {"$in": ids}}, {"guardian_id": {"$in": ids}}]
    relations = edit.find(RELATIONS, branch(branch_id), {"$or": either})
    for relation in relations:
        edit.change(RELATIONS, relation, _without_branch(relation, branch_id))
    left = set(ids)
    loosen(edit, branch_id, {row["guardian_id"] for row in relations if row["student_id"] in left} - left)
    return [_drop_all(edit, branch_id, person) for id in ids if (person := edit.first(PEOPLE, WHOLE_CHAIN, id))]


def end_enrollments(edit: Edit, branch_id: str, person_ids: Collection[str], on: str) -> list[Document]:
    rows = edit.find(ENROLLMENTS, branch(branch_id), {"person_id": {"$in": list(person_ids)}})
    return [enrollments.end(edit, row, on) for row in rows]


def loosen(edit: Edit, branch_id: str, guardian_ids: Collection[str]) -> None:
    """Those who are guardians of nobody in a branch any more are none there. An imported one is as the import says."""
    ids, scope = list(guardian_ids), branch(branch_id)
    edit.hold(PEOPLE, ids)
    edit.load(PEOPLE, ids)
    still = {row["guardian_id"] for row in edit.find(RELATIONS, scope, {"guardian_id": {"$in": ids}})}
    for id in ids:
        guardian = edit.first(PEOPLE, scope, id)
        if guardian is not None and guardian["active"] and guardian["source"] == SOURCE and id not in still:
            _drop(edit, branch_id, guardian, ["guardian"])


def as_guardian(edit: Edit, guardian: Document, branches: Sequence[str]) -> Document:
    """The guardian, with that role in these branches. Raises Conflict when an import would take it away again."""
    roles = {id: list(held) for id, held in guardian["roles"].items()}
    for branch_id in branches:
        held = roles.setdefault(branch_id, [])
        if "guardian" not in held:
            held.append("guardian")
    return with_roles(edit, guardian, roles)


def with_roles(edit: Edit, person: Document, roles: dict[str, list[str]]) -> Document:
    granted = {id: those for id, those in person.get("granted_roles", {}).items() if id in roles}
    fields: Document = {"roles": roles, "branch_id": list(roles)}
    if granted != person.get("granted_roles", {}):
        fields["granted_roles"] = granted
    return edit.change(PEOPLE, person, fields)


def _drop_all(edit: Edit, branch_id: str, person: Document) -> Document:
    return _drop(edit, branch_id, person, person["roles"].get(branch_id, []))


def _drop(edit: Edit, branch_id: str, person: Document, dropped: Sequence[str]) -> Document:
    """Without a role left anywhere they are inactive, and all else stays as it was."""
    left = {id: list(held) for id, held in person["roles"].items()}
    left[branch_id] = [role for role in left.get(branch_id, []) if role not in dropped]
    if not left[branch_id]:
        del left[branch_id]
    return with_roles(edit, person, left) if left else edit.end(PEOPLE, person)


def _without_branch(relation: Document, branch_id: str) -> Document:
    left = [id for id in branches_of(relation) if id != branch_id]
    return {"branch_id": left} if left else {"active": False}
