"""A class's register as it was sent: all rows or none, every child by name or as one of the others. Plain values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from schoolbus.problems import Invalid, Sentence
from services.reports.attendance.schemas import EntryRow
from services.reports.rows import read_rows

Document = dict[str, Any]
_ROW = EntryRow()
FIELDS = ("student_id", "status", "minutes", "note")


def entries(sheet: Mapping[str, Any], wanted: Collection[str], known: Mapping[str, Document]) -> list[Document]:
    """An entry for each, in the order of ids. Raises Invalid, which names rows by their index and whom the sheet forgot.

    `wanted`: students of the class on that day. `known`: entries of the register so far; who has left the class since keeps
    theirs, and can still be named.
    """
    rows, refused = read_rows(_ROW, sheet["entries"], {*wanted, *known})
    if refused:
        raise Invalid({"entries": refused}, "Some entries can't be taken; nothing was stored")
    named = {row["student_id"]: row for row in rows}
    missing = sorted(set(wanted) - set(named))
    if missing and sheet["others"] is None:
        raise Invalid(
            {"entries": [Sentence("%(count)s students of the class are missing.", count=len(missing))]},
            "The register wants every student of the class; nothing was stored",
            missing=missing,
        )
    others = {student_id: plain(student_id, sheet["others"]) for student_id in missing}
    left = {student_id: entry for student_id, entry in known.items() if student_id not in named and student_id not in others}
    return [entry for _, entry in sorted({**left, **others, **named}.items())]


def plain(student_id: str, status: str) -> Document:
    return {"student_id": student_id, "status": status, "minutes": None, "note": None}


def by_student(register: Mapping[str, Any] | None) -> dict[str, Document]:
    return {entry["student_id"]: entry for entry in register["entries"]} if register else {}


def differences(before: Mapping[str, Document], after: Sequence[Document]) -> list[Document]:
    """Whose status or minutes are another now. Notes are words about a child, and stand in the register alone."""
    found = []
    for entry in after:
        was = before.get(entry["student_id"])
        if was is None or (was["status"], was["minutes"]) != (entry["status"], entry["minutes"]):
            found.append({"student_id": entry["student_id"], "before": _told(was), "after": _told(entry)})
    return found


def _told(entry: Document | None) -> Document | None:
    return {"status": entry["status"], "minutes": entry["minutes"]} if entry else None
