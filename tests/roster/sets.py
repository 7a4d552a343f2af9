"""Small OneRoster sets, to be spoilt in one place."""

import copy
import csv
import io
import zipfile
from datetime import date
from typing import Any, Self

from services.roster.oneroster.checks import check_set
from services.roster.oneroster.findings import Findings
from services.roster.oneroster.incoming import Before
from services.roster.oneroster.layout import FILES
from services.roster.oneroster.plan import Plan
from services.roster.oneroster.records import Record, Records

COLUMNS = {file.name: file.columns for file in FILES}
TODAY = date(2026, 11, 24)
PHONE = "0300 1234567"

_SMALL: dict[str, list[dict[str, str]]] = {
    "orgs": [
        {"sourcedId": "chain", "name": "Roshan Kal", "type": "district"},
        {"sourcedId": "b1", "name": "Gulberg", "type": "school", "parentSourcedId": "chain", "metadata.nameUrdu": "گلبرگ"},
        {"sourcedId": "b2", "name": "Johar Town", "type": "school", "parentSourcedId": "chain"},
        {"sourcedId": "science", "name": "Science", "type": "department", "parentSourcedId": "b1"},
    ],
    "academicSessions": [
        {
            "sourcedId": "y",
            "title": "2026-27",
            "type": "schoolYear",
            "startDate": "2026-08-01",
            "endDate": "2027-06-30",
            "schoolYear": "2027",
        }
    ],
    "courses": [{"sourcedId": "k5", "title": "Class 5", "orgSourcedId": "chain"}],
    "classes": [
        {"sourcedId": "c1", "title": "5-A", "grades": "05", "classType": "homeroom", "schoolSourcedId": "b1"},
        {"sourcedId": "c2", "title": "5-A", "grades": "05", "classType": "homeroom", "schoolSourcedId": "b2"},
    ],
    "users": [
        {"sourcedId": "op", "givenName": "Omar", "familyName": "Shah", "username": "omar"},
        {"sourcedId": "h1", "givenName": "Hina", "familyName": "Baig", "username": "hina"},
        {"sourcedId": "o1", "givenName": "Owais", "familyName": "Dar", "username": "owais"},
        {"sourcedId": "t1", "givenName": "Tahira", "familyName": "Malik", "username": "tahira", "sms": "03011111111"},
        {"sourcedId": "t2", "givenName": "Talha", "familyName": "Mir", "username": "talha"},
        {
            "sourcedId": "g1",
            "givenName": "Ghazala",
            "familyName": "Khan",
            "sms": PHONE,
            "metadata.language": "en",
            "metadata.channels": "whatsapp,sms",
            "metadata.nameUrdu": "غزالہ خان",
            "metadata.givenNameUrdu": "غزالہ",
        },
        {"sourcedId": "g2", "givenName": "Ghulam", "familyName": "Khan", "phone": PHONE},
        {"sourcedId": "g3", "givenName": "Gul", "familyName": "Noor", "email": "gul@example.pk", "agentSourcedIds": "s3"},
        {"sourcedId": "s1", "givenName": "Sana", "familyName": "Khan", "agentSourcedIds": "g1,g2"},
        {"sourcedId": "s2", "givenName": "Saad", "familyName": "Khan", "agentSourcedIds": "g1"},
        {"sourcedId": "s3", "givenName": "Sara", "familyName": "Noor"},
    ],
    "roles": [
        {"userSourcedId": "op", "role": "districtAdministrator", "orgSourcedId": "chain"},
        {"userSourcedId": "h1", "role": "principal", "orgSourcedId": "b1"},
        {"userSourcedId": "o1", "role": "siteAdministrator", "orgSourcedId": "b1"},
        {"userSourcedId": "t1", "role": "teacher", "orgSourcedId": "b1"},
        {"userSourcedId": "t2", "role": "teacher", "orgSourcedId": "science"},
        {"userSourcedId": "g1", "role": "parent", "orgSourcedId": "b1"},
        {"userSourcedId": "g2", "role": "guardian", "orgSourcedId": "b1"},
        {"userSourcedId": "g3", "role": "relative", "orgSourcedId": "b1"},
        {"userSourcedId": "s1", "role": "student", "orgSourcedId": "b1"},
        {"userSourcedId": "s2", "role": "student", "orgSourcedId": "b2"},
        {"userSourcedId": "s3", "role": "student", "orgSourcedId": "b1"},
    ],
    "enrollments": [
        {"sourcedId": "e1", "classSourcedId": "c1", "schoolSourcedId": "b1", "userSourcedId": "t1", "role": "teacher"},
        {"sourcedId": "e2", "classSourcedId": "c1", "schoolSourcedId": "b1", "userSourcedId": "s1", "role": "student"},
        {"sourcedId": "e3", "classSourcedId": "c2", "schoolSourcedId": "b2", "userSourcedId": "s2", "role": "student"},
        {"sourcedId": "e4", "classSourcedId": "c1", "schoolSourcedId": "b1", "userSourcedId": "s3", "role": "student"},
    ],
    "demographics": [{"sourcedId": "s1", "birthDate": "2016-02-29", "sex": "female"}],
}


