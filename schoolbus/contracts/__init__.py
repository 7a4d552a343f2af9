"""The contracts of all events, one module per publisher. Golden files: tests/contracts."""

from schoolbus.contracts import meetings, notifications, pta, reports, roster

__all__ = ["meetings", "notifications", "pta", "reports", "roster"]
