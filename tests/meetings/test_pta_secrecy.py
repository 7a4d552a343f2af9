"""After an election: everything that is kept, sent and logged, read by somebody who wants to know who voted what."""

import json
import re
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
from pymongo.database import Database

from services.meetings.pta.elections import sealing
from services.meetings.pta.elections.sealing import WrongKey
from tests.meetings.association import Association
from tests.meetings.conftest import BALLOT_KEY
from tests.meetings.story import Meetings
from tests.support.roster import people, related, someone
from tests.support.waiting import eventually


class Voting:
    """Twelve households have voted, each with a code that they alone know."""

    def __init__(self, pta: Association, with_code: bool = False) -> None:
        self.pta = pta
        self.oplog = pta.kept.client["local"]["oplog.rs"]
        self.began = next(iter(self.oplog.find().sort("$natural", -1)))["ts"]
        self.families = [f"p{number}" for number in range(12)]
        pairs = [(id, f"c{id}") for id in self.families]
        pta.meetings.knows(
            people(pta.id, *(someone(id, "guardian") for id, _ in pairs), *(someone(id, "student") for _, id in pairs)),
            related(pta.id, *pairs),
        )
        self.election = pta.elects(("g1", "chair"), ("g3", "chair"))
        self.id = self.election["pta_election_id"]
        path = f"/elections/{self.id}/counting-code"
        self.counting_code = pta.does("POST", path)["counting_code"] if with_code else None
        pta.opens(self.election)
        self.keys = {id: str(uuid.uuid4()) for id in self.families}
        self.marks = {id: number % 3 for number, id in enumerate(self.families)}  # 0: none
        self.codes = {}
        for id in self.families:
            answer = pta.votes(self.election, id, self.keys[id], chair=[self.marks[id]] if self.marks[id] else [])
            self.codes[id] = answer.json()["code"]

    def documents(self) -> Iterator[tuple[str, Any]]:
        """All that the service's database holds, whatever the collection."""
        for name in self.pta.kept.list_collection_names():
            for document in self.pta.kept[name].find():
                yield name, document

    def history(self) -> list[Any]:
        """What the database's own log of writes holds of this service since the election was called."""
        written = self.oplog.find({"ts": {"$gte": self.began}})
        return [entry for entry in written if self.pta.kept.name in str(entry)]


@pytest.fixture
def pta(meetings: Meetings, kept: Database) -> Association:
    return Association(meetings, kept)


def names_a_voter(voting: Voting, text: str) -> set[str]:
    return {id for id in voting.families if re.search(rf"\b{id}\b", text)} | {
        each["_id"] for each in voting.pta.kept["pta_voters"].find({"election_id": voting.id}) if each["_id"] in text
    }


def test_nothing_that_is_kept_joins_voter_and_vote(pta: Association) -> None:
    voting = Voting(pta)
    pta.closes(voting.election)
    ballots = {each["code"]: each for each in pta.kept["pta_ballots"].find({"election_id": voting.id})}
    assert set(ballots) == set(voting.codes.values()), "every ballot is there, under the code that its voter holds"
    for name, document in voting.documents():
        text = str(document)
        if any(code in text for code in ballots):
            assert name == "pta_ballots", f"{name} knows the code of a ballot"
            assert not names_a_voter(voting, text)
            assert set(document) == {"_id", "branch_id", "election_id", "code", "line"}, "no time, no order, no person"
        assert not any(key in text for key in voting.keys.values()), f"{name} knows by which request somebody voted"
    for voter in pta.kept["pta_voters"].find({"election_id": voting.id}):
        of_outbox = {"outbox", "outbox_at", "said"}
        assert set(voter) - of_outbox <= {"_id", "branch_id", "election_id", "guardian_ids", "state", "again"}
        assert voter.get("again") is None
    for gone in ("pta_envelopes", "pta_urns"):
        assert pta.kept[gone].count_documents({"branch_id": pta.id}) == 0


def test_the_order_of_ballots_is_that_of_their_codes(pta: Association) -> None:
    """And codes are chance: neither the natural order of the collection nor its ids tell who came when."""
    voting = Voting(pta)
    pta.closes(voting.election)
    found = [each["code"] for each in pta.kept["pta_ballots"].find({"election_id": voting.id}).sort("$natural", 1)]
    assert found == sorted(found)
    assert [each["code"] for each in pta.ballots(voting.election)] == found
    registered = [each["guardian_ids"] for each in pta.kept["pta_voters"].find({"election_id": voting.id}).sort("$natural", 1)]
    assert registered == sorted(registered), "the register stands as it was made, before anybody voted"


