"""Elections of the association: called, changed, cancelled; seen as they are now.

nominating ──opens_at──▶ open ──closes_at──▶ closed ──▶ counted
     └──────── cancelled ◀──┘                          closed waits only where the count needs a counting code
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.once import alike, key_used_before
from schoolbus.paging import Paged, Paging
from schoolbus.problems import AlreadyThere, Conflict, GoneOn, Invalid
from schoolbus.scope import Scope
from services.meetings.pta import offices
from services.meetings.pta.elections import sealing, telling, turning, views
from services.meetings.pta.elections.states import CANCELLED, CLOSED, NOMINATING, OPEN
from services.meetings.pta.officers import check_term

if TYPE_CHECKING:
    from services.meetings.settings import Settings
    from services.meetings.store import Store

Document = dict[str, Any]
_SAID = ("title", "races", "voters", "nominations_close_at", "opens_at", "closes_at", "term_starts_on", "term_ends_on")
_TIMES = ("nominations_close_at", "opens_at", "closes_at")


def call(store: Store, settings: Settings, caller: Caller, branch_id: str, draft: Mapping[str, Any], key: str) -> Document:
    """The election with its urn; guardians hear of it. The same one when it is sent again."""
    scope = caller.branch(branch_id)
    check_key(settings)
    election = {
        "_id": effect_id(key),
        "branch_id": branch_id,
        **_said(store, scope, draft),
        "state": NOMINATING,
        "edition": 0,
        "version": 1,
        "reminded": False,
        "counting_code": False,
        "electorate": 0,  # households, once it is open
        "result": None,
    }
    election["next_at"] = turning.next_at(election)
    there = store.pta_elections.first(scope, {"_id": election["_id"]})
    if there is None:
        check_times(election, draft)
        try:
            with store.transaction():
                store.pta_elections.add(election, saying=telling.called(store, scope, election))
                store.pta_urns.add(_urn(settings, election, ""))
            log().info("pta_election_called", branch=branch_id, election=election["_id"])
        except AlreadyThere:
            there = store.pta_elections.one(scope, election["_id"])
    if there is not None and not alike(there, election, _SAID):
        raise key_used_before()
    return views.elections(store, scope, [there or election])[0]


def change(store: Store, caller: Caller, branch_id: str, election_id: str, wanted: Mapping[str, Any]) -> Document:
    """As long as nobody can vote. Offices with candidates stay."""
    scope = caller.branch(branch_id)
    election = store.pta_elections.one(scope, election_id)
    if election["version"] != wanted["version"]:
        raise GoneOn()
    _check_nominating(election)
    to = _said(store, scope, wanted)
    check_times(to, wanted)
    gone = {race["office_key"] for race in election["races"]} - {race["office_key"] for race in to["races"]}
    if gone and store.pta_candidates.first(scope, {"election_id": election_id, "office_key": {"$in": sorted(gone)}}):
        raise Conflict("office-in-use", "Somebody stands for this office", "They withdraw first.")
    to |= {"edition": election["edition"] + 1, "version": election["version"] + 1}
    to["next_at"] = turning.next_at({**election, **to})
    told = telling.called(store, scope, {**election, **to})
    return _changed(store, scope, election, to, told)


def set_code(store: Store, settings: Settings, caller: Caller, branch_id: str, election_id: str) -> Document:
    """A new urn that opens with a code only, which is told this once: without it nobody counts. Before anybody can vote."""
    scope = caller.branch(branch_id)
    check_key(settings)
    election = store.pta_elections.one(scope, election_id)
    _check_nominating(election)
    code = sealing.new_code()
    with store.transaction():
        _changed(store, scope, election, {"counting_code": True, "version": election["version"] + 1}, ())
        store.pta_urns.remove(scope, election_id)
        store.pta_urns.add(_urn(settings, election, code))
    log().info("pta_counting_code_made", branch=branch_id, election=election_id)
    return {"counting_code": code}


def cancel(store: Store, settings: Settings, caller: Caller, branch_id: str, election_id: str) -> Document:
    """Also one that can't be counted because its code is lost. Nothing is counted, and what is in the urn is destroyed."""
    scope = caller.branch(branch_id)
    election = now(store, settings, caller, branch_id, election_id)
    if election["state"] not in (NOMINATING, OPEN, CLOSED, CANCELLED):
        raise Conflict("election-over", "The election is over", "Its result stands. Call another one.")
    if election["state"] != CANCELLED:
        election = turning.cancelled(store, scope, election)
    return views.elections(store, scope, [election])[0]


