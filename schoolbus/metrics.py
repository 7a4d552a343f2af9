"""Metrics answer questions; no label grows with people."""

from prometheus_client import Counter, Gauge, Histogram

handled = Counter("rabta_events_handled_total", "Events by what became of them", ["reader", "event", "outcome"])
consumers_connected = Gauge("rabta_consumers_connected", "1 while every queue of this service is consumed")
handling = Histogram("rabta_event_handling_seconds", "Time in a handler", ["reader", "event"])
event_age = Histogram(
    "rabta_event_age_seconds",
    "From what happened to its handler's end",
    ["reader", "event"],
    buckets=(0.01, 0.05, 0.1, 0.5, 1, 5, 30, 120, 600, 3600, 86400),
)
requests = Counter("rabta_http_requests_total", "HTTP requests", ["route", "method", "status"])
request_time = Histogram("rabta_http_request_seconds", "Time to answer", ["route"])
outbox_lag = Gauge("rabta_outbox_lag_seconds", "Age of the oldest event not yet published", ["service"])
outbox_published = Counter("rabta_outbox_published_total", "Events published and confirmed", ["service"])
outbox_returned = Counter("rabta_outbox_returned_total", "Events no queue took; they stay in the outbox", ["service"])
relay_leads = Gauge("rabta_relay_leads", "1 while this replica holds the relay's lease", ["service"])
work_done = Counter("rabta_work_total", "Work by outcome", ["service", "work", "outcome"])
work_time = Histogram("rabta_work_seconds", "Time for one piece of work", ["service", "work"])
tick_age = Gauge("rabta_event_loop_tick_age_seconds", "Age of the event loop's last tick", ["service"])
backup_completed = Gauge(
    "rabta_backup_completed_timestamp_seconds",
    "When the last backup of this service's database was complete; 0: never",
    ["service"],
)
