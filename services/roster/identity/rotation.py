"""Refresh tokens: each is good once, and whoever brings a spent one has a copy.

A token names its session and its generation, and bears our mark on both; the session keeps nothing but the generation that is
the current one. So the successor of a token can be said again, which is what a client needs that lost the answer; and the
database holds nothing that anybody could sign in with.
"""

import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Self

from services.roster.sealing import Sealer

GRACE = timedelta(seconds=10)  # in which the token before the current one is answered with the current one


class Verdict(Enum):
    NEXT = "next"  # it is the current one: the next takes its place
    AGAIN = "again"  # it was, until a moment ago: the current one is said again
    REUSED = "reused"  # it is spent: two have it


@dataclass(frozen=True)
class RefreshToken:
    session_id: str
    generation: int

    def written(self, sealer: Sealer) -> str:
        return f"{self.session_id}.{self.generation}.{_mark(sealer, self.session_id, self.generation)}"

    @classmethod
    def read(cls, sealer: Sealer, written: str) -> Self | None:
        """None when it is none of ours."""
        session_id, _, rest = written.partition(".")
        number, _, mark = rest.partition(".")
        if not (number.isascii() and number.isdigit() and len(number) < 10 and mark.isascii()):
            return None
        rights = sealer.marks("refresh", session_id, str(int(number)))
        if not any(hmac.compare_digest(mark, _text(right)) for right in rights) or str(int(number)) != number:
            return None
        return cls(session_id, int(number))


def judge(brought: int, current: int, rotated_at: datetime | None, moment: datetime) -> Verdict:
    """`brought` and `current` are generations; `rotated_at` is when the current one took the place of the one before."""
    if brought == current:
        return Verdict.NEXT
    if brought == current - 1 and rotated_at is not None and moment - rotated_at <= GRACE:
        return Verdict.AGAIN
    return Verdict.REUSED


def _mark(sealer: Sealer, session_id: str, generation: int) -> str:
    return _text(sealer.mark("refresh", session_id, str(generation)))


def _text(mark: bytes) -> str:
    return urlsafe_b64encode(mark).rstrip(b"=").decode()
