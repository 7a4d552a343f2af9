"""The probe's next release: things have their name in small letters too; the release before goes on writing them without."""

import os
from typing import ClassVar

import services.probe.contracts  # noqa: F401 - makes its events known to the relay

from schoolbus.steps import Step
from schoolbus.store import Database, Documents, Index

LOWER = {"$toLower": "$name"}


class Store(Database):
    layout: ClassVar[int] = 2
    reads: ClassVar[int | None] = int(os.environ.get("PROBE_READS", "1"))  # 2: of the release after that
    readable_by: ClassVar[int | None] = reads
    steps = {2: [Step("things", {"$expr": {"$ne": [LOWER, {"$ifNull": ["$lower", None]}]}}, [{"$set": {"lower": LOWER}}])]}
    things = Documents(
        "things",
        indexes=[
            "branch_id name",
            Index("branch_id place", unique=True, where={"place": {"$exists": True}}),
            "branch_id lower",
        ],
        tells=True,
    )
    seen = Documents("seen", tells=True)
    cures = Documents("cures", tells=True)
