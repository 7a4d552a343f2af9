"""What a chain consists of."""

SERVICES = ("roster", "meetings", "reports", "notifications")
