"""Guessing is slow: after three tries each further one has to wait twice as long, for one account or phone at a time."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.problems import AlreadyThere, Problem
from schoolbus.scope import WHOLE_CHAIN
from services.roster.store import Store

_FREE = 3  # tries without waiting
_LONGEST = timedelta(minutes=15)
_FORGET = timedelta(days=1)


def wait_after(tries: int) -> timedelta:
    """How long until the next try, after so many that failed."""
    return min(timedelta(seconds=2 ** min(tries - _FREE, 20)), _LONGEST) if tries >= _FREE else timedelta(0)


@dataclass(frozen=True)
class Attempt:
    """One try that may be made now; `forgive` when it was right."""

    store: Store
    id: str

    def forgive(self) -> None:
        self.store.attempts.remove(WHOLE_CHAIN, self.id)


def begin(store: Store, way: str, who: str) -> Attempt:
    """Counts a try before it is made, so that of many at once only one goes on. Raises Problem 429.

    The same for accounts that there are and that there are not: it tells nothing.
    """
    id, moment = effect_id(way, who), now()
    known = store.attempts.first(WHOLE_CHAIN, {"_id": id})
    tries = (known["tries"] if known else 0) + 1
    if known and known["not_before"] > moment:
        raise _too_early(known["not_before"] - moment)
    counted = {"tries": tries, "not_before": moment + wait_after(tries), "forget_at": moment + _FORGET}
    if not _count(store, id, known["tries"] if known else None, counted):
        raise _too_early(timedelta(seconds=1))
    return Attempt(store, id)


def _count(store: Store, id: str, before: int | None, counted: dict[str, int | datetime | timedelta]) -> bool:
    if before is not None:
        return store.attempts.change(WHOLE_CHAIN, id, to=counted, when={"tries": before}) is not None
    try:
        store.attempts.add({"_id": id, "branch_id": [], **counted})
    except AlreadyThere:
        return False
    return True


def _too_early(wait: timedelta) -> Problem:
    seconds = max(1, round(wait.total_seconds()))
    problem = Problem("too-many-tries", "Too many tries", f"Try again in {seconds} s.", status=429, retry_after=seconds)
    problem.headers["Retry-After"] = str(seconds)
    return problem
