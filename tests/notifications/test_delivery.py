"""When another attempt is made, when it is the last, and what carriers are told."""

from datetime import timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schoolbus.clock import now
from services.notifications.carriers import Refused
from services.notifications.carriers.http import _seconds
from services.notifications.sending.handover import JITTER, delay, spread


@given(st.floats(0, 10_000))
def test_what_failed_together_does_not_come_again_together(seconds):
    assert seconds <= spread(seconds) <= seconds * (1 + JITTER)


@pytest.mark.parametrize(
    ("attempts", "asked", "seconds"), [(1, 0, 1), (2, 0, 5), (9, 0, 7200), (20, 0, 7200), (1, 40, 40), (1, 1e9, 3600)]
)
def test_delays_grow_and_the_carrier_may_ask_for_more(attempts, asked, seconds):
    assert delay(attempts, asked) == seconds


def test_a_reason_does_not_tell_the_address():
    assert Refused(21211, "+923001 is no number" + "!" * 500, "+923001").reason.startswith("21211: … is no number!")
    assert len(Refused(1, "x" * 500).reason) == 200


def test_a_carrier_may_say_when_in_seconds_or_as_a_date():
    later = format_datetime(now() + timedelta(seconds=90), usegmt=True)
    assert 85 < _seconds(later) <= 90
    assert [_seconds(text) for text in ("7", "", "soon", "-1", "Wed, 21 Oct 2015 07:28:00 GMT")] == [7, 0, 0, 0, 0]
