"""Anybody who holds a report card asks whether it is the school's."""

from typing import Any

from schoolbus.caller import Caller
from schoolbus.service import api
from services.reports.cards.verifying import looking_up
from services.reports.cards.verifying.schemas import Verification

Document = dict[str, Any]


class Verifying:
    @api("GET", "/v1/report-cards/verification/{code}", gives=Verification, public=True)
    def verify_report_card(self, caller: Caller, code: str) -> Document:
        """Whether a report card is the school's, by the code that is printed on it"""
        return looking_up.look_up(self.store, code)
