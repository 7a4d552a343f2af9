"""What a line item and a result are."""

OPEN, SUBMITTED, MODERATED = STATES = ("open", "submitted", "moderated")
KINDS = ("quiz", "assignment", "project", "exam", "other")

# OneRoster 1.2, scoreStatus
EXEMPT, FULLY_GRADED, NOT_SUBMITTED, PARTIALLY_GRADED, HANDED_IN = STATUSES = (
    "exempt",
    "fully graded",
    "not submitted",
    "partially graded",
    "submitted",
)
SCORED = (FULLY_GRADED, PARTIALLY_GRADED)  # a score may stand beside these

ADD, SCALE, FLOOR = ADJUSTMENTS = ("add", "scale", "floor")
CORRECTION, ADJUSTED = "correction", "adjustment"  # why a row of the history was written
