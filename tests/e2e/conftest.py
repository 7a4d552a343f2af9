from collections.abc import Iterator

import pytest

from deploy.local.infrastructure import Infrastructure
from tests.e2e.school import School
from tests.support.platform import Platform


@pytest.fixture(scope="package")
def platform(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    platform = Platform(infrastructure, tmp_path_factory.mktemp("platform")).start()
    yield platform
    platform.stop()


@pytest.fixture(scope="package")
def school(platform: Platform) -> School:
    """The first branch of an imported demo chain, with its people signed in."""
    return School.open(platform)
