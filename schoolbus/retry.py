"""What becomes of a message that its handler could not deal with: later again, or to the dead letters with its reason."""

import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

import eventlet
from eventlet.semaphore import Semaphore

from schoolbus import topology
from schoolbus.broker import BROKER_FAULTS, Outgoing, Publisher
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.settings import NotPrepared

ATTEMPT = "rabta-attempt"
QUEUE = "rabta-queue"
REASON = "rabta-reason"
DIED_AT = "rabta-died-at"
PAUSE = 2.0  # seconds in which nothing is tried after the broker failed: whoever waits is told at once
_FAULTS: tuple[type[Exception], ...] = (*BROKER_FAULTS, NotPrepared)
CLOSING = 2.0  # seconds for a broken connection to close; the peer may be gone without a word


def attempts(message: Any) -> int:
    """How often the message was tried before this time."""
    return int((message.headers or {}).get(ATTEMPT, 0))


class Retries:
    """Publishes on a connection of its own, one message at a time, and says whether the broker has it."""

    def __init__(self, amqp_uri: str, delays: Sequence[int], see_to: Callable[[Any], None]) -> None:
        """`see_to`: that all queues are there, on a channel, once a message found none."""
        self.amqp_uri = amqp_uri
        self.delays = delays
        self.see_to = see_to
        self._lock = Semaphore()
        self._publisher: Publisher | None = None
        self._failed_at = -PAUSE

    def left(self, message: Any) -> bool:
        """Is there a try left?"""
        return attempts(message) < len(self.delays)

    def later(self, message: Any, queue: str, reason: str) -> bool:
        """Back into `queue` after the delay of its attempt."""
        attempt = attempts(message)
        return self._copy(
            message, topology.later(self.delays[attempt]), queue, {ATTEMPT: attempt + 1, REASON: _text(reason, 500)}
        )

    def bury(self, message: Any, queue: str, reader: str, reason: str) -> bool:
        headers = {ATTEMPT: attempts(message), QUEUE: queue, REASON: _text(reason, 2000), DIED_AT: now().isoformat()}
        return self._copy(message, topology.own(reader), topology.dead(reader), headers)

    def _copy(self, message: Any, exchange: str, routing_key: str, headers: dict[str, Any]) -> bool:
        """The message with our headers alone: the broker's own notes would grow with each round."""
        id = str(message.properties.get("message_id") or message.delivery_tag)
        outgoing = Outgoing(id, exchange, routing_key, message.body, headers)
        with self._lock:
            if time.monotonic() - self._failed_at < PAUSE:
                return False
            # an idle connection may have been closed by the broker: then a fresh one
            return (self._publisher is not None and self._publish(outgoing)) or self._publish(outgoing)

    def _publish(self, outgoing: Outgoing) -> bool:
        try:
            self._publisher = self._publisher or Publisher(self.amqp_uri)
            if self._publisher.publish([outgoing]):
                self._failed_at = -PAUSE
                return True
            self.see_to(self._publisher.channel)  # somebody deleted the queue
        except _FAULTS as fault:
            log().warning("no_copy", fault=type(fault).__name__)
            self._close()
        self._failed_at = time.monotonic()
        return False

    def _close(self) -> None:
        if self._publisher is not None:
            with eventlet.Timeout(CLOSING, False), suppress(*BROKER_FAULTS):
                self._publisher.close()
        self._publisher = None


def _text(reason: str, most: int) -> str:
    """What the wire can carry: an exception may quote half a surrogate pair."""
    return reason[:most].encode(errors="replace").decode()
