"""One service: its requests, its events and its work."""

from deploy.dashboards.building import Panel, Query, choice, graph, late, made


def board() -> str:
    return made(
        "rabta-service",
        "Rabta: a service",
        "One service: its requests, its events and its work.",
        {
            "Requests": _requests(),
            "Events": _events(),
            "Work and timers": _work(),
            "Processes": _processes(),
        },
        [choice("app", "Service", "label_values(rabta_http_requests_total, app)")],
    )


def _requests() -> list[Panel]:
    return [
        graph(
            "Requests, the ten most asked",
            Query(
                'topk(10, sum by (method, route) (rate(rabta_http_requests_total{app="$app"}[$__rate_interval])))',
                "{{method}} {{route}}",
            ),
            unit="reqps",
        ),
        graph(
            "Faults",
            Query(
                'sum by (route, status) (rate(rabta_http_requests_total{app="$app", status=~"5.."}[$__rate_interval]))',
                "{{status}} {{route}}",
            ),
            unit="reqps",
        ),
        late("Time to answer", "rabta_http_request_seconds", "app", 'app="$app"'),
        graph(
            "Where the time goes: seconds of work in a second",
            Query(
                'topk(10, sum by (route) (rate(rabta_http_request_seconds_sum{app="$app"}[$__rate_interval])))',
                "{{route}}",
            ),
        ),
    ]


def _events() -> list[Panel]:
    return [
        late("From what happened to the broker's yes", "rabta_outbox_delay_seconds", "service", 'service="$app"'),
        graph(
            "Published",
            Query('sum(rate(rabta_outbox_published_total{service="$app"}[$__rate_interval]))', "events"),
            unit="eps",
        ),
        late("Events handled: their age at the end", "rabta_event_age_seconds", "reader", 'reader="$app"'),
        graph(
            "Time in handlers, the ten that take most",
            Query(
                'topk(10, sum by (event) (rate(rabta_event_handling_seconds_sum{reader="$app"}[$__rate_interval])))',
                "{{event}}",
            ),
        ),
        graph(
            "Put off and dead",
            Query(
                "sum by (event, outcome) "
                '(rate(rabta_events_handled_total{reader="$app", outcome!="handled"}[$__rate_interval]))',
                "{{outcome}} {{event}}",
            ),
            unit="eps",
        ),
        graph("Relays that hold the lease", Query('sum(rabta_relay_leads{service="$app"})', "leads")),
    ]


def _work() -> list[Panel]:
    return [
        graph("What waits", Query('max by (work) (rabta_work_waiting{service="$app"})', "{{work}}")),
        graph(
            "Work by outcome",
            Query(
                'sum by (work, outcome) (rate(rabta_work_total{service="$app"}[$__rate_interval]))',
                "{{work}} {{outcome}}",
            ),
        ),
        late("Time for a piece", "rabta_work_seconds", "work", 'service="$app"'),
        graph(
            "Pieces that took longer than declared",
            Query('sum by (work) (increase(rabta_work_overrun_total{service="$app"}[$__rate_interval]))', "{{work}}"),
        ),
        graph(
            "Timers that fail",
            Query(
                'sum by (timer) (increase(rabta_timer_runs_total{service="$app", outcome="failed"}[$__rate_interval]))',
                "{{timer}}",
            ),
            Query(
                'sum by (collection) (increase(rabta_due_failed_total{app="$app"}[$__rate_interval]))',
                "due: {{collection}}",
            ),
        ),
    ]


def _processes() -> list[Panel]:
    return [
        graph(
            "Processor of each replica",
            Query('rate(process_cpu_seconds_total{app="$app"}[$__rate_interval])', "{{component}} {{instance}}"),
        ),
        graph(
            "Memory of each replica",
            Query('process_resident_memory_bytes{app="$app"}', "{{component}} {{instance}}"),
            unit="bytes",
        ),
    ]
