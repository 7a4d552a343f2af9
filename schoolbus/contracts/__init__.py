"""The contracts of all events, one module per publisher. Golden files: tests/contracts."""

from schoolbus.contracts import activities, meetings, notifications, pta, reports, roster, theday

__all__ = ["activities", "meetings", "notifications", "pta", "reports", "roster", "theday"]
