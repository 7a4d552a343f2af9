"""A thing has changed while messages of how it was are on their way: with the database, between two lines."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications.carriers import Carrier
from services.notifications.sending import outdated, overdue
from services.notifications.sending.attempts import begun
from services.notifications.sending.claims import Lane
from services.notifications.sending.marking import mark
from services.notifications.sending.steps import ended, failed, over
from services.notifications.settings import Rules
from services.notifications.states import State
from services.notifications.store import Store
from tests.notifications import kept
from tests.support.stores import fresh

AT = datetime(2026, 1, 26, 9, tzinfo=UTC)
HERE = branch("b1")


@pytest.fixture
def store(_database: Any) -> Store:
    return fresh(_database, Store)


def message(**more: Any) -> dict[str, Any]:
    rungs = [{"channel": "sms", "address": "+923001110001"}, {"channel": "paper", "address": None}]
    about = {"about_type": "booking", "about_id": "bk1", "edition": 0, "branch_id": "b1", "body": "", "link": None}
    way = {"ladder": rungs, "step": 0, "channel": "sms", "address": rungs[0]["address"], "lane": "direct", "urgency": 1}
    stands = {"state": "queued", "reason": None, "history": [], "attempts": [], "send_at": AT}
    return {"_id": "m1", **about, **way, **stands, **more}


def taken_back(store: Store, **more: Any) -> dict[str, Any]:
    store.messages.add(message(**more))
    outdated.take_back(store, HERE, "booking", "bk1", 1)
    return store.messages.one(WHOLE_CHAIN, "m1")


def test_the_newest_edition_is_known_in_whatever_order(store: Store) -> None:
    assert [outdated.newest(store, HERE, "booking", "bk1", edition) for edition in (1, 0, 2, 1)] == [1, 1, 2, 2]
    assert outdated.newest(store, HERE, "activity", "bk1", 0) == 0
    assert outdated.newest(store, branch("b2"), "booking", "bk1", 0) == 0


def test_what_waits_is_not_sent(store: Store) -> None:
    found = taken_back(store)
    assert (found["state"], found["reason"], found["history"][-1]["state"]) == ("skipped", "superseded", "skipped")


@pytest.mark.parametrize(
    "other", [{"edition": 1}, {"about_id": "bk2"}, {"about_type": "activity"}, {"branch_id": "b2"}, {"edition": None}]
)
def test_other_things_stay(store: Store, other: dict[str, Any]) -> None:
    assert taken_back(store, **other)["state"] == "queued"


def test_what_a_worker_has_claimed_and_not_begun_is_not_begun(store: Store) -> None:
    store.messages.add(message())
    assert Lane("direct", "sms", lambda: True).next(store.messages) is not None
    outdated.take_back(store, HERE, "booking", "bk1", 1)
    assert store.messages.one(WHOLE_CHAIN, "m1")["state"] == "skipped"
    assert store.messages.one(WHOLE_CHAIN, "m1")["claim"] is None, "the attempt's guard no longer holds"


def test_what_a_carrier_is_just_taking_goes_its_way_and_no_further(store: Store) -> None:
    queued = message()
    found = taken_back(store, attempts=[begun(queued, "sms.twilio", AT)])
    assert (found["state"], found["superseded"]) == ("queued", True)
    assert over(found, AT) == "superseded"
    assert failed(found, Rules(), AT, "unreachable").to["state"] == "failed", "no letter with the old time"
    assert ended(found, AT, "superseded").to["state"] == "failed", "the carrier may have it after all"


def test_what_was_sent_may_still_arrive(store: Store) -> None:
    sent = begun(message(), "sms.twilio", AT) | {"outcome": "taken"}
    assert taken_back(store, state="sent", attempts=[sent])["state"] == "sent"
    mark(store.messages, "m1", State.DELIVERED, AT, number=1)
    assert store.messages.one(WHOLE_CHAIN, "m1")["state"] == "delivered"


def test_what_was_sent_and_fails_is_not_said_again_by_another_channel(store: Store) -> None:
    sent = begun(message(), "sms.twilio", AT) | {"outcome": "taken"}
    taken_back(store, state="sent", attempts=[sent])
    mark(store.messages, "m1", State.FAILED, AT, "unreachable", number=1)
    found = store.messages.one(WHOLE_CHAIN, "m1")
    assert (found["state"], found["channel"]) == ("failed", "sms")


def test_a_letter_with_the_old_time_is_not_printed(store: Store) -> None:
    tried = begun(message(), "sms.twilio", AT) | {"outcome": "refused"}
    found = taken_back(store, channel="paper", step=1, attempts=[tried])
    assert (found["state"], found["reason"]) == ("failed", "superseded")


def test_a_moment_that_has_passed(store: Store) -> None:
    assert over(message(until=now() - timedelta(seconds=1)), now()) == "too_late"
    assert over(message(until=now() + timedelta(hours=1)), now()) is None
    assert over(message(until=None), now()) is None
    assert ended(message(), AT, "too_late").to["state"] == "skipped"


class Taking(Carrier):
    """Takes whatever it is handed."""

    name = "sms.taking"

    def __init__(self) -> None:
        self.had: list[str] = []

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        self.had.append(message["_id"])
        return "SM1"


@pytest.mark.parametrize(
    ("more", "state", "reason"),
    [
        ({"until": AT}, "skipped", "too_late"),
        ({"superseded": True}, "skipped", "superseded"),
        ({"superseded": True, "attempts": [begun(message(), "x", AT) | {"outcome": "not_taken"}]}, "failed", "superseded"),
        ({"until": datetime(2999, 1, 1, tzinfo=UTC)}, "sent", None),
    ],
)
def test_it_is_looked_at_when_it_is_handed_over(store: Store, more: dict[str, Any], state: str, reason: str | None) -> None:
    carrier = Taking()
    id = kept.handed_over(store, carrier, **more)
    found = store.messages.one(WHOLE_CHAIN, id)
    assert (found["state"], found["reason"]) == (state, reason)
    assert bool(carrier.had) == (state == "sent")


def test_who_rides_on_what_is_too_late_is_not_left_waiting(store: Store) -> None:
    first = kept.message(store, carries=True, until=AT)
    rider = kept.message(store, rides_on=first["_id"], lane="shared_phone", channel="shared_phone")
    kept.hand(store, Taking(), first)
    for id in (first["_id"], rider["_id"]):
        found = store.messages.one(WHOLE_CHAIN, id)
        assert (found["state"], found["reason"], found["history"][-1]["reason"]) == ("skipped", "too_late", "too_late")


def test_no_receipt_for_what_has_changed_leads_to_no_other_channel(store: Store) -> None:
    sent = begun(message(), "sms.twilio", AT) | {"outcome": "taken"}
    taken_back(store, state="sent", attempts=[sent], due_at=AT)
    due = overdue.claim(store)
    assert due is not None
    overdue.go_on(store, due)
    found = store.messages.one(WHOLE_CHAIN, "m1")
    assert (found["state"], found["channel"], found["due_at"]) == ("sent", "sms", None)
