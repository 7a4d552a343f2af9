"""What reports' worker needs to know, beside what every process does."""

from dataclasses import dataclass
from functools import lru_cache

from schoolbus.settings import Url, load


@dataclass(frozen=True, kw_only=True)
class Settings:
    """`public_url`: a report card names an address below it, at which a third party sees whether the card is the school's."""

    public_url: Url


@lru_cache(maxsize=1)
def settings() -> Settings:
    """Those of this process."""
    return load(Settings)
