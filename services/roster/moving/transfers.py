"""A student goes to another branch: asked by one, accepted by the other, or done at once by the operator.

Enrolments end where the student was, the student's role goes along, and so do guardians who have no other child there.
"""

from typing import Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import AlreadyThere, Conflict, NotAllowed, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from schoolbus.store import Busy, Document
from services.roster.editing import CLASSES, PEOPLE, RELATIONS, Edit, editing
from services.roster.fields import refuse
from services.roster.kinds import SOURCE
from services.roster.moving import enrollments, leaving
from services.roster.moving.seats import Seats
from services.roster.problems import imported
from services.roster.school.branches import open_branch
from services.roster.store import Store

ASKED, ACCEPTED, REFUSED, WITHDRAWN = STATES = ("asked", "accepted", "refused", "withdrawn")


def page(store: Store, caller: Caller, branch_id: str, query: dict[str, Any]) -> Paged:
    """From and to a branch, the newest first."""
    where = {"state": query["state"]} if query["state"] else {}
    found = store.transfers.page(open_branch(store, caller, branch_id), where, sort="-asked_at", page=query["page"])
    if found.items:
        audit.note(store, caller, branch_id, {transfer["student_id"] for transfer in found.items})
    return Paged(_shown(store, found.items), found.next)


def ask(store: Store, caller: Caller, branch_id: str, draft: Document) -> Document:
    """Asks the other branch; the operator may do it `at_once`. Sent again, it gives the transfer that is there."""
    with editing(store, caller, branch_id) as edit:
        scope = open_branch(store, caller, branch_id)
        id = draft["transfer_id"] or new_id()
        there = _sent_before(store, scope, id)
        if there:
            audit.note(store, caller, branch_id, [there["student_id"]])
            return _shown(store, [there])[0]
        _may_be_asked(edit, caller, scope, draft)
        asked = {
            "_id": id,
            "branch_id": [branch_id, draft["to_branch_id"]],
            "student_id": draft["student_id"],
            "from_branch_id": branch_id,
            "to_branch_id": draft["to_branch_id"],
            "state": ASKED,
            "note": draft["note"],
            "reason": None,
            "asked_at": now(),
            "asked_by": caller.person_id,
        }
        try:
            store.transfers.add(asked)
        except AlreadyThere as error:  # sent twice at once
            raise Busy from error
        if draft["at_once"]:
            asked = _accepted(edit, caller, asked, draft)
        log().info("transfer_asked", transfer=id, state=asked["state"], by=caller.person_id)
    return _shown(store, [asked])[0]


def accept(store: Store, caller: Caller, branch_id: str, transfer_id: str, wanted: Document) -> Document:
    """By the branch where the student goes."""
    with editing(store, caller, branch_id) as edit:
        transfer = _of(store, caller, branch_id, transfer_id, "to_branch_id", ACCEPTED)
        if transfer["state"] == ASKED:
            transfer = _accepted(edit, caller, transfer, wanted)
            log().info("transfer_accepted", transfer=transfer_id, by=caller.person_id)
    return _shown(store, [transfer])[0]


def refuse_transfer(store: Store, caller: Caller, branch_id: str, transfer_id: str, wanted: Document) -> Document:
    """By the branch where the student was to go."""
    return _closed(store, caller, branch_id, transfer_id, "to_branch_id", REFUSED, wanted["reason"])


def withdraw(store: Store, caller: Caller, branch_id: str, transfer_id: str) -> Document:
    """By the branch that asked."""
    return _closed(store, caller, branch_id, transfer_id, "from_branch_id", WITHDRAWN, None)


def _may_be_asked(edit: Edit, caller: Caller, scope: Scope, draft: Document) -> None:
    """Raises Problem when the student is not here, cannot be moved by hand, or is on the way already."""
    if draft["at_once"] and not caller.operator:
        raise NotAllowed("operator-alone", "The other branch has to accept", "Only the operator transfers at once.")
    edit.hold(PEOPLE, [draft["student_id"]])
    student = edit.one(PEOPLE, scope, draft["student_id"])
    if "student" not in student["roles"].get(scope.branch_id or "", []):
        raise NotFound("Student")
    if student["source"] != SOURCE:
        raise imported(student)
    other = edit.store.branches.first(WHOLE_CHAIN, {"_id": draft["to_branch_id"], "active": True})
    if other is None or other["_id"] == scope.branch_id:
        raise refuse(to_branch_id="It is no other branch of the chain.")
    if "student" in student["roles"].get(draft["to_branch_id"], []):
        raise refuse(to_branch_id="The student is there already.")
    on_the_way = edit.store.transfers.first(scope, {"student_id": draft["student_id"], "state": ASKED})
    if on_the_way:
        raise Conflict(
            "transfer-under-way",
            "A transfer of this student is asked for already",
            "Withdraw it first.",
            transfer_id=on_the_way["_id"],
        )


