"""The office's pages: the head of branch b1, where nothing has happened yet."""

from tests.portal.support import ME, Browser, Stage

AT = "/branches/b1"
API = "/v1/branches/b1"
EMPTY = {"items": [], "next": None}
LISTS = {
    "roster": (
        "contacts-to-repair",
        "guardian-matches",
        "transfers",
        "classes",
        "people",
        "terms",
        "holidays",
        "subjects",
        "audit",
        "erasures",
    ),
    "reports": (
        "report-card-runs",
        "absences",
        "card-templates",
        "term-locks",
        "report-print-runs",
        "engagement/unreached",
        "engagement/steps",
    ),
    "notifications": ("announcements", "unclear-answers", "print-runs", "letters", "tags", "packs", "guides", "webhooks"),
    "meetings": ("meeting-days", "activities"),
}


COUNTED = {
    "roster": ("people-waiting", ("contacts", "matches", "transfers")),
    "reports": ("reports-waiting", ("review", "approve", "reasons")),
    "notifications": ("messages-waiting", ("drafts", "sending", "answers", "letters")),
}
REFUSED = {
    "type": "https://rabta.pk/problems/invalid",
    "title": "The input is not what is wanted",
    "detail": "Look at the fields.",
    "status": 422,
    "errors": {},
}


def head_of(stage: Stage) -> Browser:
    """The head of branch b1, where nothing has happened yet."""
    branch = {"branch_id": "b1", "name": "Gulberg", "name_ur": "گلبرگ", "roles": ["head"]}
    stage.says("roster", "/v1/me", {**ME, "branches": [branch]})
    for service, paths in LISTS.items():
        for path in paths:
            stage.says(service, f"{API}/{path}", EMPTY)
    stage.says(
        "reports", f"{API}/attendance/missing-registers", {"on": "2026-11-26", "closed": None, "taken": 0, "missing": []}
    )
    nothing = {"count": 0, "more": False}
    for service, (path, kinds) in COUNTED.items():
        stage.says(service, f"{API}/{path}", dict.fromkeys(kinds, nothing))
    event = {"type": "reports.homework_set", "about": "reports", "says": "A teacher set homework."}
    stage.says("notifications", f"{API}/webhooks/events", {"items": [event]})
    stage.says("notifications", f"{API}/translations", {"languages": [], "characters_left": 0})
    return stage.signed_in(roles={"b1": ["head"]})
