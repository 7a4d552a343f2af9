"""nameko's queue consumer and event entrypoint, made to lose nothing.

By default nameko acknowledges a message whose handler failed or whose body it can't read, drops the acknowledgement
of a handler
that runs while the service stops, and gives every queue the same prefetch. Here each message is acknowledged once it
is dealt with: handled, put
off, or among the dead letters.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import eventlet
from kombu import Connection, Consumer, Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from nameko.messaging import QueueConsumer

from schoolbus import metrics, topology
from schoolbus.clock import now
from schoolbus.events import Event, InvalidEvent
from schoolbus.logs import log
from schoolbus.problems import NotYet
from schoolbus.retry import Retries, attempts

RECONNECT_SECONDS = 2


class PrefetchConsumer(Consumer):  # type: ignore[misc]
    """A consumer of one queue with a prefetch of its own."""

    prefetch = 1

    def consume(self, no_ack: bool | None = None) -> None:
        self.qos(prefetch_count=self.prefetch)  # RabbitMQ: for the consumers that this channel makes from now on
        super().consume(no_ack)


class ReliableConsumer(QueueConsumer):  # type: ignore[misc]
    """Declares all queues on each connection, and stops only when what it took is acknowledged."""

    def __init__(self) -> None:
        super().__init__()
        self.outstanding = 0
        self.connected = False

    def setup(self) -> None:
        super().setup()
        self.retries = Retries(self.amqp_uri)

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        with self.create_connection() as connection:
            connection.ensure_connection(
                self.on_connection_error, None, interval_start=0.2, interval_step=0.2, interval_max=RECONNECT_SECONDS
            )
            yield connection

    def on_connection_error(self, exc: Exception, interval: float) -> None:
        self.connected = False
        log().warning("no_broker", fault=type(exc).__name__, again_in=interval)

    def get_consumers(self, consumer_cls: Any, channel: Any) -> list[Consumer]:
        topology.declare(channel)
        for provider in self._providers:
            consumer = PrefetchConsumer(channel, [provider.queue], on_message=partial(self._take, provider), auto_declare=False)
            consumer.prefetch = provider.prefetch
            self._consumers[provider] = consumer
        return list(self._consumers.values())

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **kwargs: Any) -> None:
        self.connected = True
        super().on_consume_ready(connection, channel, consumers, **kwargs)

    def on_consume_end(self, connection: Any, channel: Any) -> None:
        self.connected = False

    def on_iteration(self) -> None:
        self._cancel_consumers_if_requested()
        self.should_stop = not self._consumers and self.outstanding == 0

    def settle(self, message: Any) -> None:
        """The message is dealt with. A connection lost meanwhile gave it back to the broker: it will come again."""
        self.ack_message(message)
        self.outstanding -= 1

    def give_back(self, message: Any) -> None:
        self.requeue_message(message)
        self.outstanding -= 1

    def _take(self, provider: "EventEntrypoint", message: Any) -> None:
        self.outstanding += 1
        self.container.spawn_managed_thread(partial(provider.take, message), identifier=provider.queue.name)


class EventEntrypoint(Entrypoint):  # type: ignore[misc]
    """Hands each event of one kind to the method that it decorates."""

    consumer = ReliableConsumer()

    def __init__(self, event: type[Event], prefetch: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.event = event
        self.prefetch = prefetch

    def setup(self) -> None:
        self.reader = self.container.service_name
        if self.reader not in self.event.read_by:
            raise TypeError(f"{self.event.__name__}.read_by does not name {self.reader}")
        self.queue = Queue(topology.queue(self.event, self.reader), no_declare=True)
        self.consumer.register_provider(self)

    def stop(self) -> None:
        self.consumer.unregister_provider(self)

    def take(self, message: Any) -> None:
        try:
            event = self.event.decode(message.body)
        except InvalidEvent as reason:
            log().error("event_invalid", queue=self.queue.name, id=message.properties.get("message_id"))
            self._bury(message, f"invalid: {reason}")
            return
        try:
            self.container.spawn_worker(
                self, (event,), {}, handle_result=partial(self._handled, message, event, time.monotonic())
            )
        except ContainerBeingKilled:
            self.consumer.give_back(message)

    def _handled(self, message: Any, event: Event, started: float, ctx: Any, result: Any, exc_info: Any) -> tuple[None, None]:
        labels = (self.reader, event.routing_key())
        metrics.handling.labels(*labels).observe(time.monotonic() - started)
        if exc_info is None:
            metrics.event_age.labels(*labels).observe(max(0.0, (now() - event.time).total_seconds()))
            self._count("handled")
            self.consumer.settle(message)
        else:
            self._try_later(message, event, exc_info[1])
        return None, None

    def _try_later(self, message: Any, event: Event, error: Exception) -> None:
        reason = f"{type(error).__name__}: {error}"
        if attempts(message) >= len(topology.DELAYS):
            log().error("event_dead", queue=self.queue.name, id=event.id, fault=type(error).__name__)
            self._bury(message, reason)
            return
        if not isinstance(error, NotYet):
            log().warning("event_failed", queue=self.queue.name, id=event.id, exc_info=error, attempt=attempts(message) + 1)
        self._count("put_off")
        self._settle_if(self.consumer.retries.later(message, self.queue.name, reason), message)

    def _bury(self, message: Any, reason: str) -> None:
        self._count("dead")
        self._settle_if(self.consumer.retries.bury(message, self.queue.name, self.reader, reason), message)

    def _settle_if(self, safe: bool, message: Any) -> None:
        if safe:
            self.consumer.settle(message)
        else:  # the broker would not take the copy: keep the original, and don't spin on it
            eventlet.sleep(RECONNECT_SECONDS)
            self.consumer.give_back(message)

    def _count(self, outcome: str) -> None:
        metrics.handled.labels(self.reader, self.event.routing_key(), outcome).inc()
