"""Exchanges and queues, so that no event is ever published to nobody.

| name | what |
|---|---|
| `rabta.PUBLISHER` | topic exchange, one per publishing service; routing key `TYPE.vVERSION` |
| `rabta.READER.TYPE.vVERSION` | quorum queue of one reader for one event |
| `rabta.READER.dead` | what could not be handled, with its reason |
| `rabta.READER.own` | direct exchange: what goes in with routing key Q is in queue Q of this reader; the dead letters too |
| `rabta.later.SECONDSs` | topic exchange: what goes in with routing key Q is in queue Q after so long |
| `rabta.delay.SECONDSs` | the quorum queue in between; and a fanout exchange, which releases before `later` write to |

Nobody writes to the broker's default exchange, by which anybody could write into any queue. Each process declares all of it, or
one job does (PREPARE). Arguments are those that RabbitMQ 3.10 knows and 4.x still takes.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from amqp.exceptions import NotFound, PreconditionFailed

import schoolbus.contracts  # noqa: F401 - makes all events known
from schoolbus.events import Event
from schoolbus.settings import CannotStart, NotPrepared, Prepare

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


def later(seconds: int) -> str:
    return f"rabta.later.{seconds}s"


def delay_prefix() -> str:
    return delay(0).removesuffix("0s")


def seconds_of(delay_queue: str) -> int:
    return int(delay_queue.removeprefix(delay_prefix()).removesuffix("s"))


def dead(reader: str) -> str:
    return f"rabta.{reader}.dead"


def own(reader: str) -> str:
    return f"rabta.{reader}.own"


def reader_of(queue: str) -> str:
    return queue.split(".")[1]


def queues(delays: Iterable[int] = DELAYS) -> list[str]:
    """All that `declare` makes with these delays."""
    of_events = [queue(event, reader) for event in Event.known.values() for reader in event.read_by]
    return [*of_events, *map(delay, sorted(set(delays))), *map(dead, readers())]


def is_ours(queue_name: str) -> bool:
    return queue_name.startswith("rabta.")


def is_readers(queue_name: str) -> bool:
    """Whether it is a queue that `queue` names, of this release or of another."""
    return queue_name.startswith(tuple(f"rabta.{reader}." for reader in readers()))


def readers() -> list[str]:
    return sorted({reader for event in Event.known.values() for reader in event.read_by})


def see_to(channel: Any, prepare: Prepare, service: str, delays: Iterable[int] = DELAYS) -> None:
    """What a process of this service writes to and reads is there. Raises CannotStart as `declare`, NotPrepared as `look`."""
    if prepare == "self":
        declare(channel, delays)
    else:
        look(channel, service, delays)


def look(channel: Any, service: str, delays: Iterable[int] = DELAYS) -> None:
    """Declares nothing, for which the broker asks no right. Raises NotPrepared; the channel is closed then."""
    name = ""
    try:
        for name in _exchanges_of(service, delays):
            channel.exchange_declare(name, "topic", passive=True)
        for name in _queues_of(service):
            channel.queue_declare(name, passive=True)
    except NotFound as error:
        advice = "the job `python -m schoolbus prepare broker` of this release makes it"
        raise NotPrepared(f"the broker has no {name}: {advice}") from error


def _exchanges_of(service: str, delays: Iterable[int]) -> Iterator[str]:
    if any(event.publisher() == service for event in Event.known.values()):
        yield exchange(service)
    if service in readers():
        yield own(service)
        yield from (later(seconds) for seconds in sorted(set(delays)))


def _queues_of(service: str) -> Iterator[str]:
    """Its own, and those of whoever reads it: what they do not get would be nowhere."""
    for event in Event.known.values():
        for reader in event.read_by:
            if service in (reader, event.publisher()):
                yield queue(event, reader)
    if service in readers():
        yield dead(service)


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
        channel.exchange_declare(later(seconds), "topic", durable=True, auto_delete=False)
        channel.queue_bind(name, later(seconds), "#")


def _declare_events(channel: Any) -> None:
    for reader in readers():
        _declare_queue(channel, dead(reader), {"x-delivery-limit": NO_LIMIT})
        channel.exchange_declare(own(reader), "direct", durable=True, auto_delete=False)
        channel.queue_bind(dead(reader), own(reader), dead(reader))
    for event in Event.known.values():
        channel.exchange_declare(exchange(event.routing_key()), "topic", durable=True, auto_delete=False)
        for reader in event.read_by:
            name = queue(event, reader)
            _declare_queue(channel, name, {**_dead_letters_to(dead(reader)), "x-delivery-limit": MAX_DELIVERIES})
            channel.queue_bind(name, exchange(event.routing_key()), event.routing_key())
            channel.queue_bind(name, own(reader), name)


def _declare_queue(channel: Any, name: str, arguments: dict[str, Any]) -> None:
    channel.queue_declare(name, durable=True, auto_delete=False, arguments={"x-queue-type": "quorum", **arguments})


def _dead_letters_to(queue: str | None) -> dict[str, Any]:
    """Without a queue, a dead letter keeps its routing key: the queue it is to come back to. Nothing is lost on the way.

    By the default exchange, where the broker writes by itself: nobody needs a right for it."""
    arguments = {
        "x-dead-letter-exchange": _DEFAULT_EXCHANGE,
        "x-dead-letter-strategy": "at-least-once",
        "x-overflow": "reject-publish",  # what at-least-once asks for; no queue has a maximum length
    }
    return {**arguments, "x-dead-letter-routing-key": queue} if queue else arguments
