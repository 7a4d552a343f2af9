"""A class that the reader teaches: who is in it, and where its pages are."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Any

from gateway.portal.addresses import address
from gateway.portal.api import Refused, below
from gateway.portal.pages import Visit
from schoolbus.clock import today

AT = "/classes/{branch_id}/{class_id}"


@dataclass(frozen=True)
class Room:
    """`data` as the API has the class, with its students by name. `path(…)`: of the API; `at`: of the portal."""

    branch_id: str
    class_id: str
    data: Mapping[str, Any]

    @property
    def at(self) -> str:
        return address("classes", self.branch_id, self.class_id)

    def page(self, *parts: str) -> str:
        """One of the class's."""
        return address("classes", self.branch_id, self.class_id, *parts)

    def path(self, *parts: str) -> str:
        return below("branches", self.branch_id, *parts)

    @property
    def students(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.data["students"]
        return found

    @cached_property
    def named(self) -> dict[str, dict[str, Any]]:
        return {each["person_id"]: each for each in self.students}

    def person(self, person_id: str) -> Mapping[str, Any]:
        """Somebody of the class; who has left it since has no name here."""
        return self.named.get(person_id) or self.teachers.get(person_id) or {"name": "—"}

    @cached_property
    def teachers(self) -> dict[str, dict[str, Any]]:
        return {each["person_id"]: each for each in self.data["teachers"]}


async def room(visit: Visit) -> Room:
    """Raises Refused for a class that is not the reader's."""
    branch_id, class_id = visit.params["branch_id"], visit.params["class_id"]
    return Room(branch_id, class_id, await visit.api.get(below("branches", branch_id, "classes", class_id)))


def items(page: Any) -> list[dict[str, Any]]:
    """Of a list that `perhaps` asked for; none of one that is not there."""
    found: list[dict[str, Any]] = page["items"] if page else []
    return found


async def current_term(visit: Visit, branch_id: str) -> str:
    """The title of the term that goes on; of none the one that ended last; "" where the calendar has none."""
    terms = [each for each in await terms_of(visit, branch_id) if each["starts_on"] <= today().isoformat()]
    return str(max(terms, key=lambda each: each["starts_on"])["title"]) if terms else ""


async def terms_of(visit: Visit, branch_id: str) -> list[dict[str, Any]]:
    """Terms, the earliest first; years are none."""
    try:
        found = await visit.api.all(below("branches", branch_id, "terms"), most=100)
    except Refused:
        return []
    return sorted((each for each in found if each["kind"] != "schoolYear"), key=lambda each: each["starts_on"])


def day_of(text: str) -> str:
    """The day that was asked for, else today."""
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        return today().isoformat()


def is_class_teacher(me: Mapping[str, Any], branch_id: str, class_id: str) -> bool:
    """Of a homeroom, with the role: who reviews its report cards and follows its families."""
    roles = [role for branch in me["branches"] if branch["branch_id"] == branch_id for role in branch["roles"]]
    own = any(each["class_id"] == class_id and each["homeroom"] for each in me["classes"])
    return ("class_teacher" in roles and own) or leads(me, branch_id)


def leads(me: Mapping[str, Any], branch_id: str) -> bool:
    """Head or office of the branch."""
    roles = {role for branch in me["branches"] if branch["branch_id"] == branch_id for role in branch["roles"]}
    return bool(roles & {"head", "office"})
