"""What a class teacher sees of a family: the children who are in the own class now, these children's guardians, and what is
counted of these children. Brothers and sisters in other classes, and whose guardians they are, stay out of it.

How the family was told and whom it met is the family's: the same for whoever may see one of its children.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.scope import Scope
from services.reports.engagement import reaching
from services.reports.engagement.measures import OF_CHILDREN

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


@dataclass(frozen=True)
class Seen:
    """None: all. `class_id`: the class that the answer is about; `student_ids`: those in a class teacher's class now."""

    class_id: str | None
    student_ids: frozenset[str] | None

    @property
    def all(self) -> bool:
        return self.class_id is None and self.student_ids is None

    def where(self) -> Document:
        """Families of a month of whom there is anything to see."""
        child: Document = {} if self.class_id is None else {"class_ids": self.class_id}
        if self.student_ids is not None:
            child["student_id"] = {"$in": sorted(self.student_ids)}
        return {"children": {"$elemMatch": child}} if child else {}

    def children(self, row: Document) -> list[Document]:
        return [child for child in row["children"] if self._is_seen(child)]

    def _is_seen(self, child: Document) -> bool:
        in_class = self.class_id is None or self.class_id in child["class_ids"]
        return in_class and (self.student_ids is None or child["student_id"] in self.student_ids)


def seen(store: Store, caller: Caller, branch_id: str, class_id: str | None) -> Seen:
    """Of a class, or of all that the caller sees. Raises NotFound."""
    scope = caller.branch(branch_id) if class_id is None else reaching.one_class(store, caller, branch_id, class_id)
    led = reaching.classes(store, caller, scope)
    if led is None:
        return Seen(class_id, None)
    return Seen(class_id, frozenset(reaching.students_of(store, scope, led if class_id is None else [class_id])))


def narrowed(store: Store, scope: Scope, rows: Sequence[Document], by: Seen) -> list[Document]:
    """Rows of families with what is seen of each. Whoever does not see all of a family has it under the id of a child they see:
    any of its children's names it."""
    if by.all:
        return list(rows)
    shown = [by.children(row) for row in rows]
    guardians = _guardians(store, scope, {child["student_id"] for children in shown for child in children})
    return [_with(row, children, guardians, by) for row, children in zip(rows, shown, strict=True)]


def _with(row: Document, children: list[Document], guardians: dict[str, set[str]], by: Seen) -> Document:
    ids = sorted(child["student_id"] for child in children)
    theirs = set().union(*(guardians.get(id, ()) for id in ids))
    return {
        **row,
        "family_id": row["family_id"] if by.student_ids is None or not ids else ids[0],
        "children": children,
        "guardian_ids": [id for id in row["guardian_ids"] if id in theirs],
        **{name: sum(child[name] for child in children) for name in OF_CHILDREN if name in row},
    }


def _guardians(store: Store, scope: Scope, student_ids: Iterable[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for row in store.relations.find(scope, {"student_id": {"$in": sorted(student_ids)}, "active": True}):
        found.setdefault(row["student_id"], set()).add(row["guardian_id"])
    return found


# Steps


def of_step(store: Store, caller: Caller, scope: Scope, step: Document) -> Document:
    (shown,) = of_steps(store, caller, scope, Paged([step])).items
    return dict(shown)


def of_steps(store: Store, caller: Caller, scope: Scope, found: Paged) -> Paged:
    """Each with the children of the family whom the caller sees."""
    by = seen(store, caller, scope.branch_id or "", None).student_ids
    if by is None:
        return found
    return Paged([{**step, "student_ids": [id for id in step["student_ids"] if id in by]} for step in found.items], found.next)
