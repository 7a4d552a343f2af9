from collections.abc import Iterator

import pytest

from tests.gateway.support import Platform
from tests.portal.chain import EMPTY
from tests.portal.support import ME, Browser, Stage


@pytest.fixture(scope="package")
def _platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(tmp_path_factory.mktemp("portal"), SERVICE_TIMEOUT="3", REQUESTS_PER_MINUTE="100000")
    try:
        yield platform.start()
    finally:
        platform.stop()


@pytest.fixture
def stage(_platform: Platform) -> Iterator[Stage]:
    """The gateway before stand-ins for the services; what a test made them answer is forgotten after it."""
    stage = Stage(_platform)
    yield stage
    for backend in _platform.services.values():
        backend.answers.clear()
        backend.seen.clear()
    _platform.end_sessions()


@pytest.fixture
def operator(stage: Stage) -> Browser:
    """Signed in, of a chain in which nothing is yet."""
    stage.says("roster", "/v1/me", {**ME, "operator": True})
    for service, path in (
        ("roster", "/v1/branches"),
        ("roster", "/v1/subscriptions"),
        ("roster", "/v1/guardian-matches"),
        ("notifications", "/v1/announcements"),
        ("notifications", "/v1/unclear-answers"),
    ):
        stage.says(service, path, EMPTY)
    browser = stage.signed_in(roles={}, operator=True)
    browser.get("/account")
    return browser
