"""Families, merged guardians, preferences."""

from tests.access import fresh
from tests.access.asks.ask import BRANCH, CHILD, SELF, THING, Ask
from tests.access.samples import PREFERENCES

_SMS = {"person_id": "$guardian_id", "channel": "sms"}
_GUARDIAN = {"person_id": "$guardian_id"}

ASKS = {
    "roster.show_family": Ask(CHILD),
    "roster.list_matches": Ask(BRANCH),
    "roster.list_all_matches": Ask(SELF),
    "roster.list_merges": Ask(THING, ids={"person_id": "$kept_id"}),
    "roster.merge_guardians": Ask(THING, body={"other_id": "$other_id"}),
    "roster.part_guardians": Ask(THING),
    "roster.show_my_preferences": Ask(SELF),
    "roster.set_my_preferences": Ask(SELF, body=PREFERENCES),
    "roster.list_proposals": Ask(SELF),
    "roster.answer_proposal": Ask(THING, body={"accept": True}, owner="guardian", fresh=fresh.proposal),
    "roster.show_preferences": Ask(CHILD, ids=_GUARDIAN),
    "roster.set_preferences": Ask(CHILD, body=PREFERENCES, ids=_GUARDIAN),
    "roster.list_contacts_to_repair": Ask(BRANCH),
    "roster.people_waiting": Ask(BRANCH),
    "roster.confirm_contact": Ask(CHILD, ids=_SMS),
    "roster.propose_preferences": Ask(CHILD, body={"preferences": PREFERENCES, "note": "As they said"}, ids=_GUARDIAN),
}
