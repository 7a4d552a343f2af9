"""What operators ask of the gateway. No label grows with people or paths."""

from functools import cache

from prometheus_client import Counter, Histogram

from schoolbus.metrics import exemplar

_METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"))
_requests = Counter(
    "rabta_gateway_requests_total", "Requests by service, method and class of status", ["service", "method", "status"]
)
_seconds = Histogram(
    "rabta_gateway_request_seconds",
    "From a request's headers to its answer",
    ["service"],
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60),
)
refused = Counter("rabta_gateway_refused_total", "Requests that the gateway itself refused, by problem", ["problem"])


def observe(service: str, method: str, status: int, seconds: float, correlation_id: str) -> None:
    """`service` is where the path leads, `gateway` when it leads nowhere further, or is a page."""
    count, time = _of(service, method if method in _METHODS else "other", status // 100)
    count.inc()
    time.observe(seconds, exemplar(correlation_id))


@cache  # bounded by its labels
def _of(service: str, method: str, status_class: int) -> tuple[Counter, Histogram]:
    return _requests.labels(service, method, f"{status_class}xx"), _seconds.labels(service)
