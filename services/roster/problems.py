"""What stands against an edit."""

from collections.abc import Mapping
from typing import Any

from schoolbus.problems import Conflict, Sentence
from schoolbus.store import Document


def at_version(record: Document, version: int | None, shown: Mapping[str, Any]) -> None:
    """Raises Conflict `changed-meanwhile`, with the record as it is `shown`, when the caller saw another version."""
    if version is not None and version != record["version"]:
        raise Conflict(
            "changed-meanwhile", "Somebody has changed this meanwhile", "See now: what it is now. Decide again.", now=shown
        )


def imported(record: Document) -> Conflict:
    source = record["source"]
    detail = Sentence("It comes from %(source)s: change it there, the next import would undo this.", source=source)
    return Conflict("imported", "This came by import", detail, source=source, id=record["_id"])
