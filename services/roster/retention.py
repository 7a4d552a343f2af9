"""How long roster keeps what."""

from schoolbus.retention import NUMBERS, PASSING, RECORD, SETUP, WITH

KEPT = {
    PASSING: ("chunks", "calendar_runs", "class_list_sheets", "pulled", "guardian_pairs", "proposals", "failed_contacts"),
    SETUP: (
        "branches",
        "units",
        "terms",
        "courses",
        "classes",
        "holidays",
        "subjects",
        "calendars",
        "sources",
        "accounts",
        "second_factors",
        "plans",
        "subscriptions",
        "machines",
        "pulls",
        "pulled_roles",
    ),
    WITH: ("demographics", "profiles"),
    NUMBERS: ("usage", "imports", "promotions", "class_lists"),
    RECORD: ("people", "enrollments", "relations", "transfers", "erasures"),
    "a week": ("exports",),
}
