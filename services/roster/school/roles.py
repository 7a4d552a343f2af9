"""Who gives which role to whom: those of the roster by hand, and those granted beside them."""

from schoolbus.caller import Caller
from schoolbus.problems import Conflict, NotAllowed, Sentence
from schoolbus.scope import Scope
from schoolbus.store import Document
from services.roster.editing import ENROLLMENTS, RELATIONS, Edit
from services.roster.kinds import Kind

_GIVES = {
    "office": frozenset(("student", "guardian", "teacher")),
    "head": frozenset(("student", "guardian", "teacher", "office", "pta_officer")),
    "operator": frozenset(("student", "guardian", "teacher", "office", "head", "pta_officer")),
}


def may_give(caller: Caller, branch_id: str, roles: set[str]) -> None:
    """Raises NotAllowed: nobody gives, or takes, a role as high as their own; the operator all."""
    given = frozenset[str]().union(*(those for role, those in _GIVES.items() if caller.has(branch_id, role)))
    if not roles <= given:
        names = sorted(roles - given)
        raise NotAllowed(
            "role-too-high",
            "You may not give this role",
            Sentence("Somebody of a higher rank has to: %(roles)s.", roles=names),
            errors={"roles": [Sentence("Not yours to give: %(roles)s.", roles=names)]},
        )


def replaced(edit: Edit, caller: Caller, scope: Scope, person: Document, wanted: list[str]) -> dict[str, list[str]]:
    """A person's roles with others in this branch. Raises Conflict `in-use` while something hangs on one that goes."""
    branch_id = scope.branch_id or ""
    before, after = person["roles"].get(branch_id, []), list(dict.fromkeys(wanted))
    may_give(caller, branch_id, set(before) ^ set(after))
    for role in sorted(set(before) - set(after)):
        for kind, where in _hangs_on(role, person["_id"]):
            count = len(edit.find(kind, scope, where))
            if count:
                raise Conflict(
                    "in-use",
                    Sentence("The person is a %(role)s here", role=role),
                    Sentence("End their %(name)s first.", name=kind.name),
                    role=role,
                    **{kind.name: count},
                )
    return {**person["roles"], branch_id: after}


def _hangs_on(role: str, person_id: str) -> list[tuple[Kind, Document]]:
    if role == "guardian":
        return [(RELATIONS, {"guardian_id": person_id})]
    if role not in ("student", "teacher"):
        return []
    enrolled = (ENROLLMENTS, {"person_id": person_id, "role": role})
    return [enrolled, (RELATIONS, {"student_id": person_id})] if role == "student" else [enrolled]
