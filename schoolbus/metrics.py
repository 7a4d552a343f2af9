"""Metrics answer questions; no label grows with people or branches. docs/watching.md has each in a table."""

from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics

from schoolbus import tracing

disable_created_metrics()  # type: ignore[no-untyped-call] # a second series for each, which says when the first began: nobody asks

LONGEST_EXEMPLAR = 128  # characters of names and values together (OpenMetrics 1.0, "Exemplars")


def exemplar(correlation_id: str | None = None, **ids: str | None) -> dict[str, str] | None:
    """What goes with a sample so that its log lines can be found: `histogram.observe(seconds, exemplar(correlation_id))`.
    To be called within the step that it is of; who asks for OpenMetrics gets it. `ids` by the names that log lines give: in a
    trace, whose steps name them, they are left out where all would be too long. None when there is nothing or too much."""
    found = {"correlation_id": correlation_id, "trace_id": tracing.trace_id()}
    return _that_fit({**found, **ids}) or (_that_fit(found) if found["trace_id"] else None)


def _that_fit(known: dict[str, str | None]) -> dict[str, str] | None:
    labels = {name: str(value) for name, value in known.items() if value}
    length = sum(len(name) + len(value) for name, value in labels.items())
    return labels if 0 < length <= LONGEST_EXEMPLAR else None


# Events

handled = Counter("rabta_events_handled_total", "Events by what became of them", ["reader", "event", "outcome"])
consumers_connected = Gauge("rabta_consumers_connected", "1 while every queue of this service is consumed")
handling = Histogram("rabta_event_handling_seconds", "Time in a handler", ["reader", "event"])
event_age = Histogram(
    "rabta_event_age_seconds",
    "From what happened to its handler's end",
    ["reader", "event"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600, 3600, 86400),
)
dead_letters = Gauge("rabta_dead_letters", "Events that nobody could handle and that wait to be looked at", ["reader"])
outbox_lag = Gauge("rabta_outbox_lag_seconds", "Age of the oldest event not yet published", ["service"])
outbox_published = Counter("rabta_outbox_published_total", "Events published and confirmed", ["service"])
outbox_returned = Counter("rabta_outbox_returned_total", "Events no queue took; they stay in the outbox", ["service"])
outbox_delay = Histogram(
    "rabta_outbox_delay_seconds",
    "From what happened to the broker's yes",
    ["service"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5, 30, 120, 600, 3600),
)
relay_leads = Gauge("rabta_relay_leads", "1 while this replica holds the relay's lease", ["service"])

# Requests

requests = Counter("rabta_http_requests_total", "HTTP requests", ["route", "method", "status"])
request_time = Histogram("rabta_http_request_seconds", "Time to answer", ["route"])

# Work and timers

work_done = Counter("rabta_work_total", "Work by outcome", ["service", "work", "outcome"])
work_time = Histogram("rabta_work_seconds", "Time for one piece of work", ["service", "work"])
work_overrun = Counter(
    "rabta_work_overrun_total",
    "Pieces that took longer than their kind declares, and than a release waits",
    ["service", "work"],
)
runs_ended = Counter("rabta_runs_ended_total", "What somebody asked for and waits for, by how it ended", ["run", "outcome"])
timer_runs = Counter("rabta_timer_runs_total", "Rounds of timers by outcome", ["service", "timer", "outcome"])
timer_succeeded = Gauge(
    "rabta_timer_last_success_timestamp_seconds", "When a timer last succeeded here, or the process began", ["service", "timer"]
)
timer_interval = Gauge("rabta_timer_interval_seconds", "How often a timer is to run", ["service", "timer"])
due_failed = Counter("rabta_due_failed_total", "What a timer found due and could not do", ["collection"])

# Processes

tick_age = Gauge("rabta_event_loop_tick_age_seconds", "Age of the event loop's last tick", ["service"])
loop_lag = Histogram(
    "rabta_event_loop_lag_seconds",
    "How much later than asked for the event loop came back",
    ["service"],
    buckets=(0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
lookups_failed = Counter("rabta_lookups_failed_total", "Questions to the database for a metric that got no answer", ["metric"])
release = Gauge(
    "rabta_release_info",
    "1: the release that runs here, and the layout that it writes",
    ["service", "role", "release", "layout"],
)
backup_completed = Gauge(
    "rabta_backup_completed_timestamp_seconds",
    "When the last backup of this service's database was complete; 0: never",
    ["service"],
)
