"""Which carrier of a channel takes the next message: the first in its order that works and has not just refused it."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from services.notifications import metrics
from services.notifications.carriers import Carrier, NotTaken
from services.notifications.sending.attempts import Outcome, at_this_step
from services.notifications.sending.breaker import Breaker

PAUSE = 30.0  # seconds, at most, for which a message waits while no carrier of its channel works


class Route:
    """The carriers of a channel, the preferred first."""

    def __init__(self, carriers: Sequence[Carrier]) -> None:
        self.carriers = list(carriers)
        self._by_name = {carrier.name: carrier for carrier in carriers}
        self._breakers = {carrier.name: Breaker() for carrier in carriers}
        for carrier in carriers:
            metrics.out_of_order.labels(carrier.name).set(0)

    def named(self, name: str) -> Carrier:
        """Raises KeyError."""
        return self._by_name[name]

    def choose(self, message: Mapping[str, Any]) -> Carrier | None:
        """None when none works at the moment."""
        at = time.monotonic()
        return next((carrier for carrier in self._for(message) if self._breakers[carrier.name].lets_through(at)), None)

    def another(self, message: Mapping[str, Any], than: Carrier) -> bool:
        """Whether another carrier, that was not tried as often, may take what this one did not."""
        at, tried = time.monotonic(), Counter(attempt["carrier"] for attempt in at_this_step(message))
        others = (carrier for carrier in self._for(message) if tried[carrier.name] < tried[than.name])
        return any(not self._breakers[other.name].is_open and not self._breakers[other.name].rests(at) for other in others)

    def works(self) -> bool:
        at = time.monotonic()
        return any(not breaker.is_open and not breaker.rests(at) for breaker in self._breakers.values())

    def pause(self) -> float:
        """Seconds until one is tried again."""
        at = time.monotonic()
        rests = [breaker.rests(at) for breaker in self._breakers.values()]
        return min(PAUSE, max(1.0, min(rests, default=PAUSE)))

    def worked(self, carrier: Carrier) -> None:
        """It answered; whether yes or no is the message's affair."""
        self._breakers[carrier.name].worked()
        metrics.out_of_order.labels(carrier.name).set(0)

    def failed(self, carrier: Carrier, fault: NotTaken) -> None:
        breaker, at = self._breakers[carrier.name], time.monotonic()
        if fault.busy:
            breaker.asked_to_wait(at, fault.retry_after)
        else:
            breaker.failed(at)
        metrics.out_of_order.labels(carrier.name).set(breaker.is_open)

    def _for(self, message: Mapping[str, Any]) -> list[Carrier]:
        """The one that has just not taken it comes last; those that refused it, not at all."""
        refused = {attempt["carrier"] for attempt in at_this_step(message) if attempt["outcome"] == Outcome.REFUSED}
        left = [carrier for carrier in self.carriers if carrier.name not in refused]
        return sorted(left, key=lambda carrier: carrier.name == message.get("avoid"))
