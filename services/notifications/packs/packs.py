"""Packs of the chain and of branches: written, started, changed while they run, paused, ended."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now, today
from schoolbus.ids import effect_id, new_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, Invalid, Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope
from services.notifications.announcing import reach
from services.notifications.guiding import guides
from services.notifications.packs import series
from services.notifications.settings import rules
from services.notifications.talking.naming import naming

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

Given = Mapping[str, Any]
DRAFT, RUNNING, PAUSED, ENDED = STATES = ("draft", "running", "paused", "ended")
SETTLED = 5.0  # seconds; an event takes a fraction of one
MOST = 100  # of a branch, and of the chain
_WRITTEN = ("name", "grades", "starts_from", "items")


def page(store: Store, caller: Caller, branch_id: str | None, query: Given) -> Paged:
    """The newest first; in a branch its own and the chain's."""
    where = {"branch_id": reach.CHAIN} if branch_id is None else reach.in_branch(branch_id)
    if branch_id is not None:
        caller.branch(branch_id)
    if query["state"]:
        where["state"] = query["state"]
    return store.packs.page(WHOLE_CHAIN, where, sort="-created_at", page=query["page"])


def write(store: Store, caller: Caller, branch_id: str | None, given: Given) -> Document:
    """A draft. The same id from the same writer again is the same pack. Raises Conflict, Invalid."""
    given = {**given}
    id = effect_id("pack", branch_id or "", caller.person_id, given.pop("client_id") or new_id())
    given["starts_from"] = given["starts_from"] or today().isoformat()
    scope = reach.scope_of(caller, branch_id)
    there = store.packs.first(scope, {"_id": id, **reach.of(branch_id)})
    if there is not None:
        return _again(store, caller, branch_id, there, given)
    if store.packs.count(scope, {**reach.of(branch_id), "state": {"$ne": ENDED}}) >= MOST:
        raise Conflict("too-many-packs", Sentence("There are %(most)s already", most=MOST), "End one that is no longer used.")
    _check(store, caller, branch_id, given["items"])
    pack = {
        "_id": id,
        "branch_id": branch_id or reach.CHAIN,
        **{name: given[name] for name in _WRITTEN},
        "items": series.with_added(given["items"], [], given["starts_from"]),
        "asked": given,
        "state": DRAFT,
        "version": 1,
        "walk": None,
        "leased_until": None,
        "created_at": now(),
        "created_by": caller.person_id,
    }
    store.packs.add_new([pack])
    log().info("pack_written", pack=id, branch=branch_id)
    return one(store, caller, branch_id, id)


def one(store: Store, caller: Caller, branch_id: str | None, pack_id: str) -> Document:
    """With how many children are in it: of the branch, or of all. Raises NotFound."""
    found = reach.known(store.packs, caller, branch_id, pack_id)
    stages = [{"$match": _of(branch_id, pack_id)}, {"$group": {"_id": "$state", "count": {"$sum": 1}}}]
    counts = {row["_id"]: row["count"] for row in store.pack_runs.collection.aggregate(stages)}
    return {**found, "children": counts}


def change(store: Store, caller: Caller, branch_id: str | None, pack_id: str, given: Given) -> Document:
    """Also while it runs: what children have had stays, and what comes for each is found anew by a worker."""
    found = reach.own(store.packs, caller, branch_id, pack_id)
    if found["state"] == ENDED:
        raise reach.gone_on("This pack")
    _check(store, caller, branch_id, given["items"])
    starts_from = given["starts_from"] or found["starts_from"]
    items = (
        series.with_added(given["items"], [], starts_from)
        if found["state"] == DRAFT
        else series.with_added(given["items"], found["items"], today().isoformat())
    )
    to = {"name": given["name"], "grades": given["grades"], "starts_from": starts_from, "items": items}
    return _become(store, caller, branch_id, found, {**to, **(_walked(found) if found["state"] == RUNNING else {})})


def start(store: Store, caller: Caller, branch_id: str | None, pack_id: str) -> Document:
    """For whoever has come since `starts_from`, and whoever comes. Again changes nothing; one that rests goes on."""
    found = reach.own(store.packs, caller, branch_id, pack_id)
    if found["state"] == RUNNING:
        return one(store, caller, branch_id, pack_id)
    if found["state"] == ENDED:
        raise reach.gone_on("This pack")
    _published(store, found["items"])
    return _become(store, caller, branch_id, found, {"state": RUNNING, **_walked(found)})


