"""One started reports service for all of these tests; each module has a branch of its own in it."""

import uuid
from collections.abc import Iterator

import pytest
from pymongo import MongoClient

from deploy.local.infrastructure import Infrastructure
from services.reports.store import Store
from tests.reports.story import Branch
from tests.support.services import Service


@pytest.fixture(scope="package")
def reports(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    service = Service("reports", infrastructure, tmp_path_factory.mktemp("reports"), {}).start()
    yield service
    service.stop()


@pytest.fixture(scope="module")
def branch(reports: Service) -> Branch:
    return Branch(reports, f"branch-{uuid.uuid4().hex[:6]}")


@pytest.fixture(scope="module")
def elsewhere(reports: Service) -> Branch:
    """Another branch, whose people have the same ids."""
    return Branch(reports, f"branch-{uuid.uuid4().hex[:6]}")


@pytest.fixture
def store(infrastructure: Infrastructure) -> Iterator[Store]:
    """A database without a service: for what only happens between two lines."""
    name = f"test_reports_{uuid.uuid4().hex[:8]}"
    with MongoClient(infrastructure.mongodb_uri, tz_aware=True) as client:
        made = Store(client[name])
        made.ensure_indexes()
        yield made
        client.drop_database(name)
