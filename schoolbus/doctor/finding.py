"""What the doctor says."""

from dataclasses import dataclass
from typing import Literal

Level = Literal["wrong", "unseen"]  # unseen: could not be looked at; that alone is no reason to worry
OPERATING = "docs/operating.md"


@dataclass(frozen=True)
class Finding:
    """One sentence each: what is wrong, where, what to do; `see` is a page (and a heading) that tells more."""

    what: str
    where: str
    do: str
    see: str = OPERATING
    level: Level = "wrong"