def pause(store: Store, caller: Caller, branch_id: str | None, pack_id: str) -> Document:
    """Nothing comes until it is started again. Again changes nothing."""
    return _rest(store, caller, branch_id, pack_id, PAUSED, (RUNNING,))


def end(store: Store, caller: Caller, branch_id: str | None, pack_id: str) -> Document:
    """Nothing comes any more. Again changes nothing."""
    return _rest(store, caller, branch_id, pack_id, ENDED, (RUNNING, PAUSED))


def remove(store: Store, caller: Caller, branch_id: str | None, pack_id: str) -> None:
    found = reach.own(store.packs, caller, branch_id, pack_id)
    scope = reach.scope_of(caller, branch_id)
    if not store.packs.collection.delete_one(scope.filter({"_id": found["_id"], "state": DRAFT})).deleted_count:
        raise Conflict("no-draft", "It is no draft any more", "It can be ended: POST …/end.")


def children(store: Store, caller: Caller, branch_id: str | None, pack_id: str, query: Given) -> Paged:
    """Who is in it, and what each has had; a branch's own."""
    found = reach.known(store.packs, caller, branch_id, pack_id)
    where = {**_of(branch_id, found["_id"]), **({"state": query["state"]} if query["state"] else {})}
    runs = store.pack_runs.page(WHOLE_CHAIN, where, sort="-created_at", page=query["page"])
    for each in {run["branch_id"] for run in runs.items}:
        audit.note(store, caller, each, [run["student_id"] for run in runs.items if run["branch_id"] == each])
    scope = Scope(branch_id)
    named = naming(store, scope, {run["student_id"] for run in runs.items})
    return Paged([{**run, "student": named(run["student_id"])} for run in runs.items], runs.next)


def _of(branch_id: str | None, pack_id: str) -> dict[str, Any]:
    return {"pack_id": pack_id, **({"branch_id": branch_id} if branch_id else {})}


def _again(store: Store, caller: Caller, branch_id: str | None, there: Document, given: Given) -> Document:
    if there["asked"] != given:
        raise Conflict("other-words", "This id is another pack's", "Use another client_id, or change that one.")
    return one(store, caller, branch_id, there["_id"])


def _become(store: Store, caller: Caller, branch_id: str | None, found: Document, to: dict[str, Any]) -> Document:
    """Raises Conflict where somebody else changed it meanwhile."""
    unchanged = {"version": found["version"], "state": found["state"]}
    new = {**to, "version": found["version"] + 1}
    if store.packs.change(reach.scope_of(caller, branch_id), found["_id"], to=new, when=unchanged) is None:
        raise reach.gone_on("This pack")
    log().info("pack_changed", pack=found["_id"], state=to.get("state", found["state"]))
    return one(store, caller, branch_id, found["_id"])


def _rest(store: Store, caller: Caller, branch_id: str | None, pack_id: str, state: str, when: Sequence[str]) -> Document:
    found = reach.own(store.packs, caller, branch_id, pack_id)
    if found["state"] == state:
        return one(store, caller, branch_id, pack_id)
    if found["state"] not in when:
        raise reach.gone_on("This pack")
    return _become(store, caller, branch_id, found, {"state": state, "walk": None})


def _walked(found: Given) -> dict[str, Any]:
    """A worker looks at all whom the pack may concern, from the first; in a moment, when the enrolments that are just being
    taken in, by whoever does not know yet that it runs, are in."""
    moment = now() + timedelta(seconds=min(SETTLED, rules().pack_settles))
    return {"walk": {"stage": "runs", "after": ""}, "walk_at": moment, "leased_until": moment}


def _check(store: Store, caller: Caller, branch_id: str | None, items: Sequence[Given]) -> None:
    """Guides of the branch or the chain; the chain's packs name the chain's. Raises Invalid."""
    ids = [item["guide_id"] for item in items]
    within = {"branch_id": reach.CHAIN} if branch_id is None else reach.in_branch(branch_id)
    known = {row["_id"] for row in store.guides.find(WHOLE_CHAIN, {"_id": {"$in": ids}, **within})}
    wrong = {place: ["It is no guide of yours."] for place, id in enumerate(ids) if id not in known}
    wrong |= {place: ["Named twice."] for place, id in enumerate(ids) if id in ids[:place]}
    if wrong:
        raise Invalid({"items": wrong})


def _published(store: Store, items: Sequence[Given]) -> None:
    ids = [item["guide_id"] for item in items]
    there = store.guides.count(WHOLE_CHAIN, {"_id": {"$in": ids}, "state": guides.PUBLISHED})
    if there < len(ids):
        raise Conflict("not-published", "Not all of its guides are published", "Publish them, or take them out.")
