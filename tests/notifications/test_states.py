"""The state machine: whatever is said of a message, in whatever order, it never goes back."""

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.states import FOLLOWS, State, advance, step

AT = datetime(2026, 11, 24, 9, tzinfo=UTC)
STRENGTH = [State.QUEUED, State.SENT, State.FAILED, State.DELIVERED, State.READ]  # what a carrier can say, the last wins
said = st.lists(st.sampled_from([State.SENT, State.FAILED, State.DELIVERED, State.READ]), max_size=8)


def after(states, born=State.QUEUED):
    message = {"state": born.value, "reason": None, "history": [step(born, AT)]}
    for state in states:
        message = advance(message, state, AT, "30003" if state is State.FAILED else None)
    return message


@given(said, st.randoms())
def test_the_order_of_receipts_does_not_matter(states, random):
    shuffled = random.sample(states, len(states))
    assert after(states)["state"] == after(shuffled)["state"] == max([State.QUEUED, *states], key=STRENGTH.index)


@given(said)
def test_doubled_receipts_change_nothing(states):
    assert after(states) == after([twice for state in states for twice in (state, state)])


@given(said)
def test_the_history_goes_forward_and_ends_in_the_state(states):
    message = after(states)
    history = [entry["state"] for entry in message["history"]]
    assert history[0] == "queued"
    assert history[-1] == message["state"]
    assert all(STRENGTH.index(earlier) < STRENGTH.index(later) for earlier, later in pairwise(history))


@given(said)
def test_a_skipped_message_is_not_moved_by_carriers(states):
    carriers = [state for state in states if state is not State.READ]
    assert after(carriers, born=State.SKIPPED)["state"] == "skipped"


def test_a_person_who_reads_a_skipped_message_has_read_it():
    assert after([State.READ], born=State.SKIPPED)["state"] == "read"


def test_nothing_becomes_queued_or_skipped():
    assert FOLLOWS[State.QUEUED] == FOLLOWS[State.SKIPPED] == frozenset()


def test_a_reason_belongs_to_the_state_it_came_with():
    assert after([State.FAILED])["reason"] == "30003"
    assert after([State.FAILED, State.DELIVERED])["reason"] is None


@pytest.mark.parametrize("state", State)
def test_no_state_follows_itself(state):
    assert state not in FOLLOWS[state]
