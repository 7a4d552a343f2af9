"""What meetings needs to know, beside what every process does."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Self

from schoolbus.settings import NO_SECRETS, Positive, Secrets, load


class Hours(tuple[int, ...]):
    """Whole hours, separated by commas: up to five, each shorter than the one before, none over two weeks."""

    __slots__ = ()

    def __new__(cls, text: str | Iterable[int]) -> Self:
        parts = text.split(",") if isinstance(text, str) else [str(each) for each in text]
        hours = [int(part) for part in map(str.strip, parts) if part.isascii() and part.isdigit() and len(part) < 4]
        if len(hours) < len(parts) or len(hours) > 5 or not all(1 <= each <= 336 for each in hours):
            raise ValueError("wants one to five whole numbers of hours up to 336, such as 24,2")
        if hours != sorted(set(hours), reverse=True):
            raise ValueError("wants hours that get shorter")
        return super().__new__(cls, hours)

    def before(self) -> list[timedelta]:
        return [timedelta(hours=each) for each in self]


_REMINDED = Hours((24, 2))


@dataclass(frozen=True, kw_only=True)
class Reminding:
    """`remind_hours`: before a meeting, when to remind. Read by whoever makes bookings: also the worker."""

    remind_hours: Hours = _REMINDED


@dataclass(frozen=True, kw_only=True)
class Settings(Reminding):
    """`hold_seconds`: how long a chosen set of times is kept for a family.
    `count_every`: seconds between two counts of in what a branch's families took part.
    `ballot_key` seals the keys of the PTA's elections; without it there are none."""

    hold_seconds: Positive = Positive(120)
    count_every: Positive = Positive(86400)
    ballot_key: Secrets = NO_SECRETS


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Those of this process."""
    return load(Settings)
