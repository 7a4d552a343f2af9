"""An invented chain of schools as a OneRoster 1.2 bulk CSV set, of any size, the same for the same seed.

    python -m demo.roster --out chain.zip --branches 3 --students 240 --seed 1

prints what is in it and who is useful to know, as JSON. `write_chain` is the same as a function.
"""

import argparse
import json
import random
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from demo import families, places
from demo.families import Family, Guardian
from demo.names import BOYS, FAMILIES, GIRLS, MEN, MOTHERS_OWN, WOMEN, Name
from demo.oneroster import CsvSet
from demo.people import Person, role_row, user_row
from demo.phones import PhoneBook
from demo.school import CHAIN_ID, Branch, plan_branch, school_rows

SMALLEST = families.SHOWCASE_CHILDREN  # students a branch, so that every kind of family finds room


@dataclass(frozen=True, slots=True)
class KnownFamily:
    """A family of a kind that demonstrations and tests look for."""

    guardians: tuple[Person, ...]
    students: tuple[Person, ...]


@dataclass(frozen=True, slots=True)
class Chain:
    """What was written. Ids are sourcedIds. `rows` counts the rows of each file, without headers.

    `families` are in the first class of the first branch, one of each kind of `demo.families.SHOWCASE`:
    urdu_sms, shared_phone (two children), apart, two_branches (a child in each), email_only, no_phone, never_delivers,
    carrier_fails, rate_limited_once, teacher_is_mother. `class_id` is the homeroom of that class and `teacher` its teacher.
    """

    path: Path
    chain_id: str
    branch_ids: tuple[str, ...]
    branch_names: tuple[str, ...]
    unsubscribed_branch_id: str | None  # the last one: the demonstration leaves it out of the subscriptions
    class_id: str
    class_title: str
    subject_class_id: str  # the same students, taught a subject by `teacher`
    operator: Person | None
    head: Person
    office: Person
    teacher: Person
    families: dict[str, KnownFamily]
    rows: dict[str, int]


def write_chain(
    path: Path | str,
    *,
    branches: int = 3,
    students: int = 240,
    seed: int = 1,
    year: int | None = None,
    guardians: int | None = None,
    operator: bool = True,
) -> Chain:
    """Writes the set as a ZIP. `students` are of the whole chain; `year` is when the school year begins, by default this one.

    `guardians`: about so many at least, with relatives where the families drawn have fewer; by default as drawn. `operator`:
    whether the set names an operator of the chain; an import that brings one waits for a person.

    Raises ValueError when there are fewer than `SMALLEST` students for each branch.
    """
    if branches < 1 or students < branches * SMALLEST:
        raise ValueError(f"a chain needs a branch and {SMALLEST} students in each, not {branches} and {students}")
    with CsvSet(Path(path), system_name=f"{places.CHAIN.latin} demo", system_code=f"demo-{seed}") as out:
        return _Writer(out, branches, students, seed, year or _this_school_year(), guardians or 0, operator=operator).write(
            Path(path)
        )


