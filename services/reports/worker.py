"""The slow work of reports: setting report cards."""

from schoolbus.store import Document
from schoolbus.work import Work
from services.reports import issuing
from services.reports.runs import ASKED
from services.reports.store import Store


def claim(store: Store) -> Document | None:
    """The card that has waited longest."""
    return store.report_cards.claim({"state": ASKED}, lease=issuing.LEASE, sort="asked_at")


WORK = [Work("report_cards", claim=claim, do=issuing.make)]
