"""Whom an event concerns: the audiences that a rule can name, each a plain function of the event's data."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from schoolbus.events import Event

GUARDIAN, TEACHER = "guardian", "teacher"
Data = Mapping[str, Any]
Guardians = Mapping[str, list[str]]  # who may receive reports, by student


class Told(NamedTuple):
    """A person and a child that it is about; neither: the other. No person: the child has nobody to be told.

    `role`: as whom they are told, where the event says so.
    """

    person_id: str | None
    student_id: str | None
    role: str | None = None


@dataclass(frozen=True)
class Audience:
    """`needs`: fields that an event must have, each one of several. `role`: as whom they are told; None: as what they are.

    `of_children`: each is told of a child, so that grades can narrow it.
    """

    name: str
    tells: Callable[[Data, Guardians], Iterator[Told]]
    needs: tuple[tuple[str, ...], ...]
    role: str | None
    of_children: bool = True

    @property
    def of_families(self) -> bool:
        """No teacher is among them."""
        return self.role == GUARDIAN

    def fits(self, event: type[Event]) -> bool:
        return all(any(name in event.schema.fields for name in names) for names in self.needs)


def student_ids(data: Data) -> list[str]:
    """The students an event is about, each once."""
    one = [data["student_id"]] if "student_id" in data else []
    return list(dict.fromkeys(data.get("student_ids") or one))


def _guardians_of_each(data: Data, guardians: Guardians) -> Iterator[Told]:
    for student_id in student_ids(data):
        told = guardians.get(student_id, [])
        yield from (Told(person_id, student_id) for person_id in told)
        if not told:
            yield Told(None, student_id)


def _each_of(ids: Iterable[str], data: Data) -> Iterator[Told]:
    return (Told(person_id, student_id) for person_id in dict.fromkeys(ids) for student_id in student_ids(data))


def _named(field: str) -> Callable[[Data, Guardians], Iterator[Told]]:
    """Whom a field names, of each of the students."""
    return lambda data, _: _each_of(data[field] if field.endswith("_ids") else [data[field]], data)


def _owner(data: Data, guardians: Guardians) -> Iterator[Told]:
    yield Told(data["owner_id"], data["student_id"], data["owner_role"])


def _participants(data: Data, guardians: Guardians) -> Iterator[Told]:
    return (Told(person_id, None) for person_id in dict.fromkeys(data["person_ids"]))


_STUDENTS = ("student_ids", "student_id")
GUARDIANS_OF_EACH = Audience("guardians_of_each", _guardians_of_each, (_STUDENTS,), GUARDIAN)
AUDIENCES = {
    audience.name: audience
    for audience in (
        GUARDIANS_OF_EACH,
        Audience("the_guardian", _named("guardian_id"), (("guardian_id",), _STUDENTS), GUARDIAN),
        Audience("the_teacher", _named("teacher_id"), (("teacher_id",), _STUDENTS), TEACHER),
        Audience("the_teachers", _named("teacher_ids"), (("teacher_ids",), _STUDENTS), TEACHER),
        Audience("the_owner", _owner, (("owner_id",), ("owner_role",), ("student_id",)), None),  # of a promise, or of an answer
        Audience("participants", _participants, (("person_ids",),), None, of_children=False),
    )
}
