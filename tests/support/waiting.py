"""Tests wait for conditions, never for time."""

import time
from collections.abc import Callable
from typing import TypeVar

Found = TypeVar("Found")


PAUSE = 0.03, 0.25  # seconds between looks: at first, and at last
SHARE = 0.2  # of the time that it has taken so far: what is slow is not asked for all the while


def eventually(condition: Callable[[], Found | None], timeout: float = 120, every: float | None = None) -> Found:
    """What `condition` gives once it is true. An AssertionError inside it means: not yet. Fails with its last word.

    It is asked `every` so many seconds, or ever more seldom.
    """
    began, last = time.monotonic(), None
    while (passed := time.monotonic() - began) < timeout:
        try:
            if found := condition():
                return found
            last = repr(found)
        except AssertionError as error:
            last = str(error)
        time.sleep(every or min(max(PAUSE[0], passed * SHARE), PAUSE[1]))
    raise AssertionError(f"not within {timeout} s: {last}")
