"""What reports' worker needs to know, beside what every process does."""

from dataclasses import dataclass
from functools import lru_cache

from schoolbus.settings import Positive, Url, load


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`public_url`: a report card names an address below it, at which a third party sees whether the card is the school's.

    `engagement_quiet`: seconds since a branch's last change before its month is counted anew.
    """

    public_url: Url
    engagement_quiet: Positive = Positive(600)


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Those of this process."""
    return load(Settings)
