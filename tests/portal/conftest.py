from collections.abc import Iterator

import pytest

from tests.gateway.support import Platform
from tests.portal.support import Stage
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
