"""What one reading of a set has found out and the second needs to know: who belongs to which branch, and who is whose guardian.

Kept small: people, branches and classes are numbers here, and each combination of branches and roles is kept once.
"""

from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

from services.roster.oneroster.findings import Place
from services.roster.oneroster.layout import File
from services.roster.oneroster.roles import GUARDIAN, STUDENT
from services.roster.oneroster.rowcheck import in_force

Membership = tuple[tuple[int, int], ...]  # (branch number, role bits), by branch
NO_BRANCH: Membership = ()
_HALF = 32  # bits


def _numbers() -> "array[int]":
    """Eight bytes each; a million pairs as tuples would take a tenth of a gigabyte."""
    return array("Q")


def paired(first: int, second: int) -> int:
    return first << _HALF | second


def unpaired(number: int) -> tuple[int, int]:
    return number >> _HALF, number & (1 << _HALF) - 1


@dataclass
class Plan:
    today: date
    files: list[File] = field(default_factory=list)
    rows: dict[str, int] = field(default_factory=dict)  # by file
    branches: dict[str, int] = field(default_factory=dict)  # sourcedId of a school: its number
    branch_of: dict[str, int | None] = field(default_factory=dict)  # sourcedId of any organisation: its school
    sessions: set[str] = field(default_factory=set)
    courses: dict[str, int | None] = field(default_factory=dict)  # sourcedId: branch
    classes: dict[str, int] = field(default_factory=dict)  # sourcedId: branch
    people: dict[str, int] = field(default_factory=dict)  # sourcedId: number
    memberships: list[Membership] = field(default_factory=list)  # by person
    kinds: bytearray = field(default_factory=bytearray)  # by person: bits of all roles they have anywhere
    operators: set[int] = field(default_factory=set)
    turns: set[str] = field(default_factory=set)  # days after `today` on which a role or an enrollment begins or ends
    has_secrets: bool = False  # passwords, which are not kept
    agents: list[tuple[int, str, Place]] = field(default_factory=list)  # (person, sourcedId of an agent yet unknown, place)
    pairs: "array[int]" = field(default_factory=_numbers)  # (person, agent), each as one number, until all roles are known
    pair_places: list[Place] = field(default_factory=list)
    relations: "array[int]" = field(default_factory=_numbers)  # (student, guardian), each as one number, sorted
    _in_force: dict[tuple[str, str], bool] = field(default_factory=dict)
    _grown: dict[tuple[Membership, int, int], Membership] = field(default_factory=dict)

    def in_force(self, begins: str, ends: str) -> bool:
        """Whether a row of such dates counts today. Days to come are noted in `turns`."""
        key = (begins, ends)
        known = self._in_force.get(key)
        if known is None:
            day = self.today.isoformat()
            self.turns.update(turn for turn in key if turn > day)
            known = self._in_force[key] = in_force(begins, ends, day)
        return known

    def grant(self, person: int, branch: int, role: int) -> None:
        held = self.memberships[person]
        key = (held, branch, role)
        grown = self._grown.get(key)
        if grown is None:
            bits = dict(held)
            bits[branch] = bits.get(branch, 0) | role
            grown = self._grown[key] = tuple(sorted(bits.items()))
        self.memberships[person] = grown
        self.kinds[person] |= role

    def has(self, person: int, branch: int, role: int) -> bool:
        return any(held == branch and bits & role for held, bits in self.memberships[person])

    def branches_as(self, person: int, role: int) -> list[int]:
        return [branch for branch, bits in self.memberships[person] if bits & role]

    def has_agent(self, person: int, agent_id: str, place: Place) -> None:
        agent = self.people.get(agent_id)
        if agent is None:
            self.agents.append((person, agent_id, place))
        else:
            self.pairs.append(paired(person, agent))
            self.pair_places.append(place)

    def add_person(self, sourced_id: str) -> int:
        number = self.people[sourced_id] = len(self.people)
        self.memberships.append(NO_BRANCH)
        self.kinds.append(0)
        return number

    def is_student_of(self, student: int, guardian: int) -> bool:
        return bool(self.kinds[student] & STUDENT and self.kinds[guardian] & GUARDIAN)

    def related(self) -> Iterator[tuple[str, str, list[int]]]:
        """sourcedIds of student and guardian, and the student's branches."""
        names = list(self.people)
        for number in self.relations:
            student, guardian = unpaired(number)
            yield names[student], names[guardian], self.branches_as(student, STUDENT)
