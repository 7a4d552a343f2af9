"""Who sits in which classes of a branch: nobody in two homerooms of one year, no class over its capacity."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable

from schoolbus.problems import Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document
from services.roster.editing import CLASSES, ENROLLMENTS, TERMS, Edit

Years = frozenset[str]


def share_a_year(one: Years, other: Years) -> bool:
    """A class without terms may be of any year."""
    return not one or not other or not one.isdisjoint(other)


class Seats:
    """As the edit at hand has it. Whoever changes what it says has to `hold` the people and classes first."""

    def __init__(self, edit: Edit, scope: Scope, person_ids: Collection[str], class_ids: Iterable[str]) -> None:
        rows = edit.find(ENROLLMENTS, scope, {"person_id": {"$in": list(set(person_ids))}})
        self.classes = edit.by_id(CLASSES, scope, {*class_ids, *(row["class_id"] for row in rows)})
        self._years = _years(edit, self.classes.values())
        self._of: dict[str, list[Document]] = defaultdict(list)
        for row in rows:
            self._of[row["person_id"]].append(row)
        limited = [id for id in set(class_ids) if id in self.classes and self.classes[id].get("capacity") is not None]
        filled = edit.find(ENROLLMENTS, scope, {"class_id": {"$in": limited}, "role": "student"}) if limited else []
        self._filled = Counter(row["class_id"] for row in filled)

    def years(self, class_id: str) -> Years:
        return self._years.get(class_id, frozenset())

    def of(self, person_id: str, role: str = "student") -> list[Document]:
        return [row for row in self._of[person_id] if row["role"] == role]

    def held(self, person_id: str, class_id: str, role: str) -> Document | None:
        return next((row for row in self.of(person_id, role) if row["class_id"] == class_id), None)

    def free(self, row: Document) -> None:
        """An enrolment ends."""
        self._of[row["person_id"]].remove(row)
        self._filled[row["class_id"]] -= row["role"] == "student"

    def take(self, row: Document) -> None:
        self._of[row["person_id"]].append(row)
        self._filled[row["class_id"]] += row["role"] == "student"

    def against(self, person_id: str, class_id: str) -> str | None:
        """What stands against a student's seat in a class; None when nothing does."""
        found = self.classes[class_id]
        if found.get("capacity") is not None and self._filled[class_id] >= found["capacity"]:
            return Sentence("The class is full: it has %(capacity)s seats.", capacity=found["capacity"])
        row = self.homeroom_beside(person_id, class_id) if found["homeroom"] else None
        if row is None:
            return None
        title = self.classes[row["class_id"]]["title"]
        return Sentence("The student is in homeroom %(title)s already: move them instead.", title=title)

    def with_two_homerooms(self) -> set[str]:
        """Those who sit in two homerooms of one year."""
        return {
            person_id
            for person_id in list(self._of)
            for row in self.of(person_id)
            if self._is_homeroom(row["class_id"]) and self.homeroom_beside(person_id, row["class_id"])
        }

    def homeroom_beside(self, person_id: str, class_id: str) -> Document | None:
        """A student's seat in another homeroom of the class's year."""
        for row in self.of(person_id):
            id = row["class_id"]
            if id != class_id and self._is_homeroom(id) and share_a_year(self.years(id), self.years(class_id)):
                return row
        return None

    def _is_homeroom(self, class_id: str) -> bool:
        return class_id in self.classes and bool(self.classes[class_id]["homeroom"])


def _years(edit: Edit, classes: Iterable[Document]) -> dict[str, Years]:
    """The school years of each class, by its terms."""
    classes = list(classes)
    ids = {term_id for found in classes for term_id in found["term_ids"]}
    terms = edit.by_id(TERMS, WHOLE_CHAIN, ids) if ids else {}
    return {
        found["_id"]: frozenset(terms[id]["year"] for id in found["term_ids"] if id in terms and terms[id]["year"])
        for found in classes
    }
