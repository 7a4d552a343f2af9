"""Translations, guides and packs."""

from typing import Any

from tests.access import fresh
from tests.access.asks.ask import BRANCH, SELF, THING, Ask
from tests.access.samples import GUIDE

_URDU = {"language": "ur"}
_CHAINS = _URDU | {"announcement_id": "$chain_announcement_id"}
_NOT_NOW = (409,)  # a person has confirmed it
DRAFT: dict[str, Any] = {"texts": ["School is closed tomorrow."], "from": "en", "to": "ur"}
FILE = {"language": "en", "form": "audio"}
_CHAINS_GUIDE, _CHAINS_PACK = {"guide_id": "$chain_guide_id"}, {"pack_id": "$chain_pack_id"}
PACK: dict[str, Any] = {"name": "First weeks", "items": [{"after_days": 0, "guide_id": "$guide_id"}]}
CHAINS_PACK: dict[str, Any] = {"name": "First weeks", "items": [{"after_days": 0, "guide_id": "$chain_guide_id"}]}
_FULL = (409,)  # a branch has only so many
_NO_SOUND = (415,)  # the body is none

ASKS = {
    "notifications.what_is_translated": Ask(BRANCH),
    "notifications.translate": Ask(BRANCH, body=DRAFT, also=(429,)),
    "notifications.what_is_translated_for_chain": Ask(SELF),
    "notifications.translate_for_chain": Ask(SELF, body=DRAFT, also=(429,)),
    "notifications.translate_announcement": Ask(THING, body={}, ids=_URDU, also=_NOT_NOW),
    "notifications.confirm_translation": Ask(THING, ids=_URDU, fresh=fresh.translated),
    "notifications.translate_chain_announcement": Ask(SELF, body={}, ids=_CHAINS, also=_NOT_NOW),
    "notifications.confirm_chain_translation": Ask(SELF, ids=_CHAINS, fresh=fresh.chain_translated),
    "notifications.translate_message": Ask(THING, body={"to": "ur"}),
    "notifications.my_guides": Ask(BRANCH, {"kind": "guide"}),
    "notifications.read_guide": Ask(THING, {"language": "en"}),
    "notifications.guide_page": Ask(THING),
    "notifications.guide_pdf": Ask(THING),
    "notifications.guide_audio": Ask(THING),
    "notifications.write_guide": Ask(BRANCH, body=GUIDE, also=_FULL),
    "notifications.change_guide": Ask(BRANCH, body=GUIDE, fresh=fresh.guide_draft),
    "notifications.remove_guide": Ask(BRANCH, fresh=fresh.guide_draft),
    "notifications.publish_guide": Ask(BRANCH, fresh=fresh.guide_draft),
    "notifications.retire_guide": Ask(BRANCH, fresh=fresh.published_guide),
    "notifications.confirm_guide": Ask(BRANCH, ids={"language": "en"}),
    "notifications.guide_versions": Ask(BRANCH),
    "notifications.put_guide_file": Ask(BRANCH, ids=FILE, also=_NO_SOUND),
    "notifications.remove_guide_file": Ask(BRANCH, ids=FILE, fresh=fresh.published_guide),
    "notifications.guide_opened": Ask(BRANCH),
    "notifications.guide_opened_file": Ask(BRANCH),
    "notifications.list_chain_guides": Ask(SELF, {"state": "published"}),
    "notifications.write_chain_guide": Ask(SELF, body=GUIDE, also=_FULL),
    "notifications.show_chain_guide": Ask(SELF, ids=_CHAINS_GUIDE),
    "notifications.change_chain_guide": Ask(SELF, body=GUIDE, ids=_CHAINS_GUIDE),
    "notifications.remove_chain_guide": Ask(SELF, ids=_CHAINS_GUIDE, fresh=fresh.chain_guide_draft),
    "notifications.publish_chain_guide": Ask(SELF, ids=_CHAINS_GUIDE),
    "notifications.retire_chain_guide": Ask(SELF, ids=_CHAINS_GUIDE, fresh=fresh.chain_guide),
    "notifications.confirm_chain_guide": Ask(SELF, ids=_CHAINS_GUIDE | {"language": "en"}),
    "notifications.chain_guide_versions": Ask(SELF, ids=_CHAINS_GUIDE),
    "notifications.put_chain_guide_file": Ask(SELF, ids=_CHAINS_GUIDE | FILE, also=_NO_SOUND),
    "notifications.remove_chain_guide_file": Ask(SELF, ids=_CHAINS_GUIDE | FILE, fresh=fresh.chain_guide),
    "notifications.chain_guide_opened": Ask(SELF, ids=_CHAINS_GUIDE),
    "notifications.chain_guide_opened_file": Ask(SELF, ids=_CHAINS_GUIDE),
    "notifications.list_packs": Ask(BRANCH, {"state": "draft"}),
    "notifications.write_pack": Ask(BRANCH, body=PACK, also=_FULL),
    "notifications.show_pack": Ask(BRANCH),
    "notifications.change_pack": Ask(BRANCH, body=PACK),
    "notifications.remove_pack": Ask(BRANCH, fresh=fresh.pack),
    "notifications.start_pack": Ask(BRANCH, fresh=fresh.pack),
    "notifications.pause_pack": Ask(BRANCH, fresh=fresh.running_pack),
    "notifications.end_pack": Ask(BRANCH, fresh=fresh.running_pack),
    "notifications.children_of_pack": Ask(BRANCH, {"state": "going"}),
    "notifications.list_chain_packs": Ask(SELF, {"state": "draft"}),
    "notifications.write_chain_pack": Ask(SELF, body=CHAINS_PACK, also=_FULL),
    "notifications.show_chain_pack": Ask(SELF, ids=_CHAINS_PACK),
    "notifications.change_chain_pack": Ask(SELF, body=CHAINS_PACK, ids=_CHAINS_PACK),
    "notifications.remove_chain_pack": Ask(SELF, ids=_CHAINS_PACK, fresh=fresh.chain_pack),
    "notifications.start_chain_pack": Ask(SELF, ids=_CHAINS_PACK, fresh=fresh.chain_pack),
    "notifications.pause_chain_pack": Ask(SELF, ids=_CHAINS_PACK, fresh=fresh.running_chain_pack),
    "notifications.end_chain_pack": Ask(SELF, ids=_CHAINS_PACK, fresh=fresh.running_chain_pack),
    "notifications.children_of_chain_pack": Ask(SELF, {"state": "going"}, ids=_CHAINS_PACK),
}
