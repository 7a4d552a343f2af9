"""What a head reads of engagement once a month has been counted: figures, bars, the course of months, class by class."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from schoolbus import clock, topology
from schoolbus.broker import Outgoing, Publisher
from schoolbus.contracts.notifications import ReachCounted
from schoolbus.events import with_sequence
from schoolbus.metering import month_of
from services.reports.engagement import months
from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.browser.test_office import LANGUAGES, at
from tests.e2e.school import School
from tests.support.waiting import eventually

NEWEST = 1_000_000  # of the versions that notifications itself counts from one
CHANNELS = ("sms", "whatsapp", "app")


def reached(guardian_id: str, place: int, month: str) -> dict[str, Any]:
    """Two of three read what they are told; one in seven is not reached at all."""
    told, fails = 4, place % 7 == 6
    delivered = 0 if fails else told
    numbers = {"told": told, "delivered": delivered, "read": delivered if place % 3 else 0, "failed": told - delivered}
    return {
        "reach_id": f"{guardian_id}:{month}",
        "guardian_id": guardian_id,
        "month": month,
        "version": NEWEST,
        **numbers,
        "answered": int(not fails and place % 4 == 0),
        "other_language": 0,
        "channels": {CHANNELS[place % 3]: numbers},
        "last_read_on": None,
        "unread_since": None,
        "language": "ur" if place % 2 else "en",
        "contact": "failing" if fails else "works",
    }


@pytest.fixture(scope="module")
def counted(school: School) -> str:
    """Two months of the branch's families, as notifications tells them; the one that goes on, once reports has counted it."""
    this = month_of(clock.now())
    found = school.operator.get(f"{school.branch}/people", params={"role": "guardian", "limit": 100})["items"]
    guardians = sorted(each["person_id"] for each in found)
    items = [reached(id, place, month) for month in (months.shifted(this, -1), this) for place, id in enumerate(guardians)]
    branch_id = school.branch.rpartition("/")[2]
    event = ReachCounted(branch_id=branch_id, subject=f"{branch_id}.reach", items=items)
    key = event.routing_key()
    publisher = Publisher(school.platform.vhost)
    body = with_sequence(event.encode(), 1)
    assert event.id in publisher.publish([Outgoing(event.id, topology.exchange(key), key, body)])
    publisher.close()

    def there() -> Any:
        chart = school.operator.get(
            f"{school.branch}/engagement/chart", params={"chart": "measures", "since": this, "until": this}
        )
        return any(row["count"] for row in chart["rows"])

    eventually(there, timeout=90)  # a branch is counted once it has been quiet
    return this


@LANGUAGES
def test_a_head_reads_the_numbers_of_a_month(
    school: School,
    counted: str,
    open_page: Opener,
    people: People,
    shots: Callable,
    no_faults: Callable,
    language: str,
) -> None:
    page = open_page(at(school, f"engagement?month={counted}"), device="desk", language=language, person=people.head)
    pictures = page.locator("main img[src*='chart.svg']")
    assert pictures.count() >= 2, "the month, and the course of months"
    for place in range(pictures.count()):
        assert drawn(page, place), "the picture has come"
    table = page.locator("main table").first
    expect(table.locator("tbody tr").first).to_be_visible()
    assert table.locator("td.number").filter(has_text="%").count() > 0, "shares beside the picture"
    no_faults(page)
    shots(page, "office-engagement-numbers")
    page.goto(at(school, f"engagement/classes?month={counted}&measure=read"))
    assert page.locator("main table tbody tr").count() > 0
    no_faults(page)
    page.goto(at(school, "engagement/unreached"))
    assert page.locator("main .rows li, main tbody tr").count() > 0, "those whose numbers fail"
    no_faults(page)


def drawn(page: Page, place: int) -> bool:
    image = page.locator("main img[src*='chart.svg']").nth(place)
    image.scroll_into_view_if_needed()
    return bool(eventually(lambda: image.evaluate("image => image.complete && image.naturalWidth > 0")))
