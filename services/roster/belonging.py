"""Who belongs to whom, asked of roster's own records as other services ask their copies: `schoolbus.access.Knows`."""

from typing import Any

from schoolbus.audit import Audited
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document, Documents

_MOST_CLASSES = 5_000


class Belonging(Audited):
    """Ids in, ids out; what has ended counts no longer."""

    classes: Documents
    people: Documents
    enrollments: Documents
    relations: Documents

    def is_student(self, scope: Scope, student_id: str) -> bool:
        found = self.people.first(scope, {"_id": student_id, "active": True})
        return found is not None and "student" in found["roles"].get(scope.branch_id or "", ())

    def class_of(self, scope: Scope, class_id: str) -> Document | None:
        return self.classes.first(scope, {"_id": class_id, "active": True})

    def students_of_class(self, scope: Scope, class_id: str) -> list[str]:
        return self._enrolled(scope, {"class_id": class_id, "role": "student"}, "person_id")

    def classes_of(self, scope: Scope, person_id: str, role: str) -> list[str]:
        return self._enrolled(scope, {"person_id": person_id, "role": role}, "class_id")

    def enrolled_in(self, scope: Scope) -> dict[str, Any]:
        """What all enrollments of these branches have in common, for the database to find them by: it has an index of their
        classes, and none of branches, which would cost imports a fifth.

        Nothing where that are very many classes: such a part of the whole is soon found in any order. Of a class that has
        moved to another branch what had gone before stays out.
        """
        within = self.classes.collection.find(scope.filter(), {"_id": True}, limit=_MOST_CLASSES + 1)
        ids = sorted(found["_id"] for found in within)
        return {"class_id": {"$in": ids}} if len(ids) <= _MOST_CLASSES else {}

    def teaches_class(self, scope: Scope, teacher_id: str, class_id: str) -> bool:
        return self._is_enrolled(scope, {"class_id": class_id, "person_id": teacher_id, "role": "teacher"})

    def teaches_student(self, scope: Scope, teacher_id: str, student_id: str) -> bool:
        classes = self.classes_of(scope, student_id, "student")
        return self._is_enrolled(scope, {"person_id": teacher_id, "role": "teacher", "class_id": {"$in": classes}})

    def is_class_teacher_of(self, scope: Scope, teacher_id: str, student_id: str) -> bool:
        taught = self.homerooms_of(scope, teacher_id)
        return self._is_enrolled(scope, {"person_id": student_id, "role": "student", "class_id": {"$in": taught}})

    def homerooms_of(self, scope: Scope, teacher_id: str) -> list[str]:
        """The classes whose class teacher somebody is: homerooms that they teach."""
        taught = self.classes_of(scope, teacher_id, "teacher")
        return [found["_id"] for found in self.classes.find(scope, {"_id": {"$in": taught}, "homeroom": True, "active": True})]

    def branches_as_class_teacher(self, teacher_id: str) -> set[str]:
        taught = self.classes_of(WHOLE_CHAIN, teacher_id, "teacher")
        homerooms = self.classes.find(WHOLE_CHAIN, {"_id": {"$in": taught}, "homeroom": True, "active": True})
        return {found["branch_id"] for found in homerooms}

    def students_of_guardian(self, scope: Scope, guardian_id: str, may: str | None = None) -> list[str]:
        where: dict[str, Any] = {"guardian_id": guardian_id, "active": True}
        return sorted({row["student_id"] for row in self.relations.find(scope, where) if _permits(row, may)})

    def is_guardian_of(self, scope: Scope, guardian_id: str, student_id: str, may: str | None = None) -> bool:
        where = {"student_id": student_id, "guardian_id": guardian_id, "active": True}
        return any(_permits(row, may) for row in self.relations.find(scope, where))

    def _enrolled(self, scope: Scope, where: dict[str, Any], field: str) -> list[str]:
        return sorted({row[field] for row in self.enrollments.find(scope, {**where, "active": True})})

    def _is_enrolled(self, scope: Scope, where: dict[str, Any]) -> bool:
        return self.enrollments.first(scope, {**where, "active": True}) is not None


def _permits(relation: Document, may: str | None) -> bool:
    """A relation permits all until somebody takes it away (kinds.RIGHTS)."""
    return may is None or bool(relation.get(may, True))
