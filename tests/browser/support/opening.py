"""Pages that a test opens, each in a context of its own: cookies, storage and cache begin empty or as a person's."""

from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Error, Page

from tests.browser.support import pictures
from tests.browser.support.looks import Look
from tests.browser.support.measuring import drawn_with
from tests.browser.support.signing_in import People, State
from tests.browser.support.watching import Watch

PATIENCE = 30_000  # milliseconds; three processes share two processors
LIGHT = "/offline"  # a page that brings little but the stylesheet and the Nastaliq, which is shown from the next page on
FACE = "Noto Nastaliq Urdu"
VISITS = 4
LANGUAGE = "language"  # the portal's cookie for it, where it is reached by http


@dataclass(frozen=True)
class Opened:
    page: Page
    look: Look
    watch: Watch
    person: str | None


class Opener:
    def __init__(self, browser: Browser, request: pytest.FixtureRequest) -> None:
        self.expected: list[str] = []
        self._browser = browser
        self._request = request
        self._opened: list[Opened] = []

    def __call__(
        self,
        path: str | None = None,
        *,
        look: Look | None = None,
        person: str | None = None,
        at: str | None = None,
        first_visit: bool = False,
        **changes: Any,
    ) -> Page:
        look = (look or Look()).but(**changes)
        base = at or str(self._request.getfixturevalue("platform").url)
        settings = look.of_context() | {"base_url": base}
        if person is not None:
            settings["storage_state"] = _in_language(self._people().state(person), look.language)
        context = self._browser.new_context(**settings)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        watch = Watch(page)
        self._opened.append(Opened(page, look, watch, person))
        if look.language == "ur" and at is None and not first_visit:
            _bring_face(page, watch)
        if path is not None:
            page.goto(path)
        return page

    def of(self, page: Page) -> Opened:
        return next(each for each in self._opened if each.page == page)

    def close(self, pictures_named: str | None) -> list[str]:
        """All of them, with a picture of each if the test failed; what they complained of."""
        for number, each in enumerate(self._opened):
            if pictures_named:
                with suppress(Error):
                    pictures.of_a_failure(each.page, pictures_named, number)
            if each.person is not None:
                self._people().keep(each.person, each.page.context.storage_state())
            _end(each.page.context)
        return [complaint for each in self._opened for complaint in each.watch.unexpected(self.expected)]

    def _people(self) -> People:
        people: People = self._request.getfixturevalue("people")
        return people


def _bring_face(page: Page, watch: Watch) -> None:
    """Until it is shown: with `font-display: optional` only a page that finds it at hand is set in it."""
    for _ in range(VISITS):
        page.goto(LIGHT, wait_until="networkidle")
        if FACE in drawn_with(watch.protocol, "h1"):
            return


def _in_language(state: State, language: str) -> State:
    """As if they had chosen it."""
    others = [cookie for cookie in state["cookies"] if cookie["name"] != LANGUAGE]
    return {**state, "cookies": [*others, {**others[0], "name": LANGUAGE, "value": language}]}


def _end(context: BrowserContext) -> None:
    with suppress(Error):  # it may have crashed
        context.close()
