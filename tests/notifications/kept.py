"""A database of notifications without its processes, for what workers do."""

import uuid
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.gathered import Gathered
from schoolbus.settings import ClockTime
from services.notifications.carriers import Carrier
from services.notifications.sending.handover import Desk, hand_over
from services.notifications.sending.holidays import Holidays
from services.notifications.sending.limits import Limits
from services.notifications.sending.routes import Route
from services.notifications.settings import Rules
from services.notifications.states import State, step
from services.notifications.store import Store
from tests.support.stores import fresh


@pytest.fixture(scope="module")
def store(_database: Any) -> Store:
    return fresh(_database, Store)


def message(store: Store, **more: Any) -> dict[str, Any]:
    """One that waits for its carrier; keywords override."""
    at = now()
    made = {
        "_id": str(uuid.uuid4()),
        "branch_id": "b1",
        "person_id": "g1",
        "role": "guardian",
        "teacher_id": None,
        "student_ids": ["s1"],
        "about_type": "homework",
        "about_id": "hw1",
        "path": "/v1/branches/b1/homework/hw1",
        "text": "homework_set",
        "language": "en",
        "subject": "New homework: Ayesha",
        "body": "Ayesha has new homework in Science 5B, due Fri 27 Nov.",
        "template": "rabta_homework_set",
        "parameters": ["Ayesha", "Science 5B", "Fri 27 Nov", "http://rabta/v1/m/x"],
        "link": "http://rabta/v1/m/x",
        "parts": 1,
        "calendar": None,
        "urgency": 5,
        "channel": "sms",
        "address": "+923001234567",
        "state": State.QUEUED.value,
        "reason": None,
        "history": [step(State.QUEUED, at)],
        "created_at": at,
        "send_at": at,
        "leased_until": None,
        "lane": "direct",
        "ladder": [],
        "step": 0,
        "attempts": [],
        "claim": "ours",
        "due_at": None,
        "carrier_id": None,
        "rides_on": None,
        **more,
    }
    if not made["ladder"]:
        made["ladder"] = [{"channel": made["channel"], "address": made["address"]}]
    return store.messages.add(made)


def any_hour() -> Rules:
    midnight = ClockTime("00:00")
    return Rules(quiet_from=midnight, quiet_to=midnight, friday_from=midnight, friday_to=midnight)


def handed_over(store: Store, carrier: Carrier, **more: Any) -> str:
    """A message that a worker has made its attempt at; its id."""
    made = message(store, **more)
    hand(store, carrier, made)
    return str(made["_id"])


def hand(store: Store, carrier: Carrier, made: dict[str, Any]) -> None:
    """A claimed message to its carrier."""
    hand_over(desk(store, carrier), made)


def desk(store: Store, carrier: Carrier) -> Desk:
    route, limits, holidays = Route([carrier]), Limits(1000, 1000), Holidays(store)
    writes = Gathered(store.messages)
    return Desk(store, store.messages, writes, route, limits, store.buckets, store.contacts, holidays, any_hour())


def state(store: Store, id: str) -> str:
    found = store.messages.collection.find_one({"_id": id})
    assert found is not None
    return str(found["state"])
