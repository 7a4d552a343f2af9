"""Exchanges and queues. Every process declares what it needs, so that no event is ever published to nobody.

| name | what |
|---|---|
| `rabta.PUBLISHER` | topic exchange, one per publishing service; routing key `TYPE.vVERSION` |
| `rabta.READER.TYPE.vVERSION` | quorum queue of one reader for one event |
| `rabta.delay.SECONDSs` | fanout exchange and quorum queue: what goes in with routing key Q is in queue Q after so long |
| `rabta.READER.dead` | what could not be handled, with its reason |

Arguments are those that RabbitMQ 3.10 knows and 4.x still takes.
"""

from collections.abc import Iterable
from typing import Any

from amqp.exceptions import PreconditionFailed

import schoolbus.contracts  # noqa: F401 - makes all events known
from schoolbus.events import Event
from schoolbus.settings import CannotStart

DELAYS = (1, 5, 30, 120, 600)  # seconds before each new try, where RETRY_DELAYS says nothing else
MAX_DELIVERIES = 20  # a message that kills its process so often goes to the dead letters
NO_LIMIT = 1_000_000_000  # to look at a dead letter is to deliver it: RabbitMQ 4 would drop it after 20 looks
_DEFAULT_EXCHANGE = ""


def exchange(routing_key: str) -> str:
    """An event's type begins with its publisher."""
    return f"rabta.{routing_key.partition('.')[0]}"


def queue(event: type[Event], reader: str) -> str:
    return f"rabta.{reader}.{event.routing_key()}"


def delay(seconds: int) -> str:
    return f"rabta.delay.{seconds}s"


def delay_prefix() -> str:
    return delay(0).removesuffix("0s")


def seconds_of(delay_queue: str) -> int:
    return int(delay_queue.removeprefix(delay_prefix()).removesuffix("s"))


def dead(reader: str) -> str:
    return f"rabta.{reader}.dead"


def queues() -> list[str]:
    """All that `declare` makes, with the usual delays."""
    of_events = [queue(event, reader) for event in Event.known.values() for reader in event.read_by]
    return [*of_events, *map(delay, DELAYS), *map(dead, readers())]


def is_ours(queue_name: str) -> bool:
    return queue_name.startswith("rabta.")


def is_readers(queue_name: str) -> bool:
    """Whether it is a queue that `queue` names, of this release or of another."""
    return queue_name.startswith(tuple(f"rabta.{reader}." for reader in readers()))


def readers() -> list[str]:
    return sorted({reader for event in Event.known.values() for reader in event.read_by})


def declare(channel: Any, delays: Iterable[int] = DELAYS) -> None:
    """On an amqp channel. Raises CannotStart when the broker has a queue of the same name with other arguments."""
    try:
        _declare_delays(channel, delays)
        _declare_events(channel)
    except PreconditionFailed as error:
        advice = "delete that queue once it is empty, or give this one another name"
        raise CannotStart(f"the broker says {error.reply_text}: {advice}") from error


def _declare_delays(channel: Any, delays: Iterable[int]) -> None:
    for seconds in sorted(set(delays)):
        name = delay(seconds)
        channel.exchange_declare(name, "fanout", durable=True, auto_delete=False)
        _declare_queue(channel, name, {**_dead_letters_to(None), "x-message-ttl": seconds * 1000})
        channel.queue_bind(name, name)


def _declare_events(channel: Any) -> None:
    for reader in readers():
        _declare_queue(channel, dead(reader), {"x-delivery-limit": NO_LIMIT})
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
