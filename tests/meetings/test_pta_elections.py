"""Households vote once, the ballots are counted, and whoever is elected can work."""

import hashlib
import uuid
from datetime import timedelta
from typing import Any

import pytest
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.pta import (
    PtaElectionCalled,
    PtaElectionCancelled,
    PtaElectionCounted,
    PtaElectionOpened,
    PtaElectionReminder,
    PtaNominated,
    PtaOfficeTaken,
    PtaVoteCast,
)
from schoolbus.store import connect, run_again_while_busy
from services.meetings.pta.elections import turning
from services.meetings.settings import Settings
from services.meetings.store import Store
from tests.meetings.association import Association, ahead, day, election_draft
from tests.meetings.conftest import BALLOT_KEY
from tests.meetings.story import Meetings, at_once, slug
from tests.support.roster import people, related, someone
from tests.support.waiting import eventually


@pytest.fixture
def pta(meetings: Meetings, kept: Database) -> Association:
    return Association(meetings, kept)


def heard(pta: Association, kind: type, count: int = 1) -> list[Any]:
    def found() -> list[Any] | None:
        events = [event.data for event in pta.meetings.service.heard(kind) if event.branch_id == pta.id]
        return events if len(events) >= count else None

    return eventually(found)


def more_families(pta: Association, count: int) -> list[str]:
    """So many guardians with a child each."""
    pairs = [(f"p{number}", f"c{number}") for number in range(count)]
    pta.meetings.knows(
        people(pta.id, *(someone(id, "guardian") for id, _ in pairs), *(someone(id, "student") for _, id in pairs)),
        related(pta.id, *pairs),
    )
    return [id for id, _ in pairs]


def numbers(election: Any) -> dict[tuple[str, str], int]:
    return {
        (each["person_id"], race["office_key"]): each["number"] for race in election["races"] for each in race["candidates"]
    }


def race(election: Any, office: str = "chair") -> Any:
    return next(each for each in election["races"] if each["office_key"] == office)


def test_an_election_from_the_call_to_the_first_day_of_office(pta: Association) -> None:
    families = more_families(pta, 5)
    election = pta.elects(("g1", "chair"), ("g3", "chair"), ("t1", "treasurer"))
    path = f"/elections/{election['pta_election_id']}"
    assert pta.refused("POST", f"{path}/votes", pta.guardian("g1"), json={"marks": {}}) == (409, "not-open")
    opened = pta.opens(election)
    assert (opened["state"], opened["electorate"]) == ("open", 7)
    paper = pta.does("GET", f"{path}/paper", pta.guardian("g2"))
    assert (paper["may_vote"], paper["has_voted"], paper["in_electorate"]) == (True, False, True)
    of = numbers(opened)
    assert sorted(of.values()) == [1, 2, 3]
    codes = {id: pta.votes(election, id, chair=[of["g3", "chair"]], treasurer=[3]).json()["code"] for id in families[:3]}
    codes["g2"] = pta.votes(election, "g2", chair=[of["g1", "chair"]]).json()["code"]
    codes["g3"] = pta.votes(election, "g3").json()["code"]
    paper = pta.does("GET", f"{path}/paper", pta.guardian("g1"))
    assert (paper["may_vote"], paper["has_voted"]) == (False, True), "the other guardian of the household has voted"
    assert (paper["ballots"], race(paper)["outcome"]) == (None, None), "no count before the count"
    counted = pta.closes(election)
    assert (counted["state"], counted["ballots"]) == ("counted", 5)
    outcome = race(counted)["outcome"]
    assert {each["number"]: each["votes"] for each in outcome["votes"]} == {of["g3", "chair"]: 3, of["g1", "chair"]: 1}
    assert (outcome["abstentions"], outcome["elected"], outcome["drawn"]) == (1, [of["g3", "chair"]], [])
    ballots = pta.ballots(election)
    assert {each["code"] for each in ballots} == set(codes.values())
    lines = sorted(each["line"] for each in ballots)
    assert hashlib.sha256("".join(f"{line}\n" for line in lines).encode()).hexdigest() == counted["digest"]
    [mine] = pta.ballots(election, pta.guardian("g2"), code=codes["g2"].lower().replace("-", ""))
    assert mine["line"] == f"{codes['g2']} chair={of['g1', 'chair']} treasurer=-"
    voters = pta.does("GET", f"{path}/voters")["items"]
    assert (len(voters), sum(each["voted"] for each in voters)) == (7, 5)
    assert pta.ask("GET", f"{path}/voters", pta.guardian("g1")).status_code == 403
    terms = {each["office_key"]: each["person_id"] for each in pta.does("GET", "/officers")["items"]}
    assert terms == {"chair": "g3", "treasurer": "t1"}
    pta.kept["pta_officers"].update_one({"branch_id": pta.id, "person_id": "g3"}, {"$set": {"starts_on": day(0)}})
    assert pta.ask("GET", "/members", pta.guardian("g3")).status_code == 200
    assert len(heard(pta, PtaVoteCast, 5)) == 5
    assert heard(pta, PtaElectionCounted)[0]["digest"] == counted["digest"]
    assert heard(pta, PtaElectionCalled)[0]["person_ids"] == sorted([*families, "g1", "g2", "g3"])
    assert sorted(heard(pta, PtaElectionOpened)[0]["person_ids"]) == sorted([*families, "g1", "g2", "g3"])
    assert len(heard(pta, PtaOfficeTaken, 2)) == 2


