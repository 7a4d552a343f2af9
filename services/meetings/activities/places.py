"""Who has a place: plain values in, plain values out.

A family's standing is that of one sign-up; `left` are the places that nobody holds, None where they are not counted. What holds
whatever happens: nobody waits for places that are free, and of two who wait for the same number the earlier one is first.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from schoolbus.problems import Conflict, Problem, Sentence

COMING, OFFERED, WAITING, NOT_COMING, LAPSED = STATES = ("coming", "offered", "waiting", "not_coming", "lapsed")
REFUSE, OFFER, TAKE = IF_FULL = ("refuse", "offer", "take")
HOLDING = (COMING, OFFERED)


class Wish(NamedTuple):
    """`if_full`: refuse it; wait, and be asked when places are free; or wait and take them at once."""

    coming: bool
    heads: int = 0
    if_full: str = REFUSE


@dataclass(frozen=True)
class Standing:
    """`heads`: how many are to come; `asked_at`: since when they wait; `offer_until`: how long places are kept for them."""

    state: str = NOT_COMING
    heads: int = 0
    if_full: str = REFUSE
    asked_at: datetime | None = None
    offer_until: datetime | None = None

    @property
    def held(self) -> int:
        """Places that nobody else can have."""
        return self.heads if self.state in HOLDING else 0


NEW = Standing()  # of a family that has not answered


@dataclass(frozen=True)
class Times:
    """Of an activity: when families may sign up, and when it is. `opens_at` None: since it was published."""

    opens_at: datetime | None
    closes_at: datetime
    starts_at: datetime
    ends_at: datetime


def too_late(times: Times, mine: Standing, wish: Wish, now: datetime) -> Conflict | None:
    """What stands against a family's answer at this moment. Places can be given back until it is over, and an offer taken."""
    if now >= times.ends_at:
        return Conflict("over", "It is over", Sentence("It ended at %(ends_at)s.", ends_at=times.ends_at))
    if times.opens_at is not None and now < times.opens_at:
        opens_at = times.opens_at.isoformat()
        return Conflict(
            "sign-up-not-open",
            "Sign-up is not open yet",
            Sentence("It opens at %(opens_at)s.", opens_at=times.opens_at),
            opens_at=opens_at,
        )
    if wish.coming and wish.heads > mine.held and now >= times.closes_at:
        way_out = Sentence(
            "It closed at %(closes_at)s. The office can still sign you up, while there are places.", closes_at=times.closes_at
        )
        return Conflict("sign-up-closed", "Sign-up is closed", way_out, closes_at=times.closes_at.isoformat())
    return None


def answered(mine: Standing, wish: Wish, left: int | None, now: datetime) -> Standing:
    """What becomes of a family by its answer. Raises Conflict where there are too few places; it then keeps what it has."""
    if not wish.coming:
        return Standing(NOT_COMING)
    more = wish.heads - mine.held
    if left is None or more <= left:
        return Standing(COMING, wish.heads)
    if mine.held:
        raise _too_few("not-enough-places", "There are not so many places", mine.held + left, "You keep those that you have.")
    if wish.if_full == REFUSE:
        raise _too_few(
            "activity-full", "There are not so many places", left, "Send if_full: offer or take, to wait for places."
        )
    return Standing(WAITING, wish.heads, wish.if_full, mine.asked_at if mine.state == WAITING else now)


def hand_on(line: Iterable[Standing], left: int | None, until: datetime) -> Iterator[Standing]:
    """Those who wait, in their order, each as it is once free places were handed on: whoever fits is served.

    That is not always the first: no place stays empty because who is first needs two.
    """
    for each in line:
        if left is None or each.heads <= left:
            left = None if left is None else left - each.heads
            if each.if_full == TAKE:
                yield replace(each, state=COMING)
            else:
                yield replace(each, state=OFFERED, offer_until=until)
        else:
            yield each


def lapsed(mine: Standing, now: datetime) -> Standing:
    """An offer that nobody took goes to the next; whoever still wants to come asks again, behind the others."""
    over = mine.state == OFFERED and mine.offer_until is not None and mine.offer_until <= now
    return replace(mine, state=LAPSED, offer_until=None) if over else mine


def _too_few(slug: str, title: str, places: int, way_out: str) -> Problem:
    free = {0: "No place is free", 1: "1 place is free"}.get(places, Sentence("%(places)s places are free", places=places))
    if slug == "not-enough-places":
        free = {1: "You can have 1 place"}.get(places, Sentence("You can have %(places)s places", places=places))
    return Conflict(slug, title, Sentence("%(free)s. %(way_out)s", free=free, way_out=way_out), places=places)
