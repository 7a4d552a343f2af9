"""What comes back by e-mail."""

from schoolbus.service import RawBody, api
from services.notifications.mailing import inbound

MAIL = RawBody(limit=8_000_000)  # with its files; the gateway lets no more through


class Mailing:
    @api("POST", "/v1/carriers/email/inbound", takes=MAIL, public=True)
    def mail_came(self, caller, raw):
        """A mail came to us, as it is (message/rfc822): a bounce or an answer"""
        inbound.take(self.store, self.settings, raw)
