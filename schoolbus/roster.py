"""The copy of the roster that a service keeps, from roster's events alone."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from schoolbus.contracts import roster
from schoolbus.events import Event
from schoolbus.problems import NotYet
from schoolbus.projection import Projection
from schoolbus.replay.collections import Replays
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from schoolbus.store import TEXT, Document, Documents, Index

CONTACTS = ("phone", "email", "channels")
MERGED = Index("counts_as", where={"counts_as": TEXT})


class RosterCopy(Replays):
    """Branches, classes, people, enrollments, relations and calendars; rows are the items of schoolbus.contracts.roster."""

    branches = Projection("branches", key="branch_id")
    classes = Projection("classes", key="class_id", indexes=["branch_id"])
    people = Projection("people", key="person_id", indexes=["branch_id roles", "person_id", MERGED], without=CONTACTS)
    enrollments = Projection(
        "enrollments",
        key="enrollment_id",
        indexes=["branch_id class_id role active person_id", "branch_id person_id role active class_id"],
    )
    relations = Projection(
        "relations",
        key="relation_id",
        indexes=["branch_id student_id active guardian_id", "branch_id guardian_id active student_id"],
    )

    calendars = Projection("calendars", key="branch_id")  # one row per branch: its terms and holidays
    erasures = Documents("erasures", indexes=["again_at"])  # of a moment ago: schoolbus.privacy.erase_again

    # Keeping it

    def keep_branch(self, event: Event) -> None:
        self.branches.project(event.branch_id, [{**event.data, "branch_id": event.branch_id, "version": event.sequence}])

    def keep_calendar(self, event: Event) -> None:
        self.calendars.project(event.branch_id, [{**event.data, "branch_id": event.branch_id, "version": event.sequence}])

    def keep(self, event: Event) -> None:
        """A chunk of classes, people, enrollments or relations."""
        kept = {
            roster.ClassesChanged: self.classes,
            roster.PeopleChanged: self.people,
            roster.EnrollmentsChanged: self.enrollments,
            roster.RelationsChanged: self.relations,
        }
        kept[type(event)].project(event.branch_id, event.data["items"])

    def copies(self) -> dict[str, Projection]:
        """By the kinds of schoolbus.contracts.replayed, which rebuild them."""
        return {
            "branches": self.branches,
            "calendars": self.calendars,
            "classes": self.classes,
            "people": self.people,
            "enrollments": self.enrollments,
            "relations": self.relations,
        }

    # Asking it

    def subscribed(self, branch_id: str) -> bool:
        """Does the branch subscribe to this service? Raises NotYet while the branch is unknown."""
        found = self.branches.first(branch(branch_id))
        if found is None:
            raise NotYet(f"branch {branch_id}")
        return bool(found["active"]) and self.service in found["services"]

    def begin_branches(self, documents: Documents, **begun: Any) -> None:
        """A document for each branch that subscribes to this service and has none yet, by the branch's id."""
        subscribing = WHOLE_CHAIN.filter({"active": True, "services": self.service})
        here = {row["branch_id"] for row in self.branches.collection.find(subscribing, {"branch_id": True})}
        known = {row["_id"] for row in documents.collection.find({}, {"_id": True})}
        documents.add_new([{"_id": id, "branch_id": id, **begun} for id in sorted(here - known)])

    def holiday_on(self, scope: Scope, day: date) -> Document | None:
        """The holiday of a branch that a day is in: an item of CalendarChanged."""
        calendar = self.calendars.first(scope) or {"holidays": []}
        held = (each for each in calendar["holidays"] if each["starts_on"] <= day.isoformat() <= each["ends_on"])
        return next(held, None)

    def limit(self, branch_id: str, name: str) -> int | None:
        """Of the branch's plans, such as "messages_per_month"; None: no limit."""
        found = self.branches.first(branch(branch_id))
        limit: int | None = (found or {}).get("limits", {}).get(name)
        return limit

    def limits(self, branch_ids: Iterable[str], name: str) -> dict[str, int]:
        """As `limit`, of those of the branches that have one."""
        rows = self.branches.find(WHOLE_CHAIN, {"branch_id": {"$in": sorted(branch_ids)}})
        limits = {row["branch_id"]: row.get("limits", {}).get(name) for row in rows}
        return {branch_id: limit for branch_id, limit in limits.items() if limit is not None}

    def person(self, scope: Scope, person_id: str) -> Document | None:
        return self.people.first(scope, {"person_id": person_id})

    def people_by_id(self, scope: Scope, ids: Iterable[str]) -> dict[str, Document]:
        return {row["person_id"]: row for row in self.people.find(scope, {"person_id": {"$in": list(ids)}})}

    def same_person(self, person_id: str) -> list[str]:
        """The person's id, and those of records that were merged into it, in whatever branch: theirs is this person's."""
        merged = self.people.find(WHOLE_CHAIN, {"counts_as": person_id})
        return list(dict.fromkeys((person_id, *(row["person_id"] for row in merged))))

    def counting(self, scope: Scope, person_id: str) -> str:
        """Instead of a merged record's id that of the one that counts."""
        found = self.person(scope, person_id) or {}
        return str(found.get("counts_as") or person_id)

    def is_student(self, scope: Scope, student_id: str) -> bool:
        return self.people.first(scope, {"person_id": student_id, "roles": "student"}) is not None

    def class_of(self, scope: Scope, class_id: str) -> Document | None:
        return self.classes.first(scope, {"class_id": class_id, "active": True})

    def students_of_class(self, scope: Scope, class_id: str) -> list[str]:
        return self._enrolled(scope, {"class_id": class_id, "role": "student"}, "person_id")

    def teachers_of_class(self, scope: Scope, class_id: str) -> list[str]:
        return self._enrolled(scope, {"class_id": class_id, "role": "teacher"}, "person_id")

    def classes_of(self, scope: Scope, person_id: str, role: str) -> list[str]:
        return self._enrolled(scope, {"person_id": person_id, "role": role}, "class_id")

    def teachers_of_student(self, scope: Scope, student_id: str) -> list[str]:
        classes = self.classes_of(scope, student_id, "student")
        return self._enrolled(scope, {"class_id": {"$in": classes}, "role": "teacher"}, "person_id")

    def students_of_teacher(self, scope: Scope, teacher_id: str) -> list[str]:
        classes = self.classes_of(scope, teacher_id, "teacher")
        return self._enrolled(scope, {"class_id": {"$in": classes}, "role": "student"}, "person_id")

    def teaches_class(self, scope: Scope, teacher_id: str, class_id: str) -> bool:
        return self._is_enrolled(scope, {"person_id": teacher_id, "role": "teacher", "class_id": class_id})

    def teaches_student(self, scope: Scope, teacher_id: str, student_id: str) -> bool:
        return self.teaches_one_of(scope, teacher_id, self.classes_of(scope, student_id, "student"))

    def teaches_one_of(self, scope: Scope, teacher_id: str, class_ids: Sequence[str]) -> bool:
        return self._is_enrolled(scope, {"person_id": teacher_id, "role": "teacher", "class_id": {"$in": list(class_ids)}})

    def guardians_of(self, scope: Scope, student_id: str, may: str | None = None) -> list[str]:
        """`may`: only those with this right, such as "may_receive_reports"."""
        where: dict[str, Any] = {"student_id": student_id, "active": True, **({may: True} if may else {})}
        return sorted({row["guardian_id"] for row in self.relations.find(scope, where)})

    def students_of_guardian(self, scope: Scope, guardian_id: str, may: str | None = None) -> list[str]:
        where: dict[str, Any] = {"guardian_id": guardian_id, "active": True, **({may: True} if may else {})}
        return sorted({row["student_id"] for row in self.relations.find(scope, where)})

    def is_guardian_of(self, scope: Scope, guardian_id: str, student_id: str, may: str | None = None) -> bool:
        return guardian_id in self.guardians_of(scope, student_id, may)

    def _enrolled(self, scope: Scope, where: dict[str, Any], field: str) -> list[str]:
        return sorted({row[field] for row in self.enrollments.find(scope, {**where, "active": True})})

    def _is_enrolled(self, scope: Scope, where: dict[str, Any]) -> bool:
        return self.enrollments.first(scope, {**where, "active": True}) is not None
