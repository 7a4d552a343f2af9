"""A real Chromium, on the real platform: see "How to write a browser test" in CONTRIBUTING.md.

Browser and platform are started once for the package, whose tests one process runs (tests/support/sharing.py).
"""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright

from deploy.local.infrastructure import Infrastructure
from tests.browser.parents import term  # noqa: F401  (what parents' journeys begin with)
from tests.browser.support import pictures
from tests.browser.support.faults import no_faults as without_faults
from tests.browser.support.keyboard import Walk, walk
from tests.browser.support.measuring import Measures, drawn_with, measure, slow_3g
from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.browser.support.starting import start
from tests.browser.support.teaching import classroom, taught  # noqa: F401  (fixtures)
from tests.e2e.conftest import school  # noqa: F401  (the same school)
from tests.support.chromium import chromium
from tests.support.platform import Platform

PATIENCE = 300  # seconds of one test, with the platform's start before the first
FAILED = pytest.StashKey[bool]()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What a script on a page never answers, Playwright would wait for without an end."""
    for item in items:
        if item.path.is_relative_to(Path(__file__).parent):
            item.add_marker(pytest.mark.timeout(PATIENCE))


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Skips here, not in a fixture: all that are skipped are one line of the summary."""
    if "browser" in getattr(item, "fixturenames", ()):
        chromium()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item, call: pytest.CallInfo[None]) -> Iterator[None]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


@pytest.fixture(scope="package")
def platform(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(infrastructure, tmp_path_factory.mktemp("platform")).start()
    yield platform
    platform.stop()


@pytest.fixture(scope="package")
def playwright(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Playwright]:
    """Its files, the browser's profile among them, lie below the tests' temporary folder."""
    folder, before = tmp_path_factory.mktemp("chromium"), os.environ.get("TMPDIR")
    os.environ["TMPDIR"] = str(folder)
    try:
        running = sync_playwright().start()
    finally:
        os.environ.pop("TMPDIR") if before is None else os.environ.update(TMPDIR=before)
    yield running
    running.stop()


@pytest.fixture(scope="package")
def browser(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    started = start(playwright, tmp_path_factory.mktemp("home"))
    yield started
    started.close()


@pytest.fixture(scope="package")
def people(browser: Browser, platform: Platform, request: pytest.FixtureRequest) -> People:
    """Who can be signed in. The chain is imported when the first of them is asked for."""
    return People(browser, platform, lambda: request.getfixturevalue("school"))


@pytest.fixture
def open_page(browser: Browser, request: pytest.FixtureRequest) -> Iterator[Opener]:
    """`open_page("/children", device="desk", language="ur", person=people.teacher)`: a page of its own context.

    Takes the fields of Look, or `look` itself; `at` for another server than the platform; `first_visit` for a phone that does
    not have the Nastaliq yet. At the end of the test none may have complained.
    """
    opener = Opener(browser, request)
    yield opener
    failed = request.node.stash.get(FAILED, False)
    complaints = opener.close(pictures_named=request.node.nodeid if failed else None)
    assert failed or not complaints, "the browser complained:\n  " + "\n  ".join(complaints)


@pytest.fixture
def page(open_page: Opener, request: pytest.FixtureRequest) -> Page:
    """On the platform, by phone, in English; else as `@pytest.mark.look(device="desk", language="ur")` says."""
    mark = request.node.get_closest_marker("look")
    return open_page(**(mark.kwargs if mark else {}))


@pytest.fixture
def expects(open_page: Opener) -> Callable[..., None]:
    """`expects("status of 404")`: what the browser may complain of in this test, as regular expressions."""
    return lambda *patterns: open_page.expected.extend(patterns)


@pytest.fixture
def shots(open_page: Opener) -> Callable[[Page, str], Path]:
    """`shots(page, "today")`: the whole page as .run/screenshots/today-ur-dark.png."""
    return lambda page, name: pictures.picture(page, name, open_page.of(page).look)


@pytest.fixture
def no_faults() -> Callable[[Page], None]:
    """`no_faults(page)`: axe-core finds nothing against WCAG 2.2 AA, landmarks and headings included."""
    return without_faults


@pytest.fixture
def keyboard(open_page: Opener) -> Callable[[Page], Walk]:
    """`keyboard(page).order`: roles and names in the order of Tab. Fails where the focus is not seen or does not come."""

    def walked(page: Page) -> Walk:
        walking = walk(page, open_page.of(page).watch.protocol)
        assert not walking.faults, f"{page.url} by keyboard:\n  " + "\n  ".join(walking.faults)
        return walking

    return walked


@pytest.fixture
def measures(open_page: Opener) -> Callable[[Page], Measures]:
    """`measures(page)`: largest paint (ms), shift, bytes over the wire by type, of the page that is shown."""
    return lambda page: measure(page, open_page.of(page).watch)


@pytest.fixture
def faces(open_page: Opener) -> Callable[..., set[str]]:
    """`faces(page, "h1")`: the families that the letters of an element are drawn with."""
    return lambda page, selector="body": drawn_with(open_page.of(page).watch.protocol, selector)


@pytest.fixture
def slow(open_page: Opener) -> Callable[[Page], None]:
    """`slow(page)`, before it goes anywhere: slow 3G and a slow processor."""
    return lambda page: slow_3g(open_page.of(page).watch.protocol)
