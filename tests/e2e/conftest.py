from collections.abc import Iterator

import pytest

from deploy.local.infrastructure import Infrastructure
from tests.e2e.school import School
from tests.support.collector import Collector, collecting
from tests.support.platform import Platform


@pytest.fixture(scope="package")
def collector() -> Iterator[Collector]:
    with collecting() as collector:
        yield collector


@pytest.fixture(scope="package")
def platform(
    infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory, collector: Collector
) -> Iterator[Platform]:
    """It tells its traces."""
    platform = Platform(infrastructure, tmp_path_factory.mktemp("platform"), **collector.settings).start()
    yield platform
    platform.stop()


@pytest.fixture(scope="package")
def school(platform: Platform) -> School:
    """The first branch of an imported demo chain, with its people signed in."""
    return School.open(platform)
