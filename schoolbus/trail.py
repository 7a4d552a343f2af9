"""Where the audit trail is kept: a database apart, to which roster, who keeps it, may add and from which it takes nothing away.

So nothing in it is ever changed: that a change failed is a document of its own. And its indexes are made by an administrator
where accounts have least rights, for whoever may make an index may let everything expire.
"""

from typing import Any

from pymongo.database import Database
from pymongo.errors import OperationFailure

from schoolbus.store import Documents, Index

ENTRIES = Documents(
    "entries",
    ["branch_id student_ids -at", "branch_id person_id -at", "branch_id -at _id", Index("forget_at", expires=0)],
)
FAILURES = Documents("failures", [Index("forget_at", expires=0)])  # by the id of the entry
KEPT = (ENTRIES, FAILURES)
_UNAUTHORIZED = 13  # MongoDB's error code


def ensure_indexes(database: Database[Any]) -> None:
    for documents in KEPT:
        documents.bound(database).ensure_indexes()


def see_to_indexes(database: Database[Any]) -> None:
    """As `ensure_indexes`, by whoever may; the others see that all are there, or raise what the database does."""
    try:
        ensure_indexes(database)
    except OperationFailure as refused:
        if refused.code != _UNAUTHORIZED or any(documents.bound(database).missing_indexes() for documents in KEPT):
            raise