class _Writer:
    def __init__(
        self, out: CsvSet, branches: int, students: int, seed: int, year: int, guardians: int, *, operator: bool
    ) -> None:
        self.out, self.seed, self.year = out, seed, year
        self.operator = operator
        self.guardians_due = 0.0  # for the students so far
        self.guardians_a_student = guardians / students
        self.phones = PhoneBook()
        self.people = 0
        self.enrollments = 0
        self.known: dict[str, KnownFamily] = {}
        share, rest = divmod(students, branches)
        self.branches = [plan_branch(index, share + (index < rest)) for index in range(branches)]

    def write(self, path: Path) -> Chain:
        for name, rows in school_rows(self.branches, self.year):
            self.out.put(name, *rows)
        rng = self._random("chain")
        operator = self._staff(rng, "districtAdministrator", CHAIN_ID) if self.operator else None
        staff = [self._write_staff(branch) for branch in self.branches]
        for branch, (_, _, teachers) in zip(self.branches, staff, strict=True):
            self._write_families(branch, teachers)
        first = self.branches[0].sections[0]
        head, office, teachers = staff[0]
        return Chain(
            path=path,
            chain_id=CHAIN_ID,
            branch_ids=tuple(branch.id for branch in self.branches),
            branch_names=tuple(branch.name.latin for branch in self.branches),
            unsubscribed_branch_id=self.branches[-1].id if len(self.branches) > 1 else None,
            class_id=first.homeroom_id,
            class_title=first.title,
            subject_class_id=first.subject_ids[0],
            operator=operator,
            head=head,
            office=office,
            teacher=teachers[0],
            families=self.known,
            rows=self.out.rows,
        )

    def _random(self, part: str) -> random.Random:
        return random.Random(f"{self.seed} {part}")

    def _next_id(self, letter: str) -> str:
        self.people += 1
        return f"{letter}{self.people:07d}"

    # Staff

    def _write_staff(self, branch: Branch) -> tuple[Person, Person, list[Person]]:
        rng = self._random(f"staff {branch.index}")
        head = self._staff(rng, "principal", branch.id)
        office = self._staff(rng, "siteAdministrator", branch.id)
        teachers = [self._staff(rng, "teacher", branch.id) for _ in range(branch.teachers)]
        for number, section in enumerate(branch.sections):
            self._enroll(branch, teachers[number].sourced_id, "teacher", section.homeroom_id, primary="true")
            for subject, class_id in enumerate(section.subject_ids):
                teacher = teachers[branch.teacher_of(subject, number)]
                self._enroll(branch, teacher.sourced_id, "teacher", class_id, primary="true")
        return head, office, teachers

    def _staff(self, rng: random.Random, role: str, org_id: str) -> Person:
        given, family = rng.choice(WOMEN if rng.random() < 0.7 else MEN), rng.choice(FAMILIES)
        sourced_id = self._next_id("T" if role == "teacher" else "A")
        username = f"{_plain(given)}.{_plain(family)}{self.people}"
        person = Person(
            sourced_id,
            role,
            given,
            family,
            org_id,
            username,
            phone=self.phones.number(),
            email=f"{username}@roshankal.example",
            language="en" if rng.random() < 0.6 else "ur",
            channels=("app", "sms"),
        )
        self.out.put("users", user_row(person, self.people))
        self.out.put("roles", role_row(person, org_id, role))
        return person

    # Families

    def _write_families(self, branch: Branch, teachers: list[Person]) -> None:
        rng = self._random(f"families {branch.index}")
        showcase = list(reversed(families.SHOWCASE)) if branch.index == 0 else []
        missing = branch.students
        while missing:
            family = self._with_relatives(showcase.pop() if showcase else families.draw(rng), most=missing)
            missing -= self._write_family(rng, branch, family, teachers, most=missing)

    def _with_relatives(self, family: Family, most: int) -> Family:
        self.guardians_due += self.guardians_a_student * len(family.children[:most]) - len(family.guardians)
        relatives = max(0, int(self.guardians_due)) if self.guardians_a_student and not family.known_as else 0
        self.guardians_due -= relatives
        return families.with_relatives(family, relatives)

    def _write_family(self, rng: random.Random, branch: Branch, family: Family, teachers: list[Person], most: int) -> int:
        """Writes a family with `most` children or fewer; how many they are."""
        surname = rng.choice(FAMILIES)
        grade = 0 if family.known_as else rng.randrange(len(branch.grades))
        schools = [self.branches[branch.beside(len(self.branches))] if step else branch for step in family.children[:most]]
        guardians: list[Person] = []
        for guardian in family.guardians:
            shared = guardians[0].phone if guardian.phone == "shared" else ""
            guardians.append(teachers[1] if guardian.teaches else self._guardian(rng, guardian, surname, branch, shared))
        for person, guardian in zip(guardians, family.guardians, strict=True):
            for school in dict.fromkeys(school.id for school in schools):
                kind = "secondary" if guardian.teaches and school == person.branch_id else "primary"
                self.out.put("roles", role_row(person, school, guardian.role, kind))
        agents = [person.sourced_id for person in guardians]
        step = rng.randint(1, 2)
        students = [self._student(rng, school, grade + step * place, surname, agents) for place, school in enumerate(schools)]
        if family.known_as:
            self.known[family.known_as] = KnownFamily(tuple(guardians), tuple(students))
        return len(students)

    def _guardian(self, rng: random.Random, guardian: Guardian, surname: Name, branch: Branch, shared_phone: str) -> Person:
        given = rng.choice(WOMEN if guardian.sex == "f" else MEN)
        family = rng.choice(MOTHERS_OWN) if guardian.sex == "f" and rng.random() < 0.4 else surname
        sourced_id = self._next_id("G")
        phone = self.phones.number(guardian.ending) if guardian.phone == "own" else shared_phone
        email = f"{_plain(given)}.{_plain(family)}{self.people}@mail.example" if guardian.email else ""
        person = Person(
            sourced_id,
            guardian.role,
            given,
            family,
            branch.id,
            sourced_id.lower(),
            phone,
            email,
            guardian.language,
            guardian.channels,
        )
        self.out.put("users", user_row(person, self.people))
        return person

    def _student(self, rng: random.Random, branch: Branch, grade: int, surname: Name, agents: list[str]) -> Person:
        girl = rng.random() < 0.5
        section = branch.seat(grade)
        sourced_id = self._next_id("S")
        person = Person(sourced_id, "student", rng.choice(GIRLS if girl else BOYS), surname, branch.id, sourced_id.lower())
        self.out.put("users", user_row(person, self.people, agents, section.grade))
        self.out.put("roles", role_row(person, branch.id, "student"))
        born = date(self.year - 5 - int(section.grade), 8, 1) - timedelta(days=rng.randrange(365))
        self.out.put("demographics", (sourced_id, born.isoformat(), "female" if girl else "male"))
        self._enroll(branch, sourced_id, "student", section.homeroom_id, *section.subject_ids)
        return person

    def _enroll(self, branch: Branch, person_id: str, role: str, *class_ids: str, primary: str = "false") -> None:
        start = self.enrollments
        self.enrollments += len(class_ids)
        rows = [
            (f"E{start + place:08d}", class_id, branch.id, person_id, role, primary)
            for place, class_id in enumerate(class_ids, 1)
        ]
        self.out.put("enrollments", *rows)


def _plain(name: Name) -> str:
    return name.latin.lower().replace(" ", "")


def _this_school_year() -> int:
    today = date.today()
    return today.year if today.month >= 8 else today.year - 1


def _as_json(chain: Chain) -> str:
    def plain(value: Any) -> str:
        return str(value)

    return json.dumps(asdict(chain), ensure_ascii=False, indent=2, default=plain)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m demo.roster", description="Writes an invented chain of schools.")
    parser.add_argument("--out", type=Path, required=True, help="the ZIP to write")
    parser.add_argument("--branches", type=int, default=3)
    parser.add_argument("--students", type=int, default=240, help="of the whole chain")
    parser.add_argument("--guardians", type=int, help="about so many at least; by default as the families have them")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--year", type=int, help="when the school year begins; this one by default")
    asked = parser.parse_args()
    try:
        size = {"branches": asked.branches, "students": asked.students, "guardians": asked.guardians}
        chain = write_chain(asked.out, **size, seed=asked.seed, year=asked.year)
    except (ValueError, OSError) as error:
        raise SystemExit(f"demo.roster: {error}") from error
    print(_as_json(chain))


if __name__ == "__main__":
    main()
