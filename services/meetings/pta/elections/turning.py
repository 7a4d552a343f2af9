"""What happens to an election by itself: it opens, reminds, closes, is counted. By the timer, and by whoever looks at it.

Every step is guarded by the state that it leaves: replicas and readers do it once.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock, due
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.meetings.pta.elections import tally, telling
from services.meetings.pta.elections.counting import lot
from services.meetings.pta.elections.sealing import WrongKey
from services.meetings.pta.elections.states import (
    CANCELLED,
    CLOSED,
    MAY,
    MISSED,
    NOMINATED,
    NOMINATING,
    OPEN,
    STANDS,
    WITHDRAWN,
)

if TYPE_CHECKING:
    from services.meetings.settings import Settings
    from services.meetings.store import Store

Document = dict[str, Any]
AT_ONCE = 20
_STEPS = 4  # that may be due at once, after a long silence: it opens, reminds, closes, is counted
_LATER, _MUCH_LATER = timedelta(minutes=10), timedelta(hours=1)


def turn(store: Store, settings: Settings) -> None:
    """All that is due. An election of a branch that does not subscribe waits."""
    found = store.pta_elections.find(WHOLE_CHAIN, {"next_at": {"$lte": clock.now()}}, sort="next_at", limit=AT_ONCE)
    due.each(store.pta_elections, found, "next_at", lambda election: _turn(store, settings, election))


def brought_up_to_date(store: Store, settings: Settings, election: Document) -> Document:
    """The election after all that is due."""
    scope = branch(election["branch_id"])
    for _ in range(_STEPS):
        if election["next_at"] is None or election["next_at"] > clock.now():
            break
        if election["state"] == NOMINATING:
            _open(store, scope, election)
        elif election["state"] == OPEN and election["closes_at"] > clock.now():
            _remind(store, scope, election)
        elif election["state"] == OPEN:
            _close(store, scope, election)
        elif election["state"] == CLOSED:
            _count(store, settings, election)
        election = store.pta_elections.one(scope, election["_id"])
    return election


def _turn(store: Store, settings: Settings, election: Document) -> None:
    if store.subscribed(election["branch_id"]):
        brought_up_to_date(store, settings, election)
    else:
        _put_off(store, election, _MUCH_LATER)


def next_at(election: Document) -> datetime | None:
    """When something happens to it by itself."""
    times: dict[str, datetime | None] = {NOMINATING: election["opens_at"], OPEN: election["closes_at"]}
    if election["state"] == OPEN and not election["reminded"]:
        is_long = election["closes_at"] - election["opens_at"] >= telling.SHORT
        return election["closes_at"] - telling.REMINDED if is_long else times[OPEN]
    if election["state"] == CLOSED and not election["counting_code"]:
        return times[OPEN]
    return times.get(election["state"]) if election["state"] != CLOSED else None


def cancelled(store: Store, scope: Scope, election: Document) -> Document:
    """Nothing is counted; what is in the urn is destroyed."""
    to = {"state": CANCELLED, "edition": election["edition"] + 1, "version": election["version"] + 1, "next_at": None}
    changed = {**election, **to}
    voters = store.pta_voters.find(scope, {"election_id": election["_id"]})
    told = {id for each in voters for id in each["guardian_ids"]} or {
        id for each in telling.households_now(store, scope, election["voters"]) for id in each
    }
    with store.transaction():
        events = telling.cancelled(changed, sorted(told))
        if store.pta_elections.change(scope, election["_id"], to, when=_as_seen(election), saying=events):
            tally.destroy(store, scope, election)
            log().info("pta_election_cancelled", branch=election["branch_id"], election=election["_id"])
    return store.pta_elections.one(scope, election["_id"])


def _open(store: Store, scope: Scope, election: Document) -> None:
    """Who may vote is fixed, whatever becomes of the roster. Without candidates, or anybody to vote, there is no election."""
    candidates = store.pta_candidates.find(scope, {"election_id": election["_id"], "state": {"$ne": WITHDRAWN}})
    standing = [each for each in candidates if each["state"] == STANDS]
    households = telling.households_now(store, scope, election["voters"])
    races = [race for race in election["races"] if any(each["office_key"] == race["office_key"] for each in standing)]
    if not races or not households:
        cancelled(store, scope, election)
        return
    to = {"state": OPEN, "races": races, "electorate": len(households), "version": election["version"] + 1}
    to["edition"] = election["edition"] + 1
    to["next_at"] = next_at({**election, **to})
    guardian_ids = [id for each in households for id in each]
    with store.transaction():
        events = telling.opened({**election, **to}, guardian_ids)
        if store.pta_elections.change(scope, election["_id"], to, when=_as_seen(election), saying=events) is None:
            return
        store.pta_voters.put_all([_voter(election, each) for each in households])
        for number, candidate in enumerate(_on_ballot(races, standing), start=1):
            store.pta_candidates.change(scope, candidate["_id"], {"number": number})
        unanswered = {"election_id": election["_id"], "state": NOMINATED}
        store.pta_candidates.change_all(scope, unanswered, {"state": WITHDRAWN})
    log().info("pta_election_opened", branch=election["branch_id"], election=election["_id"], households=len(households))


def _remind(store: Store, scope: Scope, election: Document) -> None:
    """Guardians of the households that have not voted."""
    voters = store.pta_voters.find(scope, {"election_id": election["_id"], "state": MAY})
    to: Document = {"reminded": True}
    to["next_at"] = next_at({**election, **to})
    events = telling.reminder(election, [id for each in voters for id in each["guardian_ids"]])
    store.pta_elections.change(scope, election["_id"], to, when={**_as_seen(election), "reminded": False}, saying=events)


def _close(store: Store, scope: Scope, election: Document) -> None:
    """No vote comes after it: one that is being cast holds its household's document, which this writes too."""
    to = {"state": CLOSED, "version": election["version"] + 1}
    to["next_at"] = next_at({**election, **to})
    with store.transaction():
        if store.pta_elections.change(scope, election["_id"], to, when=_as_seen(election)):
            store.pta_voters.change_all(scope, {"election_id": election["_id"], "state": MAY}, {"state": MISSED})
            log().info("pta_election_closed", branch=election["branch_id"], election=election["_id"])


def _count(store: Store, settings: Settings, election: Document) -> None:
    try:
        tally.count(store, settings, election)
    except WrongKey:
        log().error("pta_ballots_not_opened", branch=election["branch_id"], election=election["_id"])
        _put_off(store, election, _LATER)


def _put_off(store: Store, election: Document, until: timedelta) -> None:
    to = {"next_at": clock.now() + until}
    store.pta_elections.change(branch(election["branch_id"]), election["_id"], to, when=_as_seen(election))


def _on_ballot(races: list[Document], standing: list[Document]) -> list[Document]:
    """In the order of the offices; within one by lot, as nobody is to gain by their name."""
    order = {race["office_key"]: place for place, race in enumerate(races)}
    return sorted(standing, key=lambda each: (order[each["office_key"]], lot(each["_id"], "ballot", 0)))


def _voter(election: Document, guardian_ids: list[str]) -> Document:
    return {
        "_id": effect_id(election["_id"], "household", guardian_ids[0]),
        "branch_id": election["branch_id"],
        "election_id": election["_id"],
        "guardian_ids": guardian_ids,
        "state": MAY,
    }


def _as_seen(election: Document) -> Document:
    return {"state": election["state"], "version": election["version"]}
