"""Parts whose day has come become messages: one to each guardian, about all their children of whom something came that day.

Which children are told of together is written down before anything is queued (`batch`), and messages' ids are made of it: a
worker that dies between queueing and writing down what it told tells nobody twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.ids import effect_id, new_id
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.notifications.announcing.words import language_for
from services.notifications.links import link
from services.notifications.packs import series
from services.notifications.packs.beginnings import GOING, LEFT, STOPPED
from services.notifications.packs.deciding import Around, Ready, around, decide, moved, to_branch, told
from services.notifications.sending import enqueue
from services.notifications.sending.lanes import BULK
from services.notifications.wording.languages import first_name, say
from services.notifications.wording.texts import GUIDE_TO_READ

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LEASE = 120.0  # seconds
MOST = 200  # runs at once
ABOUT = "guide"
NORMAL = 5
NOT_KNOWN = "not_known"  # a guardian of whom nothing but the relation is here; it can be sent again once they are
LANGUAGE = "ur"  # theirs


def claim(store: Store) -> Document | None:
    """Some runs whose time has come, those of a branch beside each other."""
    due = {"state": GOING, "next_at": {"$lte": now()}}
    found = store.pack_runs.claim_some(due, lease=LEASE, limit=MOST, sort="next_at branch_id")
    return {"_id": found[0]["claim"], "runs": found} if found else None


def tell(store: Store, claimed: Document, public_url: str) -> None:
    by_branch: dict[str, list[Document]] = {}
    for run in claimed["runs"]:
        by_branch.setdefault(run["branch_id"], []).append(run)
    for branch_id, runs in by_branch.items():
        _tell(store, branch(branch_id), runs, public_url)


def _tell(store: Store, scope: Scope, runs: list[Document], public_url: str) -> None:
    guardians = _relatives(store, scope, {run["student_id"] for run in runs})
    runs = _with_siblings(store, scope, runs, guardians)
    known = around(store, scope, runs)
    ready = _ready(store, runs, known)
    _together(store, scope, ready, guardians)
    batches = sorted({run["batch"] for run in store.pack_runs.find(scope, {"_id": {"$in": list(ready)}, "batch": {"$gt": ""}})})
    members = store.pack_runs.find(scope, {"batch": {"$in": batches}, "state": GOING})
    if others := [run for run in members if run["_id"] not in ready]:  # of a worker that died
        known = around(store, scope, members)
        ready |= _ready(store, others, known)
    parts = {run["_id"]: run["batch"] for run in members if run["_id"] in ready}
    _queue(store, scope, {id: (ready[id], batch) for id, batch in parts.items()}, public_url)
    for id, batch in parts.items():
        run = ready[id].run  # whatever another worker thought of it meanwhile, it is told once
        not_told = {"state": GOING, "parts": run["parts"]}
        store.pack_runs.change(WHOLE_CHAIN, id, to=told(ready[id], known.packs[run["pack_id"]], batch), when=not_told)
    log().info("packs_told", branch=scope.branch_id, children=len(parts))


def _relatives(store: Store, scope: Scope, student_ids: Iterable[str]) -> dict[str, set[str]]:
    """Guardians who are told of each of these children, and of their siblings, and of those of their siblings."""
    found: dict[str, set[str]] = {}
    new = set(student_ids)
    while new:
        of_each = store.guardians_of_each(scope, new)
        found |= {id: set(of_each.get(id, ())) for id in new}
        adults = {id for those in of_each.values() for id in those}
        where = {"guardian_id": {"$in": sorted(adults)}, "active": True, "may_receive_reports": True}
        new = {row["student_id"] for row in store.relations.find(scope, where)} - found.keys() if adults else set()
    return found


def _with_siblings(store: Store, scope: Scope, runs: list[Document], relatives: Mapping[str, Any]) -> list[Document]:
    """And what else is due for their families: of whom another worker may just think as well."""
    ids = {run["_id"] for run in runs}
    due = {"student_id": {"$in": sorted(relatives)}, "state": GOING, "next_at": {"$lte": now()}}
    return [*runs, *(run for run in store.pack_runs.find(scope, due) if run["_id"] not in ids)]


def _ready(store: Store, runs: Sequence[Document], known: Around) -> dict[str, Ready]:
    """By id; of all others it is written down what becomes of them."""
    ready = {}
    for run in runs:
        decided = decide(run, known)
        if isinstance(decided, Ready):
            ready[run["_id"]] = decided
            continue
        pack = known.packs.get(run["pack_id"])
        if decided.get("reason") == LEFT and pack and not pack["branch_id"] and (elsewhere := moved(store, run)):
            decided = to_branch(elsewhere)
        unchanged = {"state": GOING, "next_at": run["next_at"]}
        left = {**decided, "batch": None}  # else what is told of its siblings now would be taken for its own part later
        store.pack_runs.change(WHOLE_CHAIN, run["_id"], to=left, when=unchanged)
        if decided.get("state") == STOPPED:
            log().info("pack_stopped", run=run["_id"], reason=decided["reason"])
    return ready


def _together(store: Store, scope: Scope, ready: Mapping[str, Ready], relatives: Mapping[str, set[str]]) -> None:
    """Children of one family are one batch, those that are in none: the first of two workers who are at it says which."""
    runs: dict[str, list[str]] = {}
    for each in ready.values():
        runs.setdefault(each.run["student_id"], []).append(each.run["_id"])
    for family in series.families({id: relatives.get(id, set()) for id in runs}):
        theirs = sorted(run_id for id in family for run_id in runs[id])
        free = {"_id": {"$in": theirs}, "batch": None, "state": GOING, "next_at": {"$lte": now()}}
        store.pack_runs.change_all(scope, free, {"batch": new_id()})


def _queue(store: Store, scope: Scope, parts: Mapping[str, tuple[Ready, str]], public_url: str) -> None:
    students = {ready.run["student_id"] for ready, _ in parts.values()}
    guardians = store.guardians_of_each(scope, students)
    told = students | {id for those in guardians.values() for id in those}
    people = store.people_by_id(scope, told)
    people |= store.people_near(scope.branch_id or "", told - people.keys())
    batches: dict[str, list[Ready]] = {}
    for ready, batch in parts.values():
        batches.setdefault(batch, []).append(ready)
    drafts = [
        draft
        for batch, those in batches.items()
        for draft in _drafts(scope.branch_id or "", batch, those, guardians, people, public_url)
    ]
    enqueue(store, drafts, people=people)


def _drafts(
    branch_id: str,
    batch: str,
    those: Sequence[Ready],
    guardians: Mapping[str, list[str]],
    people: Mapping[str, Document],
    public_url: str,
) -> list[dict[str, Any]]:
    told_of: dict[str, list[Ready]] = {}
    drafts = []
    for ready in sorted(those, key=lambda ready: str(ready.run["student_id"])):
        student_id = ready.run["student_id"]
        for id in guardians.get(student_id, []):
            told_of.setdefault(id, []).append(ready)
        if not guardians.get(student_id):
            id = effect_id(batch, "nobody", student_id)
            drafts.append({**_draft(branch_id, batch, id, [ready]), "person_id": None, "reason": "no_guardian"})
    for person_id, theirs in told_of.items():
        draft = _draft(branch_id, batch, effect_id(batch, person_id), theirs)
        language = people[person_id]["language"] if person_id in people else LANGUAGE
        draft |= {"person_id": person_id, "reason": None if person_id in people else NOT_KNOWN}
        drafts.append({**draft, **_words(language, draft, theirs, people, link(public_url, draft["_id"]))})
    return drafts


def _draft(branch_id: str, batch: str, id: str, those: Sequence[Ready]) -> dict[str, Any]:
    """Before its words. One guide is what it is about; of several, the first, and its link leads to all."""
    guides = list(dict.fromkeys(ready.guide["_id"] for ready in those))
    path = f"/v1/branches/{branch_id}/guides"
    return {
        "_id": id,
        "branch_id": branch_id,
        "role": "guardian",
        "student_ids": list(dict.fromkeys(ready.run["student_id"] for ready in those)),
        "about_type": ABOUT,
        "about_id": guides[0],
        "path": f"{path}/{guides[0]}" if len(guides) == 1 else path,
        "text": GUIDE_TO_READ.name,
        "urgency": NORMAL,
        "lane": BULK,
        "source": {"kind": "pack", "id": batch},
    }


def _words(
    language: str, draft: Mapping[str, Any], those: Sequence[Ready], people: Mapping[str, Document], address: str
) -> dict[str, Any]:
    guides = {ready.guide["_id"]: ready.guide["titles"] for ready in those}
    titles = tuple(named[language_for(named, language)] for named in guides.values())
    names = [first_name(people[id], language) for id in draft["student_ids"] if id in people]
    said = say(GUIDE_TO_READ, language, names, {"title": titles if len(titles) > 1 else titles[0]})
    return {"link": address, **said.fields(address)}
