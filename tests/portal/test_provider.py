"""Signing in through an identity provider: a real one, the real roster and gateway, by redirects as a browser does it."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest
import requests

from tests.gateway.support import Platform
from tests.portal.support import Browser, Stage
from tests.roster.chain import Chain
from tests.roster.test_oidc import chain, let_in, provider  # noqa: F401 - the same provider, and the same chain
from tests.support.services import SECRET


@pytest.fixture(scope="module")
def gateway(chain: Chain, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:  # noqa: F811
    folder: Path = tmp_path_factory.mktemp("gateway")
    platform = Platform(folder, ROSTER_URL=chain.roster.url, GATEWAY_SECRET=SECRET)
    try:
        yield platform.start()
    finally:
        platform.stop()


def goes_there_and_back(gateway: Platform, who: str, browser: Browser | None = None) -> tuple[Browser, requests.Response]:
    browser = browser or Stage(gateway).stranger()
    gone = browser.get("/sign-in/provider?next=/account")
    assert gone.status_code == 303, gone.text
    brought = let_in(gone.headers["Location"], who)
    return browser, browser.get(f"/sign-in/back?{urlencode(brought)}")


def test_a_teacher_comes_back_signed_in(gateway: Platform) -> None:
    stranger = Stage(gateway).stranger()
    assert "/sign-in/provider" in stranger.get("/sign-in/staff").text
    browser, back = goes_there_and_back(gateway, "tahira", stranger)
    assert (back.status_code, back.headers["Location"]) == (303, "/account")
    page = browser.get("/account")
    assert (page.status_code, "Tahira" in page.text) == (200, True)
    assert "through the school&#39;s own account" in page.text
    again = browser.get("/sign-in/back?state=x&code=y")
    assert again.headers["Location"] == "/sign-in/staff", "it was good once"


def test_who_is_nobody_here_is_told_so(gateway: Platform) -> None:
    browser, back = goes_there_and_back(gateway, "stranger")
    assert (back.status_code, "You have no role in the school" in back.text) == (403, True)
    assert "__Host-access" not in browser.cookies


def test_what_another_browser_brought_back_opens_nothing(gateway: Platform) -> None:
    thief, victim = Stage(gateway).stranger(), Stage(gateway).stranger()
    brought = let_in(thief.get("/sign-in/provider").headers["Location"], "tahira")
    victim.get("/sign-in/provider")
    answer = victim.get(f"/sign-in/back?{urlencode(brought)}")
    assert (answer.status_code, "__Host-access" in victim.cookies) == (401, False)
