"""Reads a OneRoster set back and says what is wrong with it. Written apart from the writer, after the CSV binding."""

import csv
import io
import re
import zipfile
from pathlib import Path

Rows = list[dict[str, str]]

REQUIRED = {
    "academicSessions": "title type startDate endDate schoolYear",
    "orgs": "name type",
    "courses": "title orgSourcedId",
    "classes": "title courseSourcedId classType schoolSourcedId termSourcedIds",
    "users": "enabledUser username givenName familyName",
    "roles": "userSourcedId roleType role orgSourcedId",
    "enrollments": "classSourcedId schoolSourcedId userSourcedId role",
    "demographics": "",
}
VALUES = {
    ("academicSessions", "type"): {"gradingPeriod", "semester", "schoolYear", "term"},
    ("orgs", "type"): {"department", "school", "district", "local", "state", "national"},
    ("classes", "classType"): {"homeroom", "scheduled"},
    ("roles", "roleType"): {"primary", "secondary"},
    ("roles", "role"): {
        "districtAdministrator", "guardian", "parent", "principal", "relative", "siteAdministrator", "student", "teacher",
    },
    ("enrollments", "role"): {"administrator", "proctor", "student", "teacher"},
    ("enrollments", "primary"): {"true", "false"},
    ("users", "metadata.language"): {"", "en", "ur"},
    ("demographics", "sex"): {"male", "female"},
}  # fmt: skip
REFERENCES = {
    ("academicSessions", "parentSourcedId"): "academicSessions",
    ("orgs", "parentSourcedId"): "orgs",
    ("courses", "orgSourcedId"): "orgs",
    ("courses", "schoolYearSourcedId"): "academicSessions",
    ("classes", "courseSourcedId"): "courses",
    ("classes", "schoolSourcedId"): "orgs",
    ("classes", "termSourcedIds"): "academicSessions",
    ("users", "agentSourcedIds"): "users",
    ("users", "primaryOrgSourcedId"): "orgs",
    ("roles", "userSourcedId"): "users",
    ("roles", "orgSourcedId"): "orgs",
    ("enrollments", "classSourcedId"): "classes",
    ("enrollments", "schoolSourcedId"): "orgs",
    ("enrollments", "userSourcedId"): "users",
    ("demographics", "sourcedId"): "users",
}
_DATE = re.compile(r"(\d{4}-\d\d-\d\d)?")


def read(path: Path) -> dict[str, Rows]:
    """The rows of each file that the manifest calls bulk, and the manifest itself as `manifest`."""
    with zipfile.ZipFile(path) as archive:
        manifest = _rows(archive, "manifest")
        modes = {
            row["propertyName"].removeprefix("file."): row["value"]
            for row in manifest
            if row["propertyName"].startswith("file.")
        }
        names = {name.removesuffix(".csv") for name in archive.namelist()} - {"manifest"}
        assert names == {name for name, mode in modes.items() if mode == "bulk"}, "files and manifest disagree"
        return {"manifest": manifest} | {name: _rows(archive, name) for name in sorted(names)}


def columns(path: Path, name: str) -> list[str]:
    with zipfile.ZipFile(path) as archive:
        return archive.read(f"{name}.csv").decode().splitlines()[0].split(",")


def faults(files: dict[str, Rows]) -> list[str]:
    ids = {name: {row["sourcedId"] for row in rows} for name, rows in files.items() if name != "manifest"}
    found = []
    for name, required in REQUIRED.items():
        rows = files[name]
        if len(ids[name]) != len(rows):
            found.append(f"{name}: a sourcedId comes twice")
        for row in rows:
            where = f"{name} {row['sourcedId']}"
            found += [f"{where}: {column} is blank" for column in f"sourcedId {required}".split() if not row[column]]
            found += [f"{where}: {column} isn't blank in bulk" for column in ("status", "dateLastModified") if row[column]]
            found += [
                f"{where}: {column} {row[column]!r}"
                for column in row
                if column.endswith("Date") and not _DATE.fullmatch(row[column])
            ]
    for (name, column), allowed in VALUES.items():
        found += [f"{name} {row['sourcedId']}: {column} {row[column]!r}" for row in files[name] if row[column] not in allowed]
    for (name, column), target in REFERENCES.items():
        for row in files[name]:
            unknown = set(filter(None, row[column].split(","))) - ids[target]
            found += [f"{name} {row['sourcedId']}: {column} {one} is not in {target}" for one in unknown]
    return found


def _rows(archive: zipfile.ZipFile, name: str) -> Rows:
    text = io.TextIOWrapper(archive.open(f"{name}.csv"), encoding="utf-8", newline="")
    rows = list(csv.DictReader(text, strict=True))
    assert all(None not in row and None not in row.values() for row in rows), (
        f"{name}: a row is longer or shorter than the header"
    )
    return rows
