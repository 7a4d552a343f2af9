"""What is kept of how far families are reached; `Store` names each."""

from collections.abc import Mapping
from typing import Any

from schoolbus.projection import Projection
from schoolbus.store import Document, Documents, Index
from services.reports.engagement import months

# What is of people by name goes of itself, months.KEPT months after its month; what classes and branches come to stays.
_GOES = Index("gone_at", expires=0)


class OfMonths(Projection):
    """What others have counted of people's months, kept as long as they are somebody's."""

    def _row(self, branch_id: str, item: Mapping[str, Any]) -> Document:
        return {**super()._row(branch_id, item), "gone_at": months.gone_at(item["month"])}


# As notifications counts it
REACH = OfMonths("reach", key="reach_id", indexes=["branch_id month guardian_id", "guardian_id", _GOES])
# As meetings counts it
PARTICIPATION = OfMonths("participation", key="participation_id", indexes=["branch_id month person_id", "person_id", _GOES])

# What the worker makes of these and of reports' own documents: counting.py. Their version is the count of changes of the
# branch and month that they were made from, so a slow worker overwrites nothing newer.
FAMILY_MONTHS = Projection(
    "family_months",
    key="family_month_id",
    indexes=["branch_id month family_id", "branch_id student_ids month", "student_ids", "guardian_ids", _GOES],
)
CLASS_MONTHS = Projection("class_months", key="class_month_id", indexes=["branch_id month class_id"])
BRANCH_MONTHS = Projection("branch_months", key="month", indexes=["month branch_id"])
# A branch and a month each, and whether it is to be counted anew
ENGAGEMENT_DUE = Documents("engagement_due", indexes=[Index("touched_at", where={"due": True})])

ENGAGEMENT_STEPS = Documents(
    "engagement_steps",
    indexes=[
        "branch_id student_ids taken_on",
        "branch_id -taken_on _id",
        Index("branch_id taken_on", where={"watched": True}),
        "student_ids",
        "guardian_ids",
    ],
    what="Step",
)
