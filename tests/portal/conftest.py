from collections.abc import Iterator

import pytest

from tests.gateway.support import Platform
from tests.portal.chain import EMPTY
from tests.portal.families import B1, B2, BILAL, NONE, TODAY, V1, ZOYA
from tests.portal.support import ME, Browser, Stage
from tests.portal.teaching import teacher  # noqa: F401  (a fixture)


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
def parent(stage: Stage) -> Browser:
    """Of Zoya in a branch with everything, and of Bilal in one that subscribes to meetings alone."""
    guardian = [{**branch, "roles": ["guardian"]} for branch in (B1, B2)]
    stage.says("roster", "/v1/me", {**ME, "branches": guardian, "children": [ZOYA, BILAL]})
    stage.says("reports", f"{V1}/today/z", TODAY)
    stage.says("notifications", "/v1/feed", NONE)
    stage.says("notifications", f"{V1}/conversations", NONE)
    for branch in ("b1", "b2"):
        for path in ("permission-slips", "meeting-days", "bookings", "activities", "volunteering"):
            stage.says("meetings", f"/v1/branches/{branch}/{path}", NONE)
    return stage.signed_in(roles={"b1": ["guardian"], "b2": ["guardian"]})


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
