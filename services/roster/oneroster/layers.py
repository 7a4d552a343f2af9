"""Rows as they come, seen as rows of a 1.2 bulk set: rows of 1.1, rows of the set before, and a delta laid over them.

Nothing is copied: every finding names the line that the sender wrote.
"""

from collections.abc import Iterator

from services.roster.oneroster.findings import Findings, Place
from services.roster.oneroster.layout import ROLES_OF_USERS, USERS, USERS_1_1, File
from services.roster.oneroster.marks import DELETED, touched
from services.roster.oneroster.tables import Row, Rows, Table

_P = USERS_1_1.place
_ORGS, _ROLE = _P["orgSourcedIds"], _P["role"]
_BLANKS = [""] * (len(USERS.columns) - len(USERS_1_1.columns) + 2)  # what 1.2 has after `password`
_WIDER = len(USERS.columns) - len(USERS_1_1.columns)


class UsersOf11:
    """users.csv of 1.1 as that of 1.2."""

    file = USERS

    def __init__(self, table: Table) -> None:
        self.extensions: dict[str, int] = {}
        self.count = 0
        self._table = table

    def __iter__(self) -> Iterator[tuple[Place, Row]]:
        end = len(USERS_1_1.columns)
        self.count = 0
        for line, row in self._table:
            if not self.count:
                self.extensions.update({name: index + _WIDER for name, index in self._table.extensions.items()})
            self.count += 1
            yield line, [*row[:_ORGS], *row[_ROLE + 1 : end], *_BLANKS, *row[end:]]


class RolesOf11:
    """The roles that stand in users.csv of 1.1: one in each organisation of a user, the first of them primary."""

    file = ROLES_OF_USERS

    def __init__(self, users: Table) -> None:
        self.extensions: dict[str, int] = {}
        self.count = 0
        self._users = users

    def __iter__(self) -> Iterator[tuple[Place, Row]]:
        self.count = 0
        for line, row in self._users:
            for number, org in enumerate(row[_ORGS].split(",")):
                self.count += 1
                kind = "secondary" if number else "primary"
                yield line, [f"{row[0]}:{number}", row[1], row[2], row[0], kind, row[_ROLE], "", "", org.strip(), ""]


class Carried:
    """Rows of the set before, known by their sourcedId."""

    def __init__(self, before: Table) -> None:
        self.file: File = before.file
        self.extensions = before.extensions
        self.count = 0
        self._before = before

    def __iter__(self) -> Iterator[tuple[Place, Row]]:
        self.count = 0
        for _, row in self._before:
            self.count += 1
            row[1] = row[2] = ""
            yield row[0], row


class Merged:
    """A delta over the rows before: those that it names are replaced or gone, the others stay.

    `named` are the rows that say which are meant by `key`, the column of the rows before: the delta's own, read for the first
    time, so that `findings` hear once what is wrong there.
    """

    def __init__(self, before: Rows | None, delta: Rows, named: Rows, key: int, findings: Findings) -> None:
        self.file: File = delta.file
        self.extensions: dict[str, int] = {}
        self.count = 0
        self._before = before
        self._delta = delta
        self._named = named
        self._key = key
        self._findings = findings

    def __iter__(self) -> Iterator[tuple[Place, Row]]:
        self.count = 0
        self.extensions.clear()
        named = touched(self._named, self._findings)
        if self._before is not None:
            for place, row in self._before:
                if hash(row[self._key]) not in named:
                    yield place, self._widened(row, self._before)
        for place, row in self._delta:
            if row[0] and row[1] != DELETED:
                row[1] = row[2] = ""
                yield place, self._widened(row, self._delta)

    def _widened(self, row: Row, rows: Rows) -> Row:
        """With the added columns of both, in one order."""
        if not self.count:
            self._layout()
        self.count += 1
        end = len(self.file.columns)
        return [*row[:end], *(row[rows.extensions[name]] if name in rows.extensions else "" for name in self.extensions)]

    def _layout(self) -> None:
        """The headers have been read by the first row: the delta's for what it names, the other's for the row itself."""
        before = {} if self._before is None else self._before.extensions
        added = self._named.extensions if self._named.file.name == self.file.name else {}
        for index, name in enumerate(dict.fromkeys([*before, *added]), len(self.file.columns)):
            self.extensions[name] = index
