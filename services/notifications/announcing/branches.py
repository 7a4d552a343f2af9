"""What an audience asks for, as it is in each branch: classes by grade and section, tags. Read once, kept for a walk."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from schoolbus.scope import branch

if TYPE_CHECKING:
    from services.notifications.store import Store

BY_CLASS = ("grades", "sections", "class_ids")
_KEPT = 256  # branches in memory at once


@dataclass(frozen=True)
class Picked:
    """Classes and people that a choice names in one branch. `everybody`: it names none."""

    class_ids: frozenset[str]
    tagged: frozenset[str]
    named: frozenset[str]
    everybody: bool

    def student(self, student_id: str, guardian_id: str, class_ids: Collection[str]) -> bool:
        return self.everybody or self.person(student_id) or self.person(guardian_id) or not self.class_ids.isdisjoint(class_ids)

    def person(self, person_id: str) -> bool:
        return person_id in self.named or person_id in self.tagged


@dataclass(frozen=True)
class Place:
    """An audience in one branch."""

    wanted: Picked
    left_out: Picked

    def takes_student(self, student_id: str, guardian_id: str, class_ids: Collection[str]) -> bool:
        out = self.left_out.person(student_id) or not self.left_out.class_ids.isdisjoint(class_ids)
        return not out and self.wanted.student(student_id, guardian_id, class_ids)

    def takes_staff(self, person_id: str, role: str, class_ids: Collection[str]) -> bool:
        """Of staff, teachers alone have classes."""
        if not self.left_out.class_ids.isdisjoint(class_ids):
            return False
        here = not self.wanted.class_ids.isdisjoint(class_ids)
        return self.wanted.everybody or self.wanted.person(person_id) or (role == "teacher" and here)

    def leaves_out(self, person_id: str) -> bool:
        return self.left_out.person(person_id)


class Branches:
    """`ids`: all branches of the audience. `people`: it names these alone, with their families; None: it asks for more."""

    def __init__(self, store: Store, audience: Mapping[str, Any], ids: Sequence[str], people: set[str] | None = None) -> None:
        self.store, self.audience, self.ids, self.people = store, audience, frozenset(ids), people
        self.asks_for_classes = any(given[kind] for given in (audience, audience["without"]) for kind in (*BY_CLASS, "tags"))
        self.roles = frozenset(audience["roles"])
        self._places: dict[str, Place] = {}

    def place(self, branch_id: str) -> Place:
        if branch_id not in self._places:
            if len(self._places) >= _KEPT:
                self._places.clear()
            wanted = _picked(self.store, branch_id, self.audience, everybody=True)
            self._places[branch_id] = Place(wanted, _picked(self.store, branch_id, self.audience["without"], everybody=False))
        return self._places[branch_id]


def only_people(audience: Mapping[str, Any]) -> bool:
    return bool(audience["person_ids"]) and not any(audience[kind] for kind in (*BY_CLASS, "tags"))


def _picked(store: Store, branch_id: str, choice: Mapping[str, Any], *, everybody: bool) -> Picked:
    """Grade, section and class narrow each other; tags and people add to what these give."""
    classes: set[str] = set()
    tagged: set[str] = set()
    if any(choice[kind] for kind in BY_CLASS):
        fields = {"grades": "grade", "sections": "section", "class_ids": "class_id"}
        where = {fields[kind]: {"$in": choice[kind]} for kind in BY_CLASS if choice[kind]}
        classes |= {row["class_id"] for row in store.classes.find(branch(branch_id), {**where, "active": True})}
    if choice["tags"]:
        for tag in store.tags.find(branch(branch_id), {"tag": {"$in": choice["tags"]}}):
            classes |= set(tag["class_ids"])
            tagged |= set(tag["person_ids"])
    nobody_named = not any(choice[kind] for kind in (*BY_CLASS, "tags", "person_ids"))
    return Picked(frozenset(classes), frozenset(tagged), frozenset(choice["person_ids"]), everybody and nobody_named)
