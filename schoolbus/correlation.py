"""The correlation id: what ties together all that a request sets in motion, in log lines, events and the notes of who saw what.

Greenlets and threads don't inherit it: whoever begins one hands it on.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_at_hand: ContextVar[str | None] = ContextVar("correlation_id", default=None)
current = _at_hand.get
go_on_as = _at_hand.set  # in a greenlet of its own, with which it ends


@contextmanager
def within(id: str | None) -> Iterator[None]:
    token = _at_hand.set(id)
    try:
        yield
    finally:
        _at_hand.reset(token)