def test_sixteen_votes_of_one_household_at_the_same_moment_are_one(pta: Association) -> None:
    election = pta.elects(("g3", "chair"))
    pta.opens(election)
    answers = at_once(*[lambda id=id: pta.votes(election, id, chair=[1]) for id in ("g1", "g2") * 8])  # type: ignore[misc]
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 15, [answer.text for answer in answers]
    assert {slug(answer) for answer in answers if answer.status_code == 409} == {"household-has-voted"}
    assert pta.kept["pta_envelopes"].count_documents({"branch_id": pta.id}) == 1
    [code] = [answer.json()["code"] for answer in answers if answer.ok]
    assert pta.closes(election)["ballots"] == 1
    assert [each["code"] for each in pta.ballots(election)] == [code]
    assert len(heard(pta, PtaVoteCast)) == 1


def test_a_vote_sent_again_has_the_same_code(pta: Association) -> None:
    election = pta.elects(("g3", "chair"))
    pta.opens(election)
    key = str(uuid.uuid4())
    answers = at_once(*[lambda: pta.votes(election, "g1", key, chair=[1])] * 8)
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert len({answer.json()["code"] for answer in answers}) == 1
    assert slug(pta.votes(election, "g1", key)) == "household-has-voted", "another vote"
    assert slug(pta.votes(election, "g2", key, chair=[1])) == "household-has-voted", "another's key"
    pta.closes(election)
    assert pta.votes(election, "g1", key, chair=[1]).status_code == 409, "nothing tells it any more"


def test_the_list_is_fixed_when_voting_opens(pta: Association) -> None:
    election = pta.elects(("g3", "chair"))
    pta.opens(election)
    assert pta.votes(election, "g1", chair=[1]).status_code == 201
    apart = [related(pta.id, ("g1", "s1"), version=2, active=False), related(pta.id, ("g4", "s2"))]
    pta.meetings.knows(*apart)
    assert slug(pta.votes(election, "g2", chair=[1])) == "household-has-voted", "they were one household"
    late = pta.votes(election, "g4", chair=[1])
    assert (late.status_code, slug(late)) == (403, "not-in-electorate")
    pta.meetings.knows(people(pta.id, someone("g1", "guardian", version=2, active=False, counts_as="g4")))
    try:
        assert slug(pta.votes(election, "g4", chair=[1])) == "household-has-voted", "the same person"
    finally:
        pta.meetings.knows(people(pta.id, someone("g1", "guardian", version=3)))
    assert pta.votes(election, "g3", chair=[1]).status_code == 201
    assert pta.closes(election)["ballots"] == 2


def test_only_households_of_members_where_the_branch_wants_it(pta: Association) -> None:
    election = pta.elects(("g3", "chair"), voters="members")
    assert pta.opens(election)["electorate"] == 1
    assert pta.votes(election, "g1").status_code == 403


@pytest.mark.parametrize("marks", [{"king": [1]}, {"chair": [9]}, {"chair": [1, 2]}, {"chair": [1, 1]}, {"chair": ["1"]}])
def test_a_ballot_that_is_none_is_refused_and_the_vote_is_not_used_up(pta: Association, marks: dict[str, Any]) -> None:
    election = pta.elects(("g1", "chair"), ("g3", "chair"))
    pta.opens(election)
    assert pta.votes(election, "g1", **marks).status_code == 422
    assert pta.votes(election, "g1", chair=[2]).status_code == 201


