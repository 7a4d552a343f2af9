"""A branch as a class list meets it: who is in it, by what they are known, and who sits where. It follows what is written."""

from collections import defaultdict
from collections.abc import Iterable

from schoolbus.scope import Scope
from schoolbus.store import Document
from services.roster.classlists.sheet import plain
from services.roster.editing import CLASSES, PEOPLE, RELATIONS, Edit
from services.roster.moving.seats import Seats
from services.roster.search.words import words_of


class Roll:
    """Nobody of another branch is in it, so nothing that a list says or does can tell of them."""

    def __init__(self, edit: Edit, scope: Scope) -> None:
        self.branch_id = scope.branch_id or ""
        self.people: dict[str, Document] = {}
        self._by_name: dict[str, list[str]] = defaultdict(list)  # students
        self._by_number: dict[str, list[str]] = defaultdict(list)  # students, by their admission number
        self._by_form: dict[str, list[str]] = defaultdict(list)  # students, by their B-form
        self._by_phone: dict[str, list[str]] = defaultdict(list)  # everybody else
        self._by_card: dict[str, list[str]] = defaultdict(list)
        self._classes: dict[str, list[str]] = defaultdict(list)
        self._guardians: dict[str, list[str]] = defaultdict(list)  # by student
        for person in edit.find(PEOPLE, scope, {"counts_as": None}):
            self.keep(person)
        students = [id for id, person in self.people.items() if self.is_student(person)]
        classes = edit.find(CLASSES, scope, {})
        self.seats = Seats(edit, scope, students, [found["_id"] for found in classes])
        for found in classes:
            self.open(found)
        for row in edit.find(RELATIONS, scope, {"student_id": {"$in": students}}):
            self.relate(row)
        self._left = {_number(person): person for person in _who_left(edit, scope)}

    # What is there

    def is_student(self, person: Document) -> bool:
        return "student" in person["roles"].get(self.branch_id, ())

    def here_alone(self, person: Document) -> bool:
        """Whoever belongs to another branch too is not this one's alone to change."""
        return list(person["roles"]) == [self.branch_id]

    def students_of_number(self, number: str) -> list[Document]:
        return self._those(self._by_number[folded(number)])

    def students_of_form(self, form: str) -> list[Document]:
        return self._those(self._by_form[form])

    def students_named(self, name: str) -> list[Document]:
        return self._those(self._by_name[_spelt(name)])

    def who_left(self, number: str) -> Document | None:
        return self._left.get(folded(number))

    def people_of_phone(self, phone: str) -> list[Document]:
        return self._those(self._by_phone[phone])

    def people_of_card(self, card: str) -> list[Document]:
        return self._those(self._by_card[card])

    def guardians_of(self, student_id: str) -> list[Document]:
        return self._those(id for id in self._guardians[student_id] if id in self.people)

    def classes_called(self, title: str) -> list[Document]:
        """Homerooms alone where there are such."""
        found = [self.seats.classes[id] for id in self._classes[folded(title)]]
        return [each for each in found if each["homeroom"]] or found

    def _those(self, ids: Iterable[str]) -> list[Document]:
        return [self.people[id] for id in ids]

    # What a list does

    def keep(self, person: Document) -> None:
        """Somebody new, or as they are by now."""
        id, before = person["_id"], self.people.get(person["_id"])
        self.people[id] = person
        for ids in (*self._places(before),) if before else ():
            ids.remove(id)
        for ids in self._places(person):
            ids.append(id)

    def open(self, found: Document) -> None:
        self.seats.classes[found["_id"]] = found
        section = f"{found['grade']}{found['section']}" if found.get("grade") and found.get("section") else ""
        for title in {folded(found["title"]), folded(section)} - {""}:
            self._classes[title].append(found["_id"])

    def relate(self, relation: Document) -> None:
        self._guardians[relation["student_id"]].append(relation["guardian_id"])

    def _places(self, person: Document) -> list[list[str]]:
        card = person.get("national_id")
        if not self.is_student(person):
            known = [(self._by_phone, person["phone"]), (self._by_card, card)]
        else:
            name = _spelt(f"{person['given_name']} {person['family_name']}")
            known = [(self._by_name, name), (self._by_number, _number(person)), (self._by_form, card)]
        return [ids[key] for ids, key in known if key]


def folded(text: str) -> str:
    """A title or a number as it is compared."""
    return "".join(each for each in plain(text).casefold() if each.isalnum())


def _spelt(name: str) -> str:
    """A name as it is compared: letters that only look alike are one, those that sound alike are not."""
    return "".join(words_of(name))


def _number(person: Document) -> str:
    return folded((person.get("extra") or {}).get("identifier") or "")


def _who_left(edit: Edit, scope: Scope) -> list[Document]:
    """Students with a number; without those whom a list had brought and its undo took back."""
    where = {"active": False, "extra.identifier": {"$gt": ""}, "taken_back": {"$ne": True}}
    found = edit.store.people.find(scope, where)
    return [person for person in found if "student" in person["roles"].get(scope.branch_id or "", ())]
