"""Are families reached, how late, and what does it cost?"""

from deploy.dashboards.building import Query, graph, late, made, number


def board() -> str:
    return made(
        "rabta-deliveries",
        "Rabta: deliveries",
        "Are families reached, how late, and what does it cost, channel by channel?",
        {
            "Now": [
                number(
                    "Failed on every channel, 1 h",
                    'sum(increase(rabta_messages_total{state="failed"}[1h])) '
                    '/ sum(increase(rabta_messages_total{state=~"failed|sent"}[1h]))',
                    "percentunit",
                    red_from=0.1,
                ),
                number("Wait for a carrier", "sum(max by (channel) (rabta_messages_waiting_in_chain))"),
                number(
                    "Oldest to a family, once due",
                    'max(rabta_work_oldest_seconds{service="notifications", work=~".+ direct"})',
                    "s",
                    red_from=600,
                ),
                number(
                    "Oldest code to sign in",
                    'max(rabta_work_oldest_seconds{service="notifications", work="sign-in codes"})',
                    "s",
                    red_from=60,
                ),
                number("Carriers out of order", "sum(max by (carrier) (rabta_carrier_out_of_order))", red_from=1),
                number("Parts of SMS, 24 h", "sum(increase(rabta_message_parts_total[24h]))"),
            ],
            "How late": [
                late(
                    "From what happened to the carrier's yes",
                    "rabta_delivery_delay_seconds",
                    "channel",
                    about="With the hours of families: what happens at night waits for the morning.",
                ),
                late("Codes to sign in", "rabta_delivery_delay_seconds", "lane", 'lane="code"'),
                graph(
                    "Since when the oldest message is due",
                    Query('max by (work) (rabta_work_oldest_seconds{service="notifications"})', "{{work}}"),
                    unit="s",
                ),
                graph("What waits for a carrier", Query("max by (channel) (rabta_messages_waiting_in_chain)", "{{channel}}")),
            ],
            "What becomes of them": [
                graph(
                    "Messages by state",
                    Query("sum by (channel, state) (rate(rabta_messages_total[$__rate_interval]))", "{{channel}} {{state}}"),
                    unit="eps",
                ),
                graph(
                    "Delivered or read, of those sent",
                    Query(
                        'sum by (channel) (increase(rabta_messages_total{state="delivered"}[6h])) '
                        '/ sum by (channel) (increase(rabta_messages_total{state="sent"}[6h]))',
                        "{{channel}} delivered",
                    ),
                    Query(
                        'sum by (channel) (increase(rabta_messages_total{state="read"}[6h])) '
                        '/ sum by (channel) (increase(rabta_messages_total{state="sent"}[6h]))',
                        "{{channel}} read",
                    ),
                    unit="percentunit",
                ),
                graph(
                    "By the size of the branch",
                    Query(
                        'sum by (size) (increase(rabta_messages_total{state="failed"}[1h])) '
                        '/ sum by (size) (increase(rabta_messages_total{state=~"failed|sent"}[1h]))',
                        "{{size}}",
                    ),
                    unit="percentunit",
                    about="Small branches must not be worse off: the share that failed.",
                ),
                graph(
                    "Answers from families",
                    Query(
                        "sum by (channel, known) (rate(rabta_answers_total[$__rate_interval]))", "{{channel}}, known: {{known}}"
                    ),
                    unit="eps",
                ),
            ],
            "Carriers": [
                graph("Out of order", Query("max by (carrier) (rabta_carrier_out_of_order)", "{{carrier}}")),
                graph(
                    "Held up by a limit",
                    Query("sum by (carrier, lane) (rate(rabta_carrier_waits_total[$__rate_interval]))", "{{carrier}} {{lane}}"),
                    unit="eps",
                ),
                graph(
                    "Attempts in doubt",
                    Query("sum by (carrier, outcome) (increase(rabta_attempts_in_doubt_total[1h]))", "{{carrier}} {{outcome}}"),
                ),
                graph(
                    "Webhooks",
                    Query("sum by (outcome) (rate(rabta_webhook_deliveries_total[$__rate_interval]))", "{{outcome}}"),
                    unit="eps",
                ),
            ],
            "What it costs": [
                graph(
                    "Parts of SMS in a day, by carrier",
                    Query("sum by (carrier) (increase(rabta_message_parts_total[24h]))", "{{carrier}}"),
                ),
                graph(
                    "Messages in a day, by carrier and size of branch",
                    Query('sum by (carrier, size) (increase(rabta_messages_total{state="sent"}[24h]))', "{{carrier}} {{size}}"),
                ),
            ],
        },
    )