def test_who_may_not_vote(pta: Association) -> None:
    election = pta.elects(("g3", "chair"))
    pta.opens(election)
    path = f"/elections/{election['pta_election_id']}/votes"
    for caller in (pta.head, pta.teacher("t1")):
        assert pta.ask("POST", path, caller, json={"marks": {}}).status_code == 403
    assert slug(pta.votes(election, "g4")) == "not-in-electorate", "no child here"
    assert pta.ask("GET", f"/elections/{election['pta_election_id']}/ballots").status_code == 409
    assert pta.refused("GET", f"/elections/{election['pta_election_id']}/voters") == (409, "not-closed")
    pta.closes(election)
    assert pta.votes(election, "g1").status_code == 409


def test_whoever_is_nominated_is_asked_and_stands_by_their_own_word(pta: Association) -> None:
    election = pta.elects(("g1", "chair"))
    path = f"/elections/{election['pta_election_id']}/candidates"
    draft = {"office_key": "chair", "person_id": "g3", "statement": "not theirs"}
    assert pta.refused("POST", path, pta.guardian("g1"), json=draft) == (403, "not-a-member")
    pta.join("g3", "g2")
    named = pta.does("POST", path, pta.guardian("g1"), json=draft)
    assert (named["state"], named["statement"]) == ("nominated", "")
    assert pta.does("POST", path, pta.guardian("g2"), json=draft) == named
    of_theirs = f"/candidates/{named['pta_candidate_id']}"
    assert pta.ask("GET", of_theirs, pta.guardian("g2")).status_code == 404, "nobody else's matter yet"
    assert pta.ask("GET", of_theirs, pta.guardian("g3")).status_code == 200
    assert len(race(pta.does("GET", f"/elections/{election['pta_election_id']}"))["candidates"]) == 1
    assert pta.ask("PUT", f"{of_theirs}/acceptance", pta.guardian("g2"), json={}).status_code == 404
    accepted = pta.does("PUT", f"{of_theirs}/acceptance", pta.guardian("g3"), json={"statement": "I can count."})
    assert (accepted["state"], accepted["statement"]) == ("stands", "I can count.")
    assert pta.does("DELETE", f"{of_theirs}/acceptance", pta.guardian("g3"))["state"] == "withdrawn"
    assert pta.does("POST", path, pta.guardian("g3"), json={"office_key": "chair"})["state"] == "stands"
    assert [event["person_ids"] for event in heard(pta, PtaNominated)] == [["g3"]]
    pta.opens(election)
    assert pta.refused("DELETE", f"{of_theirs}/acceptance", pta.guardian("g3")) == (409, "voting-has-begun")
    assert pta.refused("POST", path, pta.guardian("g2"), json={"office_key": "chair"}) == (409, "nominations-closed")


def test_a_tie_is_decided_by_the_lot_of_the_published_ballots(pta: Association) -> None:
    more_families(pta, 2)
    election = pta.elects(("g1", "chair"), ("g3", "chair"))
    pta.opens(election)
    for id, number in (("p0", 1), ("p1", 2)):
        assert pta.votes(election, id, chair=[number]).ok
    counted = pta.closes(election)
    outcome = race(counted)["outcome"]
    lots = {number: hashlib.sha256(f"{counted['digest']} chair {number}".encode()).hexdigest() for number in (1, 2)}
    assert outcome["drawn"] == sorted(lots, key=lambda number: lots[number])
    assert outcome["elected"] == outcome["drawn"][:1]


def test_the_elected_take_over_from_who_was_there(pta: Association) -> None:
    pta.appoints("g2", "chair", 0, 300)
    election = pta.elects(("g3", "chair"))
    pta.opens(election)
    pta.votes(election, "g3", chair=[1])
    pta.closes(election)
    terms = {each["person_id"]: (each["starts_on"], each["ends_on"]) for each in pta.does("GET", "/officers")["items"]}
    assert terms == {"g2": (day(0), day(5)), "g3": (day(6), day(370))}


def test_nobody_voted_and_nobody_is_elected(pta: Association) -> None:
    election = pta.elects(("g3", "chair"))
    pta.opens(election)
    counted = pta.closes(election)
    assert (counted["ballots"], race(counted)["outcome"]["elected"]) == (0, [])
    assert pta.does("GET", "/officers")["items"] == []


