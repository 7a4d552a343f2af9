"""Which service owns which resource. A resource is one word of the path and belongs to one service."""

import re
from dataclasses import dataclass
from urllib.parse import unquote

BELOW_BRANCH = {  # /v1/branches/{branch_id}/WORD
    "classes": "roster",
    "people": "roster",
    "guardian-matches": "roster",
    "contacts-to-repair": "roster",
    "staff": "roster",
    "subscriptions": "roster",
    "enrollments": "roster",
    "holidays": "roster",
    "relations": "roster",
    "subjects": "roster",
    "terms": "roster",
    "transfers": "roster",
    "usage": "roster",
    "audit": "roster",
    "erasures": "roster",
    "people-waiting": "roster",
    "homework": "reports",
    "today": "reports",
    "marks": "reports",
    "grading-schemes": "reports",
    "categories": "reports",
    "line-items": "reports",
    "results": "reports",
    "gradebook": "reports",
    "term-results": "reports",
    "term-averages": "reports",
    "term-locks": "reports",
    "report-cards": "reports",
    "report-card-runs": "reports",
    "issued-report-cards": "reports",
    "card-templates": "reports",
    "remark-bank": "reports",
    "report-print-runs": "reports",
    "progress-letters": "reports",
    "certificates": "reports",
    "home-notes": "reports",
    "home-note-voices": "reports",
    "home-note-choices": "reports",
    "home-note-prompts": "reports",
    "registers": "reports",
    "absences": "reports",
    "planned-absences": "reports",
    "attendance": "reports",
    "behaviour": "reports",
    "homework-files": "reports",
    "diary": "reports",
    "class-timetables": "reports",
    "class-expectations": "reports",
    "learning-goals": "reports",
    "teaching-methods": "reports",
    "engagement": "reports",
    "reports-waiting": "reports",
    "meeting-days": "meetings",
    "slots": "meetings",
    "bookings": "meetings",
    "meeting-prompts": "meetings",
    "call-wishes": "meetings",
    "commitments": "meetings",
    "written-meetings": "meetings",
    "availability": "meetings",
    "holds": "meetings",
    "waiting": "meetings",
    "pta": "meetings",
    "activities": "meetings",
    "activity-calendar": "meetings",
    "participation": "meetings",
    "volunteering": "meetings",
    "permission-slips": "meetings",
    "messages": "notifications",
    "messages.csv": "notifications",
    "messages-waiting": "notifications",
    "letters": "notifications",
    "print-runs": "notifications",
    "seatings": "notifications",
    "webhooks": "notifications",
    "conversations": "notifications",
    "unclear-answers": "notifications",
    "desk": "notifications",
    "suggestions": "notifications",
    "attachments": "notifications",
    "abuse-reports": "notifications",
    "writing-blocks": "notifications",
    "announcements": "notifications",
    "audiences": "notifications",
    "tags": "notifications",
    "notification-rules": "notifications",
    "translations": "notifications",
    "guides": "notifications",
    "packs": "notifications",
}
ELSEWHERE = {  # /v1/WORD
    "sign-in": "roster",
    "me": "roster",
    "imports": "roster",
    "machine-clients": "roster",
    "pulls": "roster",
    "branches": "roster",
    "terms": "roster",
    "plans": "roster",
    "subscriptions": "roster",
    "usage.csv": "roster",
    "people": "roster",
    "guardians": "roster",
    "guardian-matches": "roster",
    "report-cards": "reports",
    "engagement": "reports",
    "my-calendar": "meetings",
    "calendar-feeds": "meetings",
    "feed": "notifications",
    "unclear-answers": "notifications",
    "suggestion-answers": "notifications",
    "carriers": "notifications",
    "announcements": "notifications",
    "audiences": "notifications",
    "translations": "notifications",
    "guides": "notifications",
    "packs": "notifications",
    "message-prices": "notifications",
    "deliveries": "notifications",
    "notification-rules": "notifications",
    "catalogues": "notifications",
    "texts": "notifications",
    "spoken-texts": "notifications",
    "whatsapp-templates": "notifications",
    "m": "notifications",
    "opt-outs": "notifications",
    "devices": "notifications",
    "unsubscribe": "notifications",
}
OF_STANDARDS = {  # where a standard says what a path is called: the first words, and the resource that they are here
    ("ims", "oneroster", "rostering", "v1p2"): ("roster", "oneroster"),
    ("ims", "oneroster", "gradebook", "v1p2"): ("reports", "oneroster"),
    ("oauth2", "token"): ("roster", "oauth2"),
}
OF_PROGRAMS = ("v1", "ims", "oauth2", ".well-known")  # first words
PUBLIC = (
    "sign-in",
    "carriers",
    "m",
    "unsubscribe",
    "suggestion-answers",
    "calendar-feeds",
    "oauth2",
    "report-cards",
)  # no token: the service checks codes, signatures, secrets; /m/CODE only leads on
ALWAYS_SUBSCRIBED = ("roster",)

