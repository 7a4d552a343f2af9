"""The metrics of the code, by their names and for docs/watching.md."""

import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from types import ModuleType, SimpleNamespace
from typing import Any, cast

from prometheus_client.metrics import MetricWrapperBase

from gateway import metrics as of_gateway
from schoolbus import layout
from schoolbus import metrics as of_all
from schoolbus.database_view import DatabaseView
from schoolbus.looked_up import LookedUp
from schoolbus.work import Worker
from services.notifications import metrics as of_notifications
from services.reports import metrics as of_reports

BEGINS, ENDS = "<!-- metrics: make dashboards -->", "<!-- end of metrics -->"
_PARTS = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count"), "gauge": ("",)}


@dataclass(frozen=True)
class Known:
    name: str  # without what Prometheus puts behind it
    kind: str
    labels: tuple[str, ...]
    text: str
    where: str

    @property
    def samples(self) -> tuple[str, ...]:
        return tuple(self.name + part for part in _PARTS[self.kind])


@cache
def known() -> list[Known]:
    return [
        *_declared(of_gateway, "the gateway"),
        *_declared(of_all, "schoolbus"),
        *_looked_up(Worker(SimpleNamespace(service=""), [], threading.Event()).gauges(), "workers"),
        *_looked_up([layout.gauge(cast(Any, None))], "services, relays, workers"),
        *_described(DatabaseView(cast(Any, None)), "services, relays, workers"),
        *_declared(of_notifications, "notifications"),
        *_looked_up(of_reports.gauges(cast(Any, None)), "reports"),
    ]


def table() -> str:
    """Markdown. A counter is shown with `_total`, as it is asked for; a histogram by its name alone."""
    rows = ["| metric | kind | labels | what it says | from |", "|---|---|---|---|---|"]
    for each in known():
        name = each.name + ("_total" if each.kind == "counter" else "")
        labels = ", ".join(f"`{label}`" for label in each.labels)
        rows.append(f"| `{name}` | {each.kind} | {labels} | {each.text} | {each.where} |")
    return "\n".join(rows)


def _declared(module: ModuleType, where: str) -> Iterator[Known]:
    for value in vars(module).values():
        if isinstance(value, MetricWrapperBase):
            found = next(iter(value.describe()))
            yield Known(found.name, found.type, value._labelnames, found.documentation, where)


def _looked_up(gauges: list[LookedUp], where: str) -> Iterator[Known]:
    for each in gauges:
        yield Known(each.name, "gauge", tuple(each.labels), each.text, where)


def _described(collector: DatabaseView, where: str) -> Iterator[Known]:
    for each in collector.describe():
        yield Known(each.name, each.type, tuple(getattr(each, "_labelnames", ())), each.documentation, where)
