"""nameko's queue consumer and event entrypoint, made to lose nothing.

By default nameko acknowledges a message whose handler failed or whose body it can't read, drops the acknowledgement of
a handler that runs while the service stops, and gives every queue the same prefetch. Here each message is acknowledged
once it is dealt with: handled, put off, or among the dead letters.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import Any

import eventlet
from eventlet.event import Event as Signal
from kombu import Connection, Consumer, Queue
from nameko.exceptions import ContainerBeingKilled
from nameko.extensions import Entrypoint
from nameko.messaging import QueueConsumer

from schoolbus import metrics, topology, tracing
from schoolbus.broker import BROKER_FAULTS
from schoolbus.clock import now
from schoolbus.events import Event, InvalidEvent
from schoolbus.logs import log
from schoolbus.problems import NotYet
from schoolbus.retry import CLOSING, PAUSE, Retries, attempts
from schoolbus.settings import NotPrepared

CONNECTING = 5.0  # seconds


class PrefetchConsumer(Consumer):  # type: ignore[misc]
    """A consumer of one queue with a prefetch of its own."""

    prefetch = 1

    def consume(self, no_ack: bool | None = None) -> None:
        self.qos(prefetch_count=self.prefetch)  # RabbitMQ: for the consumers that this channel makes from now on
        super().consume(no_ack)


class ReliableConsumer(QueueConsumer):  # type: ignore[misc]
    """Sees to all queues on each connection, and ends only when what it took is dealt with.

    `connected` is true while every queue is consumed: not while the broker is away, nor after it took a queue from us.
    `ready` is true from the first time on: requests are answered and events wait in outboxes while the broker is away, so a
    service that was taken out of its load balancer then would make the outage one of everything.
    """

    _gt: Any
    should_stop: bool

    def __init__(self) -> None:
        super().__init__()
        self.outstanding = 0
        self.connected = False
        self.ready = False
        self.stopping = False
        self._up = Signal()
        self._missing = ""  # what the log has last named

    def setup(self) -> None:
        super().setup()
        metrics.consumers_connected.set_function(lambda: self.connected)
        self.delays = self.container.config["RETRY_DELAYS"]
        self.retries = Retries(self.amqp_uri, self.delays, self._see_to)

    # Its life: nameko starts, stops (or kills) it, each entrypoint asks

    def start(self) -> None:
        if self._gt is None:
            self._gt = self.container.spawn_managed_thread(self.run)
            self._gt.link(lambda _: self._is_up())
        self._up.wait()

    def drain(self) -> None:
        """Takes nothing more, and returns when nothing is outstanding: the store may close then."""
        self.stopping = True
        self.ready = False
        if self._gt is not None:
            with suppress(Exception):  # whatever ended it, it has ended
                self._gt.wait()

    def stop(self) -> None:
        self.drain()

    def run(self) -> None:
        """Raises CannotStart when the broker has a queue with other arguments: waiting would not mend that."""
        while not self._finished():
            if self.stopping:  # what is still in hand came over a lost connection, and will come again
                eventlet.sleep(0.05)
                continue
            try:
                for _ in self.consume():
                    pass
            except NotPrepared as missing:
                if str(missing) != self._missing:
                    log().warning("not_prepared", missing=str(missing))
                self._missing = str(missing)
                eventlet.sleep(0 if self.stopping else PAUSE / 2)
            except BROKER_FAULTS as fault:
                log().warning("no_broker", fault=type(fault).__name__)
                eventlet.sleep(0 if self.stopping else PAUSE / 2)

    def _finished(self) -> bool:
        self.should_stop = self.should_stop or (self.stopping and self.outstanding == 0)
        return self.should_stop

    def _is_up(self) -> None:
        if not self._up.ready():
            self._up.send()

    # kombu calls these

    @contextmanager
    def establish_connection(self) -> Iterator[Connection]:
        connection = self.create_connection()
        try:
            connection.ensure_connection(max_retries=1, timeout=CONNECTING)
            yield connection
        finally:
            self.connected = False
            with eventlet.Timeout(CLOSING, False):  # a broker whose machine is gone does not answer
                connection.release()

    def get_consumers(self, consumer_cls: Any, channel: Any) -> list[Consumer]:
        self._see_to(channel)
        for provider in self._providers:
            consumer = PrefetchConsumer(channel, [provider.queue], on_message=partial(self._take, provider), auto_declare=False)
            consumer.prefetch = provider.prefetch
            self._consumers[provider] = consumer
        return list(self._consumers.values())

    def on_consume_ready(self, connection: Any, channel: Any, consumers: Any, **kwargs: Any) -> None:
        self.connected = self.ready = True
        self._is_up()

    def on_iteration(self) -> None:
        while self.stopping and self._consumers:
            self.connected = False
            self._consumers.popitem()[1].cancel()
        self._finished()

    def _take(self, provider: "EventEntrypoint", message: Any) -> None:
        self.outstanding += 1
        self.container.spawn_managed_thread(partial(provider.take, message), identifier=provider.queue.name)

    def _see_to(self, channel: Any) -> None:
        topology.see_to(channel, self.container.config["PREPARE"], self.container.service_name, self.delays)

    # Entrypoints call these, once for each message

    def settle(self, message: Any) -> None:
        """The message is dealt with."""
        self._answer(message, message.ack)

    def give_back(self, message: Any) -> None:
        self._answer(message, message.requeue)

    def _answer(self, message: Any, answer: Callable[[], None]) -> None:
        """A connection lost meanwhile gave the message back to the broker: it will come again."""
        try:
            if message.channel.connection:
                answer()
        except BROKER_FAULTS as fault:
            log().warning("not_settled", fault=type(fault).__name__)
        finally:
            self.outstanding -= 1


def _place(message: Any) -> str | None:
    """Where its handler's trace goes on: after its time in the broker. Headers that say nothing readable lead nowhere."""
    headers = message.headers or {}
    place, sent_at = headers.get(tracing.HEADER), headers.get(tracing.SENT_AT)
    if not isinstance(place, str):
        return None
    try:
        since = datetime.fromisoformat(sent_at) if sent_at else None
    except (ValueError, TypeError):
        since = None
    return tracing.passed("broker", "PRODUCER", after=place, since=since)


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
        self.consumer.drain()

    def take(self, message: Any) -> None:
        try:
            event = self.event.decode(message.body)
        except InvalidEvent as reason:
            log().error("event_invalid", queue=self.queue.name, id=message.properties.get("message_id"))
            self._bury(message, f"invalid: {reason}")
            return
        except Exception as error:  # nobody foresaw this message: it must not end the process again and again
            log().exception("event_unreadable", queue=self.queue.name, id=message.properties.get("message_id"))
            self._bury(message, f"unreadable: {type(error).__name__}: {error}")
            return
        event.traceparent = _place(message)
        handled = partial(self._handled, message, event, time.monotonic())
        try:
            self.container.spawn_worker(self, (event,), {}, handle_result=handled)
        except ContainerBeingKilled:
            self.consumer.give_back(message)

    def _handled(self, message: Any, event: Event, started: float, ctx: Any, result: Any, exc_info: Any) -> tuple[None, None]:
        labels = (self.reader, event.routing_key())
        with tracing.within(event.traceparent):
            found_by = metrics.exemplar(event.correlation_id, event_id=event.id)
        metrics.handling.labels(*labels).observe(time.monotonic() - started, found_by)
        if exc_info is None:
            metrics.event_age.labels(*labels).observe(max(0.0, (now() - event.time).total_seconds()), found_by)
            self._count("handled")
            self.consumer.settle(message)
        else:
            self._try_later(message, event, exc_info[1])
        return None, None

    def _try_later(self, message: Any, event: Event, error: Exception) -> None:
        known = {"queue": self.queue.name, "id": event.id, "correlation_id": event.correlation_id}
        reason = f"{type(error).__name__}: {error}"
        if not self.consumer.retries.left(message):
            log().error("event_dead", fault=type(error).__name__, **known)
            self._bury(message, reason)
            return
        if not isinstance(error, NotYet):
            log().warning("event_failed", exc_info=error, attempt=attempts(message) + 1, **known)
        self._count("put_off")
        self._replace(message, lambda: self.consumer.retries.later(message, self.queue.name, reason))

    def _bury(self, message: Any, reason: str) -> None:
        self._count("dead")
        self._replace(message, lambda: self.consumer.retries.bury(message, self.queue.name, self.reader, reason))

    def _replace(self, message: Any, copy: Callable[[], bool]) -> None:
        """Keeps the original in hand until the broker has the copy. To give it back in between would count as a delivery,
        and an alarm of some minutes would use up all that a message has."""
        while not copy():
            if self.consumer.stopping or not message.channel.connection:
                self.consumer.give_back(message)
                return
            eventlet.sleep(PAUSE)
        self.consumer.settle(message)

    def _count(self, outcome: str) -> None:
        metrics.handled.labels(self.reader, self.event.routing_key(), outcome).inc()