class RosterSet:
    """A set of two branches; every change gives another set, so that they can be chained."""

    def __init__(self) -> None:
        self.rows = copy.deepcopy(_SMALL)
        for row in self.rows["roles"]:
            row["sourcedId"] = f"{row['userSourcedId']}-{row['role']}"
            row["roleType"] = "primary"
        for row in self.rows["users"]:
            row.update(enabledUser="true", username=row.get("username", row["sourcedId"]))
        for row in self.rows["classes"]:
            row.update(courseSourcedId="k5", termSourcedIds="y")
        self.raw: dict[str, bytes] = {}
        self.modes = dict.fromkeys(self.rows, "bulk")
        self.versions = {"manifest.version": "1.0", "oneroster.version": "1.2"}

    def change(self, file: str, sourced_id: str, **values: str) -> Self:
        """`values` by column; a dot in a name is written as two underscores."""
        changed = copy.deepcopy(self)
        row = next(row for row in changed.rows[file] if row["sourcedId"] == sourced_id)
        row.update({column.replace("__", "."): value for column, value in values.items()})
        return changed

    def add(self, file: str, **values: str) -> Self:
        changed = copy.deepcopy(self)
        changed.modes.setdefault(file, "bulk")
        changed.rows.setdefault(file, []).append({column.replace("__", "."): value for column, value in values.items()})
        return changed

    def drop(self, file: str, *sourced_ids: str) -> Self:
        changed = copy.deepcopy(self)
        changed.rows[file] = [row for row in changed.rows[file] if row["sourcedId"] not in sourced_ids]
        return changed

    def put(self, member: str, content: bytes) -> Self:
        """A member of the ZIP as it shall stand there."""
        changed = copy.deepcopy(self)
        changed.raw[member] = content
        return changed

    def mode(self, file: str, mode: str) -> Self:
        changed = copy.deepcopy(self)
        changed.modes[file] = mode
        return changed

    def absent(self, *files: str) -> Self:
        changed = copy.deepcopy(self)
        for file in files:
            changed.modes[file] = "absent"
            del changed.rows[file]
        return changed

    def csv(self, file: str) -> bytes:
        rows = self.rows[file]
        extensions = sorted({column for row in rows for column in row if column.startswith("metadata.")})
        columns = [*COLUMNS[file], *extensions]
        return as_csv([columns, *([row.get(column, "") for column in columns] for row in rows)])

    def manifest(self) -> bytes:
        files = {f"file.{name}": mode for name, mode in self.modes.items()}
        return as_csv([["propertyName", "value"], *([name, value] for name, value in {**self.versions, **files}.items())])

    def zip(self) -> bytes:
        members = {"manifest.csv": self.manifest(), **{f"{file}.csv": self.csv(file) for file in self.rows}, **self.raw}
        return as_zip(members)


def as_csv(rows: list[list[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out).writerows(rows)
    return out.getvalue().encode()


def as_zip(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def check(content: bytes | RosterSet, before: Before | None = None) -> tuple[Plan | None, Findings]:
    findings = Findings()
    checked = check_set(io.BytesIO(_zip(content)), TODAY, findings, lambda part: None, before)
    return (checked[1] if checked else None), findings


def problems(content: bytes | RosterSet, before: Before | None = None) -> list[dict[str, Any]]:
    plan, findings = check(content, before)
    assert (plan is None) == (findings.problem_count > 0), "refused, and a reason given: always both"
    return findings.problems


def warnings(content: RosterSet) -> list[tuple[str, str | None]]:
    """(file, column) of each warning, of both readings."""
    return [(warning["file"], warning["column"]) for warning in read(content)[1].warnings]


def records(content: RosterSet) -> dict[str, dict[str, Record]]:
    """By kind and sourcedId; relations by (student, guardian)."""
    return read(content)[0]


def read(content: bytes | RosterSet, before: Before | None = None) -> tuple[dict[str, dict[str, Record]], Findings]:
    findings = Findings()
    checked = check_set(io.BytesIO(_zip(content)), TODAY, findings, lambda part: None, before)
    assert checked is not None, findings.problems
    incoming, plan = checked
    made = Records("main", plan, findings)
    streams = [made.of(incoming.rows(file, Findings())) for file in plan.files if file.name != "roles"]
    found: dict[str, dict[str, Record]] = {}
    for stream in [*streams, made.relations()]:
        for kind, record in stream:
            found.setdefault(kind, {})[record["sourced_id"]] = record
    return found, findings


def _zip(content: bytes | RosterSet) -> bytes:
    return content.zip() if isinstance(content, RosterSet) else content
