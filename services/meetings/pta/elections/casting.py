"""A household votes: once, whichever of its guardians does it, and whatever races (docs/decisions/ballot.md).

One transaction marks the household and puts an envelope into the urn. The two have nothing in common: no id, no time.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.problems import Conflict, Invalid, NotAllowed, Sentence
from schoolbus.scope import Scope
from services.meetings.pta.elections import sealing, telling, turning, views
from services.meetings.pta.elections.counting import Race
from services.meetings.pta.elections.states import MAY, OPEN, VOTED
from services.meetings.pta.elections.tally import races_of

if TYPE_CHECKING:
    from services.meetings.settings import Settings
    from services.meetings.store import Store

Document = dict[str, Any]


def paper(store: Store, settings: Settings, caller: Caller, branch_id: str, election_id: str) -> Document:
    """The ballot to be filled in, and whether the caller's household may vote, or has."""
    scope = caller.branch(branch_id)
    election = turning.brought_up_to_date(store, settings, store.pta_elections.one(scope, election_id))
    voter = _voter(store, scope, caller, election_id)
    is_open = election["state"] == OPEN and election["closes_at"] > clock.now()
    [shown] = views.elections(store, scope, [election])
    return {
        **shown,
        "in_electorate": voter is not None,
        "has_voted": voter is not None and voter["state"] == VOTED,
        "may_vote": is_open and voter is not None and voter["state"] == MAY,
    }


def vote(
    store: Store, settings: Settings, caller: Caller, branch_id: str, election_id: str, marks: Mapping[str, list[int]], key: str
) -> Document:
    """The code of the ballot, told this once; the same when it is sent again with its key, until the count.

    Raises Conflict, NotAllowed, Invalid.
    """
    scope = caller.branch(branch_id)
    election = store.pta_elections.one(scope, election_id)
    voter, urn = _voter(store, scope, caller, election_id), store.pta_urns.first(scope, {"_id": election_id})
    if voter is not None and urn is not None and voter["state"] == VOTED:  # perhaps sent again: also when voting is closed
        made_with = (settings.ballot_key, election_id, urn["salt"], key)
        if voter.get("again") == sealing.mark_of(*made_with, marks):
            return {"pta_election_id": election_id, "code": sealing.receipt(*made_with)}
    election = turning.brought_up_to_date(store, settings, election)
    voter = voter or _voter(store, scope, caller, election_id)
    if voter is None:
        raise _not_in_electorate() if election["state"] == OPEN else _not_open(election)
    urn = urn or store.pta_urns.first(scope, {"_id": election_id})
    if urn is None or election["state"] != OPEN or election["closes_at"] <= clock.now():
        raise _not_open(election)
    check(races_of(election, views.on_ballot(store, scope, election)), marks)
    made_with = (settings.ballot_key, election_id, urn["salt"], key)
    code, again = sealing.receipt(*made_with), sealing.mark_of(*made_with, marks)
    if voter["state"] == MAY and _cast(store, scope, election, voter, urn, code, marks, again):
        log().info("pta_vote_cast", branch=branch_id, election=election_id)
    else:
        voter = store.pta_voters.one(scope, voter["_id"])
        if voter.get("again") != again:
            raise _has_voted() if voter["state"] == VOTED else _not_open(election)
    return {"pta_election_id": election_id, "code": code}


def check(races: list[Race], marks: Mapping[str, list[int]]) -> None:
    """Raises Invalid with everything that is wrong."""
    known = {race.office: race for race in races}
    errors: Document = {}
    for office, marked in marks.items():
        race = known.get(office)
        if race is None:
            errors[office] = [Sentence("Wants one of %(known)s.", known=list(known))]
        elif len(set(marked)) < len(marked) or not set(marked) <= set(race.candidates):
            errors[office] = [
                Sentence(
                    "Wants some of %(candidates)s, each once, or none.", candidates=[str(number) for number in race.candidates]
                )
            ]
        elif len(marked) > race.seats:
            errors[office] = [Sentence("Wants at most %(seats)s.", seats=race.seats)]
    if errors:
        raise Invalid({"marks": errors})


def _cast(
    store: Store,
    scope: Scope,
    election: Document,
    voter: Document,
    urn: Document,
    code: str,
    marks: Mapping[str, list[int]],
    again: bytes,
) -> bool:
    """Whether it was this request that voted. Another one of the household that comes at the same moment waits for this one."""
    envelope = {
        "_id": new_id(),
        "branch_id": election["branch_id"],
        "election_id": election["_id"],
        "sealed": sealing.enveloped(urn["public_key"], election["_id"], code, marks),
    }
    with store.transaction():
        said = [telling.voted(election, voter)]
        to = {"state": VOTED, "again": again}
        if store.pta_voters.change(scope, voter["_id"], to, when={"state": MAY}, saying=said) is None:
            return False
        store.pta_envelopes.add(envelope)
    return True


def _voter(store: Store, scope: Scope, caller: Caller, election_id: str) -> Document | None:
    theirs = {"election_id": election_id, "guardian_ids": {"$in": store.same_person(caller.person_id)}}
    return store.pta_voters.first(scope, theirs)


def _has_voted() -> Conflict:
    return Conflict(
        "household-has-voted", "Your family has voted", "Each family has one vote. Was it not you? Tell the office."
    )


def _not_in_electorate() -> NotAllowed:
    return NotAllowed(
        "not-in-electorate",
        "Your family is not on the list of this election",
        "The list was fixed when voting opened. The school office knows who is on it.",
    )


def _not_open(election: Document) -> Conflict:
    if election["state"] == OPEN:
        return Conflict(
            "voting-closed", "Voting is closed", Sentence("It closed at %(closes_at)s.", closes_at=election["closes_at"])
        )
    return Conflict(
        "not-open", "There is no voting now", "When voting is open stands with the election.", state=election["state"]
    )
