"""What is over goes, some at a time; who left long ago is proposed for erasure; and the page says what the code does."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from deploy.local.infrastructure import Infrastructure
from schoolbus import retention
from schoolbus.clock import now
from schoolbus.retention import Over, clear
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.retention import over
from services.notifications.store import Store as Notifications
from services.roster.privacy import leaving
from services.roster.store import Store as Roster
from tests.support.stores import own_database

PAGE = Path(__file__).parents[2] / "docs" / "retention.md"
LONG_AGO = timedelta(days=2000)


def test_the_page_is_true_and_names_every_collection() -> None:
    assert PAGE.read_text() == retention.markdown(), "python -m schoolbus retention > docs/retention.md"


@pytest.fixture(scope="module")
def notifications(infrastructure: Infrastructure) -> Iterator[Notifications]:
    with own_database(infrastructure, Notifications) as database:
        yield Notifications(database)


def test_what_is_over_goes_and_what_still_has_to_tell_something_stays(
    notifications: Notifications, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "CHUNK", 10)
    monkeypatch.setattr(retention, "CHUNKS", 3)
    old = [{"_id": f"old-{number}", "branch_id": "b1", "created_at": now() - LONG_AGO} for number in range(35)]
    new = {"_id": "new", "branch_id": "b1", "created_at": now() - timedelta(days=1000)}
    notifications.messages.collection.insert_many([*old, new])
    notifications.answers.collection.insert_one({"_id": "a", "branch_id": "b1", "received_at": now() - LONG_AGO})
    rules = over(1095)
    assert clear(notifications, rules) == {"messages": 30, "answers": 1}, "bounded at a time"
    assert clear(notifications, rules) == {"messages": 5}
    assert [row["_id"] for row in notifications.messages.find(WHOLE_CHAIN)] == ["new"]
    waits = {"_id": "c", "branch_id": "b1", "at": now() - LONG_AGO, "outbox_at": now()}
    notifications.contacts.collection.insert_one(waits)
    assert clear(notifications, [Over("contacts", "at", 30)]) == {}


def test_who_left_long_ago_is_proposed_for_erasure_until_somebody_decides(infrastructure: Infrastructure) -> None:
    with own_database(infrastructure, Roster) as database:
        store = Roster(database)

        def left(id: str, ago: timedelta, **more: Any) -> dict[str, Any]:
            head = {"_id": id, "branch_id": ["b1"], "roles": {"b1": ["student"]}, "source": "main", "active": False}
            return {**head, "modified_at": now() - ago, **more}

        gone = [left("long-ago", LONG_AGO), left("lately", timedelta(days=30)), left("erased", LONG_AGO, erased_at=now())]
        store.people.collection.insert_many([*gone, left("here", LONG_AGO, active=True)])
        assert leaving.propose(store, 1825) == 1
        assert leaving.propose(store, 1825) == 0, "it waits for a decision"
        proposed = store.erasures.find(WHOLE_CHAIN)
        assert [(each["person_id"], each["reason"], each["state"]) for each in proposed] == [("long-ago", "retention", "asked")]
        store.erasures.change(WHOLE_CHAIN, proposed[0]["_id"], to={"state": "called-off", "open": False})
        assert leaving.propose(store, 1825) == 0, "for a year"
        store.erasures.remove(WHOLE_CHAIN, proposed[0]["_id"])
        a_year_ago = {"_id": "of a year ago", "state": "called-off", "open": False, "asked_at": now() - timedelta(days=400)}
        store.erasures.add({**proposed[0], **a_year_ago})
        assert leaving.propose(store, 1825) == 1
