"""A started meetings service that knows two small branches of the same names."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.local.infrastructure import Infrastructure
from schoolbus.store import connect
from services.meetings.store import Store
from tests.meetings.story import Meetings
from tests.support.services import Service
from tests.support.stores import fresh, own_database

BALLOT_KEY = "the-key-of-ballots-in-the-tests-0123456789"


@pytest.fixture(scope="package")
def meetings(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meetings]:
    service = Service("meetings", infrastructure, tmp_path_factory.mktemp("meetings"), {"BALLOT_KEY": BALLOT_KEY}).start()
    yield Meetings(service)
    service.stop()


@pytest.fixture(autouse=True)
def _of_its_own(request: pytest.FixtureRequest) -> None:
    """Each module finds b1 and b2 as small_branch has them."""
    if "meetings" in request.fixturenames:
        request.getfixturevalue("meetings").begins(request.module.__name__)


@pytest.fixture
def kept(meetings: Meetings) -> Iterator[Database[Any]]:
    """What the service keeps, for what no request can bring about."""
    with MongoClient(meetings.service.infrastructure.mongodb_uri) as client:
        yield client[meetings.service.database]


@pytest.fixture
def own(meetings: Meetings) -> Iterator[Store]:
    """The service's own, for what its timers do."""
    with connect(meetings.service.infrastructure.mongodb_uri, "tests") as client:
        yield Store(client[meetings.service.database])


@pytest.fixture(scope="package")
def own_store(infrastructure: Infrastructure) -> Iterator[Database[Any]]:
    """A database for tests without the service, of all of them: its many indexes take seconds to make."""
    with own_database(infrastructure, Store) as made:
        yield made


@pytest.fixture
def store(own_store: Database[Any]) -> Store:
    return fresh(own_store, Store)
