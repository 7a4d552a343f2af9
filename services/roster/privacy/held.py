"""What roster holds about a person. A table: `schoolbus.privacy` exports and erases by it.

Of an erased person the record stays, without anything that says who it was: neither a late event nor an old set brings
them back. A new field of a person is blanked by itself, as it is not among those that stay.
"""

from typing import Any

from schoolbus.privacy import Held
from schoolbus.store import Document

_SHOWN = ("given_name", "family_name", "name_ur", "given_name_ur", "phone", "email", "language", "channels", "username")
_STAYS = ("branch_id", "source", "active", "version", "digest", "import_id", "roles", "operator", "erased_at", "modified_at")
_NOBODY: dict[str, Any] = {
    "sourced_id": "",
    "given_name": "",
    "family_name": "",
    "name_ur": None,
    "given_name_ur": None,
    "sort_name": "",
    "phone": None,
    "email": None,
    "language": "ur",
    "channels": [],
    "username": None,
    "may_sign_in": False,
    "status": "tobedeleted",
}
_RIGHTS = ("may_receive_reports", "may_book", "may_collect")

HELD = (
    Held(
        "people",
        "_id",
        shows=(*_SHOWN, "national_id", "preferences", "extra", "roles", "active", "source", "sourced_id"),
        blanks=_NOBODY,
        keeps=_STAYS,
    ),
    Held("demographics", "_id", shows=("fields",), goes=True),
    Held("profiles", "person_id", shows=("fields",), goes=True),
    Held("accounts", "_id", shows=("username",), goes=True),
    Held(
        "enrollments",
        "person_id",
        shows=("class_id", "role", "begins_on", "ends_on", "active"),
        blanks={"sourced_id": "", "active": False, "status": "tobedeleted"},
    ),
    Held("relations", "guardian_id", shows=("student_id", *_RIGHTS, "active"), blanks={"sourced_id": "", "active": False}),
    Held("relations", "student_id", shows=("guardian_id", *_RIGHTS, "active"), blanks={"sourced_id": "", "active": False}),
    Held("relations", "merged_from", blanks={"sourced_id": ""}),  # of a record that was merged: with the guardian that counts
    Held("people", "merged_into"),
    Held("people", "counts_as"),
    Held("sessions", "person_id", shows=("how", "device", "created_at", "used_at"), goes=True),
    Held("second_factors", "_id", goes=True),
    Held(
        "transfers",
        "student_id",
        shows=("from_branch_id", "to_branch_id", "state", "asked_at", "note", "reason"),
        blanks={"note": None, "reason": None},
    ),
    Held("transfers", "asked_by"),
    Held("transfers", "decided_by"),
    Held("guardian_pairs", "people", shows=("state", "at")),
    Held("guardian_pairs", "by"),
    Held("proposals", "person_id", shows=("preferences", "state", "at"), goes=True),
    Held("proposals", "by"),
    Held("failed_contacts", "person_id", shows=("channel", "reason", "failed_at", "state"), goes=True),
    Held("failed_contacts", "confirmed_by"),
    Held("promotions", "students.student_id", shows=("class_id", "year", "on", "students")),
    Held("promotions", "promoted_by"),
    Held("subscriptions", "asked_by"),
    Held("subscriptions", "history.by"),
    Held("plans", "changed_by"),
    Held("machines", "made_by"),
    Held("pulls", "put_by"),
    Held("imports", "received_by"),
    Held("imports", "confirmed_by"),
    Held("imports", "cancelled_by"),
    Held("class_lists", "received_by"),
    Held("class_lists", "confirmed_by"),
    Held("class_lists", "cancelled_by"),
    Held("class_lists", "undone_by"),
    Held("class_lists", "stayed.person_id"),
    Held("class_list_rows", "student_id", shows=("line", "class", "student", "at"), goes=True),
    Held("class_list_rows", "guardian_id", shows=("line", "guardian", "at"), goes=True),
    Held("class_list_changes", "people", goes=True),
    Held("exports", "person_id", shows=("asked_at", "state")),
    Held("exports", "asked_by"),
    Held("erasures", "asked_by"),  # its person_id is that of a record without a person
    Held("erasures", "confirmed_by"),
)
NOBODY = (
    "branches",
    "units",
    "terms",
    "courses",
    "classes",
    "holidays",
    "subjects",
    "calendars",
    "calendar_runs",
    "usage",
    "sources",  # their sets: the one that stands has no erased person in it, the one before is dropped
    "findings",  # ids of the source, for ninety days
    "previews",
    "class_list_sheets",  # what came, until somebody has decided about it, within days
    "oidc_sign_ins",  # of nobody yet, for ten minutes
    "replays_told",
    "pulled",  # what another system said, until it is imported
    "pulled_roles",  # ids of that system: the erasure drops the person's (staging.forget_user)
    "chunks",  # until they are told
    "codes",  # keyed hashes, for five minutes
    "attempts",  # hashes, for a day
    "export_parts",  # go with their export, which the erasure drops
)


def branches_of(person: Document) -> list[str]:
    """Wherever the record says that somebody is or was."""
    return sorted({*person["branch_id"], *person["roles"]})
