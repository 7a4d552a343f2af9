"""The slow work of reports: setting report cards, telling meetings what teachers should know, counting engagement."""

from schoolbus import settings
from schoolbus.store import Document
from schoolbus.work import Work
from services.reports import briefs
from services.reports.cards import issuing
from services.reports.cards.runs import ASKED
from services.reports.engagement import counting, due
from services.reports.engagement.settings import Settings
from services.reports.store import Store


def claim(store: Store) -> Document | None:
    """The card that has waited longest."""
    return store.report_cards.claim({"state": ASKED}, lease=issuing.LEASE, sort="asked_at")


WORK = [
    Work("report_cards", claim=claim, do=issuing.make),
    Work("briefs", claim=briefs.claim, do=briefs.tell),
    Work("brief_fill", claim=briefs.claim_fill, do=briefs.fill),
]


def work(store: Store) -> list[Work]:
    briefs.begin_fill(store)
    quiet = settings.read(Settings).engagement_quiet
    return [Work("engagement", claim=due.claiming(quiet), do=counting.count)]
