"""Is anything wrong, and where?"""

from deploy.dashboards.building import Query, graph, late, made, number


def board() -> str:
    return made(
        "rabta-platform",
        "Rabta: platform",
        "Is anything wrong, and where? What is red leads to a runbook by its alert.",
        {
            "Now": [
                number(
                    "Requests with a fault of ours, 1 h", "rabta:gateway_errors:ratio_rate1h", "percentunit", red_from=0.001
                ),
                number("Requests over half a second, 1 h", "rabta:gateway_slow:ratio_rate1h", "percentunit", red_from=0.01),
                number("Oldest event not published", "max(rabta_outbox_lag_seconds)", "s", red_from=60),
                number("Dead letters", "sum(max by (reader) (rabta_dead_letters))", red_from=1),
                number("Replicas that don't answer", 'count(up{app=~".+"} == 0) or vector(0)', red_from=1),
                number("Alerts", 'count(ALERTS{alertstate="firing", severity=~"critical|warning"}) or vector(0)', red_from=1),
            ],
            "Requests": [
                graph(
                    "Requests by where they lead",
                    Query("sum by (service) (rate(rabta_gateway_requests_total[$__rate_interval]))", "{{service}}"),
                    unit="reqps",
                    stacked=True,
                ),
                graph(
                    "Answers that are no 2xx",
                    Query(
                        'sum by (service, status) (rate(rabta_gateway_requests_total{status!="2xx"}[$__rate_interval]))',
                        "{{service}} {{status}}",
                    ),
                    unit="reqps",
                ),
                late("How long a request takes at the gateway", "rabta_gateway_request_seconds", "service"),
                graph(
                    "What the gateway refuses",
                    Query("sum by (problem) (rate(rabta_gateway_refused_total[$__rate_interval]))", "{{problem}}"),
                    unit="reqps",
                ),
            ],
            "Events": [
                graph(
                    "Oldest event not published", Query("max by (service) (rabta_outbox_lag_seconds)", "{{service}}"), unit="s"
                ),
                late("From what happened to its handler's end", "rabta_event_age_seconds", "reader"),
                graph(
                    "Events by what became of them",
                    Query(
                        "sum by (reader, outcome) (rate(rabta_events_handled_total[$__rate_interval]))",
                        "{{reader}} {{outcome}}",
                    ),
                    unit="eps",
                ),
                graph("Dead letters", Query("max by (reader) (rabta_dead_letters)", "{{reader}}")),
            ],
            "Work": [
                graph("What waits", Query("max by (service, work) (rabta_work_waiting)", "{{service}} {{work}}")),
                graph(
                    "Since when the oldest is due",
                    Query("max by (service, work) (rabta_work_oldest_seconds)", "{{service}} {{work}}"),
                    unit="s",
                ),
                graph(
                    "What people asked for, by how it ended",
                    Query("sum by (run, outcome) (increase(rabta_runs_ended_total[1h]))", "{{run}} {{outcome}}"),
                    about="Within the hour before: imports, pulls, class lists, report cards, print runs, letters, timetables.",
                ),
                graph(
                    "Timers: since the last good round",
                    Query(
                        "topk(10, time() - max by (service, timer) (rabta_timer_last_success_timestamp_seconds))",
                        "{{service}} {{timer}}",
                    ),
                    unit="s",
                ),
            ],
            "Processes": [
                graph(
                    "Processor", Query('sum by (app, component) (rate(process_cpu_seconds_total{app=~".+"}[$__rate_interval]))')
                ),
                graph(
                    "Memory, the largest replica",
                    Query('max by (app, component) (process_resident_memory_bytes{app=~".+"})', "{{app}} {{component}}"),
                    unit="bytes",
                ),
                late("How late the event loops come back", "rabta_event_loop_lag_seconds", "service"),
                graph(
                    "Releases",
                    Query("count by (service, role, release) (rabta_release_info)", "{{service}} {{role}} {{release}}"),
                    about="Replicas of each release. Two of one process: a rollout is under way.",
                ),
            ],
            "Database": [
                graph("Members, as our processes see them", Query("max by (state) (rabta_database_members)", "{{state}}")),
                graph("How far a secondary is behind", Query("max(rabta_database_replication_lag_seconds)", "lag"), unit="s"),
            ],
        },
    )
