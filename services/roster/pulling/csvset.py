"""Rows of a REST interface as a OneRoster 1.2 CSV set (CSV binding): bulk the first time, delta later on."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import IO, Any

from schoolbus.ids import natural_id
from services.roster.oneroster.layout import (
    ACADEMIC_SESSIONS,
    CLASSES,
    COURSES,
    DEMOGRAPHICS,
    ENROLLMENTS,
    FILES,
    NOT_READ,
    ORGS,
    ROLES,
    USERS,
    File,
)
from services.roster.pulling import staging
from services.roster.store import Store

Row = dict[str, Any]
_ADDED = {ORGS.name: ("nameUrdu",), USERS.name: ("nameUrdu", "givenNameUrdu", "language", "channels")}  # in metadata
_REFERENCES = {  # columns that are an object's sourcedId in JSON, or a list of them
    "parentSourcedId": "parent",
    "schoolYearSourcedId": "schoolYear",
    "orgSourcedId": "org",
    "courseSourcedId": "course",
    "schoolSourcedId": "school",
    "termSourcedIds": "terms",
    "agentSourcedIds": "agents",
    "primaryOrgSourcedId": "primaryOrg",
    "classSourcedId": "class",
    "userSourcedId": "user",
}
_OTHER_NAMES = {"preferredGivenName": "preferredFirstName", "preferredFamilyName": "preferredLastName"}
_NEVER = {"password"}
_CHUNK = 500
_BEAT_EVERY = 2_000  # rows

COLLECTIONS = {  # in the order in which they are fetched, and the file of each
    "orgs": ORGS,
    "academicSessions": ACADEMIC_SESSIONS,
    "courses": COURSES,
    "classes": CLASSES,
    "users": USERS,
    "enrollments": ENROLLMENTS,
    "demographics": DEMOGRAPHICS,
}


def write(
    store: Store, source: str, run: str, out: IO[bytes], collections: list[str], *, delta: bool, beat: Callable[[], None]
) -> None:
    """The ZIP of what was fetched. `beat` is called now and then: it takes minutes for a whole chain."""
    files = [(COLLECTIONS[name], _lines(store, run, name, delta)) for name in collections]
    files.insert(1 + collections.index("users"), (ROLES, _roles(store, source, run, delta)))
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as set_:
        for file, lines in files:
            _put(set_, file, lines, beat)
        _put_rows(set_, "manifest.csv", _manifest(source, {file.name for file, _ in files}, delta))


def _put(set_: zipfile.ZipFile, file: File, lines: Iterator[list[str]], beat: Callable[[], None]) -> None:
    header = [*file.columns, *(f"metadata.{name}" for name in _ADDED.get(file.name, ()))]

    def beating() -> Iterator[list[str]]:
        yield header
        for number, line in enumerate(lines):
            if not number % _BEAT_EVERY:
                beat()
            yield line

    _put_rows(set_, file.member, beating())


def _put_rows(set_: zipfile.ZipFile, member: str, rows: Iterable[list[str]]) -> None:
    with set_.open(member, "w") as stream, io.TextIOWrapper(stream, encoding="utf-8", newline="") as text:
        csv.writer(text).writerows(rows)


def _manifest(source: str, present: set[str], delta: bool) -> Iterator[list[str]]:
    yield ["propertyName", "value"]
    yield from (["manifest.version", "1.0"], ["oneroster.version", "1.2"])
    for name in (*(file.name for file in FILES), *NOT_READ):
        yield [f"file.{name}", ("delta" if delta else "bulk") if name in present else "absent"]
    yield from (["source.systemName", source], ["source.systemCode", source])


def _lines(store: Store, run: str, collection: str, delta: bool) -> Iterator[list[str]]:
    file = COLLECTIONS[collection]
    for row in staging.rows(store, run, collection):
        if delta or row.get("status") != "tobedeleted":
            yield line(file, row, delta=delta)


def line(file: File, row: Row, *, delta: bool) -> list[str]:
    """A row of JSON as a line of a file; status and moment stand in delta alone."""
    metadata = row.get("metadata") if isinstance(row.get("metadata"), dict) else {}
    marks = [_text(row.get("status") or "active"), _text(row.get("dateLastModified"))] if delta else ["", ""]
    values = [_value(file, row, column) for column in file.columns[3:]]
    return [row["sourcedId"], *marks, *values, *(_text((metadata or {}).get(name)) for name in _ADDED.get(file.name, ()))]


def _value(file: File, row: Row, column: str) -> str:
    if column in _NEVER:
        return ""
    if column == "userIds":
        return _user_ids(row.get("userIds"))
    value = row.get(_REFERENCES.get(column) or _OTHER_NAMES.get(column, column))
    text = _text(_ids(value) if column in _REFERENCES else value)
    return text[:10] if column in file.dates else text  # some systems send a day as a moment


def _ids(value: Any) -> Any:
    if isinstance(value, list):
        return [_ids(each) for each in value]
    return value.get("sourcedId") if isinstance(value, dict) else None


def _user_ids(value: Any) -> str:
    pairs = [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []
    return ",".join(f"{{{_text(each.get('type'))}:{_text(each.get('identifier'))}}}" for each in pairs)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, list):
        return ",".join(filter(None, map(_text, value)))
    return "" if isinstance(value, dict) else str(value).replace("\0", "")


def _roles(store: Store, source: str, run: str, delta: bool) -> Iterator[list[str]]:
    """roles.csv: in JSON they are the users'. A role that a user has no longer is one to be deleted."""
    users = staging.rows(store, run, "users")
    while chunk := list(islice(users, _CHUNK)):
        before = staging.known_roles(store, source, [user["sourcedId"] for user in chunk]) if delta else {}
        for user in chunk:
            roles = staging.roles_of(user)
            first = {org: role for role, org in reversed(roles)}  # the first role in each organisation is the primary one
            moment = _text(user.get("dateLastModified"))
            for role, org in roles:
                marks = ["active", moment] if delta else ["", ""]
                kind = "primary" if first[org] == role else "secondary"
                yield _role(user["sourcedId"], role, org, kind, marks)
            for role, org in before.get(user["sourcedId"], []):
                if (role, org) not in roles:
                    yield _role(user["sourcedId"], role, org, "secondary", ["tobedeleted", moment])


def _role(user_id: str, role: str, org: str, kind: str, marks: list[str]) -> list[str]:
    id = natural_id("pulled", "role", f"{user_id}\x1f{role}\x1f{org}")
    return [id, *marks, user_id, kind, role, "", "", org, ""]
