"""The families of a branch: children who share guardians (schoolbus/households.py), as the roster's copy has them now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from schoolbus.households import together
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


@dataclass(frozen=True)
class Family:
    """`id` is the first of its students' ids. `receiving`: its guardians who may receive reports, whom notifications tells."""

    student_ids: tuple[str, ...]
    guardian_ids: tuple[str, ...] = ()
    receiving: frozenset[str] = frozenset()

    @property
    def id(self) -> str:
        return self.student_ids[0]


@dataclass(frozen=True)
class Pupils:
    """Of a branch: its families, and the classes of each student."""

    families: tuple[Family, ...]
    classes: Mapping[str, Sequence[str]] = field(default_factory=dict)

    @property
    def students(self) -> list[str]:
        return [id for family in self.families for id in family.student_ids]

    @property
    def class_ids(self) -> list[str]:
        return sorted({id for ids in self.classes.values() for id in ids})

    def of_class(self, class_id: str) -> list[Family]:
        return [each for each in self.families if any(class_id in self.classes.get(id, ()) for id in each.student_ids)]


def of_branch(store: Store, scope: Scope) -> Pupils:
    """In three questions."""
    people = store.people.collection.find(scope.filter({"roles": "student", "active": True}), {"person_id": True})
    where = scope.filter({"role": "student", "active": True})
    enrolled = store.enrollments.collection.find(where, {"person_id": True, "class_id": True})
    return pupils(store, scope, {row["person_id"] for row in people}, enrolled, {"active": True})


def pupils(
    store: Store, scope: Scope, students: Iterable[str], enrolled: Iterable[Mapping[str, Any]], related: Mapping[str, Any]
) -> Pupils:
    """`related`: which relations count."""
    shown = {"guardian_id": True, "student_id": True, "may_receive_reports": True}
    relations = store.relations.collection.find(scope.filter(related), shown)
    classes: dict[str, list[str]] = defaultdict(list)
    for row in enrolled:
        classes[row["person_id"]].append(row["class_id"])
    return Pupils(tuple(made(sorted(students), relations)), classes)


def made(students: Sequence[str], relations: Iterable[Mapping[str, Any]]) -> list[Family]:
    """From the students, in order of id, and from their relations to guardians."""
    rows = list(relations)
    guardians: dict[str, set[str]] = defaultdict(set)
    receiving: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        guardians[row["student_id"]].add(row["guardian_id"])
        if row["may_receive_reports"]:
            receiving[row["student_id"]].add(row["guardian_id"])
    pairs = [(row["guardian_id"], row["student_id"]) for row in rows]
    return [
        Family(
            tuple(sorted(members)),
            tuple(sorted(set().union(*(guardians.get(id, ()) for id in members)))),
            frozenset().union(*(receiving.get(id, ()) for id in members)),
        )
        for members in together(students, pairs)
    ]
