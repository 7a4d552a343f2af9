"""A connection that publishes windows of messages and knows which of them the broker has kept."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import takewhile
from typing import Any, NamedTuple, Self

from amqp.exceptions import AMQPError
from kombu import Connection
from kombu.exceptions import OperationalError

TIMEOUT = 15.0  # seconds; a broker in a memory or disk alarm takes nothing and says nothing
CORK = 1 << 16  # bytes
CONTENT_TYPE = "application/cloudevents+json"


class Outgoing(NamedTuple):
    message_id: str
    exchange: str
    routing_key: str
    body: str | bytes
    headers: dict[str, Any] | None = None


class BrokerSilent(Exception):
    """The broker did not confirm in time."""


# What a broker that is down, goes down or says nothing raises.
BROKER_FAULTS: tuple[type[Exception], ...] = (OSError, OperationalError, AMQPError, BrokerSilent)


def connection(uri: str) -> Any:
    """Not yet open. Reads and writes give up after `TIMEOUT`, so that an alarm can't hang the process."""
    options = {"connect_timeout": TIMEOUT, "read_timeout": TIMEOUT, "write_timeout": TIMEOUT}
    return Connection(uri, heartbeat=30, transport_options=options)


class Batch:
    """Messages on their way: `open` are not yet answered for, `refused` are in no queue."""

    def __init__(self, ids: list[str]) -> None:
        self.ids = ids
        self.open = len(ids)
        self.refused: set[str] = set()


class Publisher:
    """Publishes with `mandatory` and confirms, batch by batch. For one thread at a time."""

    def __init__(self, uri: str) -> None:
        self._connection = connection(uri)
        self._connection.ensure_connection(max_retries=1, timeout=TIMEOUT)
        self.channel = self._connection.default_channel
        self.channel.confirm_select()
        self.channel.events["basic_ack"].add(self._on_ack)
        self.channel.events["basic_nack"].add(self._on_nack)
        self.channel.events["basic_return"].add(self._on_return)
        self._tag = 0
        self._waiting: dict[int, tuple[Batch, str]] = {}  # by delivery tag, ascending
        self._returned: set[str] = set()
        self._last_beat = time.monotonic()

    def publish(self, messages: Sequence[Outgoing]) -> set[str]:
        """Sends, waits, and gives the ids of those that are safe in a queue. Raises one of `BROKER_FAULTS`."""
        return self.wait(self.send(messages))

    def send(self, messages: Sequence[Outgoing]) -> Batch:
        """Sends without waiting: more can be sent meanwhile."""
        batch = Batch([message.message_id for message in messages])
        with _corked(self._connection.connection.transport):
            for message in messages:
                self._tag += 1
                self._waiting[self._tag] = (batch, message.message_id)
                self._send(message)
        return batch

    def _send(self, message: Outgoing) -> None:
        self.channel.basic_publish(
            self.channel.prepare_message(
                message.body,
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                headers=message.headers,
                properties={"delivery_mode": 2, "message_id": message.message_id},
            ),
            exchange=message.exchange,
            routing_key=message.routing_key,
            mandatory=True,
        )

    def wait(self, batch: Batch) -> set[str]:
        """The ids of a batch that are safe in a queue, once the broker has answered for all of it.

        Raises one of `BROKER_FAULTS`.
        """
        deadline = time.monotonic() + TIMEOUT
        while batch.open:
            self._drain(batch, deadline)
        return set(batch.ids) - batch.refused

    def beat(self) -> None:
        """Keeps an idle connection alive; call it often."""
        if time.monotonic() - self._last_beat > 10:
            self._connection.heartbeat_check()
            self._last_beat = time.monotonic()
        with suppress(TimeoutError):
            self._connection.drain_events(timeout=0.001)

    def close(self) -> None:
        self._connection.release()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _drain(self, batch: Batch, deadline: float) -> None:
        try:
            self._connection.drain_events(timeout=max(0.01, deadline - time.monotonic()))
        except TimeoutError as error:
            raise BrokerSilent(f"{batch.open} messages not confirmed within {TIMEOUT:.0f} s") from error

    def _on_ack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple, kept=True)

    def _on_nack(self, tag: int, multiple: bool) -> None:
        self._settle(tag, multiple, kept=False)

    def _on_return(self, _error: Any, _exchange: str, _routing_key: str, message: Any) -> None:
        self._returned.add(message.properties["message_id"])  # its confirm follows

    def _settle(self, tag: int, multiple: bool, kept: bool) -> None:
        tags = list(takewhile(lambda waiting: waiting <= tag, self._waiting)) if multiple else [tag]
        for settled in tags:
            batch, id = self._waiting.pop(settled)
            batch.open -= 1
            if not kept or id in self._returned:
                batch.refused.add(id)
                self._returned.discard(id)


@contextmanager
def _corked(transport: Any) -> Iterator[None]:
    """Many small frames leave in few large writes: amqp's transport makes a system call, and a packet, of each."""
    write, held = transport._write, bytearray()

    def hold(frames: bytes) -> None:
        held.extend(frames)
        if len(held) >= CORK:
            write(held)
            held.clear()

    transport._write = hold
    try:
        yield
        write(held)
    finally:
        transport._write = write
