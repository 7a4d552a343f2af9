"""The relay: what stands in a service's outboxes goes to the broker, in order, and is forgotten once the broker has it.

Windows of events are published with confirms and `mandatory`. Killed between publishing and forgetting, it publishes
again: readers know an event by its id. Not taken by any queue (somebody deleted it), an event stays; the queues are
declared again, or their job is waited for (PREPARE).
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta

import pymongo
from pymongo.errors import PyMongoError

from schoolbus import metrics, outbox, topology, tracing
from schoolbus.broker import BROKER_FAULTS, Outgoing, Publisher
from schoolbus.clock import now
from schoolbus.lease import Lease
from schoolbus.logs import log
from schoolbus.outbox import Pending, correlation_id
from schoolbus.settings import NotPrepared, Prepare
from schoolbus.store import Database, Documents
from schoolbus.topology import exchange

WINDOW = 1000  # documents
TURNS = 3  # windows of one collection before the next collection's turn
LATE_COMMIT = timedelta(seconds=2)  # how far back a usual look reaches: an event is made before its transaction commits
WHOLE_LOOK = 5.0  # seconds between looks from the start of the outbox: for later commits, other clocks and what no queue took
IDLE = (0.01, 0.25)  # seconds between looks: at once after work, seldom when there is none
WARM = 10.0  # seconds that a collection which told something is looked at every time; the others each IDLE[1]
STUCK = 60.0  # seconds without a good round: not ready
HANGS = 300.0  # seconds without a turn of its loop: not alive
DEAD_EVERY = 5.0  # seconds between looks at the dead letters
FAULTS: tuple[type[Exception], ...] = (*BROKER_FAULTS, PyMongoError)


class Relay:
    """Publishes the outboxes of one store until `stopped()`; `healthy()` says whether it gets on."""

    def __init__(self, store: Database, amqp_uri: str, stopped: Callable[[], bool], prepare: Prepare = "self") -> None:
        self.store = store
        self.amqp_uri = amqp_uri
        self.prepare = prepare
        self.stopped = stopped
        self.lease = Lease(store.database, "relay")
        self.last_round = -STUCK  # the last look at the outboxes that met no fault and was refused nothing; none yet
        self.last_turn = time.monotonic()  # the last sign of life, whatever came of it
        self._refused = False
        self._missing = ""  # what the log has last named
        self._oldest: datetime | None = None  # of what waits, as last seen
        self._backed_up = 0.0
        self._renewed = 0.0
        self._looked_from_the_start = 0.0
        self._looked_everywhere = 0.0
        self._told: dict[str, float] = {}  # when a collection last had something to tell
        self._since: dict[str, datetime] = {}  # by collection
        self._pause = IDLE[0]
        self._looked_at_dead = 0.0
        metrics.outbox_lag.labels(store.service).set_function(self.lag)
        metrics.relay_leads.labels(store.service).set_function(self._holds)
        metrics.backup_completed.labels(store.service).set_function(self.backed_up)

    def run(self) -> None:
        while not self.stopped():
            self.last_turn = time.monotonic()
            try:
                with Publisher(self.amqp_uri) as publisher:
                    self._see_to_queues(publisher)
                    self._publish_while_leading(publisher)
            except NotPrepared as missing:
                if str(missing) != self._missing:
                    log().warning("not_prepared", missing=str(missing))
                self._missing = str(missing)
                time.sleep(1)
            except FAULTS as fault:
                log().warning("relay_interrupted", fault=type(fault).__name__)
                time.sleep(1)
        with suppress(PyMongoError):  # then it runs out by itself
            self.lease.release()

    def healthy(self) -> bool:
        return time.monotonic() - self.last_round < STUCK

    def live(self) -> bool:
        """False when it hangs: better ended and begun anew."""
        return time.monotonic() - self.last_turn < HANGS

    def lag(self) -> float:
        """Age of the oldest event that waits, in seconds: looked up when asked, whatever the broker does."""
        with suppress(PyMongoError), pymongo.timeout(2):  # without the database, what was seen last grows older
            self._oldest = min(self._waiting().values(), default=None)
        return max(0.0, (now() - self._oldest).total_seconds()) if self._oldest else 0.0

    def backed_up(self) -> float:
        """When the last backup was complete, in seconds since 1970. Who took it has ended: its word is in the database."""
        with suppress(PyMongoError), pymongo.timeout(2):
            last = self.store.database["backups"].find_one({"_id": "last"})
            self._backed_up = last["completed_at"].timestamp() if last else 0.0
        return self._backed_up

    def _publish_while_leading(self, publisher: Publisher) -> None:
        while not self.stopped():
            self.last_turn = time.monotonic()
            self._count_dead(publisher)
            leads = self._leads()
            if not leads:
                self.lease.release()  # somebody asked for it: nothing of ours is under way here
            self._refused = False
            moved = self._round(publisher) if leads else 0
            if not self._refused:
                self.last_round = time.monotonic()
            self._pause = IDLE[0] if moved else min(self._pause * 1.5, IDLE[1])
            if moved == 0 or self._refused:
                publisher.beat()
                time.sleep(self._pause if leads and not self._refused else 1)

    def _holds(self) -> bool:
        """Also while the database is away: until the lease runs out."""
        return bool(self._renewed) and time.monotonic() - self._renewed < self.lease.seconds

    def _leads(self) -> bool:
        if time.monotonic() - self._renewed < self.lease.seconds / 3:
            return True
        asked = time.monotonic()
        leads = self.lease.hold()
        self._renewed = asked if leads else 0.0
        return leads

    def _round(self, publisher: Publisher) -> int:
        """A turn for each collection; how many events went out."""
        whole = time.monotonic() - self._looked_from_the_start > WHOLE_LOOK
        if whole:
            self._looked_from_the_start = time.monotonic()
            self._since.clear()
        moved = 0
        waiting = self._waiting(self._since, self._worth_a_look(whole))
        self._told |= dict.fromkeys(waiting, time.monotonic())
        for documents in (each for each in self.store.telling if each.name in waiting):
            for published in self._move_all(publisher, documents):
                moved += len(published)
                _measure(self.store.service, published)
        return moved

    def _worth_a_look(self, whole: bool) -> set[str] | None:
        """Just after work the next look comes at once, and nearly always finds something where the last one did: to ask all of
        fifty collections each time costs the database many times as much. None: everywhere."""
        moment = time.monotonic()
        if whole or moment - self._looked_everywhere >= IDLE[1]:
            self._looked_everywhere = moment
            return None
        return {name for name, told in self._told.items() if moment - told < WARM}

    def _waiting(self, since: dict[str, datetime] | None = None, among: set[str] | None = None) -> dict[str, datetime]:
        telling = [each.collection for each in self.store.telling if among is None or each.name in among]
        return outbox.oldest(telling, since)

    def _move_all(self, publisher: Publisher, documents: Documents) -> Iterator[list[Pending]]:
        """Window by window: the broker takes in the next one while the last one is forgotten in the database."""
        flying: list[Pending] = []
        batch = publisher.send([])
        since = self._since.get(documents.name)
        for turn in range(TURNS + 1):
            self.last_turn = time.monotonic()
            more = turn < TURNS and not self._refused and not self.stopped() and self._leads()
            under_way = [event.document_id for event in flying]
            waiting = outbox.pending(documents.collection, WINDOW, since, under_way) if more else []
            if not waiting and not flying:
                return
            sent = publisher.send([_outgoing(event) for event in waiting])
            published = _in_order(flying, publisher.wait(batch))
            if len(published) < len(flying):
                safe = {event.event_id for event in published}
                self._returned(publisher, documents, [event for event in flying if event.event_id not in safe])
            if published:
                outbox.forget(documents.collection, published)
                since = published[-1].told_since
                self._since[documents.name] = since - LATE_COMMIT
                yield published
            flying, batch = waiting, sent

    def _count_dead(self, publisher: Publisher) -> None:
        """Of our reader; it costs a round trip."""
        service = self.store.service
        if time.monotonic() - self._looked_at_dead > DEAD_EVERY and service in topology.readers():
            self._looked_at_dead = time.monotonic()
            queue = publisher.channel.queue_declare(topology.dead(service), passive=True)
            metrics.dead_letters.labels(service).set(queue.message_count)

    def _returned(self, publisher: Publisher, documents: Documents, stuck: list[Pending]) -> None:
        self._refused = True
        metrics.outbox_returned.labels(self.store.service).inc(len(stuck))
        log().error("event_returned", collection=documents.name, count=len(stuck))
        self.lease.note({"refused": {"at": now(), "collection": documents.name, "key": stuck[0].key, "count": len(stuck)}})
        if self.prepare == "self":
            self._see_to_queues(publisher)

    def _see_to_queues(self, publisher: Publisher) -> None:
        topology.see_to(publisher.channel, self.prepare, self.store.service, delays=())


def _outgoing(event: Pending) -> Outgoing:
    return Outgoing(event.event_id, exchange(event.key), event.key, event.body, _traced(event))


def _traced(event: Pending) -> dict[str, str] | None:
    if event.traceparent is None:
        return None
    place = tracing.passed(
        "outbox", "PRODUCER", after=event.traceparent, since=event.said_at, event=event.event_id, key=event.key
    )
    return {tracing.HEADER: place or event.traceparent, tracing.SENT_AT: now().isoformat()}


def _measure(service: str, published: list[Pending]) -> None:
    """How long the events of a window waited; the correlation id of the one that waited longest goes with it."""
    metrics.outbox_published.labels(service).inc(len(published))
    delay, at = metrics.outbox_delay.labels(service), now()
    slowest = min(published, key=lambda event: event.told_since)
    with tracing.within(slowest.traceparent):
        found_by = metrics.exemplar(correlation_id(slowest.body), event_id=slowest.event_id)
    for event in published:
        delay.observe(max(0.0, (at - event.told_since).total_seconds()), found_by if event is slowest else None)


def _in_order(waiting: list[Pending], safe: set[str]) -> list[Pending]:
    """Those that are safe, and no later one of a document whose earlier one is not: that would go out of order."""
    stuck: set[str] = set()
    published = []
    for event in waiting:
        if event.event_id in safe and event.document_id not in stuck:
            published.append(event)
        else:
            stuck.add(event.document_id)
    return published
