"""A started meetings service that knows two small branches of the same names."""

from collections.abc import Iterator
from typing import Any

import pytest
from pymongo import MongoClient
from pymongo.database import Database

from deploy.local.infrastructure import Infrastructure
from tests.meetings.story import Meetings
from tests.support.roster import small_branch
from tests.support.services import Service

BALLOT_KEY = "the-key-of-ballots-in-the-tests-0123456789"


@pytest.fixture(scope="package")
def meetings(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Meetings]:
    service = Service("meetings", infrastructure, tmp_path_factory.mktemp("meetings"), {"BALLOT_KEY": BALLOT_KEY}).start()
    story = Meetings(service)
    story.knows(*small_branch("b1"), *small_branch("b2"))
    yield story
    service.stop()


@pytest.fixture
def kept(meetings: Meetings) -> Iterator[Database[Any]]:
    """What the service keeps, for what no request can bring about."""
    with MongoClient(meetings.service.infrastructure.mongodb_uri) as client:
        yield client[meetings.service.database]
