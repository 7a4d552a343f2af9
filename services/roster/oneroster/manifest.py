"""manifest.csv: which files a set holds, and how."""

from services.roster.oneroster.archive import Archive
from services.roster.oneroster.findings import Findings
from services.roster.oneroster.layout import FILES, NOT_READ, File
from services.roster.oneroster.tables import Table

MANIFEST = File("manifest", ("propertyName", "value"), ("propertyName",))
_VERSIONS = {"manifest.version": "1.0", "oneroster.version": "1.2"}


def read_manifest(archive: Archive, findings: Findings) -> list[File]:
    """The files to read, in order. What is missing, superfluous or of the wrong kind goes to `findings`."""
    if MANIFEST.member not in archive.names:
        findings.problem(MANIFEST.member, None, None, "The set has no manifest.csv.")
        return []
    said = {row[0]: (line, row[1]) for line, row in Table(archive, MANIFEST, findings)}
    for name, wanted in _VERSIONS.items():
        line, value = said.get(name, (None, ""))
        if value != wanted:
            findings.problem(MANIFEST.member, line, "value", f"{name} must be {wanted}; it is {value[:60]!r}.")
    for name in NOT_READ:
        if said.get(f"file.{name}", (None, "absent"))[1] != "absent":
            findings.warn(f"{name}.csv", None, None, "Not read: it is no part of a roster.")
    return [file for file in FILES if _to_read(file, said.get(f"file.{file.name}"), archive, findings)]


def _to_read(file: File, said: tuple[int, str] | None, archive: Archive, findings: Findings) -> bool:
    line, mode = said or (None, "absent")

    def problem(reason: str) -> None:
        findings.problem(MANIFEST.member, line, "value", reason)

    match mode:
        case "bulk" if file.member in archive.names:
            return True
        case "bulk":
            problem(f"{file.member} is bulk by the manifest, but it is not in the ZIP.")
        case "absent" if file.member in archive.names:
            problem(f"{file.member} is absent by the manifest, but it is in the ZIP.")
        case "absent" if not file.optional:
            problem(f"{file.member} is absent; a roster needs it, be it without rows.")
        case "absent":
            pass
        case "delta":
            problem(f"{file.member} is delta, which is not taken yet: send the whole set as bulk.")
        case _:
            problem(f"{file.member} must be bulk or absent; it is {mode[:60]!r}.")
    return False
