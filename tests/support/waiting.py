"""Tests wait for conditions, never for time."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


def eventually(condition: Callable[[], Found], timeout: float = 120, every: float = 0.03) -> Found:
    """What `condition` gives once it is true. An AssertionError inside it means: not yet. Fails with its last word."""
    deadline, last = time.monotonic() + timeout, None
    while time.monotonic() < deadline:
        try:
            if found := condition():
                return found
            last = repr(found)
        except AssertionError as error:
            last = str(error)
        time.sleep(every)
    raise AssertionError(f"not within {timeout} s: {last}")
