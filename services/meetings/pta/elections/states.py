"""What becomes of an election, and of a candidate."""

NOMINATING, OPEN, CLOSED, COUNTED, CANCELLED = "nominating", "open", "closed", "counted", "cancelled"
NOMINATED, STANDS, WITHDRAWN = "nominated", "stands", "withdrawn"
MAY, VOTED, MISSED = "may", "voted", "missed"  # a household
FAMILIES, MEMBERS = "families", "members"  # whose households vote
