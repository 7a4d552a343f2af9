"""What becomes of activities when somebody is erased, and what is theirs to have."""

import pytest

from schoolbus.clock import now
from schoolbus.privacy import documents, erase
from schoolbus.scope import WHOLE_CHAIN
from services.meetings.privacy import HELD
from services.meetings.store import Store


@pytest.fixture
def store(store: Store) -> Store:
    at, family = now(), {"branch_id": "b1", "guardian_id": "g1", "student_ids": ["s1", "s2"]}
    keys = [{"key": "k", "said": "x"}]
    sign_up = {"activity_id": "a", "state": "coming", "heads": 3, "coming_ids": ["s1"], "keys": keys, "answered_by": "g1"}
    store.sign_ups.add({"_id": "u", **family, **sign_up, "made_at": at, "answered_at": at})
    came = {"activity_id": "a", "session_id": "e", "heads": 2, "came_ids": ["s1"], "held_at": at, "recorded_by": "t1"}
    store.attendances.add({"_id": "p", **family, **came})
    stint = {"volunteer_task_id": "v", "shift_id": "f", "minutes": [1], "live": True, "taken_by": "g1", "place": "Gate"}
    store.stints.add({"_id": "i", **family, **stint})
    said = {
        "answer": "yes",
        "text_version": 1,
        "how": "paper",
        "recorded_by": "o1",
        "note": "Signed by Zoya",
        "answered_at": at,
    }
    consent = {"permission_slip_id": "w", "student_id": "s1", "guardian_id": "g1", **said, "history": [said]}
    store.consents.add({"_id": "c", "branch_id": "b1", **consent})
    return store


@pytest.mark.parametrize("person_id", ["g1", "s1", "o1"])
def test_it_counts_on_and_nobody_is_in_it(store: Store, person_id: str) -> None:
    erase(store, HELD, person_id, ["b1"])
    kept = [
        each for name in ("sign_ups", "attendances", "stints", "consents") for each in getattr(store, name).find(WHOLE_CHAIN)
    ]
    assert person_id not in str(kept)
    sign_up, attendance, stint, consent = kept
    assert (sign_up["heads"], attendance["heads"], stint["live"], consent["answer"]) == (3, 2, True, "yes")
    assert len(attendance["student_ids"]) == 2
    assert ("Zoya" in str(kept)) == (person_id == "o1"), "what is written of a family goes with it"
    others = {"g1", "s1", "s2"} - {person_id}
    assert all(other in str(kept) for other in others)


def test_everybody_gets_what_is_theirs(store: Store) -> None:
    for person_id, wanted in (("g1", 4), ("s1", 4), ("s2", 3), ("o1", 0)):
        theirs = dict(documents(store, HELD, person_id, ["b1"]))
        assert len(theirs) == wanted, person_id
