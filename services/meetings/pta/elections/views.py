"""Elections as people see them: with names from the copy of the roster. No count before the count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, NotFound
from schoolbus.scope import Scope
from services.meetings.pta.elections.sealing import plain
from services.meetings.pta.elections.states import CLOSED, COUNTED, STANDS
from services.meetings.views import full_name, in_urdu

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def elections(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    """Each with who stands, and its result where there is one."""
    ids = [election["_id"] for election in found]
    standing = store.pta_candidates.find(scope, {"election_id": {"$in": ids}, "state": STANDS}, sort="number _id")
    named = candidates(store, scope, standing)
    return [_election(election, [each for each in named if each["election_id"] == election["_id"]]) for election in found]


def candidates(store: Store, scope: Scope, found: Sequence[Document]) -> list[Document]:
    people = store.people_by_id(scope, {each["person_id"] for each in found})
    return [{**each, "name": full_name(person := people.get(each["person_id"])), "name_ur": in_urdu(person)} for each in found]


def on_ballot(store: Store, scope: Scope, election: Document) -> list[Document]:
    """Candidates with their numbers, in their order."""
    return store.pta_candidates.find(scope, {"election_id": election["_id"], "number": {"$gt": 0}}, sort="number _id")


def ballots(store: Store, caller: Caller, branch_id: str, election_id: str, query: Mapping[str, Any]) -> Paged:
    """All that were in the urn, in the order of their codes; or the one of a code. For everybody, after the count."""
    scope = caller.branch(branch_id)
    election = store.pta_elections.one(scope, election_id)
    if election["state"] != COUNTED:
        raise Conflict("not-counted", "The ballots are not counted yet", "They are published with the result.")
    where: Document = {"election_id": election_id}
    if query["code"]:
        letters = plain(query["code"])
        where["code"] = "-".join(letters[start : start + 4] for start in range(0, len(letters), 4))
        if store.pta_ballots.first(scope, where) is None:
            raise NotFound("This ballot", detail="No ballot has this code. Compare it with your own, letter by letter.")
    return store.pta_ballots.page(scope, where, page=query["page"])


def voters(store: Store, caller: Caller, branch_id: str, election_id: str, query: Mapping[str, Any]) -> Paged:
    """The marked register: which households could vote, and which did. Only when voting has closed: nobody is to be chased."""
    scope = caller.branch(branch_id)
    election = store.pta_elections.one(scope, election_id)
    if election["state"] not in (CLOSED, COUNTED):
        raise Conflict("not-closed", "Voting has not closed", "Who voted can be seen when it has.")
    found = store.pta_voters.page(scope, {"election_id": election_id}, page=query["page"])
    people = store.people_by_id(scope, {id for each in found.items for id in each["guardian_ids"]})

    def shown(each: Document) -> Document:
        guardians = [{"person_id": id, "name": full_name(people.get(id))} for id in each["guardian_ids"]]
        return {"household_id": each["_id"], "guardians": guardians, "voted": each["state"] == "voted"}

    return Paged([shown(each) for each in found.items], found.next)


def _election(election: Document, standing: list[Document]) -> Document:
    result = election["result"]
    outcomes = {race["office_key"]: race for race in result["races"]} if result else {}

    def race_of(race: Document) -> Document:
        of_race = [each for each in standing if each["office_key"] == race["office_key"]]
        return {**race, "candidates": of_race, "outcome": _outcome(outcomes.get(race["office_key"]))}

    return {
        **election,
        "races": [race_of(race) for race in election["races"]],
        "digest": result["digest"] if result else None,
        "ballots": result["ballots"] if result else None,
    }


def _outcome(outcome: Document | None) -> Document | None:
    return outcome and {name: outcome[name] for name in ("votes", "abstentions", "elected", "drawn")}
