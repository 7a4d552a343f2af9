"""Exchanges and queues. Every process declares all of them, so that no event is ever published to nobody.

| name | what |
|---|---|
| `rabta.PUBLISHER` | topic exchange, one per publishing service; routing key `TYPE.vVERSION` |
| `rabta.READER.TYPE.vVERSION` | quorum queue of one reader for one event |
| `rabta.delay.SECONDS` | fanout exchange and quorum queue: what goes in with routing key Q comes out into queue Q
after so long |
| `rabta.READER.dead` | what could not be handled, with its reason |
"""

import os
from typing import Any

import schoolbus.contracts  # noqa: F401 - makes all events known
from schoolbus.events import Event

# Seconds before each new try; all processes of a deployment need the same, because each declares the queues.
DELAYS = tuple(int(seconds) for seconds in os.environ.get("RETRY_DELAYS", "1,5,30,120,600").split(","))
MAX_DELIVERIES = 20  # a message that kills its process so often goes to the dead-letter queue
_DEFAULT_EXCHANGE = ""


def exchange(routing_key: str) -> str:
    """An event's type begins with its publisher."""
    return f"rabta.{routing_key.partition('.')[0]}"


def queue(event: type[Event], reader: str) -> str:
    return f"rabta.{reader}.{event.routing_key()}"


def delay(seconds: int) -> str:
    return f"rabta.delay.{seconds}s"


def dead(reader: str) -> str:
    return f"rabta.{reader}.dead"


def declare(channel: Any) -> None:
    """On an amqp channel. Raises amqp.PreconditionFailed when the broker has a queue of the same name with other arguments."""
    for seconds in sorted(set(DELAYS)):
        name = delay(seconds)
        channel.exchange_declare(name, "fanout", durable=True, auto_delete=False)
        _declare_queue(channel, name, {**_dead_letters_to(None), "x-message-ttl": seconds * 1000})
        channel.queue_bind(name, name)
    for reader in sorted({reader for event in Event.known.values() for reader in event.read_by}):
        _declare_queue(channel, dead(reader), {})
    for event in Event.known.values():
        channel.exchange_declare(exchange(event.routing_key()), "topic", durable=True, auto_delete=False)
        for reader in event.read_by:
            name = queue(event, reader)
            _declare_queue(channel, name, {**_dead_letters_to(dead(reader)), "x-delivery-limit": MAX_DELIVERIES})
            channel.queue_bind(name, exchange(event.routing_key()), event.routing_key())


def _declare_queue(channel: Any, name: str, arguments: dict[str, Any]) -> None:
    channel.queue_declare(name, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum", **arguments})


def _dead_letters_to(queue: str | None) -> dict[str, Any]:
    """Without a queue, a dead letter keeps its routing key: the queue it is to come back to. Nothing is lost on the way."""
    arguments = {
        "x-dead-letter-exchange": _DEFAULT_EXCHANGE,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # what at-least-once asks for; no queue has a maximum length
    }
    return {**arguments, "x-dead-letter-routing-key": queue} if queue else arguments
