"""Families are told that there is a result, and nothing of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.contracts.reports import QuizResultRecorded
from schoolbus.events import CHUNK
from schoolbus.scope import branch
from schoolbus.store import current_session
from services.reports.gradebook.states import FULLY_GRADED, NOT_SUBMITTED

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_TOLD = (FULLY_GRADED, NOT_SUBMITTED)


def say(store: Store, item: Mapping[str, Any], class_title: str, caller: Caller, results: Sequence[Mapping[str, Any]]) -> None:
    """Tells of these results, if their item is published, in the transaction that changes them."""
    told = sorted(each["student_id"] for each in results if each["status"] in _TOLD and not each["deleted"])
    if item["published_at"] is None or not told:
        return
    teacher_id = _teacher(store, item, caller)
    said = [
        QuizResultRecorded(
            branch_id=item["branch_id"],
            subject=item["_id"],
            quiz_id=item["_id"],
            class_id=item["class_id"],
            class_title=class_title,
            title=item["title"],
            teacher_id=teacher_id,
            student_ids=told[start : start + CHUNK],
        )
        for start in range(0, len(told), CHUNK)
    ]
    scope = caller.branch(item["branch_id"])
    store.line_items.change(scope, item["_id"], to={}, saying=said)
    where = {"line_item_id": item["_id"], "student_id": {"$in": told}}
    as_told: list[Document] = [{"$set": {"told": "$edition"}}]
    store.results.collection.update_many(scope.filter(where), as_told, session=current_session())


def _teacher(store: Store, item: Mapping[str, Any], caller: Caller) -> str:
    """Whose word it is: a machine is nobody that families know, and what it pushes is the class's teacher's to explain."""
    if not caller.is_machine:
        return caller.person_id
    return next(iter(store.teachers_of_class(branch(item["branch_id"]), item["class_id"])), caller.person_id)
