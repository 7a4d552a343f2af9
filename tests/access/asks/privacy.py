"""The audit trail, exports, erasures."""

from tests.access import fresh
from tests.access.asks.ask import BRANCH, SELF, THING, Ask

ASKS = {
    "roster.search_audit_trail": Ask(BRANCH, {"student_id": "$student_id"}),
    "roster.export_me": Ask(SELF, as_staff=True),
    "roster.export_person": Ask(BRANCH),
    "roster.list_exports": Ask(SELF),
    "roster.show_export": Ask(THING, owner="guardian", as_staff=True),
    "roster.download_export": Ask(THING, owner="guardian", as_staff=True),
    "roster.ask_for_erasure": Ask(BRANCH, body={"reason": "request", "confirm": "Nadia"}, fresh=fresh.who_left),
    "roster.list_erasures": Ask(BRANCH),
    "roster.confirm_erasure": Ask(THING, fresh=fresh.erasure),
    "roster.call_off_erasure": Ask(THING, fresh=fresh.erasure),
}
