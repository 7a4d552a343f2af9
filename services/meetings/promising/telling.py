"""What is said of a commitment: never its words."""

from __future__ import annotations

from datetime import date
from typing import Any

from schoolbus.contracts.theday import CommitmentDue, CommitmentMade, CommitmentSettled

Document = dict[str, Any]
GUARDIAN, TEACHER = "guardian", "teacher"


def made(commitment: Document) -> CommitmentMade:
    """Also when it was agreed anew: with a higher edition."""
    return CommitmentMade(**_said(commitment), owners=commitment["owners"], due_on=_due_on(commitment))


def settled(commitment: Document) -> CommitmentSettled:
    return CommitmentSettled(**_said(commitment), done=commitment["state"] == "done")


def due(commitment: Document) -> list[CommitmentDue]:
    """One for each owner."""
    said = _said(commitment)
    whom = {name: said.pop(name) for name in ("guardian_id", "teacher_id")}
    return [
        CommitmentDue(**said, owner_id=whom[f"{role}_id"], owner_role=role, due_on=_due_on(commitment))
        for role in commitment["owners"]
    ]


def _said(commitment: Document) -> Document:
    names = ("branch_id", "edition", "student_id", "guardian_id", "teacher_id")
    return {
        "subject": commitment["_id"],
        "commitment_id": commitment["_id"],
        **{name: commitment[name] for name in names},
    }


def _due_on(commitment: Document) -> date:
    return date.fromisoformat(commitment["due_on"])
