"""A line of those who wait that is longer than what is read at once."""

from datetime import timedelta

import pytest

from schoolbus import clock
from schoolbus.scope import branch
from services.meetings.activities import signing
from services.meetings.store import Store
from tests.support.roster import people, someone

HERE = branch("b1")


ALL = ["g0", "g1", "g2", "g4", "g5"]


@pytest.mark.parametrize(("free", "served"), [(1, ["g5"]), (2, ["g0"]), (7, ["g0", "g1", "g2", "g5"]), (20, ALL)])
def test_free_places_reach_whoever_fits_however_far_back(
    store: Store, monkeypatch: pytest.MonkeyPatch, free: int, served: list[str]
) -> None:
    """All want two, and the last one; g3 has left."""
    monkeypatch.setattr(signing, "LINE", 2)
    store.keep(people("b1", *(someone(f"g{number}", "guardian", active=number != 3) for number in range(6))))
    at = clock.now() + timedelta(days=3)
    session = {"session_id": "1", "starts_at": at, "ends_at": at + timedelta(hours=1), "place": "Hall"}
    said = {"title": "Reading", "title_ur": None, "edition": 0, "sequence": 0, "sessions": [session], "dropped": []}
    counts = {"places": 30, "taken": 30 - free, "waiting": 6, "offer_minutes": 60, "starts_at": at, "ends_at": at}
    activity = store.activities.add({"_id": "a", "branch_id": "b1", **said, **counts})
    for number in range(6):
        line = {"state": "waiting", "heads": 1 if number == 5 else 2, "if_full": "offer", "offer_until": None}
        whose = {"guardian_id": f"g{number}", "student_ids": [f"s{number}"], "asked_at": clock.now()}
        store.sign_ups.add({"_id": f"w{number}", "branch_id": "b1", "activity_id": "a", **whose, **line})
    with store.transaction():
        signing.hand_on_all(store, HERE, activity)
    offered = store.sign_ups.find(HERE, {"state": "offered"})

    assert [each["guardian_id"] for each in offered] == served
    left = store.activities.one(HERE, "a")
    assert left["taken"] == 30 - free + sum(each["heads"] for each in offered)
    assert left["waiting"] == 6 - len(offered)