def test_whoever_looks_first_counts_and_nobody_counts_twice(pta: Association) -> None:
    families = more_families(pta, 6)
    election = pta.elects(("g3", "chair"))
    pta.opens(election)
    assert all(pta.votes(election, id, chair=[1]).ok for id in families)
    past = clock.now() - timedelta(seconds=1)
    pta.kept["pta_elections"].update_one({"_id": election["pta_election_id"]}, {"$set": {"closes_at": past, "next_at": past}})
    answers = at_once(*[lambda: pta.ask("GET", f"/elections/{election['pta_election_id']}")] * 12)
    assert {answer.status_code for answer in answers} == {200}, [answer.text for answer in answers]
    assert len({answer.json()["digest"] for answer in answers}) == 1
    assert len(pta.ballots(election)) == 6
    assert len(heard(pta, PtaElectionCounted)) == 1


def test_whoever_votes_while_voting_closes_is_counted_or_told(pta: Association) -> None:
    families = more_families(pta, 24)
    election = pta.elects(("g3", "chair"))
    pta.opens(election)
    soon = clock.now() + timedelta(milliseconds=250)
    pta.kept["pta_elections"].update_one({"_id": election["pta_election_id"]}, {"$set": {"closes_at": soon, "next_at": soon}})
    looks = [lambda: pta.ask("GET", f"/elections/{election['pta_election_id']}")] * 8
    votes = [lambda id=id: pta.votes(election, id, chair=[1]) for id in families]
    answers = at_once(*votes, *looks)[: len(families)]  # type: ignore[arg-type]
    codes = {answer.json()["code"] for answer in answers if answer.status_code == 201}
    assert {slug(answer) for answer in answers if not answer.ok} <= {"voting-closed", "not-open"}
    eventually(lambda: pta.does("GET", f"/elections/{election['pta_election_id']}")["state"] == "counted")
    assert {each["code"] for each in pta.ballots(election)} == codes


def test_without_candidates_there_is_no_voting(pta: Association) -> None:
    election = pta.does("POST", "/elections", json=election_draft(races=[{"office_key": "chair"}]))
    assert pta.opens(election)["state"] == "cancelled"
    assert heard(pta, PtaElectionCancelled)


def test_an_election_that_is_cancelled_is_never_counted(pta: Association) -> None:
    election = pta.elects(("g3", "chair"))
    pta.opens(election)
    pta.votes(election, "g1", chair=[1])
    path = f"/elections/{election['pta_election_id']}"
    assert pta.does("POST", f"{path}/cancellation")["state"] == "cancelled"
    assert pta.does("POST", f"{path}/cancellation")["state"] == "cancelled"
    assert pta.closes(election)["state"] == "cancelled"
    assert pta.kept["pta_envelopes"].count_documents({"branch_id": pta.id}) == 0
    assert pta.kept["pta_urns"].count_documents({"branch_id": pta.id}) == 0


def test_an_urn_with_a_code_is_counted_by_whoever_has_it(pta: Association) -> None:
    election = pta.elects(("g3", "chair"))
    path = f"/elections/{election['pta_election_id']}"
    first = pta.does("POST", f"{path}/counting-code")["counting_code"]
    code = pta.does("POST", f"{path}/counting-code")["counting_code"]
    pta.opens(election)
    assert pta.refused("POST", f"{path}/counting-code") == (409, "voting-has-begun")
    pta.votes(election, "g1", chair=[1])
    assert pta.refused("POST", f"{path}/count", json={"counting_code": code}) == (409, "nothing-to-count")
    closed = pta.closes(election)
    assert (closed["state"], closed["counting_code"], closed["digest"]) == ("closed", True, None)
    for wrong in (first, "x"):
        assert pta.refused("POST", f"{path}/count", json={"counting_code": wrong}) == (422, "wrong-code")
    counted = pta.does("POST", f"{path}/count", json={"counting_code": code.lower()})
    assert (counted["state"], race(counted)["outcome"]["elected"]) == ("counted", [1])
    assert pta.does("POST", f"{path}/count", json={"counting_code": code}) == counted


def test_a_vote_sent_again_after_the_closing_has_the_same_code_until_the_count(pta: Association) -> None:
    election = pta.elects(("g3", "chair"))
    counting_code = pta.does("POST", f"/elections/{election['pta_election_id']}/counting-code")["counting_code"]
    pta.opens(election)
    key = str(uuid.uuid4())
    code = pta.votes(election, "g1", key, chair=[1]).json()["code"]
    assert pta.closes(election)["state"] == "closed"
    again = pta.votes(election, "g1", key, chair=[1])
    assert (again.status_code, again.json()["code"]) == (201, code)
    assert pta.votes(election, "g1", key).status_code == 409, "another vote"
    pta.does("POST", f"/elections/{election['pta_election_id']}/count", json={"counting_code": counting_code})
    assert pta.votes(election, "g1", key, chair=[1]).status_code == 409, "nothing tells it any more"


