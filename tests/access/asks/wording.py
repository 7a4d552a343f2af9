"""Languages as catalogues, and texts with versions: the operator's."""

from tests.access import fresh
from tests.access.asks.ask import SELF, Ask
from tests.access.samples import CATALOGUE, VERSION

SINDHI = {"language": "sd"}
TEXT = {"text": "homework_set", "language": "en"}
_SHIPPED = TEXT | {"version": "0"}
_MADE = TEXT | {"version": "$text_version"}

ASKS = {
    "notifications.list_catalogues": Ask(SELF),
    "notifications.catalogue": Ask(SELF, ids={"language": "ur"}),
    "notifications.put_catalogue": Ask(SELF, body=CATALOGUE, ids=SINDHI),
    "notifications.withdraw_catalogue": Ask(SELF, ids=SINDHI, fresh=fresh.catalogue),
    "notifications.catalogue_to_translate": Ask(SELF, ids=SINDHI),
    "notifications.catalogue_versions": Ask(SELF, ids=SINDHI),
    "notifications.use_catalogue_version": Ask(SELF, ids=SINDHI | {"version": "$catalogue_version"}, fresh=fresh.catalogue),
    "notifications.approve_catalogue": Ask(SELF, ids={"language": "ur"}),
    "notifications.list_texts": Ask(SELF),
    "notifications.show_text": Ask(SELF, ids=TEXT),
    "notifications.write_version": Ask(SELF, body=VERSION, ids=TEXT, also=(409,)),  # a text has only so many
    "notifications.remove_version": Ask(SELF, ids=_MADE, fresh=fresh.text_version),
    "notifications.use_version": Ask(SELF, ids=_SHIPPED),
    "notifications.approve_version": Ask(SELF, ids=_SHIPPED),
    "notifications.disapprove_version": Ask(SELF, ids=_SHIPPED),
    "notifications.text_on_phones": Ask(SELF, {"children": 2}, ids=TEXT),
    "notifications.text_on_phones_page": Ask(SELF, {"children": 2}, ids=TEXT),
    "notifications.list_whatsapp_templates": Ask(SELF),
    "notifications.deliveries": Ask(SELF),
    "notifications.speak_text": Ask(SELF, body={"text": "Homework is due.", "language": "en"}, also=(503,)),  # no programs
}
