"""What a phone keeps to read without a network is whose it is, and pages that don't know who reads wipe nothing."""

import re

from gateway.portal.assets import STATIC, Assets
from tests.portal.support import ME, Stage

PERSON = re.compile(r'<body[^>]* data-person="([^"]*)"')


def whose(page: str) -> str | None:
    """None: the page does not know."""
    found = PERSON.search(page)
    return found[1] if found else None


def test_a_page_says_whose_it_is_and_one_for_anybody_that_it_does_not_know(stage: Stage) -> None:
    browser = stage.signed_in()
    assert whose(browser.get("/account").text) == "p1"
    assert whose(stage.stranger().get("/sign-in").text) == ""
    page = browser.get("/offline").text
    assert whose(page) is None
    assert ME["person"]["family_name"] not in page, "it is kept for whoever holds the phone"


def test_a_fault_without_roster_does_not_know_who_reads(stage: Stage) -> None:
    browser = stage.signed_in()
    browser.get("/account")
    stage.platform.services["roster"].stop()
    try:
        page = browser.get("/account").text
    finally:
        stage.platform.services["roster"].start()
    assert whose(page) is None


def test_the_worker_has_all_that_the_first_page_needs(stage: Stage) -> None:
    """What portal.js always loads, or the page without a network would come without scripts."""
    assets, worker = Assets(), stage.stranger().get("/sw.js").text
    needed, seen = {"portal.js"}, set[str]()
    while needed - seen:
        name = (needed - seen).pop()
        seen.add(name)
        needed |= set(re.findall(r'^import .*"static:([\w.]+)"', (STATIC / name).read_text(), re.MULTILINE))
    assert {"later.js", "typed.js"} <= needed
    assert [name for name in needed if assets.address(name) not in worker] == []


def test_no_family_fetches_what_teachers_write_with(stage: Stage) -> None:
    always = re.findall(r'^import .*"static:([\w.]+)"', (STATIC / "portal.js").read_text(), re.MULTILINE)
    assert not {"sheet.js", "taps.js", "bank.js"} & set(always)
