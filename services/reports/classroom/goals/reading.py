"""Learning goals as families and teachers read them: a family sees its class's and its own child's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.scope import Scope
from services.reports.classroom import reach
from services.reports.classroom.goals.setting import of_child

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def page(store: Store, caller: Caller, branch_id: str, query: Document) -> Paged:
    """Of a child, with those of its classes; or of a class. The newest first."""
    if query["student_id"] is not None:
        scope, where = _of_child(store, caller, branch_id, query)
    else:
        scope, where = _of_class(store, caller, branch_id, query["class_id"])
    if query["state"] is not None:
        where["state"] = query["state"]
    return store.learning_goals.page(scope, where, sort="-set_at", page=query["page"])


def one(store: Store, caller: Caller, branch_id: str, goal_id: str) -> Document:
    """Raises NotFound."""
    goal = store.learning_goals.one(caller.branch(branch_id), goal_id)
    if goal["student_id"] is None:
        reach.seen(store, caller, branch_id, goal, "Learning goal")
    else:
        of_child(store, caller, branch_id, goal)
    return goal


def _of_child(store: Store, caller: Caller, branch_id: str, query: Document) -> tuple[Scope, Document]:
    student_id, class_id = query["student_id"], query["class_id"]
    scope = access.student(store, caller, branch_id, student_id)
    classes = [id for id in store.classes_of(scope, student_id, "student") if class_id in (None, id)]
    own: Document = {"student_id": student_id, **({"class_id": class_id} if class_id else {})}
    return scope, {"$or": [own, {"student_id": None, "class_id": {"$in": classes}}]}


def _of_class(store: Store, caller: Caller, branch_id: str, class_id: str) -> tuple[Scope, Document]:
    scope = access.seen_class(store, caller, branch_id, class_id)
    if reach.leads(store, caller, branch_id, class_id):
        return scope, {"class_id": class_id}
    whose = [None, *reach.own_children(store, caller, branch_id, class_id)]
    return scope, {"class_id": class_id, "student_id": {"$in": whose}}
