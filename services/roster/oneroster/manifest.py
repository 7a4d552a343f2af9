"""manifest.csv: which version a set is of, which files it holds, and how."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from services.roster.oneroster.archive import Archive
from services.roster.oneroster.findings import Findings
from services.roster.oneroster.layout import FILES, NOT_READ, ROLES, USER_PROFILES, File
from services.roster.oneroster.tables import Table

MANIFEST = File("manifest", ("propertyName", "value"), ("propertyName",))
VERSIONS = ("1.1", "1.2")
_NOT_IN_1_1 = (ROLES, USER_PROFILES)

_Said = dict[str, tuple[int | None, str]]


@dataclass(frozen=True)
class Known:
    """What the manifest is measured by: the version and the files of the set before."""

    version: str
    names: AbstractSet[str]


@dataclass(frozen=True)
class Manifest:
    """`modes`, by file to be read: bulk, delta, or carried (it did not come: that of the set before counts on)."""

    version: str
    modes: dict[str, str]


def read_manifest(archive: Archive, findings: Findings, known: Known | None = None) -> Manifest:
    """What is missing, superfluous or of the wrong kind goes to `findings`."""
    if MANIFEST.member not in archive.names:
        findings.problem(MANIFEST.member, None, None, "The set has no manifest.csv.")
        return Manifest("1.2", {})
    said: _Said = {row[0]: (line, row[1]) for line, row in Table(archive, MANIFEST, findings)}
    _check(said, "manifest.version", ("1.0",), findings)
    version = _check(said, "oneroster.version", VERSIONS, findings)
    for name in NOT_READ:
        if said.get(f"file.{name}", (None, "absent"))[1] != "absent":
            findings.warn(f"{name}.csv", None, None, "Not read: it is no part of a roster.")
    return Manifest(version, _Modes(version, said, archive.names, known, findings).of_files())


def _check(said: _Said, name: str, wanted: tuple[str, ...], findings: Findings) -> str:
    line, value = said.get(name, (None, ""))
    if value not in wanted:
        findings.problem(MANIFEST.member, line, "value", f"{name} must be {' or '.join(wanted)}; it is {value[:60]!r}.")
    return value


class _Modes:
    def __init__(self, version: str, said: _Said, names: AbstractSet[str], known: Known | None, findings: Findings) -> None:
        self._version = version
        self._said = said
        self._names = names
        self._known = known
        self._findings = findings
        self._is_delta = any(said.get(f"file.{file.name}", (None, ""))[1] == "delta" for file in FILES)

    def of_files(self) -> dict[str, str]:
        modes = {file.name: self._mode(file) for file in FILES}
        if self._version == "1.1":
            modes["roles"] = modes["users"]
        return {name: mode for name, mode in modes.items() if mode}

    def _mode(self, file: File) -> str:
        line, mode = self._said.get(f"file.{file.name}", (None, "absent"))
        if self._version == "1.1" and file in _NOT_IN_1_1:
            return self._absent(file, line) if file is USER_PROFILES else ""
        match mode:
            case "bulk" | "delta" if file.member not in self._names:
                return self._problem(line, f"{file.member} is {mode} by the manifest, but it is not in the ZIP.")
            case "bulk":
                return mode
            case "delta":
                return self._delta(file, line)
            case "absent" if file.member in self._names:
                return self._problem(line, f"{file.member} is absent by the manifest, but it is in the ZIP.")
            case "absent":
                return self._absent(file, line)
            case _:
                return self._problem(line, f"{file.member} must be bulk, delta or absent; it is {mode[:60]!r}.")

    def _delta(self, file: File, line: int | None) -> str:
        if self._known is None:
            return self._problem(
                line, f"{file.member} is delta, and no set of this source is there to go on from: send the whole set as bulk."
            )
        if self._known.version != self._version:
            was = self._known.version
            return self._problem(
                line,
                f"{file.member} is a delta of {self._version}, and the set before was of {was}: send the whole set as bulk.",
            )
        return "delta"

    def _absent(self, file: File, line: int | None) -> str:
        is_known = self._known is not None and file.member in self._known.names
        if file.optional or self._is_delta:
            return "carried" if is_known else ""
        return self._problem(line, f"{file.member} is absent; a roster needs it, be it without rows.")

    def _problem(self, line: int | None, reason: str) -> str:
        self._findings.problem(MANIFEST.member, line, "value", reason)
        return ""
