"""What holds for the rows of every file: needed fields, ids once, dates, lengths."""

from datetime import date
from operator import itemgetter

from services.roster.oneroster.findings import Findings, Place
from services.roster.oneroster.layout import LONGEST_ID, LONGEST_NAME, File
from services.roster.oneroster.tables import Row


class RowCheck:
    """Checks one row after the other of one file."""

    def __init__(self, file: File, findings: Findings) -> None:
        self.file = file
        self.findings = findings
        self._needed = itemgetter(*(file.place[column] for column in (*file.needed, file.needed[-1])))
        self._expected = [(file.place[column], column) for column in file.expected]
        self._names = [(file.place[column], column) for column in file.names]
        self._dates = [(file.place[column], column) for column in file.dates]
        self._named_there: dict[str | None, str] = dict(file.named_there)
        self._good_dates: set[str] = {""}

    def problem(self, line: Place, column: str | None, reason: str) -> None:
        self.findings.problem(self.file.member, line, self._named_there.get(column, column), reason)

    def warn(self, line: Place, column: str | None, reason: str) -> None:
        self.findings.warn(self.file.member, line, self._named_there.get(column, column), reason)

    def fields(self, line: Place, row: Row) -> bool:
        """Whether the fields needed are there."""
        if row[1] or row[2]:
            self._bulk_marks(line, row)
        for index, column in self._expected:
            if not row[index]:
                self.warn(line, column, "is blank, and the standard wants it")
        for index, column in self._names:
            if len(row[index]) > LONGEST_NAME:
                self.problem(line, column, f"has {len(row[index]):,} characters; at most {LONGEST_NAME} are taken")
            elif row[index].isspace() and column in self.file.needed:
                self.problem(line, column, "is blank, and it is needed")
        for index, column in self._dates:
            if row[index] not in self._good_dates:
                self._date(line, column, row[index])
        if len(row[0]) > LONGEST_ID:
            self.problem(line, "sourcedId", f"has {len(row[0]):,} characters; at most {LONGEST_ID} are taken")
        return self._is_complete(line, row)

    def taken(self, line: Place, sourced_id: str) -> None:
        self.problem(line, "sourcedId", f"{shown(sourced_id)} is there twice")

    def unknown(self, line: Place, column: str, sourced_id: str, file: str) -> None:
        self.problem(line, column, f"{shown(sourced_id)} is not in {file}")

    def _is_complete(self, line: Place, row: Row) -> bool:
        if "" not in self._needed(row):
            return True
        for column in self.file.needed:
            if not row[self.file.place[column]]:
                self.problem(line, column, "is blank, and it is needed")
        return False

    def _date(self, line: Place, column: str, text: str) -> None:
        if is_date(text):
            self._good_dates.add(text)
        else:
            self.problem(line, column, f"{shown(text)} is not a date like 2026-08-31")

    def _bulk_marks(self, line: Place, row: Row) -> None:
        if row[1] == "tobedeleted":
            self.problem(line, "status", "tobedeleted has no place in a bulk set: leave the row out")
        else:
            self.warn(line, "status", "status and dateLastModified are blank in a bulk set: not looked at")


def is_date(text: str) -> bool:
    """The standard's form, YYYY-MM-DD, and a day that exists."""
    try:
        return len(text) == 10 and text[4] == "-" and bool(date.fromisoformat(text))
    except ValueError:
        return False


def shown(text: str) -> str:
    """A value in a message: short enough, and its oddities visible."""
    return repr(text if len(text) <= 60 else text[:60] + "…")


def in_force(begins: str, ends: str, day: str) -> bool:
    """beginDate is the first day that counts, endDate the first that no longer does; blank: since ever, and for good. ISO."""
    return begins <= day and (not ends or day < ends)
