"""Where somebody was when: classes of all branches, and the way from one branch to another."""

from typing import Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document, Documents
from services.roster.kinds import is_student
from services.roster.moving.transfers import ACCEPTED
from services.roster.school.branches import open_branch
from services.roster.store import Store


def of(store: Store, caller: Caller, branch_id: str, person_id: str) -> dict[str, Any]:
    """All of it for the branch where the person is; a branch that they left sees its own part. Raises NotFound."""
    scope = open_branch(store, caller, branch_id)
    here = store.people.first(scope, {"_id": person_id, "active": True}) is not None
    seen = WHOLE_CHAIN if here else scope
    rows = sorted(store.enrollments.find(seen, {"person_id": person_id}), key=_days)
    transfers = store.transfers.find(seen, {"student_id": person_id, "state": ACCEPTED}, sort="decided_at _id")
    person = store.people.first(scope, {"_id": person_id})
    if not (person or rows or transfers):
        raise NotFound("Person")
    if transfers or any(row["role"] == "student" for row in rows) or (person and is_student(person)):
        audit.note(store, caller, branch_id, [person_id])
    return {"person_id": person_id, "classes": _classes(store, rows), "transfers": _transfers(store, transfers)}


def _days(row: Document) -> tuple[str, str]:
    """Of two that began on one day, the one that is over was before."""
    return row["begins_on"] or "", row["ends_on"] or "9999-12-31"


def _classes(store: Store, rows: list[Document]) -> list[Document]:
    classes = _by_id(store.classes, WHOLE_CHAIN, {row["class_id"] for row in rows})
    branches = _by_id(store.branches, WHOLE_CHAIN, {row["branch_id"] for row in rows})
    return [{**row, "branch": branches.get(row["branch_id"]), "class": classes.get(row["class_id"])} for row in rows]


def _transfers(store: Store, transfers: list[Document]) -> list[Document]:
    names = _by_id(store.branches, WHOLE_CHAIN, {id for each in transfers for id in each["branch_id"]})
    return [
        {**each, "from_branch": names.get(each["from_branch_id"]), "to_branch": names.get(each["to_branch_id"])}
        for each in transfers
    ]


def _by_id(documents: Documents, scope: Scope, ids: set[str]) -> dict[str, Document]:
    return {found["_id"]: found for found in documents.find(scope, {"_id": {"$in": list(ids)}})}
