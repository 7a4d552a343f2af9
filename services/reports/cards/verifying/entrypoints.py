"""Anybody who holds a report card asks whether it is the school's."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import Answer, Media, api
from services.reports.cards.verifying import looking_up, page
from services.reports.cards.verifying.schemas import Verification

Document = dict[str, Any]


class Verifying:
    @api("GET", f"{looking_up.PATH}{{code}}", gives=Verification, public=True)
    def verify_report_card(self, caller: Caller, code: str) -> Document:
        """Whether a report card is the school's, by the code that is printed on it"""
        return looking_up.look_up(self.store, code)

    @api("GET", f"{looking_up.PAGE}{{code}}", gives=Media("text/html"), public=True)
    def report_card_page(self, caller: Caller, code: str) -> Answer:
        """The same as a page: where the QR code on a report card leads"""
        return Answer(page.page(self.store, code), "text/html; charset=utf-8")
