"""What every row of a delta must say: which record it means, whether that is to go, and when that was so (CSV binding, 4.2)."""

from datetime import datetime

from services.roster.oneroster.findings import Findings
from services.roster.oneroster.tables import Row, Rows

ACTIVE, DELETED = "active", "tobedeleted"


def touched(rows: Rows, findings: Findings) -> set[int]:
    """Hashes of the sourcedIds that a delta names. Hashes, as in `check_people`: a delta may be as large as a set."""
    seen: set[int] = set()
    for place, row in rows:
        for column, reason in _faults(row):
            findings.problem(rows.file.member, place, column, reason)
        key = hash(row[0])
        if key in seen:
            findings.problem(rows.file.member, place, "sourcedId", "is there twice in the delta: which of them counts?")
        seen.add(key)
    return seen


def _faults(row: Row) -> list[tuple[str, str]]:
    faults = []
    if not row[0]:
        faults.append(("sourcedId", "is blank, and it is needed"))
    if row[1] not in (ACTIVE, DELETED):
        faults.append(("status", f"must be {ACTIVE} or {DELETED} in a delta"))
    if not is_moment(row[2]):
        faults.append(("dateLastModified", "must be a moment like 2026-08-31T09:30:00Z in a delta"))
    return faults


def is_moment(text: str) -> bool:
    try:
        return len(text) >= 10 and bool(datetime.fromisoformat(text))
    except ValueError:
        return False
