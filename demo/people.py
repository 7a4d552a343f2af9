"""People of the invented chain, and their rows in users.csv and roles.csv."""

from collections.abc import Sequence
from dataclasses import dataclass

from demo.names import Name
from demo.phones import as_written


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the set. `phone` is E.164, as a system should keep it; the file has it as people write it."""

    sourced_id: str
    role: str  # a role of OneRoster
    given: Name
    family: Name
    branch_id: str  # the sourcedId of the organisation that is first for them
    username: str
    phone: str = ""
    email: str = ""
    language: str = ""
    channels: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return f"{self.given.latin} {self.family.latin}"

    @property
    def name_urdu(self) -> str:
        return f"{self.given.urdu} {self.family.urdu}"


def user_row(person: Person, number: int, agents: Sequence[str] = (), grade: str = "") -> tuple[str, ...]:
    """A row of users.csv. `number` decides how the phone is written and whether it stands in both columns for phones."""
    written = as_written(person.phone, number) if person.phone else ""
    return (
        person.sourced_id,
        "true",
        person.username,
        "",
        person.given.latin,
        person.family.latin,
        "",
        person.sourced_id,
        person.email,
        written,
        written if number % 3 == 0 else "",
        ",".join(agents),
        grade,
        *("",) * 5,
        person.branch_id,
        "",
        person.language,
        ",".join(person.channels),
        person.name_urdu,
        person.given.urdu,
    )


def role_row(person: Person, branch_id: str, role: str, role_type: str = "primary") -> tuple[str, ...]:
    return (f"{person.sourced_id}-{branch_id}-{role}", person.sourced_id, role_type, role, "", "", branch_id)
