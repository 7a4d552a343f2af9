"""One started reports service for all of these tests; each module has a branch of its own in it."""

import os
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from deploy.local.infrastructure import Infrastructure
from services.reports.store import Store
from tests.reports.story import Branch
from tests.support.services import PUBLIC_URL, Service
from tests.support.stores import fresh, own_database

os.environ.setdefault("PUBLIC_URL", PUBLIC_URL)  # of the worker's work, where tests do it themselves


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


@pytest.fixture(scope="package")
def _database(infrastructure: Infrastructure) -> Iterator[Any]:
    with own_database(infrastructure, Store) as database:
        yield database


@pytest.fixture
def store(_database: Any) -> Store:
    """A database without a service: for what only happens between two lines."""
    return fresh(_database, Store)
