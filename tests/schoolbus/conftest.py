import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.infrastructure import Infrastructure
from schoolbus.events import Event
from tests.support.services import Service

HERE = Path(__file__).parent / "probe"
sys.path.insert(0, str(HERE))


@pytest.fixture(scope="package")
def probe(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    from services.probe.contracts import ThingMade

    Event.known[ThingMade.routing_key()] = ThingMade
    settings = {"PYTHONPATH": str(HERE), "RETRY_DELAYS": "1,1"}
    service = Service("probe", infrastructure, tmp_path_factory.mktemp("probe"), settings).start()
    yield service
    service.stop()
    del Event.known[ThingMade.routing_key()]  # of no other test's business