def page(store: Store, settings: Settings, caller: Caller, branch_id: str, paging: Paging) -> Paged:
    scope = caller.branch(branch_id)
    found = store.pta_elections.page(scope, None, sort="-closes_at", page=paging)
    now = [turning.brought_up_to_date(store, settings, election) for election in found.items]
    return Paged(views.elections(store, scope, now), found.next)


def one(store: Store, settings: Settings, caller: Caller, branch_id: str, election_id: str) -> Document:
    scope = caller.branch(branch_id)
    election = now(store, settings, caller, branch_id, election_id)
    return views.elections(store, scope, [election])[0]


def now(store: Store, settings: Settings, caller: Caller, branch_id: str, election_id: str) -> Document:
    """The document, after all that is due."""
    return turning.brought_up_to_date(store, settings, store.pta_elections.one(caller.branch(branch_id), election_id))


def check_key(settings: Settings) -> None:
    if not settings.ballot_key:
        raise Conflict("elections-not-set-up", "Elections are not set up here", "The setting BALLOT_KEY is needed first.")


def check_times(election: Mapping[str, Any], draft: Mapping[str, Any]) -> None:
    """Raises Invalid with everything that is wrong."""
    errors: Document = {}
    if election["nominations_close_at"] <= clock.now():
        errors["nominations_close_at"] = ["This time has passed."]
    if election["opens_at"] < election["nominations_close_at"]:
        errors["opens_at"] = ["Voting opens when nominations are closed, or later."]
    if election["closes_at"] <= election["opens_at"]:
        errors["closes_at"] = ["Voting closes after it has opened."]
    if draft["term_starts_on"] < election["closes_at"].astimezone(clock.BRANCH_ZONE).date():
        errors["term_starts_on"] = ["A term begins when the election is over."]
    if errors:
        raise Invalid(errors)
    check_term(draft["term_starts_on"], draft["term_ends_on"])


def _said(store: Store, scope: Scope, draft: Mapping[str, Any]) -> Document:
    return {
        "title": draft["title"],
        "races": _races(store, scope, draft),
        "voters": draft["voters"],
        **{name: clock.as_kept(draft[name]) for name in _TIMES},
        **{name: draft[name].isoformat() for name in ("term_starts_on", "term_ends_on")},
    }


def _races(store: Store, scope: Scope, draft: Mapping[str, Any]) -> list[Document]:
    """The offices to be filled, in the order in which they stand on the ballot."""
    kept = [(offices.one(store, scope, race["office_key"]), race["seats"]) for race in draft["races"]]
    if len({office["key"] for office, _ in kept}) < len(kept):
        raise Invalid({"races": ["Each office stands once."]})
    if any(office["exclusive"] and seats > 1 for office, seats in kept):
        raise Invalid({"races": ["An office that one person holds has one seat."]})
    return [
        {
            "office_key": office["key"],
            "office": office["name"],
            "office_ur": office["name_ur"],
            "exclusive": office["exclusive"],
            "seats": seats,
        }
        for office, seats in kept
    ]


def _urn(settings: Settings, election: Document, code: str) -> Document:
    urn = sealing.new_urn(settings.ballot_key, election["_id"], code)
    return {"_id": election["_id"], "branch_id": election["branch_id"], **urn._asdict()}


def _check_nominating(election: Document) -> None:
    if election["state"] != NOMINATING or election["opens_at"] <= clock.now():
        raise Conflict("voting-has-begun", "Voting has begun", "Cancel the election and call another one.")


def _changed(store: Store, scope: Scope, election: Document, to: Document, told: Any) -> Document:
    when = {"version": election["version"], "state": NOMINATING}
    changed = store.pta_elections.change(scope, election["_id"], to, when=when, saying=told)
    if changed is None:
        raise GoneOn()
    return views.elections(store, scope, [changed])[0]
