"""What becomes of a message that its handler could not deal with: later again, or to the dead letters with its reason."""

from typing import Any

from eventlet.semaphore import Semaphore

from schoolbus import topology
from schoolbus.broker import BROKER_FAULTS, Outgoing, Publisher
from schoolbus.clock import now

ATTEMPT = "rabta-attempt"
QUEUE = "rabta-queue"
REASON = "rabta-reason"
DIED_AT = "rabta-died-at"


def attempts(message: Any) -> int:
    """How often the message was tried before this time."""
    return int((message.headers or {}).get(ATTEMPT, 0))


class Retries:
    """Publishes on a connection of its own, one at a time, and says whether the broker has it."""

    def __init__(self, amqp_uri: str) -> None:
        self.amqp_uri = amqp_uri
        self._lock = Semaphore()
        self._publisher: Publisher | None = None

    def later(self, message: Any, queue: str, reason: str) -> bool:
        """Back into `queue` after the delay of its attempt."""
        attempt = attempts(message)
        headers = {ATTEMPT: attempt + 1, REASON: reason[:500]}
        return self._publish(message, topology.delay(topology.DELAYS[attempt]), queue, headers)

    def bury(self, message: Any, queue: str, reader: str, reason: str) -> bool:
        headers = {QUEUE: queue, REASON: reason[:2000], DIED_AT: now().isoformat(), ATTEMPT: attempts(message)}
        return self._publish(message, "", topology.dead(reader), headers)

    def _publish(self, message: Any, exchange: str, routing_key: str, headers: dict[str, Any]) -> bool:
        id = str(message.properties.get("message_id") or message.delivery_tag)
        outgoing = Outgoing(id, exchange, routing_key, message.body, {**(message.headers or {}), **headers})
        with self._lock:
            try:
                self._publisher = self._publisher or Publisher(self.amqp_uri)
                return id in self._publisher.publish([outgoing])
            except BROKER_FAULTS:
                self._publisher = None
                return False
