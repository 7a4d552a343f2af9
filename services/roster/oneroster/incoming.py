"""A set as it came, and the set of the same source before it: together they give the rows of a whole 1.2 bulk set."""

import zipfile
from dataclasses import dataclass
from typing import IO

from services.roster.oneroster.archive import Archive, Progress
from services.roster.oneroster.findings import Findings
from services.roster.oneroster.layers import Carried, Merged, RolesOf11, UsersOf11
from services.roster.oneroster.layout import FILES, ROLES, USERS, USERS_1_1, File
from services.roster.oneroster.manifest import Manifest
from services.roster.oneroster.tables import Rows, Table

_OWNER_OF_ROLE = ROLES.place["userSourcedId"]


@dataclass(frozen=True)
class Before:
    """The set of this source that was applied last, kept as `rewriting` writes it; `version` is that of what had come."""

    file: IO[bytes]
    version: str

    def archive(self) -> Archive:
        return Archive(zipfile.ZipFile(self.file), lambda part: None)


class Incoming:
    def __init__(self, archive: Archive, manifest: Manifest, before: Archive | None, progress: Progress) -> None:
        self.version = manifest.version
        self.files = [file for file in FILES if file.name in manifest.modes]
        self._modes = manifest.modes
        is_bulk = set(manifest.modes.values()) <= {"bulk"}
        self._archives = [archive] if before is None or is_bulk else [archive, before]
        self.rewind(progress)

    @property
    def is_whole(self) -> bool:
        """Whether what came is a 1.2 bulk set with nothing of the set before in it."""
        return self.version == "1.2" and set(self._modes.values()) == {"bulk"}

    def rewind(self, progress: Progress) -> None:
        """For another reading. `progress` hears now and then which part has been read (0 to 1); it may raise to stop all."""

        def heard(_: float) -> None:
            read = sum(archive.bytes_read for archive in self._archives)
            progress(min(read / sum(archive.size for archive in self._archives), 1.0))

        for archive in self._archives:
            archive.rewind(heard)

    def rows(self, file: File, findings: Findings) -> Rows:
        """The rows of one of `files`, in its columns of 1.2."""
        mode = self._modes[file.name]
        if mode == "carried":
            return Carried(self._before(file))
        came = self._came(file, findings)
        if mode == "bulk":
            return came
        known = Carried(self._before(file)) if self._is_known(file) else None
        if self.version == "1.1" and file is ROLES:  # whoever is named gets all their roles anew
            return Merged(known, came, Table(self._archives[0], USERS_1_1, Findings()), _OWNER_OF_ROLE, Findings())
        return Merged(known, self._came(file, Findings()), came, 0, findings)

    def _came(self, file: File, findings: Findings) -> Rows:
        archive = self._archives[0]
        if self.version == "1.1" and file is USERS:
            return UsersOf11(Table(archive, USERS_1_1, findings))
        if self.version == "1.1" and file is ROLES:
            return RolesOf11(Table(archive, USERS_1_1, Findings()))  # what is wrong there, the reading of users tells
        return Table(archive, file, findings)

    def _is_known(self, file: File) -> bool:
        return file.member in self._archives[-1].names and len(self._archives) > 1

    def _before(self, file: File) -> Table:
        return Table(self._archives[1], file, Findings())
