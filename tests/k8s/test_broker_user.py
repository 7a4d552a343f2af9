"""What a service's user may do at the broker is enough for its processes, and stops at what is not Rabta's."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from amqp.exceptions import AccessRefused

from deploy.k8s.check import OVERLAYS
from deploy.k8s.resources import build, of_kind
from deploy.local.infrastructure import Infrastructure
from schoolbus import topology
from schoolbus.broker import Outgoing, Publisher
from schoolbus.events import Event

USER, PASSWORD = "k8s-roster", "not-a-secret-of-anything"


@pytest.fixture(scope="module")
def amqp_uri(infrastructure: Infrastructure) -> Iterator[str]:
    """A fresh vhost, as a user with the permissions of the overlay sees it."""
    management = infrastructure.broker.management
    if management is None:
        pytest.skip("users are made by the broker's management API, and this broker shows none")
    whole = infrastructure.vhost("test-k8s")
    vhost = urlsplit(whole).path.lstrip("/")
    allowed = next(of_kind(build(OVERLAYS / "dev"), "Permission"))["spec"]["permissions"]
    requests.put(f"{management}/api/users/{USER}", json={"password": PASSWORD, "tags": ""}, timeout=30).raise_for_status()
    requests.put(f"{management}/api/permissions/{vhost}/{USER}", json=allowed, timeout=30).raise_for_status()
    yield f"amqp://{USER}:{PASSWORD}@{urlsplit(whole).netloc.rpartition('@')[2]}/{vhost}"
    requests.delete(f"{management}/api/users/{USER}", timeout=30).raise_for_status()
    infrastructure.remove_vhost(whole)


def test_a_process_may_do_its_work(amqp_uri: str) -> None:
    event = next(event for event in Event.known.values() if event.read_by)
    reader, key = event.read_by[0], event.routing_key()
    with Publisher(amqp_uri) as publisher:
        topology.declare(publisher.channel)
        window = [
            Outgoing("said", topology.exchange(key), key, "{}"),
            Outgoing("put off", topology.delay(topology.DELAYS[-1]), topology.queue(event, reader), "{}"),
            Outgoing("buried", "", topology.dead(reader), "{}"),
        ]
        assert publisher.publish(window) == {"said", "put off", "buried"}
        for queue in (topology.queue(event, reader), topology.dead(reader)):
            assert publisher.channel.basic_get(queue, no_ack=True) is not None


def test_what_is_not_rabtas_is_refused(amqp_uri: str) -> None:
    with Publisher(amqp_uri) as publisher, pytest.raises(AccessRefused):
        publisher.channel.queue_declare("somebody-elses", durable=True, auto_delete=False)
