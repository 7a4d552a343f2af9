"""The count: envelopes are opened all at once, and what is in them is published without a trace of whose they were."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from eventlet import tpool

from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.problems import Conflict, Invalid
from schoolbus.scope import Scope, branch
from services.meetings.pta import officers
from services.meetings.pta.elections import sealing, telling, views
from services.meetings.pta.elections.counting import Outcome, Race, counted, digest, line
from services.meetings.pta.elections.sealing import WrongKey
from services.meetings.pta.elections.states import CLOSED, COUNTED, VOTED

if TYPE_CHECKING:
    from services.meetings.settings import Settings
    from services.meetings.store import Store

Document = dict[str, Any]
_FEW = 200
Ballots = list[tuple[str, dict[str, list[int]]]]


def with_code(store: Store, settings: Settings, caller: Caller, branch_id: str, election: Document, code: str) -> Document:
    """The count of an election that needs its code."""
    scope = caller.branch(branch_id)
    if election["state"] == COUNTED:
        return views.elections(store, scope, [election])[0]
    if election["state"] != CLOSED or not election["counting_code"]:
        raise Conflict("nothing-to-count", "There is nothing to count by a code", "Votes are counted when voting has closed.")
    try:
        count(store, settings, election, code)
    except WrongKey:
        raise Invalid({"counting_code": ["This is not the code of this election."]}, slug="wrong-code") from None
    return views.elections(store, scope, [store.pta_elections.one(scope, election["_id"])])[0]


def count(store: Store, settings: Settings, election: Document, code: str = "") -> None:
    """Ballots, result, officers and what is said of it in one transaction; keys and envelopes are gone. Raises WrongKey."""
    scope, id = branch(election["branch_id"]), election["_id"]
    urn = store.pta_urns.first(scope, {"_id": id})
    if urn is None:  # another process has counted it meanwhile
        return
    envelopes = [each["sealed"] for each in store.pta_envelopes.find(scope, {"election_id": id})]
    ballots = _opened(settings.ballot_key, id, urn["key"], envelopes, code)
    voters = store.pta_voters.find(scope, {"election_id": id})
    if len(ballots) != sum(voter["state"] == VOTED for voter in voters):
        if store.pta_elections.one(scope, id)["state"] != CLOSED:  # another process has counted it in this moment
            return
        raise RuntimeError("there are not as many ballots as households that voted")
    candidates = store.pta_candidates.find(scope, {"election_id": id, "number": {"$gt": 0}}, sort="number _id")
    races = races_of(election, candidates)
    lines = [line(code, races, marks) for code, marks in ballots]
    outcomes = counted(races, [marks for _, marks in ballots], digest(lines), _same(candidates))
    to = {
        "state": COUNTED,
        "edition": election["edition"] + 1,
        "version": election["version"] + 1,
        "next_at": None,
        "result": _result(outcomes, lines),
    }
    with store.transaction():
        events = telling.counted({**election, **to}, [id for voter in voters for id in voter["guardian_ids"]])
        when = {"state": CLOSED, "version": election["version"]}
        if store.pta_elections.change(scope, id, to, when=when, saying=events) is None:
            return
        if ballots:
            store.pta_ballots.put_all([_published(election, each, text) for each, text in zip(ballots, lines, strict=True)])
        destroy(store, scope, election)
        _take_office(store, scope, election, candidates, outcomes)
    log().info("pta_election_counted", branch=election["branch_id"], election=id, ballots=len(ballots))


def destroy(store: Store, scope: Scope, election: Document) -> None:
    """Within a transaction: the keys, the envelopes, and what tells a vote that is sent again."""
    store.pta_urns.remove(scope, election["_id"])
    store.pta_envelopes.remove_all(scope, {"election_id": election["_id"]})
    store.pta_voters.change_all(scope, {"election_id": election["_id"]}, {"again": None})


def races_of(election: Document, candidates: list[Document]) -> list[Race]:
    """As they stand on the ballot; `candidates` have their numbers."""
    return [
        Race(
            race["office_key"],
            race["seats"],
            tuple(each["number"] for each in candidates if each["office_key"] == race["office_key"]),
        )
        for race in election["races"]
    ]


def _opened(ballot_key: str, election_id: str, key: bytes, envelopes: list[bytes], code: str) -> Ballots:
    """Some twenty in a millisecond; many of them beside the event loop."""
    if len(envelopes) <= _FEW:
        return sealing.opened(ballot_key, election_id, key, envelopes, code)
    ballots: Ballots = tpool.execute(sealing.opened, ballot_key, election_id, key, envelopes, code)
    return ballots


def _same(candidates: list[Document]) -> dict[int, int]:
    """Of each number the first number of that person."""
    first: dict[str, int] = {}
    return {each["number"]: first.setdefault(each["person_id"], each["number"]) for each in candidates}


def _result(outcomes: dict[str, Outcome], lines: list[str]) -> Document:
    return {
        "digest": digest(lines),
        "ballots": len(lines),
        "races": [
            {
                "office_key": office,
                "votes": [{"number": number, "votes": votes} for number, votes in outcome.votes.items()],
                "abstentions": outcome.abstentions,
                "elected": list(outcome.elected),
                "drawn": list(outcome.drawn),
            }
            for office, outcome in outcomes.items()
        ],
    }


def _published(election: Document, ballot: tuple[str, dict[str, list[int]]], text: str) -> Document:
    code, _ = ballot
    of = {"branch_id": election["branch_id"], "election_id": election["_id"]}
    return {"_id": f"{election['_id']}:{code}", **of, "code": code, "line": text}


def _take_office(
    store: Store, scope: Scope, election: Document, candidates: list[Document], outcomes: dict[str, Outcome]
) -> None:
    """Within the transaction of the count: whoever is elected holds the office, from the day on which the term begins."""
    by_number = {each["number"]: each for each in candidates}
    starts_on, ends_on = (date.fromisoformat(election[name]) for name in ("term_starts_on", "term_ends_on"))
    for race in election["races"]:
        for number in outcomes[race["office_key"]].elected:
            candidate = by_number[number]
            office = {"key": race["office_key"], "name": race["office"], "name_ur": race["office_ur"]}
            office["exclusive"] = race["exclusive"]
            id = effect_id(candidate["_id"], "term")
            whose = (candidate["person_id"], candidate["role"])
            term = officers.new_term(id, election["branch_id"], office, *whose, starts_on, ends_on)
            officers.begin(store, scope, {**term, "election_id": election["_id"]}, hand_over=True)
