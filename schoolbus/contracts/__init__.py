"""The contracts of all events, one module per publisher. Golden files: tests/contracts."""

from schoolbus.contracts import meetings, notifications, reports, roster

__all__ = ["meetings", "notifications", "reports", "roster"]
