"""The slow work of reports: setting report cards, making print runs, telling meetings what teachers should know, counting
engagement."""

from schoolbus.replay import telling
from schoolbus.settings import read
from schoolbus.store import Document
from schoolbus.work import Work
from services.reports import briefs
from services.reports.cards import issuing
from services.reports.cards.states import ASKED
from services.reports.engagement import counting, due
from services.reports.printruns import working
from services.reports.replaying.records import SOURCE
from services.reports.settings import Settings
from services.reports.store import Store


def claim(store: Store) -> Document | None:
    """The card that has waited longest."""
    return store.report_cards.claim({"state": ASKED}, lease=issuing.LEASE, sort="asked_at")


WORK = [
    Work("report_cards", claim=claim, do=issuing.make),
    Work("print_runs", claim=working.claim, do=working.work, longest=240),
    Work("briefs", claim=briefs.claim, do=briefs.tell),
    Work("brief_fill", claim=briefs.claim_fill, do=briefs.fill),
    telling.work(SOURCE),
]


def work(store: Store) -> list[Work]:
    quiet = read(Settings).engagement_quiet  # what is missing ends the process now, not with the first card
    briefs.begin_fill(store)
    return [Work("engagement", claim=due.claiming(quiet), do=counting.count, longest=60)]
