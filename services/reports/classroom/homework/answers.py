"""What a child's family says of homework: that it has seen it, how it went, and a guardian's signature.

One document of a child and a piece of homework, whose id follows from both: so each of these is one upsert, and twice is
once. Who sees or signs says of which edition: when it changes afterwards, what was signed is still what was signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.problems import Conflict, GoneOn
from schoolbus.scope import branch
from services.reports.classroom import reach
from services.reports.classroom.homework.given import answer_id, for_family
from services.reports.classroom.homework.states import WITHDRAWN
from services.reports.today.overviews import changing

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def see(store: Store, caller: Caller, branch_id: str, homework_id: str, student_id: str) -> None:
    """A guardian has opened it. Thousands do in the same minute: nothing else is written."""
    homework = _answerable(store, caller, branch_id, homework_id, student_id)
    _write(store, homework, student_id, [_entry("seen", caller.person_id, homework["edition"], clock.now())])


def answer(store: Store, caller: Caller, branch_id: str, homework_id: str, student_id: str, draft: Document) -> Document:
    """How it went, a signature, or both, of the edition that was seen. Raises NotFound, Conflict, GoneOn."""
    homework = _answerable(store, caller, branch_id, homework_id, student_id)
    if homework["state"] == WITHDRAWN:
        raise Conflict("withdrawn", "This homework was taken back", "Nothing is to be done.")
    if draft["edition"] != homework["edition"]:
        raise GoneOn("The homework has changed meanwhile", edition=homework["edition"])
    steps = _steps(draft, caller.person_id, clock.now())
    with changing(store, branch_id, [student_id]):
        _write(store, homework, student_id, steps)
    there = store.homework_answers.one(branch(branch_id), answer_id(branch_id, homework_id, student_id))
    return for_family(homework["edition"], student_id, there, caller.person_id)


def _answerable(store: Store, caller: Caller, branch_id: str, homework_id: str, student_id: str) -> Document:
    """The homework, of a class that the child is in. Raises NotFound."""
    homework = store.homework.one(caller.branch(branch_id), homework_id)
    reach.child_in_class(store, caller, branch_id, homework["class_id"], student_id)
    return homework


def _steps(draft: Document, person_id: str, at: datetime) -> list[Document]:
    steps = [_entry("seen", person_id, draft["edition"], at)]
    if draft["done"] is not None:
        how = {"done": draft["done"], "done_by": {"$literal": person_id}, "done_at": at, "done_edition": draft["edition"]}
        steps.append({"$set": how})
    if draft["signed"] is not None:
        signing = _entry("signatures", person_id, draft["edition"], at)
        steps.append(signing if draft["signed"] else {"$set": {"signatures": _of_others("signatures", person_id)}})
    return steps


def _entry(field: str, person_id: str, edition: int, at: datetime) -> Document:
    """A person's one entry in a list, of the newest edition; what is there of the same one stays as it is."""
    entries = {"$ifNull": [f"${field}", []]}
    here = {"$and": [{"$eq": ["$$this.by", {"$literal": person_id}]}, {"$gte": ["$$this.edition", edition]}]}
    there = {"$ne": [{"$filter": {"input": entries, "cond": here}}, []]}
    new = {"by": {"$literal": person_id}, "edition": edition, "at": at}
    return {"$set": {field: {"$cond": [there, entries, {"$concatArrays": [_of_others(field, person_id), [new]]}]}}}


def _of_others(field: str, person_id: str) -> Document:
    return {"$filter": {"input": {"$ifNull": [f"${field}", []]}, "cond": {"$ne": ["$$this.by", {"$literal": person_id}]}}}


def _write(store: Store, homework: Document, student_id: str, steps: Sequence[Document]) -> None:
    """By its id alone, which names the branch: then two that are first at the same moment don't fail."""
    whose = {"branch_id": homework["branch_id"], "homework_id": homework["_id"], "class_id": homework["class_id"]}
    named = {name: {"$literal": value} for name, value in {**whose, "student_id": student_id}.items()}
    id = answer_id(homework["branch_id"], homework["_id"], student_id)
    store.homework_answers.collection.update_one({"_id": id}, [{"$set": named}, *steps], upsert=True)
