"""The chain's deliveries of a day: counts alone, of all branches."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from schoolbus.clock import now
from services.notifications.announcing import prices
from services.notifications.deliveries import counting
from services.notifications.store import Store
from tests.notifications.kept import message, store
from tests.support import people

__all__ = ["store"]
DAY = date(2026, 11, 25)
NOON = datetime(2026, 11, 25, 7, tzinfo=UTC)


def attempt(carrier: str, outcome: str, channel: str = "sms") -> dict[str, Any]:
    return {"carrier": carrier, "channel": channel, "outcome": outcome}


def test_a_day_is_counted_by_channel_state_reason_and_carrier(store: Store) -> None:
    prices.keep(store, people.operator(), {"paisa": {"sms": 150, "whatsapp": 40}})
    both = [attempt("sms", "not_taken"), attempt("sms2", "taken")]
    message(store, created_at=NOON, state="delivered", parts=2, attempts=both)
    message(store, created_at=NOON, state="sent", parts=1, branch_id="b2", attempts=[attempt("sms", "taken")])
    message(store, created_at=NOON, state="failed", parts=1, reason="unknown_number", attempts=[attempt("sms", "refused")])
    message(store, created_at=NOON, state="read", channel="whatsapp", attempts=[attempt("whatsapp", "taken", "whatsapp")])
    message(store, created_at=NOON, state="skipped", channel=None, reason="no_channel", attempts=[])
    found = counting.of_day(store, DAY)
    assert found["total"] == 5
    assert [each["channel"] for each in found["channels"]] == ["sms", "whatsapp", None]
    sms, whatsapp, none = found["channels"]
    assert (sms["total"], sms["parts"], sms["paisa"]) == (3, 3, 450)
    assert {state: count for state, count in sms["states"].items() if count} == {"delivered": 1, "sent": 1, "failed": 1}
    assert (whatsapp["paisa"], none["paisa"], found["pkr"]) == (40, 0, "4.90")
    assert [(each["channel"], each["reason"], each["count"]) for each in found["reasons"]] == [
        (None, "no_channel", 1),
        ("sms", "unknown_number", 1),
    ]
    assert {each["carrier"]: each["outcomes"] for each in found["carriers"]} == {
        "sms": {"not_taken": 1, "taken": 1, "refused": 1},
        "sms2": {"taken": 1},
        "whatsapp": {"taken": 1},
    }
    assert found["carriers_of"] == 5


@pytest.mark.parametrize(
    ("at", "counts"),
    [
        (datetime(2026, 11, 24, 18, 59, tzinfo=UTC), 0),  # a minute before midnight at the branches
        (datetime(2026, 11, 24, 19, 0, tzinfo=UTC), 1),
        (datetime(2026, 11, 25, 18, 59, tzinfo=UTC), 1),
        (datetime(2026, 11, 25, 19, 0, tzinfo=UTC), 0),
    ],
)
def test_a_day_is_one_at_the_branches(store: Store, at: datetime, counts: int) -> None:
    before = counting.of_day(store, DAY)["total"]
    message(store, created_at=at)
    assert counting.of_day(store, DAY)["total"] - before == counts


def test_what_waits_is_of_now_whatever_day(store: Store) -> None:
    long_ago = now() - timedelta(hours=3)
    message(store, created_at=NOON, channel="voice", send_at=long_ago)
    message(store, created_at=NOON, channel="voice", send_at=now() + timedelta(hours=3))
    message(store, created_at=NOON, channel="voice", send_at=long_ago, state="sent")
    found = {each["channel"]: each for each in counting.of_day(store, date(2020, 1, 1))["waiting"]}
    assert found["voice"] == {"channel": "voice", "due": 1, "later": 1, "oldest_at": long_ago}


def test_the_states_are_counted_from_the_index_alone(store: Store) -> None:
    message(store, created_at=NOON, state="delivered")
    keys = {key: f"${key}" for key in ("channel", "state", "reason")}
    stages = [{"$match": {"created_at": counting._bounds(DAY)}}, {"$group": {"_id": keys, "parts": {"$sum": "$parts"}}}]
    plan = store.messages.collection.database.command(
        "explain", {"aggregate": store.messages.collection.name, "pipeline": stages, "cursor": {}}, verbosity="queryPlanner"
    )
    assert "PROJECTION_COVERED" in str(plan)
    assert "FETCH" not in str(plan)


def test_it_is_the_operators(stage: Any) -> None:
    answer = stage.service.call("GET", "/v1/deliveries", people.operator())
    assert (answer.status_code, set(answer.json())) == (
        200,
        {"day", "total", "channels", "reasons", "carriers", "carriers_of", "waiting", "paisa", "pkr"},
    )
    assert stage.service.call("GET", "/v1/deliveries", people.head()).status_code == 403
    assert stage.service.call("GET", "/v1/deliveries?day=yesterday", people.operator()).status_code == 422
