"""One started roster service for all of these tests; each source is a world of its own in it."""

from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pymongo import MongoClient

from deploy.local.infrastructure import Infrastructure
from deploy.local.processes import free_port
from services.roster.store import Store
from tests.roster.chain import OPERATOR, Chain
from tests.roster.machines import Machine
from tests.roster.peers import Peer, standing
from tests.roster.provided import SET
from tests.support.keys import identity_settings
from tests.support.processes import Process
from tests.support.services import SECRET, Service
from tests.support.stores import fresh, own_database


@pytest.fixture(scope="package")
def signing_key() -> str:
    return Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


@pytest.fixture(scope="package")
def roster(infrastructure: Infrastructure, tmp_path_factory: pytest.TempPathFactory, signing_key: str) -> Iterator[Service]:
    settings = {
        **identity_settings(signing_key),
        "OPERATOR_USERNAME": OPERATOR[0],
        "OPERATOR_PASSWORD": OPERATOR[1],
        "PULL_KEY": "the-key-of-pulls-in-the-tests-0123456789",
        "PULL_FROM_LOOPBACK": "true",
    }
    service = Service("roster", infrastructure, tmp_path_factory.mktemp("roster"), settings).start()
    yield service
    service.stop()


@pytest.fixture
def chain(roster: Service, request: pytest.FixtureRequest) -> Chain:
    """An empty chain, under a source of its own."""
    return Chain(roster, request.node.name.replace("_", "-").removeprefix("test-")[:25].strip("-").lower())


@pytest.fixture(scope="module")
def school(roster: Service, request: pytest.FixtureRequest) -> Chain:
    """The small set, imported once for a module."""
    chain = Chain(roster, request.node.name.rpartition("test_")[2].removesuffix(".py").replace("_", "-"))
    chain.imports()
    return chain


@pytest.fixture
def mongo(roster: Service) -> Iterator[Any]:
    """The service's own database: for what no interface shows or does yet."""
    with MongoClient(roster.infrastructure.mongodb_uri, tz_aware=True) as client:
        yield client[roster.database]


@pytest.fixture(scope="package")
def _database(infrastructure: Infrastructure) -> Iterator[Any]:
    with own_database(infrastructure, Store) as database:
        yield database


@pytest.fixture
def store(_database: Any) -> Store:
    """A database without a service: for what only happens between two lines."""
    return fresh(_database, Store)


@pytest.fixture
def peer() -> Iterator[Peer]:
    with standing() as peer:
        yield peer


@pytest.fixture(scope="package")
def gateway(roster: Service, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Process]:
    nobody = f"http://127.0.0.1:{free_port()}"
    metrics, port = free_port(), free_port()
    settings = {
        "HTTP_PORT": str(port),
        "METRICS_PORT": str(metrics),
        "PUBLIC_URL": f"http://127.0.0.1:{port}",
        "GATEWAY_SECRET": SECRET,
        "ROSTER_URL": roster.url,
        **{f"{name}_URL": nobody for name in ("MEETINGS", "REPORTS", "NOTIFICATIONS")},
    }
    process = Process("gateway", ["gateway"], settings, tmp_path_factory.mktemp("gateway"), ready_port=metrics)
    process.start().wait_ready()
    yield process
    process.stop()


@pytest.fixture(scope="package")
def told(roster: Service) -> Chain:
    """What is told to other systems; nobody changes it."""
    chain = Chain(roster, "provider")
    assert chain.imports(SET)["state"] == "done"
    return chain


@pytest.fixture(scope="package")
def machine(told: Chain) -> Machine:
    return Machine(told, "b1")


@pytest.fixture(scope="package")
def other(told: Chain) -> Machine:
    return Machine(told, "b2")
