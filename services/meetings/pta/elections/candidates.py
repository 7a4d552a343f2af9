"""Who stands for an office: by themselves, or nominated by somebody and willing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.problems import AlreadyThere, Conflict, Invalid, NotAllowed, NotFound, Sentence
from schoolbus.rights import right
from schoolbus.scope import Scope
from services.meetings.pta import members
from services.meetings.pta.elections import telling, views
from services.meetings.pta.elections.states import NOMINATED, NOMINATING, STANDS, WITHDRAWN
from services.meetings.pta.standing import role_in_association

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]


def nominate(store: Store, caller: Caller, branch_id: str, election_id: str, draft: Mapping[str, Any]) -> Document:
    """Oneself, who stands from then on, or another member, who is asked. Who is named already is given back as they are."""
    scope = caller.branch(branch_id)
    election = store.pta_elections.one(scope, election_id)
    _check_time(election)
    by = store.counting(scope, caller.person_id)
    person_id = store.counting(scope, draft["person_id"]) if draft["person_id"] else by
    _check_member(store, scope, by, "You join the PTA first.")
    _check_member(store, scope, person_id, "Members alone can stand: they join the PTA first.")
    race = next((race for race in election["races"] if race["office_key"] == draft["office_key"]), None)
    if race is None:
        raise Invalid(
            {"office_key": [Sentence("Wants one of %(races)s.", races=[each["office_key"] for each in election["races"]])]}
        )
    candidate = {
        "_id": effect_id(election_id, draft["office_key"], person_id),
        "branch_id": branch_id,
        "election_id": election_id,
        "office_key": draft["office_key"],
        "office": race["office"],
        "person_id": person_id,
        "role": role_in_association(store.person(scope, person_id)),
        "nominated_by": by,
        "statement": draft["statement"] if person_id == by else "",
        "state": STANDS if person_id == by else NOMINATED,
        "number": 0,  # on the ballot
    }
    told = [telling.nominated(election, candidate)] if person_id != by else []
    try:
        store.pta_candidates.add(candidate, saying=told)
        log().info("pta_candidate_named", branch=branch_id, election=election_id, candidate=candidate["_id"])
    except AlreadyThere:
        if person_id == by:  # they were nominated, or had withdrawn
            return stand(store, caller, branch_id, candidate["_id"], {"statement": draft["statement"]})
    return _shown(store, scope, candidate["_id"])


def stand(store: Store, caller: Caller, branch_id: str, candidate_id: str, wanted: Mapping[str, Any]) -> Document:
    """The caller accepts; or says something else of themselves."""
    scope = caller.branch(branch_id)
    candidate = _own(store, scope, caller, candidate_id)
    _check_time(store.pta_elections.one(scope, candidate["election_id"]))
    store.pta_candidates.change(scope, candidate_id, {"state": STANDS, "statement": wanted["statement"]}, when={"number": 0})
    return _shown(store, scope, candidate_id)


def withdraw(store: Store, caller: Caller, branch_id: str, candidate_id: str) -> Document:
    """By whoever it is, until voting opens."""
    scope = caller.branch(branch_id)
    candidate = _own(store, scope, caller, candidate_id)
    election = store.pta_elections.one(scope, candidate["election_id"])
    if election["state"] != NOMINATING or election["opens_at"] <= clock.now():
        raise Conflict("voting-has-begun", "Voting has begun", "Your name stands on the ballot. Tell the school office.")
    store.pta_candidates.change(scope, candidate_id, {"state": WITHDRAWN}, when={"number": 0})
    return _shown(store, scope, candidate_id)


def one(store: Store, caller: Caller, branch_id: str, candidate_id: str) -> Document:
    """One who stands; one who was only nominated is seen by themselves and by who keeps elections."""
    scope = caller.branch(branch_id)
    candidate = store.pta_candidates.one(scope, candidate_id)
    keeps = caller.has(branch_id, *right("keep the pta").roles)
    if candidate["state"] != STANDS and not keeps and candidate["person_id"] not in store.same_person(caller.person_id):
        raise NotFound("This candidate")
    return views.candidates(store, scope, [candidate])[0]


def _own(store: Store, scope: Scope, caller: Caller, candidate_id: str) -> Document:
    candidate = store.pta_candidates.one(scope, candidate_id)
    if candidate["person_id"] not in store.same_person(caller.person_id):
        raise NotFound("This candidate")
    return candidate


def _check_member(store: Store, scope: Scope, person_id: str, way_out: str) -> None:
    if not members.is_member(store, scope, person_id):
        raise NotAllowed("not-a-member", "This is for members of the PTA", way_out)


def _check_time(election: Document) -> None:
    if election["state"] != NOMINATING or election["nominations_close_at"] <= clock.now():
        closed = Sentence("They closed at %(closed_at)s.", closed_at=election["nominations_close_at"])
        raise Conflict("nominations-closed", "Nominations are closed", closed)


def _shown(store: Store, scope: Scope, candidate_id: str) -> Document:
    return views.candidates(store, scope, [store.pta_candidates.one(scope, candidate_id)])[0]
