"""A moment at which no event is under way: relays have stopped for a while, and all that they sent has been handled.

Requests go on, and what they say waits in outboxes.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from bson.timestamp import Timestamp
from pymongo import MongoClient
from pymongo.client_session import ClientSession

from schoolbus import topology
from schoolbus.backup import letters
from schoolbus.backup.databases import Wanted
from schoolbus.backup.dumped import Written
from schoolbus.broker import Publisher
from schoolbus.chain import SERVICES
from schoolbus.lease import Lease
from schoolbus.management import STALE, Management

LOOK = 1.0  # seconds between looks
CLEAR = 2 * STALE + 1  # seconds for which nothing is to be seen in any queue: the broker's figures are as old as 2 * STALE


class NotQuiet(Exception):
    """It did not become quiet; the text says what was under way."""


class Moment(NamedTuple):
    session: ClientSession  # what it reads is as it was then; for its reader to end
    at: Timestamp  # the database's time
    letters: Written
    seconds: float  # for which relays had stopped


@contextmanager
def stopped_relays(client: MongoClient[Any], wanted: Wanted, until: float) -> Iterator[Callable[[], bool]]:
    """While relays publish nothing; gives what keeps them so, to be called often. Raises NotQuiet."""
    leases = {name: Lease(client[wanted.name(name)], "relay") for name in SERVICES}

    def hold() -> bool:
        return all(lease.hold() for lease in leases.values())

    try:
        while missing := [name for name, lease in leases.items() if not lease.ask()]:
            if time.monotonic() > until:
                raise NotQuiet(f"the relay of {', '.join(missing)} does not stop (or another backup is under way)")
            time.sleep(LOOK / 4)
        yield hold
    finally:
        for lease in leases.values():
            lease.release()


def moment(client: MongoClient[Any], wanted: Wanted, patience: float, path: Path) -> Moment:
    """Such a moment, and the letters of then in a file at `path`. Raises NotQuiet after `patience` seconds."""
    began = time.monotonic()
    with stopped_relays(client, wanted, began + patience) as hold, Publisher(wanted.amqp_uri) as publisher:
        look = _Look(publisher, Management(wanted.management_uri, wanted.amqp_uri))
        file = None
        while file is None:
            standing = _settled(look, hold, began + patience)
            file = _letters(wanted, look, standing, path, [hold, publisher.beat])
        since = client.admin.command("hello")["operationTime"]
        if not hold():  # a write later than `since`, which most members have: so the moment can be later, too
            raise NotQuiet("somebody else took the lease of a relay")
        session, at = _begun(client, wanted)
        if not hold():
            raise NotQuiet("somebody else took the lease of a relay")
        if at < since:
            session.end_session()
            raise NotQuiet(
                f"the moment that the database offers ({at.time}) is before it became quiet ({since.time}): try again"
            )
        return Moment(session, at, file, time.monotonic() - began)


def _begun(client: MongoClient[Any], wanted: Wanted) -> tuple[ClientSession, Timestamp]:
    """Its first read makes the moment; of what is there."""
    session = client.start_session(snapshot=True)
    client[wanted.name("roster")]["leases"].find_one(session=session)
    at = session._snapshot_time  # of pymongo 4.16 on it is public
    assert at is not None
    return session, at


def _letters(
    wanted: Wanted, look: "_Look", standing: Counter[str], path: Path, beats: Sequence[Callable[[], object]]
) -> Written | None:
    """None when something moved meanwhile."""
    copied, file = letters.copy(wanted.amqp_uri, letters.in_order(list(standing)), path, beats)
    same = copied == +standing and look.standing() == standing and not look.under_way()
    return file if same else None


def _settled(look: "_Look", hold: Callable[[], bool], until: float) -> Counter[str]:
    """Waits until readers' queues have been empty for a while; the letters by queue, which stand there meanwhile."""
    clear_since = time.monotonic()
    while True:
        if not hold():
            raise NotQuiet("somebody else took the lease of a relay")
        standing = look.standing()
        under_way = look.under_way() or look.in_hand()
        if under_way:
            clear_since = time.monotonic()
        elif time.monotonic() - clear_since >= CLEAR and time.monotonic() < until:
            return standing
        if time.monotonic() > until:
            seen = ", ".join(f"{name} ({count})" for name, count in under_way.most_common(5)) or "something, moments ago"
            raise NotQuiet(f"events are still under way: {seen}")
        time.sleep(LOOK)


class _Look:
    """What stands in queues: by AMQP how many wait, at once; by the management API, how many somebody has in hand."""

    def __init__(self, publisher: Publisher, management: Management) -> None:
        self._channel = publisher.channel
        self._management = management
        found = sorted(management.queues())
        self._letters = letters.in_order(found)
        dead_or_late = {*self._letters}
        self._readers: Sequence[str] = [name for name in found if topology.is_readers(name) and name not in dead_or_late]

    def standing(self) -> Counter[str]:
        return Counter({name: self._waiting(name) for name in self._letters})

    def under_way(self) -> Counter[str]:
        return +Counter({name: self._waiting(name) for name in self._readers})

    def in_hand(self) -> Counter[str]:
        """Of which the broker knows no figure yet counts as one."""
        queues = self._management.queues()
        return +Counter({name: int(queues.get(name, {}).get("messages_unacknowledged", 1)) for name in self._readers})

    def _waiting(self, queue: str) -> int:
        return int(self._channel.queue_declare(queue, passive=True).message_count)
