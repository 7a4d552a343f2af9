"""When another attempt is made, and when it is the last."""

import threading
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.carriers import Refused
from services.notifications.delivery import DELAYS, delay, given_up
from services.notifications.pace import Pace

AT_MOST = len(DELAYS) + 1


@given(st.lists(st.booleans(), max_size=20))
def test_attempts_end(known):
    """`known`: of each attempt, whether the carrier surely did not take it."""
    made, refusals = 0, 0
    for refused in known:
        if given_up({"attempts": made + 1, "refusals": refusals, "reason": None}):
            break
        made, refusals = made + 1, refusals + refused
    assert made <= AT_MOST
    assert made - refusals <= 2  # one duplicate


@pytest.mark.parametrize(
    ("attempts", "asked", "seconds"), [(1, 0, 1), (2, 0, 5), (9, 0, 7200), (20, 0, 7200), (1, 40, 40), (1, 1e9, 3600)]
)
def test_delays_grow_and_the_carrier_may_ask_for_more(attempts, asked, seconds):
    assert delay(attempts, asked) == seconds


def test_a_reason_does_not_tell_the_address():
    assert Refused(21211, "+923001 is no number" + "!" * 500, "+923001").reason.startswith("21211: … is no number!")
    assert len(Refused(1, "x" * 500).reason) == 200


def test_a_pace_is_kept_by_all_threads_together():
    pace, turns = Pace(100), []

    def work():
        for _ in range(3):
            pace.wait()
            turns.append(time.monotonic())

    threads = [threading.Thread(target=work, daemon=True) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert max(turns) - min(turns) >= 0.1  # twelve turns, eleven gaps of 10 ms
