"""Writing a OneRoster 1.2 bulk CSV set: the columns of each file, in the standard's order, and a ZIP that needs no memory.

Extension columns stand at the end of a file and begin with `metadata.`, as the CSV binding allows.
"""

import csv
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

_BASE = "sourcedId status dateLastModified"

COLUMNS: dict[str, tuple[str, ...]] = {
    name: tuple(f"{_BASE} {columns}".split())
    for name, columns in {
        "academicSessions": "title type startDate endDate parentSourcedId schoolYear",
        "orgs": "name type identifier parentSourcedId metadata.nameUrdu",
        "courses": "schoolYearSourcedId title courseCode grades orgSourcedId subjects subjectCodes",
        "classes": "title grades courseSourcedId classCode classType location schoolSourcedId termSourcedIds subjects"
        " subjectCodes periods",
        "users": "enabledUser username userIds givenName familyName middleName identifier email sms phone agentSourcedIds"
        " grades password userMasterIdentifier preferredGivenName preferredMiddleName preferredFamilyName primaryOrgSourcedId"
        " pronouns metadata.language metadata.channels metadata.nameUrdu metadata.givenNameUrdu",
        "roles": "userSourcedId roleType role beginDate endDate orgSourcedId userProfileSourcedId",
        "enrollments": "classSourcedId schoolSourcedId userSourcedId role primary beginDate endDate",
        "demographics": "birthDate sex americanIndianOrAlaskaNative asian blackOrAfricanAmerican"
        " nativeHawaiianOrOtherPacificIslander white demographicRaceTwoOrMoreRaces hispanicOrLatinoEthnicity countryOfBirthCode"
        " stateOfBirthAbbreviation cityOfBirth publicSchoolResidenceStatus",
    }.items()
}

ABSENT = [
    "categories",
    "classResources",
    "courseResources",
    "lineItemLearningObjectiveIds",
    "lineItems",
    "lineItemScoreScales",
    "resources",
    "resultLearningObjectiveIds",
    "results",
    "resultScoreScales",
    "scoreScales",
    "userProfiles",
    "userResources",
]

_EARLIEST = (1980, 1, 1, 0, 0, 0)  # a ZIP keeps times; the same set shall be the same bytes
_BLANK = ("", "")  # status and dateLastModified are blank in bulk


class CsvSet:
    """A set being written: `put` adds a row to a file; leaving the `with` block makes the ZIP.

    Rows of all files come mixed, and a ZIP takes one file after the other: they wait in a temporary folder.
    """

    def __init__(self, path: Path, *, system_name: str, system_code: str) -> None:
        self.rows = dict.fromkeys(COLUMNS, 0)
        self._path = path
        self._source = (("source.systemName", system_name), ("source.systemCode", system_code))
        self._open = ExitStack()
        self._writers: dict[str, Callable[[Iterable[Sequence[str]]], object]] = {}

    def __enter__(self) -> Self:
        self._folder = Path(self._open.enter_context(tempfile.TemporaryDirectory(prefix="oneroster-")))
        self._files = ExitStack()
        for name, columns in COLUMNS.items():
            file = self._files.enter_context(self._file(name).open("w", encoding="utf-8", newline=""))
            writer = csv.writer(file)
            writer.writerow(columns)
            self._writers[name] = writer.writerows
        return self

    def put(self, name: str, *rows: Sequence[str]) -> None:
        """Adds rows: the sourcedId, then the columns after `dateLastModified`; what a row leaves out at its end stays blank."""
        width = len(COLUMNS[name])
        self._writers[name]([(row[0], *_BLANK, *row[1:], *("",) * (width - 2 - len(row))) for row in rows])
        self.rows[name] += len(rows)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._files.close()
        with self._open:
            if error is None:
                self._zip()

    def _file(self, name: str) -> Path:
        return self._folder / f"{name}.csv"

    def _zip(self) -> None:
        with zipfile.ZipFile(self._path, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
            with archive.open(_member("manifest"), "w") as member:
                member.write(self._manifest().encode())
            for name in COLUMNS:
                with self._file(name).open("rb") as file, archive.open(_member(name), "w", force_zip64=True) as member:
                    shutil.copyfileobj(file, member, 1 << 20)

    def _manifest(self) -> str:
        modes = dict.fromkeys(COLUMNS, "bulk") | dict.fromkeys(ABSENT, "absent")
        files = [(f"file.{name}", modes[name]) for name in sorted(modes, key=str.lower)]
        versions = [("manifest.version", "1.0"), ("oneroster.version", "1.2")]
        properties = [("propertyName", "value"), *versions, *files, *self._source]
        return "".join(f"{name},{value}\r\n" for name, value in properties)


def _member(name: str) -> zipfile.ZipInfo:
    member = zipfile.ZipInfo(f"{name}.csv", _EARLIEST)
    member.compress_type = zipfile.ZIP_DEFLATED
    member.external_attr = 0o644 << 16
    return member
