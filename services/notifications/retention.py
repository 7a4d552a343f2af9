"""How long notifications keeps what; what is over after so many days goes, some each hour."""

from schoolbus.retention import COPY, NUMBERS, PASSING, RECORD, SETUP, WITH, Over

BY_DAYS = "`MESSAGE_DAYS` (1095 days)"

KEPT = {
    COPY: ("branches", "classes", "people", "enrollments", "relations", "calendars"),
    PASSING: ("chunks", "replay_parts", "replay_sets", "replay_doubts", "erasures", "previews", "pack_branches"),
    SETUP: (
        "desks",
        "seatings",
        "audiences",
        "tags",
        "prices",
        "rules",
        "narrowings",
        "catalogues",
        "templates",
        "webhooks",
        "template_approvals",
        "wording",
        "guides",
        "guide_versions",
        "guide_files",
        "packs",
        "opt_outs",
        "devices",
        "contacts",
    ),
    WITH: ("guide_opens", "attachments", "posts", "runs", "parts", "print_runs"),
    NUMBERS: ("counts", "metered"),
    RECORD: ("conversations", "abuse_reports", "blocks", "suggestions", "announcements", "pack_runs"),
    BY_DAYS: ("messages", "answers"),
}


def over(days: int) -> list[Over]:
    return [
        Over("messages", "created_at", days),
        Over("answers", "received_at", days),
    ]
