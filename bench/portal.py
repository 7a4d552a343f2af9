"""portal.family_…: the first page of a parent, after a school day: how many a second, how large, and how soon it is painted.

Painted: in a real Chromium as on a cheap phone, 400 kbit/s with 400 ms for a round trip and a quarter of this machine's speed,
by a phone that has never been here. The slowest of the languages counts.
"""

from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bench.figures import Figure
from bench.load import as_reader, load
from bench.today import FAMILIES, school_day
from deploy.local.infrastructure import Infrastructure
from tests.browser.support.looks import Look
from tests.browser.support.measuring import Measures, slow_3g
from tests.browser.support.measuring import measure as measured
from tests.browser.support.starting import start
from tests.browser.support.watching import Watch
from tests.e2e.school import School
from tests.support.platform import Platform
from tests.support.waiting import eventually

ROUNDS = 3
VISITS = 5
PATH = "/family"


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    platform = Platform(infrastructure, folder).start()
    try:
        school = School.open(platform)
        school_day(school)
        guardians = {kind: school.guardian(kind) for kind in FAMILIES}
        for kind, guardian in guardians.items():
            eventually(lambda: guardian.get(f"{school.branch}/today/{school.child(kind)}")["results"])  # noqa: B023
        readers = [(PATH, guardian.token) for guardian in guardians.values()]
        pages = [load(platform.url, readers, as_reader) for _ in range(ROUNDS)]
        with sync_playwright() as playwright:
            browser = start(playwright, folder)
            visits = {language: _visits(browser, platform.url, readers[0][1], language) for language in ("en", "ur")}
    finally:
        platform.stop()
    every = [visit for language in visits.values() for visit in language]
    return [
        Figure("portal.family_per_s", median(each.per_s for each in pages), "pages/s"),
        Figure("portal.family_p99_ms", median(each.p99_ms for each in pages), "ms"),
        Figure("portal.family_kilobytes", max(each.without_fonts for each in every) / 1000, "kB", 60, ceiling=True),
        Figure("portal.family_painted_ms", max(_painted(each) for each in visits.values()), "ms", 2500, ceiling=True),
        Figure("portal.family_shift", max(each.shift for each in every), "", 0, ceiling=True),
    ]


def _painted(visits: list[Measures]) -> float:
    return median(each.largest_paint for each in visits)


def _visits(browser: Browser, url: str, token: str, language: str) -> list[Measures]:
    """Each by a phone of its own."""
    found = []
    for _ in range(VISITS):
        context = browser.new_context(**Look(language=language).of_context(), base_url=url)
        context.add_cookies([{"name": name, "value": value, "url": url} for name, value in _cookies(token, language)])
        page = context.new_page()
        watch = Watch(page)
        slow_3g(watch.protocol)
        page.goto(PATH)
        found.append(measured(page, watch))
        context.close()
    return found


def _cookies(token: str, language: str) -> list[tuple[str, str]]:
    return [("access", token), ("language", f"{language}-latn")]
