"""How long a message waits for a carrier that takes nothing, before it goes on to its next channel."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from schoolbus.clock import BRANCH_ZONE, now
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.settings import ClockTime
from services.notifications.carriers import Carrier, NotTaken
from services.notifications.sending.breaker import OPENS_AFTER
from services.notifications.sending.handover import OUT_OF_ORDER, hand_over
from services.notifications.store import Store
from tests.notifications import kept
from tests.notifications.kept import store

__all__ = ["store"]
LADDER = [{"channel": "sms", "address": "+923001234567"}, {"channel": "paper", "address": None}]
LAST_NIGHT = timedelta(hours=12)


class Refusing(Carrier):
    """Takes nothing at the moment."""

    name = "sms.refusing"

    def send(self, message: Mapping[str, Any], attempt_id: str) -> str:
        raise NotTaken("429", busy=True)


def waited(store: Store, **more: Any) -> dict[str, Any]:
    """Wanted last night; its hour is now."""
    at = now() - LAST_NIGHT
    return kept.message(store, ladder=LADDER, created_at=at, wanted_at=at, **more)


def test_what_waited_for_its_hour_has_all_its_patience_yet(store: Store) -> None:
    made = waited(store)
    kept.hand(store, Refusing(), made)
    found = store.messages.one(WHOLE_CHAIN, made["_id"])
    assert (found["state"], found["channel"], found["reason"]) == ("queued", "sms", "429")
    assert now() - found["tried_since"] < timedelta(minutes=1)


def test_so_it_has_when_its_carrier_is_out_of_order(store: Store) -> None:
    desk, made = kept.desk(store, Refusing()), waited(store)
    for _ in range(OPENS_AFTER):
        desk.route.failed(desk.route.carriers[0], NotTaken("503"))
    hand_over(desk, made)
    found = store.messages.one(WHOLE_CHAIN, made["_id"])
    assert (found["channel"], found["reason"], found["attempts"]) == ("sms", OUT_OF_ORDER, [])
    since = found["tried_since"]
    assert now() - since < timedelta(minutes=1)
    hand_over(desk, found)
    assert store.messages.one(WHOLE_CHAIN, made["_id"])["tried_since"] == since, "counted from the first time"


@pytest.mark.parametrize("is_open", [True, False])
def test_its_patience_ends_after_the_time_of_a_receipt(store: Store, is_open: bool) -> None:
    desk, made = kept.desk(store, Refusing()), waited(store, tried_since=now() - timedelta(minutes=31))
    for _ in range(OPENS_AFTER if is_open else 0):
        desk.route.failed(desk.route.carriers[0], NotTaken("503"))
    hand_over(desk, made)
    found = store.messages.one(WHOLE_CHAIN, made["_id"])
    assert (found["state"], found["channel"], found["tried_since"]) == ("queued", "paper", None)


def test_a_night_in_between_begins_it_anew(store: Store) -> None:
    here = now().astimezone(BRANCH_ZONE)
    begins, ends = (ClockTime((here + timedelta(minutes=by)).strftime("%H:%M")) for by in (-5, 5))
    desk = kept.desk(store, Refusing())
    quiet = replace(desk, rules=replace(desk.rules, quiet_from=begins, quiet_to=ends))
    made = waited(store, tried_since=now() - LAST_NIGHT)
    hand_over(quiet, made)
    found = store.messages.one(WHOLE_CHAIN, made["_id"])
    assert (found["state"], found["channel"], found["tried_since"]) == ("queued", "sms", None)
    assert found["send_at"] > now()
