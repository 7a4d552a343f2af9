"""Rows of a checked set as the records that Rabta keeps.

A record has `_id`, `branch_id` (its branch, or the list of them), `source`, `sourced_id`, `active`, its own fields, and
`digest`: two records of one digest are the same.
"""

import hashlib
from collections.abc import Callable, Iterator, Sequence
from functools import cache, lru_cache
from typing import Any

from schoolbus.ids import natural_ids
from services.roster.oneroster.findings import Findings
from services.roster.oneroster.layout import CLASSES, USERS, File
from services.roster.oneroster.people import PersonReader
from services.roster.oneroster.plan import Membership, Plan
from services.roster.oneroster.roles import ENROLLED_AS, names_of
from services.roster.oneroster.tables import Row, Rows
from services.roster.role_keys import role_keys
from services.roster.search.entries import in_index

Record = dict[str, Any]


class Records:
    """Makes the records of one set. Ids come from the source's name and the sourcedId."""

    def __init__(self, source: str, plan: Plan, findings: Findings) -> None:
        self.plan = plan
        self._findings = findings
        self._source = source
        self._branch_ids = [self._ids("branch")(sourced_id) for sourced_id in plan.branches]
        self._in_branches = cache(self._branches_and_roles)

    def of(self, table: Rows) -> Iterator[tuple[str, Record]]:
        """(kind, record) of each row of a file. Roles have none: they are in the people's."""
        readers: dict[str, Callable[[Rows], Iterator[tuple[str, Record]]]] = {
            "orgs": self._orgs,
            "academicSessions": self._sessions,
            "courses": self._courses,
            "classes": self._classes,
            "users": self._users,
            "enrollments": self._enrollments,
            "demographics": self._demographics,
            "userProfiles": self._profiles,
        }
        return readers[table.file.name](table)

    def relations(self) -> Iterator[tuple[str, Record]]:
        relation_id, person_id = self._ids("relation"), self._known_ids("person")
        for student, guardian, branches in self.plan.related():
            sourced_id = f"{student}\x1f{guardian}"
            fields = {"student_id": person_id(student), "guardian_id": person_id(guardian)}
            yield (
                "relations",
                self._record(
                    relation_id(sourced_id), sourced_id, sorted(self._branch_ids[branch] for branch in branches), fields
                ),
            )

    def _ids(self, kind: str) -> Callable[[str], str]:
        return natural_ids(self._source, kind)

    def _known_ids(self, kind: str) -> Callable[[str], str]:
        """For references: the same ones follow each other."""
        return lru_cache(maxsize=4096)(self._ids(kind))

    def _record(self, id: str, sourced_id: str, branch_id: str | list[str], fields: Record, active: bool = True) -> Record:
        record = {
            "_id": id,
            "branch_id": branch_id,
            "source": self._source,
            "sourced_id": sourced_id,
            "active": active,
            **fields,
        }
        record["digest"] = hashlib.blake2b(repr(record).encode(), digest_size=12).digest()
        return record

    def _branches_and_roles(self, membership: Membership) -> tuple[list[str], dict[str, list[str]]]:
        """In the order of the ids, so that the order of the set's rows means nothing."""
        roles = dict(sorted((self._branch_ids[branch], names_of(bits)) for branch, bits in membership))
        return list(roles), roles

    # One method for each file

    def _orgs(self, table: Rows) -> Iterator[tuple[str, Record]]:
        branch_id, unit_id, name_ur = self._ids("branch"), self._ids("unit"), _extension(table, "nameUrdu")
        for _, row in table:
            parent_id = self._org_id(row[6]) if row[6] in self.plan.branch_of else None
            fields: Record = {"name": row[3], "name_ur": name_ur(row), "kind": row[4] or None, "parent_id": parent_id}
            if row[5]:
                fields["extra"] = {"identifier": row[5]}
            if row[0] in self.plan.branches:
                id = branch_id(row[0])
                yield "branches", self._record(id, row[0], id, fields)
            else:
                school = self.plan.branch_of[row[0]]
                yield "units", self._record(unit_id(row[0]), row[0], self._branch_list(school), fields)

    def _org_id(self, sourced_id: str) -> str:
        return self._ids("branch" if sourced_id in self.plan.branches else "unit")(sourced_id)

    def _branch_list(self, branch: int | None) -> list[str]:
        return [] if branch is None else [self._branch_ids[branch]]

    def _sessions(self, table: Rows) -> Iterator[tuple[str, Record]]:
        term_id = self._ids("term")
        for _, row in table:
            parent_id = term_id(row[7]) if row[7] else None
            fields = {
                "title": row[3],
                "kind": row[4],
                "starts_on": row[5],
                "ends_on": row[6],
                "parent_id": parent_id,
                "year": row[8],
            }
            yield "terms", self._record(term_id(row[0]), row[0], [], fields)

    def _courses(self, table: Rows) -> Iterator[tuple[str, Record]]:
        course_id = self._ids("course")
        for _, row in table:
            branches = self._branch_list(self.plan.courses[row[0]])
            yield "courses", self._record(course_id(row[0]), row[0], branches, _named(table, row))

    def _classes(self, table: Rows) -> Iterator[tuple[str, Record]]:
        class_id, course_id, term_id = self._ids("class"), self._ids("course"), self._ids("term")
        for _, row in table:
            fields = {
                "title": row[3],
                "grade": row[4] or None,
                "course_id": course_id(row[5]) if row[5] else None,
                "homeroom": row[7] == "homeroom",
                "location": row[8] or None,
                "term_ids": [term_id(term) for term in row[10].split(",") if term],
                "subject": row[11] or None,
                **_extra(row, _CLASS_EXTRA),
            }
            yield "classes", self._record(class_id(row[0]), row[0], self._branch_ids[self.plan.classes[row[0]]], fields)

    def _users(self, table: Rows) -> Iterator[tuple[str, Record]]:
        person_id, read = self._ids("person"), PersonReader(table, self._findings)
        for line, row in table:
            person = self.plan.people[row[0]]
            branches, roles = self._in_branches(self.plan.memberships[person])
            fields = {
                "roles": roles,
                "role_keys": role_keys(roles),
                "operator": person in self.plan.operators,
                **read.fields(line, row),
                **_extra(row, _USER_EXTRA),
            }
            fields["name_keys"] = in_index(f"{fields['given_name']} {fields['family_name']}", fields["name_ur"] or "", branches)
            yield "people", self._record(person_id(row[0]), row[0], branches, fields)

    def _enrollments(self, table: Rows) -> Iterator[tuple[str, Record]]:
        enrollment_id, class_id, person_id = self._ids("enrollment"), self._known_ids("class"), self._known_ids("person")
        for _, row in table:
            role = row[6]
            if role in ENROLLED_AS:
                fields: Record = {
                    "class_id": class_id(row[3]),
                    "person_id": person_id(row[5]),
                    "role": role,
                    "begins_on": row[8],
                    "ends_on": row[9],
                }
                if row[7]:
                    fields["extra"] = {"primary": row[7]}
                branch = self._branch_ids[self.plan.classes[row[3]]]
                active = self.plan.in_force(row[8], row[9])
                yield "enrollments", self._record(enrollment_id(row[0]), row[0], branch, fields, active)

    def _demographics(self, table: Rows) -> Iterator[tuple[str, Record]]:
        person_id = self._ids("person")
        for _, row in table:
            person = self.plan.people.get(row[0])
            if person is not None:
                branches, _ = self._in_branches(self.plan.memberships[person])
                yield "demographics", self._record(person_id(row[0]), row[0], branches, _named(table, row))

    def _profiles(self, table: Rows) -> Iterator[tuple[str, Record]]:
        profile_id, person_id = self._ids("profile"), self._ids("person")
        for _, row in table:
            person = self.plan.people.get(row[3])
            if person is not None:
                branches, _ = self._in_branches(self.plan.memberships[person])
                fields = {"person_id": person_id(row[3]), **_named(table, row)}
                yield "profiles", self._record(profile_id(row[0]), row[0], branches, fields)


def _extra(row: Row, columns: Sequence[tuple[int, str]]) -> Record:
    """Columns of the standard that no field holds, by their names: for those who read the roster as OneRoster."""
    found = {name: row[index] for index, name in columns if row[index]}
    return {"extra": found} if found else {}


def _places(file: File, names: str) -> list[tuple[int, str]]:
    return [(file.place[name], name) for name in names.split()]


_CLASS_EXTRA = _places(CLASSES, "classCode subjectCodes periods")
_USER_EXTRA = _places(
    USERS,
    "userIds middleName identifier grades userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName"
    " primaryOrgSourcedId pronouns",
)


def _named(table: Rows, row: Row) -> Record:
    """The fields that are not blank, by the standard's names: read and kept, not looked at."""
    named = zip(table.file.columns[3:], row[3:], strict=False)
    return {"fields": {column: value for column, value in named if value and column not in table.file.secret}}


def _extension(table: Rows, name: str) -> Callable[[Row], str | None]:
    """Reads an added column; None where it is blank or the set has none. For rows: the header has been read by then."""
    column = f"metadata.{name}"
    return lambda row: row[table.extensions[column]] or None if column in table.extensions else None
