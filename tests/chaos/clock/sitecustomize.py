"""Python runs this first where it is on PYTHONPATH: in processes with another clock.

Python sleeps until a moment of the monotonic clock (clock_nanosleep with TIMER_ABSTIME). libfaketime 0.9.10 shifts that moment
although it was told to leave this clock alone, and the kernel finds it invalid. select sleeps for a while, which is no moment.
"""

import select
import time


def _sleep(seconds: float) -> None:
    select.select([], [], [], seconds)


time.sleep = _sleep
