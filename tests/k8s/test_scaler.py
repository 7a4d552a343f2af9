"""What KEDA asks the broker for, with the account that it has: how long a service's queues are, and nothing else."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from amqp.exceptions import AccessRefused

from deploy.k8s.resources import Resource
from deploy.local.infrastructure import Infrastructure
from schoolbus import accounts, topology
from schoolbus.broker import Publisher
from schoolbus.events import Event
from schoolbus.management import Management, ManagementUrl
from schoolbus.settings import AmqpUrl
from tests.k8s.conftest import one

PASSWORD = "not-a-secret-of-anything"


@pytest.fixture
def vhost(infrastructure: Infrastructure) -> Iterator[tuple[str, str]]:
    """Addresses of the management API and of the vhost, as the scaler sees them."""
    management = infrastructure.broker.management
    if management is None:
        pytest.skip("users are made by the broker's management API, and this broker shows none")
    whole = infrastructure.vhost("test-scaler")
    with Publisher(whole) as publisher:
        topology.declare(publisher.channel)
    broker = accounts.Broker(Management(ManagementUrl(management), AmqpUrl(whole)))
    broker.make_watcher(accounts.SCALER, PASSWORD)
    name = broker.vhost
    as_scaler = f"{accounts.SCALER}:{PASSWORD}@"
    yield (
        f"http://{as_scaler}{urlsplit(management).netloc.rpartition('@')[2]}/api/queues/{name}",
        f"amqp://{as_scaler}{urlsplit(whole).netloc.rpartition('@')[2]}/{name}",
    )
    broker.remove(accounts.SCALER)
    infrastructure.remove_vhost(whole)


def test_it_sees_the_queues_of_a_service_and_may_not_touch_them(vhost: tuple[str, str], resources: list[Resource]) -> None:
    queues, amqp = vhost
    for service in topology.readers():
        trigger = one(resources, "ScaledObject", f"{service}-serve")["spec"]["triggers"][1]["metadata"]
        asked = {"page": 1, "use_regex": trigger["useRegex"], "pagination": "false", "page_size": trigger["pageSize"]}
        found = requests.get(queues, params={**asked, "name": trigger["queueName"]}, timeout=30)
        found.raise_for_status()
        wanted = {topology.queue(event, service) for event in Event.known.values() if service in event.read_by}
        assert {each["name"] for each in found.json()["items"]} == wanted
    with Publisher(amqp) as publisher, pytest.raises(AccessRefused):
        publisher.channel.basic_get(topology.dead("roster"))
