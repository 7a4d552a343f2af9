"""Gauges that ask the database when they are scraped: what is stored is true whichever replica is asked, and after a restart.

Each replica says the same, so dashboards and alerts take `max`, never `sum`. A question is bounded in time, and asked again
only after a while, however many scrape; without an answer there is no sample, which is another thing than nought.
"""

import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence

import pymongo
from prometheus_client import REGISTRY, Metric
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector
from pymongo.errors import PyMongoError

from schoolbus import metrics
from schoolbus.logs import log

PATIENCE = 2.0  # seconds
KEPT = 10.0  # seconds
Sample = tuple[Sequence[str], float]


class LookedUp(Collector):
    """`ask` gives label values and a value for each sample; `kept`: seconds for which that is good."""

    def __init__(
        self, name: str, text: str, labels: Sequence[str], ask: Callable[[], Iterable[Sample]], kept: float = KEPT
    ) -> None:
        self.name, self.text, self.labels = name, text, labels
        self._ask, self._kept = ask, kept
        self._known: list[Sample] = []
        self._good_until = 0.0
        self._lock = threading.Lock()

    def describe(self) -> Iterator[Metric]:
        yield GaugeMetricFamily(self.name, self.text, labels=self.labels)

    def collect(self) -> Iterator[Metric]:
        family = GaugeMetricFamily(self.name, self.text, labels=self.labels)
        for labels, value in self._samples():
            family.add_metric(labels, value)
        yield family

    def _samples(self) -> list[Sample]:
        with self._lock:
            if time.monotonic() >= self._good_until:
                self._known = self._asked()
                self._good_until = time.monotonic() + self._kept
            return self._known

    def _asked(self) -> list[Sample]:
        try:
            with pymongo.timeout(PATIENCE):
                return list(self._ask())
        except PyMongoError as fault:
            log().warning("not_looked_up", metric=self.name, fault=type(fault).__name__)
            metrics.lookups_failed.labels(self.name).inc()
            return []


def show(gauges: Iterable[Collector]) -> None:
    """For the rest of the process."""
    for gauge in gauges:
        REGISTRY.register(gauge)