def test_what_is_said_and_noted_and_logged_knows_no_vote(pta: Association) -> None:
    voting = Voting(pta)
    pta.closes(voting.election)
    service = pta.meetings.service

    def said() -> list[str]:
        events = [event for event in service.heard() if event.branch_id == pta.id]
        assert sum(event.type == "meetings.pta_vote_cast" for event in events) == len(voting.families)
        assert any(event.type == "meetings.pta_election_counted" for event in events)
        return [json.dumps(event.data, default=str) for event in events]

    log = service.processes["serve"].log.read_text() + service.processes["relay"].log.read_text()
    for text in (*eventually(said), log):
        assert not any(code in text for code in voting.codes.values())
    of_votes = [line for line in log.splitlines() if "pta_vote_cast" in line and voting.id in line]
    assert len(of_votes) == len(voting.families)
    assert not any(names_a_voter(voting, line) for line in of_votes)


def test_before_the_count_envelopes_are_alike_and_have_nothing_of_their_voters(pta: Association) -> None:
    voting = Voting(pta)
    envelopes = list(pta.kept["pta_envelopes"].find({"election_id": voting.id}))
    assert {frozenset(each) for each in envelopes} == {frozenset(("_id", "branch_id", "election_id", "sealed"))}
    assert len({len(each["sealed"]) for each in envelopes}) == 1, "an abstention is as long as a vote"
    in_the_open = [{name: value for name, value in each.items() if name != "sealed"} for each in envelopes]
    assert not any(names_a_voter(voting, str(each)) for each in in_the_open)
    for name, document in voting.documents():
        if name != "pta_envelopes":
            assert not any(each["_id"] in str(document) for each in envelopes)


def test_envelopes_are_not_kept_in_the_order_in_which_they_came(pta: Association) -> None:
    """Messages have the time of each household's vote: by the order somebody with both databases would know whose is whose."""
    Voting(pta)
    found = [each["_id"] for each in pta.kept["pta_envelopes"].find().sort("$natural", 1)]
    assert len(found) >= 12
    assert found == sorted(found)


def test_the_databases_log_of_writes_opens_no_envelope(pta: Association) -> None:
    """It shows that a household's mark and an envelope were one write, and has the urn's sealed key: not what opens it."""
    voting = Voting(pta)
    pta.closes(voting.election)
    writes = [entry["o"]["applyOps"] for entry in voting.history() if voting.id in str(entry) and "applyOps" in entry["o"]]
    votes = [parts for parts in writes if any(part["op"] == "i" and part["ns"].endswith(".pta_envelopes") for part in parts)]
    assert len(votes) == len(voting.families), "the documented limit: docs/decisions/ballot.md"
    assert not any(code in str(parts) for code in voting.codes.values() for parts in votes)
    [count] = [parts for parts in writes if any(part["ns"].endswith(".pta_ballots") for part in parts)]
    published = [part["o"]["code"] for part in count if part["ns"].endswith(".pta_ballots")]
    assert published == sorted(voting.codes.values()), "in another order than envelopes were put in"
    [urn] = [part["o"] for parts in writes for part in parts if part["op"] == "i" and part["ns"].endswith(".pta_urns")]
    for key in ("", "a guess", pta.meetings.service.environment["GATEWAY_SECRET"]):
        with pytest.raises(WrongKey):
            sealing.opened(key, urn["_id"], urn["key"], [])


def test_with_a_counting_code_not_even_the_platforms_own_key_opens_the_urn(pta: Association) -> None:
    voting = Voting(pta, with_code=True)
    urn = pta.kept["pta_urns"].find_one({"_id": voting.id})
    assert urn is not None
    with pytest.raises(WrongKey):
        sealing.opened(BALLOT_KEY, voting.id, urn["key"], [])
    everything = [*(str(document) for _, document in voting.documents()), *(str(entry) for entry in voting.history())]
    for code in (voting.counting_code, voting.counting_code.replace("-", "")):
        assert not any(code in text for text in everything), "the code is kept nowhere"
