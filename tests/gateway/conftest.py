from collections.abc import Iterator

import pytest

from tests.gateway.support import Platform


@pytest.fixture(scope="package")
def _platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(tmp_path_factory.mktemp("gateway"), SERVICE_TIMEOUT="1.5", IMPORT_LIMIT=str(64 * 1024 * 1024))
    try:
        yield platform.start()
    finally:
        platform.stop()


@pytest.fixture
def platform(_platform: Platform) -> Iterator[Platform]:
    """The gateway and its services; what a test made them answer is forgotten after it."""
    yield _platform
    for backend in _platform.services.values():
        backend.answers.clear()
        backend.seen.clear()


@pytest.fixture
def teacher(platform: Platform) -> str:
    return platform.key.token("t1", {"b1": ["teacher"]})
