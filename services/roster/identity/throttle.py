"""Guessing is slow: after five tries each further one has to wait twice as long, for one account or phone from one address;
and so many tries that fail, or codes, as one address has in ten minutes.

Who waits is who guesses: a stranger's tries don't keep an owner out, who comes from another address.
"""

import ipaddress
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.problems import AlreadyThere, Problem, Sentence
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.store import Store

FREE = 5  # tries without waiting
_LONGEST = timedelta(minutes=15)
_FORGET = timedelta(hours=1)  # of silence; an address then has five tries more, about what the longest wait gives anyway
FORGET_OF_ALL = timedelta(days=1)  # what limits all addresses together is remembered longer
_FREE_ANYWHERE = 100
_LONGEST_ANYWHERE = timedelta(minutes=1)
_WINDOW = 600  # seconds


def wait_after(tries: int, unit: float = 1, longest: timedelta = _LONGEST) -> timedelta:
    """How long until the next try, after so many that failed: one `unit` (seconds) after the fifth, then two, then four."""
    return min(timedelta(seconds=unit * 2 ** min(tries - FREE, 20)), longest) if tries >= FREE else timedelta(0)


@dataclass(frozen=True)
class Attempt:
    """One try that may be made now; `forgive` when it was right."""

    store: Store
    id: str

    def forgive(self) -> None:
        self.store.attempts.remove(WHOLE_CHAIN, self.id)


def begin(store: Store, way: str, *who: str) -> Attempt:
    """Counts a try before it is made, so that of many at once only one goes on. Raises Problem 429.

    The same for accounts that there are and that there are not: it tells nothing.
    """
    id, known = look(store, way, *who)
    if not count(store, id, known, wait_after((known["tries"] if known else 0) + 1)):
        raise too_early(timedelta(seconds=1))
    return Attempt(store, id)


def look(store: Store, way: str, *who: str) -> tuple[str, Document | None]:
    """What is known of earlier tries. Raises Problem 429 while they are not long enough ago."""
    id = effect_id(way, *who)
    known = store.attempts.first(WHOLE_CHAIN, {"_id": id})
    if known and known["not_before"] > now():
        raise too_early(known["not_before"] - now())
    return id, known


def count(store: Store, id: str, known: Document | None, wait: timedelta, forget: timedelta = _FORGET) -> bool:
    """One more try, the next only after `wait`. Whether nobody else did so at the same time."""
    moment = now()
    counted = {"tries": (known["tries"] if known else 0) + 1, "not_before": moment + wait, "forget_at": moment + forget}
    if known:
        return store.attempts.change(WHOLE_CHAIN, id, to=counted, when={"tries": known["tries"]}) is not None
    try:
        store.attempts.add({"_id": id, "branch_id": [], **counted})
    except AlreadyThere:
        return False
    return True


def forgive(store: Store, way: str, who: str) -> None:
    store.attempts.remove(WHOLE_CHAIN, effect_id(way, who))


# One name, from all addresses together: who has many waits a little, so that the owner at an unknown device still gets in


def look_anywhere(store: Store, way: str, who: str) -> None:
    """Raises Problem 429 while a name was tried in vain too often, wherever that was."""
    look(store, f"{way} anywhere", who)


def wrong_anywhere(store: Store, way: str, who: str) -> None:
    """Counts a try that failed."""
    id = effect_id(f"{way} anywhere", who)
    known = store.attempts.first(WHOLE_CHAIN, {"_id": id})
    beyond = (known["tries"] if known else 0) + 1 - _FREE_ANYWHERE
    count(store, id, known, wait_after(beyond + FREE, longest=_LONGEST_ANYWHERE), FORGET_OF_ALL)


@dataclass(frozen=True)
class Guess:
    """A try of a name from an address, counted for both; `right` takes it out again."""

    attempt: Attempt
    taken: "Taken"

    def right(self) -> None:
        self.attempt.forgive()
        self.taken.give_back()


def guess(store: Store, way: str, who: str, address: str, limit: int) -> Guess:
    """Raises Problem 429: what has to wait counts for nobody else of the address."""
    taken = take(store, "wrong tries", address, limit)
    try:
        return Guess(begin(store, way, who, household(address)), taken)
    except Problem:
        taken.give_back()
        raise


@dataclass(frozen=True)
class Taken:
    """One of those that an address has; `give_back` when it need not count."""

    store: Store
    id: str

    def give_back(self) -> None:
        if self.id:
            _add(self.store, self.id, -1)


def take(store: Store, what: str, address: str, limit: int) -> Taken:
    """One of the `limit` that an address has in ten minutes, at all replicas together. Raises Problem 429.

    Without an address (nobody came through the gateway) nothing is counted.
    """
    if not address:
        return Taken(store, "")
    window, begun = divmod(int(time.time()), _WINDOW)
    id = effect_id("address", what, household(address), str(window))
    if _add(store, id, 1, forget_at=datetime.fromtimestamp((window + 2) * _WINDOW, UTC)) > limit:
        raise too_early(timedelta(seconds=_WINDOW - begun))
    return Taken(store, id)


def _add(store: Store, id: str, number: int, **first: datetime) -> int:
    found = store.attempts.collection.find_one_and_update(
        WHOLE_CHAIN.filter({"_id": id}),
        {"$inc": {"tries": number}, "$setOnInsert": {"branch_id": [], **first}},
        upsert=bool(first),
        return_document=True,
    )
    return int(found["tries"]) if found else 0


def household(address: str) -> str:
    """An IPv4 address, or the IPv6 /64 within which a client chooses its own."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return address if parsed.version == 4 else str(ipaddress.ip_network((int(parsed) >> 64 << 64, 64)))


@contextmanager
def evenly(seconds: float) -> Iterator[None]:
    """Takes so long at least, whatever comes of it: an answer's time must not tell who is known."""
    begun = time.monotonic()
    try:
        yield
    finally:
        time.sleep(max(0.0, begun + seconds - time.monotonic()))


def too_early(wait: timedelta) -> Problem:
    seconds = max(1, round(wait.total_seconds()))
    problem = Problem(
        "too-many-tries",
        "Too many tries",
        Sentence("Try again in %(seconds)s s.", seconds=seconds),
        status=429,
        retry_after=seconds,
    )
    problem.headers["Retry-After"] = str(seconds)
    return problem
