"""How far families are reached."""

from tests.access import engaged
from tests.access.asks.ask import BRANCH, CHILD, CLASS, SELF, THING, Ask

_ON = {"on": "2026-10-01"}
NOT_COUNTED = (422,)  # months that are over and counted are to be there on both sides
OF_BRANCH = {  # numbers
    "reports.engagement": Ask(BRANCH),
    "reports.engagement_of_classes": Ask(BRANCH),
    "reports.engagement_beside": Ask(BRANCH),
    "reports.engagement_before_and_after": Ask(BRANCH, _ON, also=NOT_COUNTED),
    "reports.engagement_chart": Ask(BRANCH),
    "reports.engagement_chart_drawn": Ask(BRANCH),
    "reports.engagement_csv": Ask(BRANCH),
    "reports.engagement_pdf": Ask(BRANCH),
    "reports.engagement_strategies": Ask(BRANCH),
}
UNCOUNTED = {  # of nobody here anything is counted yet: tests/reports/engagement sees that those who are named are noted
    "reports.engagement_families": Ask(BRANCH),
    "reports.unreached_families": Ask(BRANCH),
}
ASKS = {
    **OF_BRANCH,
    **UNCOUNTED,
    "reports.engagement_of_class": Ask(CLASS),
    "reports.class_before_and_after": Ask(CLASS, _ON, also=NOT_COUNTED),
    "reports.engagement_of_family": Ask(CHILD),
    "reports.add_engagement_step": Ask(CHILD, body={"family_id": "$student_id", "strategy": "call"}),
    "reports.engagement_steps": Ask(CHILD, {"family_id": "$student_id"}, fresh=engaged.step),
    "reports.note_engagement_outcome": Ask(THING, body={"outcome": "reached"}, fresh=engaged.step),
    # The chain's
    "reports.chain_engagement": Ask(SELF),
    "reports.chain_engagement_branches": Ask(SELF),
    "reports.chain_engagement_beside": Ask(SELF),
    "reports.chain_engagement_chart": Ask(SELF),
    "reports.chain_engagement_chart_drawn": Ask(SELF),
    "reports.chain_engagement_csv": Ask(SELF),
    "reports.chain_engagement_pdf": Ask(SELF),
}
