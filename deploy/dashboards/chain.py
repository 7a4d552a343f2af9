"""The chain's view: how many families are reached, and in how many branches they take part."""

from deploy.dashboards.building import Query, graph, made, number


def board() -> str:
    return made(
        "rabta-chain",
        "Rabta: chain",
        "How many families are reached, and in how many branches they take part: counted each night, of this month.",
        {
            "This month": [
                number("Families told something that arrived", "rabta:families_reached:ratio", "percentunit"),
                number(
                    "Families not reached",
                    'max(rabta_chain_families{measure="unreached"}) / max(rabta_chain_families_asked{measure="unreached"})',
                    "percentunit",
                ),
                number("Branches in which families take part", "rabta:branches_taking_part:ratio", "percentunit"),
                number("Branches that subscribe", 'max(rabta_chain_branches{that="subscribe"})'),
                number("Branches counted", 'max(rabta_chain_branches{that="counted"})'),
                number("Families", 'max(rabta_chain_families_asked{measure="told"})'),
            ],
            "Families": [
                graph(
                    "Share of families for whom it holds",
                    Query(
                        "max by (measure) (rabta_chain_families) / max by (measure) (rabta_chain_families_asked)", "{{measure}}"
                    ),
                    unit="percentunit",
                    about="What each measure is: docs/engagement.md. A month begins at nought.",
                ),
                graph("Families", Query("max by (measure) (rabta_chain_families)", "{{measure}}")),
            ],
            "Branches": [
                graph("Branches", Query("max by (that) (rabta_chain_branches)", "{{that}}")),
                graph(
                    "Messages in a day, by channel",
                    Query('sum by (channel) (increase(rabta_messages_total{state=~"sent|delivered"}[24h]))', "{{channel}}"),
                    stacked=True,
                ),
            ],
        },
        since="now-30d",
    )