def _accepted(edit: Edit, caller: Caller, transfer: Document, wanted: Document) -> Document:
    """The move itself: one transaction with the state."""
    on = enrollments.begun(wanted["on"])
    source, target = transfer["from_branch_id"], transfer["to_branch_id"]
    edit.hold(PEOPLE, [transfer["student_id"]])
    student = edit.one(PEOPLE, branch(source), transfer["student_id"])
    if "student" not in student["roles"].get(source, []):
        raise Conflict(
            "no-student-any-more", "They are no student of that branch any more", "Refuse it: there is nobody to transfer."
        )
    ended = leaving.end_enrollments(edit, source, [student["_id"]], on)
    roles = {id: held for id, held in student["roles"].items() if id != source}
    kept = [role for role in student["roles"][source] if role != "student"]
    roles |= {source: kept} if kept else {}
    leaving.with_roles(edit, student, {**roles, target: [*roles.get(target, []), "student"]})
    _guardians_follow(edit, source, target, student["_id"])
    if wanted["class_id"]:
        _seat(edit, branch(target), student["_id"], wanted["class_id"], on)
    to = {
        "state": ACCEPTED,
        "on": on,
        "class_ids": [row["class_id"] for row in ended],
        "decided_at": now(),
        "decided_by": caller.person_id,
    }
    changed = edit.store.transfers.change(WHOLE_CHAIN, transfer["_id"], to=to, when={"state": ASKED})
    if changed is None:
        raise Busy
    return changed


def _guardians_follow(edit: Edit, source: str, target: str, student_id: str) -> None:
    relations = edit.find(RELATIONS, branch(source), {"student_id": student_id})
    ids = [relation["guardian_id"] for relation in relations]
    edit.hold(PEOPLE, ids)
    for relation in relations:
        branches = [id for id in relation["branch_id"] if id not in (source, target)]
        edit.change(RELATIONS, relation, {"branch_id": [*branches, target]})
    for guardian in edit.by_id(PEOPLE, WHOLE_CHAIN, ids).values():
        leaving.as_guardian(edit, guardian, [target])
    leaving.loosen(edit, source, ids)


def _seat(edit: Edit, scope: Scope, student_id: str, class_id: str, on: str) -> None:
    edit.hold(CLASSES, [class_id])
    seats = Seats(edit, scope, [student_id], [class_id])
    if class_id not in seats.classes:
        raise refuse(class_id="It is no class of the branch where the student goes.")
    fault = seats.against(student_id, class_id)
    if fault:
        raise refuse(class_id=fault)
    enrollments.new(edit, scope.branch_id or "", class_id, student_id, "student", begins_on=on)


def _of(store: Store, caller: Caller, branch_id: str, transfer_id: str, side: str, wanted: str) -> Document:
    """An open transfer, or one that is `wanted` already. Raises NotFound, NotAllowed for the other side, Conflict."""
    transfer = store.transfers.one(open_branch(store, caller, branch_id), transfer_id)
    audit.note(store, caller, branch_id, [transfer["student_id"]])
    if transfer[side] != branch_id:
        raise NotAllowed("other-branch-decides", "The other branch decides this")
    if transfer["state"] not in (ASKED, wanted):
        raise Conflict(
            "decided",
            Sentence("It is %(state)s already", state=transfer["state"]),
            "Ask for another transfer.",
            state=transfer["state"],
        )
    return transfer


def _closed(
    store: Store, caller: Caller, branch_id: str, transfer_id: str, side: str, state: str, reason: str | None
) -> Document:
    transfer = _of(store, caller, branch_id, transfer_id, side, state)
    if transfer["state"] == ASKED:
        to = {"state": state, "reason": reason, "decided_at": now(), "decided_by": caller.person_id}
        closed = store.transfers.change(caller.branch(branch_id), transfer_id, to=to, when={"state": ASKED})
        if closed is None:
            raise Busy
        transfer = closed
        log().info("transfer_closed", transfer=transfer_id, state=state, by=caller.person_id)
    return _shown(store, [transfer])[0]


def _sent_before(store: Store, scope: Scope, transfer_id: str) -> Document | None:
    found = store.transfers.first(WHOLE_CHAIN, {"_id": transfer_id})
    if found is not None and found["from_branch_id"] != scope.branch_id:
        raise Conflict("already-there", "This id is already taken", "Send another id, or none.")
    return found


def _shown(store: Store, transfers: list[Document]) -> list[Document]:
    """With the student's name and the branches': both branches may know who is to come."""
    ids = [transfer["student_id"] for transfer in transfers]
    people = {person["_id"]: person for person in store.people.find(WHOLE_CHAIN, {"_id": {"$in": ids}})}
    branch_ids = [id for transfer in transfers for id in transfer["branch_id"]]
    branches = {found["_id"]: found for found in store.branches.find(WHOLE_CHAIN, {"_id": {"$in": branch_ids}})}
    return [
        {
            **transfer,
            "student": people.get(transfer["student_id"]),
            "from_branch": branches.get(transfer["from_branch_id"]),
            "to_branch": branches.get(transfer["to_branch_id"]),
        }
        for transfer in transfers
    ]
