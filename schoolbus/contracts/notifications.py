"""What notifications says."""

from schoolbus.contracts.noted import AccessItem
from schoolbus.events import Event, Items


class AccessNoted(Event):
    """Who saw or changed what about children, of whatever branch. Since 1."""

    type = "notifications.access_noted"
    read_by = ("roster",)
    items = Items(AccessItem, required=True)
