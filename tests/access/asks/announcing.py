"""Announcements, saved audiences, tags and prices."""

from typing import Any

from tests.access import fresh
from tests.access.asks.ask import BRANCH, CHILD, CLASS, SELF, THING, Ask
from tests.access.samples import ANNOUNCEMENT, WORDS

OF_CLASS: dict[str, Any] = ANNOUNCEMENT | {"audience": {"class_ids": ["$class_id"]}}
OF_CHAIN: dict[str, Any] = ANNOUNCEMENT | {"audience": {"branch_ids": ["$far_branch_id"]}}
AUDIENCE: dict[str, Any] = {"name": "Class", "audience": {"class_ids": ["$class_id"], "without": {"tags": ["bus"]}}}
CHAINS_AUDIENCE: dict[str, Any] = {"name": "Far", "audience": {"branch_ids": ["$far_branch_id"]}}
CORRECTION: dict[str, Any] = {"texts": {"en": WORDS}, "tell_again": False}
_OF_CHAIN = {"announcement_id": "$chain_announcement_id"}
_SENT = {"announcement_id": "$sent_announcement_id"}
_CHAINS = {"audience_id": "$chain_audience_id"}
_NOT_NOW = (409,)  # it is a draft

ASKS = {
    "notifications.messages_waiting": Ask(BRANCH),
    "notifications.list_announcements": Ask(BRANCH, {"state": "draft"}),
    "notifications.write_announcement": Ask(CLASS, body=OF_CLASS),
    "notifications.show_announcement": Ask(THING),
    "notifications.change_announcement": Ask(THING, body={"texts": {"en": WORDS}}),
    "notifications.remove_announcement": Ask(THING, fresh=fresh.announcement),
    "notifications.preview_announcement": Ask(THING),
    "notifications.show_preview": Ask(THING),
    "notifications.announcement_on_phones": Ask(THING),
    "notifications.send_announcement": Ask(THING, fresh=fresh.announcement),
    "notifications.pause_announcement": Ask(THING, also=_NOT_NOW),
    "notifications.resume_announcement": Ask(THING, also=_NOT_NOW),
    "notifications.cancel_announcement": Ask(THING, also=_NOT_NOW),
    "notifications.correct_announcement": Ask(THING, body=CORRECTION, also=_NOT_NOW),
    "notifications.resend_announcement": Ask(THING, also=_NOT_NOW),
    "notifications.announcement_reached": Ask(THING),
    "notifications.announcement_recipients": Ask(THING, {"send": "1"}, ids=_SENT),
    "notifications.announcement_recipients_file": Ask(THING, ids=_SENT),
    "notifications.messages_of_family": Ask(CHILD),
    "notifications.messages_of_family_file": Ask(CHILD),
    "notifications.list_chain_announcements": Ask(SELF, {"state": "draft"}),
    "notifications.write_chain_announcement": Ask(SELF, body=OF_CHAIN),
    "notifications.show_chain_announcement": Ask(SELF, ids=_OF_CHAIN),
    "notifications.change_chain_announcement": Ask(SELF, body={"texts": {"en": WORDS}}, ids=_OF_CHAIN),
    "notifications.remove_chain_announcement": Ask(SELF, ids=_OF_CHAIN, fresh=fresh.chain_announcement),
    "notifications.preview_chain_announcement": Ask(SELF, ids=_OF_CHAIN),
    "notifications.show_chain_preview": Ask(SELF, ids=_OF_CHAIN),
    "notifications.chain_announcement_on_phones": Ask(SELF, ids=_OF_CHAIN),
    "notifications.send_chain_announcement": Ask(SELF, ids=_OF_CHAIN, fresh=fresh.chain_announcement),
    "notifications.pause_chain_announcement": Ask(SELF, ids=_OF_CHAIN, also=_NOT_NOW),
    "notifications.resume_chain_announcement": Ask(SELF, ids=_OF_CHAIN, also=_NOT_NOW),
    "notifications.cancel_chain_announcement": Ask(SELF, ids=_OF_CHAIN, also=_NOT_NOW),
    "notifications.correct_chain_announcement": Ask(SELF, body=CORRECTION, ids=_OF_CHAIN, also=_NOT_NOW),
    "notifications.resend_chain_announcement": Ask(SELF, ids=_OF_CHAIN, also=_NOT_NOW),
    "notifications.chain_announcement_reached": Ask(SELF, ids=_OF_CHAIN),
    "notifications.chain_announcement_recipients": Ask(SELF, {"state": "sent"}, ids=_OF_CHAIN),
    "notifications.chain_announcement_recipients_file": Ask(SELF, ids=_OF_CHAIN),
    "notifications.list_audiences": Ask(BRANCH),
    "notifications.save_audience": Ask(BRANCH, body=AUDIENCE, also=(409,)),  # a branch has only so many
    "notifications.show_audience": Ask(BRANCH),
    "notifications.replace_audience": Ask(BRANCH, body=AUDIENCE),
    "notifications.remove_audience": Ask(BRANCH, fresh=fresh.audience),
    "notifications.list_chain_audiences": Ask(SELF),
    "notifications.save_chain_audience": Ask(SELF, body=CHAINS_AUDIENCE, also=(409,)),
    "notifications.show_chain_audience": Ask(SELF, ids=_CHAINS),
    "notifications.replace_chain_audience": Ask(SELF, body=CHAINS_AUDIENCE, ids=_CHAINS),
    "notifications.remove_chain_audience": Ask(SELF, ids=_CHAINS, fresh=fresh.chain_audience),
    "notifications.list_tags": Ask(BRANCH),
    "notifications.put_tag": Ask(BRANCH, body={"class_ids": ["$class_id"], "person_ids": ["$student_id"]}, ids={"tag": "bus"}),
    "notifications.remove_tag": Ask(BRANCH, fresh=fresh.tag),
    "notifications.show_prices": Ask(SELF),
    "notifications.keep_prices": Ask(SELF, body={"paisa": {"sms": 250}}),
}
