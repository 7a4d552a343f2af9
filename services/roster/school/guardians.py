"""Who is whose guardian, and what each may do: receive reports, book, collect."""

from schoolbus.caller import Caller
from schoolbus.ids import natural_id
from schoolbus.logs import log
from schoolbus.problems import NotFound
from schoolbus.scope import Scope
from schoolbus.store import Document
from services.roster.editing import PEOPLE, RELATIONS, Edit, editing
from services.roster.fields import refuse
from services.roster.kinds import RIGHTS, SOURCE
from services.roster.moving import leaving
from services.roster.problems import at_version
from services.roster.school import members, schemas
from services.roster.school.branches import open_branch
from services.roster.school.people import as_member
from services.roster.store import Store


def add(store: Store, caller: Caller, branch_id: str, student_id: str, wanted: Document) -> Document:
    """Somebody of the branch, or somebody new, becomes a student's guardian. Who is one already stays as they are."""
    with editing(store, caller, branch_id) as edit:
        scope = open_branch(store, caller, branch_id)
        student = edit.one(PEOPLE, scope, student_id)
        branches = [id for id, roles in student["roles"].items() if "student" in roles]
        if branch_id not in branches:
            raise NotFound("Student")
        guardian = _guardian(edit, caller, scope, wanted)
        if guardian["_id"] == student_id:
            raise refuse(person_id="Nobody is their own guardian.")
        edit.hold(PEOPLE, [student_id, guardian["_id"]])
        found = edit.find(RELATIONS, scope, {"student_id": student_id, "guardian_id": guardian["_id"]})
        guardian = leaving.as_guardian(edit, guardian, branches)
        relation = found[0] if found else related(edit, student_id, guardian["_id"], branches, wanted)
        log().info("guardian_added", branch=branch_id, relation=relation["_id"], by=caller.person_id)
        return _shown(relation, guardian, branch_id)


def change(store: Store, caller: Caller, branch_id: str, relation_id: str, wanted: Document) -> Document:
    """What a guardian may do: an import leaves it as it is."""
    with editing(store, caller, branch_id) as edit:
        scope, relation = _seen(edit, caller, branch_id, relation_id, wanted["version"])
        changed = edit.change(RELATIONS, relation, {name: wanted[name] for name in RIGHTS if name in wanted})
        log().info("relation_changed", branch=branch_id, relation=relation_id, by=caller.person_id)
        return _shown(changed, edit.first(PEOPLE, scope, relation["guardian_id"]), branch_id)


def end(store: Store, caller: Caller, branch_id: str, relation_id: str, version: int | None) -> Document:
    """In all branches of the child. A guardian of nobody here is none here any more."""
    with editing(store, caller, branch_id) as edit:
        scope = open_branch(store, caller, branch_id)
        gone = edit.first(RELATIONS, scope, relation_id)
        if gone is None or gone["active"]:
            scope, relation = _seen(edit, caller, branch_id, relation_id, version)
            gone = edit.end(RELATIONS, relation)
            for each in relation["branch_id"]:
                leaving.loosen(edit, each, [relation["guardian_id"]])
            log().info("relation_ended", branch=branch_id, relation=relation_id, by=caller.person_id)
        return _shown(gone, edit.first(PEOPLE, scope, gone["guardian_id"]), branch_id)


def _guardian(edit: Edit, caller: Caller, scope: Scope, wanted: Document) -> Document:
    if wanted["person_id"]:
        return edit.one(PEOPLE, scope, wanted["person_id"])
    guardian = members.new(edit, caller, scope, wanted["guardian"], ["guardian"])
    if not guardian["active"]:
        raise NotFound("Person")
    return guardian


def related(edit: Edit, student_id: str, guardian_id: str, branches: list[str], wanted: Document) -> Document:
    """One id for each pair: it never moves."""
    id = natural_id(SOURCE, "relation", f"{student_id}\x1f{guardian_id}")
    rights = {name: wanted[name] for name in RIGHTS}
    ended = edit.first(RELATIONS, Scope(None), id)
    if ended is not None:
        again = {"taken_back": False} if ended.get("taken_back") else {}
        return edit.change(RELATIONS, ended, {"active": True, "branch_id": branches, **rights, **again})
    return edit.add(RELATIONS, id, branches, {"student_id": student_id, "guardian_id": guardian_id, **rights})


def _seen(edit: Edit, caller: Caller, branch_id: str, relation_id: str, version: int | None) -> tuple[Scope, Document]:
    scope = open_branch(edit.store, caller, branch_id)
    relation = edit.one(RELATIONS, scope, relation_id)
    at_version(relation, version, schemas.RelationRecord().dump(relation))
    return scope, relation


def _shown(relation: Document, guardian: Document | None, branch_id: str) -> Document:
    return {**relation, "guardian": guardian and as_member(guardian, branch_id)}