def test_an_election_sent_again_is_one_and_changes_until_it_opens(pta: Association) -> None:
    draft = election_draft(races=[{"office_key": "chair"}, {"office_key": "member", "seats": 3}])
    made = pta.does("POST", "/elections", key="the-election", json=draft)
    assert pta.does("POST", "/elections", key="the-election", json=draft) == made
    assert pta.refused("POST", "/elections", key="the-election", json={**draft, "title": "x"}) == (422, "key-used-before")
    path = f"/elections/{made['pta_election_id']}"
    changed = pta.does("PUT", path, json={**draft, "title": "Committee 2027", "version": 1})
    assert (changed["title"], changed["edition"]) == ("Committee 2027", 1)
    assert pta.refused("PUT", path, json={**draft, "version": 1}) == (409, "gone-on")
    pta.join("g1")
    pta.does("POST", f"{path}/candidates", pta.guardian("g1"), json={"office_key": "member"})
    fewer = {**draft, "races": draft["races"][:1], "version": 2}
    assert pta.refused("PUT", path, json=fewer) == (409, "office-in-use")


@pytest.mark.parametrize(
    "more",
    [
        {"races": [{"office_key": "king"}]},
        {"races": [{"office_key": "chair", "seats": 2}]},
        {"races": [{"office_key": "chair"}, {"office_key": "chair"}]},
        {"races": []},
        {"opens_at": ahead(0.5).isoformat()},
        {"closes_at": ahead(2).isoformat()},
        {"nominations_close_at": ahead(-1).isoformat()},
        {"term_starts_on": day(1)},
        {"term_ends_on": day(2)},
    ],
)
def test_an_election_that_is_none(pta: Association, more: dict[str, Any]) -> None:
    draft = {**election_draft(races=[{"office_key": "chair"}]), **more}
    assert pta.ask("POST", "/elections", json=draft).status_code == 422


def test_who_has_not_voted_is_reminded_once_and_the_timer_does_it_all(pta: Association) -> None:
    election = pta.elects(("g3", "chair"))
    id = {"_id": election["pta_election_id"]}
    service, settings = pta.meetings.service, Settings(ballot_key=BALLOT_KEY)
    with connect(service.infrastructure.mongodb_uri, "test") as client:
        store = Store(client[service.database])

        def turns(replicas: int = 3, **times: Any) -> Any:
            pta.kept["pta_elections"].update_one(id, {"$set": {**times, "next_at": clock.now()}})
            at_once(*[lambda: run_again_while_busy(lambda: turning.turn(store, settings))] * replicas)  # type: ignore[list-item]
            return pta.kept["pta_elections"].find_one(id)

        past = clock.now() - timedelta(seconds=1)
        assert turns(opens_at=past)["state"] == "open"
        assert pta.votes(election, "g1", chair=[1]).ok
        reminded = turns()
        assert (reminded["state"], reminded["reminded"]) == ("open", True)
        assert turns(1, closes_at=past)["state"] == "counted"
    assert [event["person_ids"] for event in heard(pta, PtaElectionReminder)] == [["g3"]]
    assert len(heard(pta, PtaElectionCounted)) == 1


def test_with_another_key_nothing_is_counted_and_nothing_is_lost(pta: Association) -> None:
    election = pta.elects(("g3", "chair"))
    pta.opens(election)
    pta.votes(election, "g1", chair=[1])
    id, past = {"_id": election["pta_election_id"]}, clock.now() - timedelta(seconds=1)
    service = pta.meetings.service
    with connect(service.infrastructure.mongodb_uri, "test") as client:
        store = Store(client[service.database])
        pta.kept["pta_elections"].update_one(id, {"$set": {"closes_at": past}})
        document = {**store.pta_elections.collection.find_one(id), "next_at": past}  # type: ignore[dict-item]
        closed = turning.brought_up_to_date(
            store, Settings(ballot_key="another key of at least thirty-two characters"), document
        )
    assert closed["state"] == "closed"
    assert closed["next_at"] > clock.now()
    assert pta.closes(election)["ballots"] == 1
