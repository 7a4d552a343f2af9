"""What the association holds of somebody, and what stays when they are erased."""

from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.privacy import documents, erase
from schoolbus.scope import WHOLE_CHAIN
from services.meetings.privacy import HELD
from services.meetings.store import Store

OF = {"branch_id": "b1"}


@pytest.fixture
def store(store: Store) -> Store:
    store.pta_members.add({"_id": "m1", **OF, "person_id": "g1", "role": "guardian", "active": True, "spells": []})
    term = {"office_key": "chair", "office": "Chair", "exclusive": True, "starts_on": "2026-12-01", "ends_on": "2027-11-30"}
    store.pta_officers.add({"_id": "o1", **OF, **term, "person_id": "g1", "days": [1, 2]})
    agenda = [{"title": "Quotes", "presenter_id": "g1"}, {"title": "Budget", "presenter_id": "t1"}]
    met = {"title": "Fence", "starts_at": now(), "place": "Hall", "called_by": "g1", "present": ["g1", "t1"], "agenda": agenda}
    store.pta_meetings.add({"_id": "c1", **OF, **met})
    said = {"pta_meeting_id": "c1", "person_id": "g1", "coming": True, "edition": 0, "answered_at": now()}
    store.pta_answers.add({"_id": "a1", **OF, **said})
    minutes = {"pta_meeting_id": "c1", "version": 1, "text": "We met.", "written_by": "t1", "present": ["g1", "t1"]}
    store.pta_minutes.add({"_id": "n1", **OF, **minutes})
    history = [{"by": "g1", "note": "Asked", "state": "open"}, {"by": "t1", "note": "Done", "state": "done"}]
    decided = {"title": "Quotes", "text": "", "owner_id": "g1", "due_on": "2026-12-09", "state": "done", "history": history}
    store.pta_decisions.add({"_id": "d1", **OF, **decided})
    stands = {"election_id": "e1", "office_key": "chair", "person_id": "g1", "nominated_by": "t1", "statement": "I, G1 Khan"}
    store.pta_candidates.add({"_id": "k1", **OF, **stands, "state": "stands", "number": 1})
    store.pta_voters.add({"_id": "v1", **OF, "election_id": "e1", "guardian_ids": ["g1", "g2"], "state": "voted"})
    store.pta_ballots.add({"_id": "e1:AAAA", **OF, "election_id": "e1", "code": "AAAA", "line": "AAAA chair=1"})
    return store


def test_erased_everything_still_counts_and_nobody_is_known(store: Store) -> None:
    erase(store, HELD, "g1", ["b1"])
    for name in ("pta_members", "pta_officers", "pta_meetings", "pta_minutes", "pta_decisions", "pta_candidates", "pta_voters"):
        [left] = getattr(store, name).find(WHOLE_CHAIN)
        assert "g1" not in str(left), name
        assert "G1 Khan" not in str(left), name
    assert store.pta_answers.count(WHOLE_CHAIN) == 0
    [voter], [term] = store.pta_voters.find(WHOLE_CHAIN), store.pta_officers.find(WHOLE_CHAIN)
    assert (len(voter["guardian_ids"]), voter["guardian_ids"][1], voter["state"]) == (2, "g2", "voted")
    assert term["days"] == [1, 2]
    assert [each["line"] for each in store.pta_ballots.find(WHOLE_CHAIN)] == ["AAAA chair=1"], "it was nobody's"


def test_everybody_gets_their_own_part(store: Store) -> None:
    found: dict[str, list[Any]] = {}
    for collection, document in documents(store, HELD, "g1", ["b1"]):
        found.setdefault(collection, []).append(document)
    assert {
        "pta_members",
        "pta_officers",
        "pta_meetings",
        "pta_decisions",
        "pta_candidates",
        "pta_voters",
        "pta_answers",
    } <= set(found)
    assert "pta_ballots" not in found
    assert "t1" not in str(found), "nobody else's"
    assert "g2" not in str(found)
    assert found["pta_voters"][0]["state"] == "voted"