_PLAIN = re.compile(r"(?:/(?!\.{1,2}(?:/|\Z))[A-Za-z0-9._~!$&'()*+,=:@-]+)+")
_ESCAPED = re.compile(r"(?:[A-Za-z0-9._~!$&'()*+,=:@-]|%[0-9A-Fa-f]{2})+")
_NEVER = re.compile(r"[/\\%\x00-\x1f\x7f]")


@dataclass(frozen=True, slots=True)
class Route:
    """Where a path leads. `branch_id` is None outside a branch."""

    service: str
    resource: str
    branch_id: str | None = None

    @property
    def public(self) -> bool:
        return self.branch_id is None and self.resource in PUBLIC

    @property
    def signs_itself(self) -> bool:
        """Its Authorization header is no token of ours, and the service's to check."""
        return self.resource in ("carriers", "oauth2")

    @property
    def needs_subscription(self) -> bool:
        return self.branch_id is not None and self.service not in ALWAYS_SUBSCRIBED


def is_of_api(raw_path: str) -> bool:
    """Whether a path is one of programs. All others are pages for people."""
    return raw_path[1:].partition("/")[0] in OF_PROGRAMS


def find(raw_path: str) -> Route | None:
    """The route of a path as it stands in the request line, without its query; None when it leads nowhere.

    A path has one reading only: no empty and no dot segments, no escaped slash or percent sign (RFC 3986, section 6.2.2),
    so what is checked here is what the service sees.
    """
    segments = _segments(raw_path)
    if segments is None or len(segments) < 2:
        return None
    if segments[0] != "v1":
        return _of_standard(tuple(segments))
    if segments[1] == "branches" and len(segments) > 2:
        resource = segments[3] if len(segments) > 3 else "branches"
        service = BELOW_BRANCH.get(resource) if len(segments) > 3 else "roster"
        return Route(service, resource, segments[2]) if service else None
    service = ELSEWHERE.get(segments[1])
    return Route(service, segments[1]) if service else None


def _of_standard(segments: tuple[str, ...]) -> Route | None:
    for words, (service, resource) in OF_STANDARDS.items():
        if segments[: len(words)] == words:
            return Route(service, resource)
    return None


def _segments(raw_path: str) -> list[str] | None:
    if _PLAIN.fullmatch(raw_path):
        return raw_path[1:].split("/")
    if not raw_path.startswith("/"):
        return None
    segments = [_unescaped(segment) for segment in raw_path[1:].split("/")]
    return None if None in segments else segments  # type: ignore[return-value]


def _unescaped(segment: str) -> str | None:
    if not _ESCAPED.fullmatch(segment):
        return None
    try:
        text = unquote(segment, errors="strict")
    except UnicodeDecodeError:
        return None
    return None if text in (".", "..") or _NEVER.search(text) else text
