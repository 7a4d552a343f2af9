"""Channels that people have left, by a link in an e-mail or a word, and that they come back to."""

from schoolbus.service import Answer, Media, RawBody, api
from services.notifications.opting import opt_outs, schemas, unsubscribe

ONE_CLICK = unsubscribe.PATH + "{token}"
FORM = RawBody(limit=10_000)


class Opting:
    @api("GET", "/v1/opt-outs", gives=schemas.OptOuts, may="see own messages")
    def my_opt_outs(self, caller):
        """The channels that I have left"""
        return {"items": opt_outs.mine(self.store, caller)}

    @api("POST", "/v1/opt-outs", takes=schemas.OptOutDraft, gives=schemas.OptOut, status=201, may="see own messages")
    def leave_channel(self, caller, draft):
        """Leave a channel, for one branch or for all"""
        return opt_outs.leave_mine(self.store, caller, draft)

    @api("DELETE", "/v1/opt-outs/{opt_out_id}", may="see own messages")
    def come_back(self, caller, opt_out_id):
        """Use a channel again that I have left"""
        opt_outs.take_back(self.store, caller, opt_out_id)

    @api("GET", ONE_CLICK, gives=Media("text/html"), public=True)
    def ask_to_unsubscribe(self, caller, token):
        """A page with the one button that ends e-mail from a branch: programs that follow links press none"""
        return Answer(unsubscribe.page(self.store, self.settings, token), "text/html; charset=utf-8")

    @api("POST", ONE_CLICK, takes=FORM, gives=Media("text/html"), public=True)
    def unsubscribe(self, caller, token, raw):
        """Ends e-mail from a branch to a person: the mail program's one click (RFC 8058), or the page's button"""
        return Answer(unsubscribe.unsubscribe(self.store, self.settings, token), "text/html; charset=utf-8")
