"""RabbitMQ: does it take events, and are its queues read?"""

from deploy.dashboards.building import Query, graph, made, number

OF_OURS = r'queue!~"rabta\\.(delay\\..+|.+\\.dead)"'


def board() -> str:
    return made(
        "rabta-broker",
        "Rabta: broker",
        "RabbitMQ: does it take events, and are its queues read?",
        {
            "Now": [
                number("Nodes", 'sum(up{app="broker", component="node"})'),
                number("Memory alarms", "sum(rabbitmq_alarms_memory_used_watermark)", red_from=1),
                number("Disk alarms", "sum(rabbitmq_alarms_free_disk_space_watermark)", red_from=1),
                number("Events that wait", f"sum(rabbitmq_detailed_queue_messages_ready{{{OF_OURS}}})", red_from=10_000),
                number("Put off", r'sum(rabbitmq_detailed_queue_messages_ready{queue=~"rabta\\.delay\\..+"})'),
                number("Dead", r'sum(rabbitmq_detailed_queue_messages{queue=~"rabta\\..+\\.dead"})', red_from=1),
            ],
            "Queues": [
                graph(
                    "The ten longest",
                    Query(f"topk(10, sum by (queue) (rabbitmq_detailed_queue_messages_ready{{{OF_OURS}}}))", "{{queue}}"),
                ),
                graph(
                    "In hand, the ten most",
                    Query("topk(10, sum by (queue) (rabbitmq_detailed_queue_messages_unacked))", "{{queue}}"),
                ),
                graph(
                    "Queues without a consumer",
                    Query(f"sum by (queue) (rabbitmq_detailed_queue_consumers{{{OF_OURS}}}) == 0", "{{queue}}"),
                ),
                graph("Consumers connected", Query('min by (app) (rabta_consumers_connected{component="serve"})', "{{app}}")),
            ],
            "Nodes": [
                graph(
                    "Memory",
                    Query("max by (instance) (rabbitmq_process_resident_memory_bytes)", "{{instance}}"),
                    Query("max(rabbitmq_resident_memory_limit_bytes)", "limit"),
                    unit="bytes",
                ),
                graph(
                    "Free disk",
                    Query("min by (instance) (rabbitmq_disk_space_available_bytes)", "{{instance}}"),
                    Query("max(rabbitmq_disk_space_available_limit_bytes)", "limit"),
                    unit="bytes",
                ),
                graph(
                    "Messages in and out",
                    Query("sum(rate(rabbitmq_global_messages_confirmed_total[$__rate_interval]))", "confirmed"),
                    Query("sum(rate(rabbitmq_global_messages_acknowledged_total[$__rate_interval]))", "acknowledged"),
                    unit="eps",
                ),
                graph("Connections", Query("sum by (instance) (rabbitmq_connections)", "{{instance}}")),
            ],
        },
    )
