import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from deploy.local.infrastructure import Infrastructure
from tests.support.services import Service

HERE = Path(__file__).parent / "probe"
sys.path.insert(0, str(HERE))


@pytest.fixture(scope="module")
def probe(started: Callable[..., Service], infrastructure: Infrastructure) -> Service:
    import services.probe.contracts  # noqa: F401 - its event is known from here on

    return started("probe", PYTHONPATH=str(HERE), RETRY_DELAYS="1,1")
