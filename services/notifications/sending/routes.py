"""Which carrier of a channel takes the next message: the first in its order that works."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.notifications.carriers import Carrier, NotTaken

PAUSE = 2.0  # seconds for which a message waits while no carrier of its channel works


class Route:
    """The carriers of a channel, the preferred first."""

    def __init__(self, carriers: Sequence[Carrier]) -> None:
        self.carriers = carriers
        self._by_name = {carrier.name: carrier for carrier in carriers}

    def named(self, name: str) -> Carrier:
        """Raises KeyError."""
        return self._by_name[name]

    def carrier(self, message: Mapping[str, Any], at: datetime) -> Carrier | None:
        return next(iter(self._left(message)), None) or (self.carriers[0] if self.carriers else None)

    def another(self, message: Mapping[str, Any], at: datetime, than: Carrier) -> bool:
        return any(carrier is not than for carrier in self._left(message))

    def pause(self, message: Mapping[str, Any]) -> float:
        return PAUSE

    def worked(self, carrier: Carrier) -> None:
        """It answered."""

    def failed(self, carrier: Carrier, fault: NotTaken) -> None:
        """It did not, or not well."""

    def _left(self, message: Mapping[str, Any]) -> list[Carrier]:
        refused = {
            attempt["carrier"]
            for attempt in message["attempts"]
            if attempt["step"] == message["step"] and attempt["outcome"] == "refused"
        }
        return [carrier for carrier in self.carriers if carrier.name not in refused]
