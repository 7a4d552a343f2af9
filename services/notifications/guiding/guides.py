"""Guides of the chain and of branches: written, published, changed, retired. Each change of words is a version.

The head of a guide is one document, light to list; what it says stands in its versions.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id, new_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.announcing import reach
from services.notifications.guiding import files
from services.notifications.translating.marks import PERSON, by_machine, kept

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

Given = Mapping[str, Any]
DRAFT, PUBLISHED, RETIRED = STATES = ("draft", "published", "retired")
GUIDE, INTRODUCTION = KINDS = ("guide", "introduction")
MOST = 500  # of a branch, and of the chain
_FOR = ("kind", "grades", "subjects")


def page(store: Store, caller: Caller, branch_id: str | None, query: Given) -> Paged:
    """Own ones, the newest first."""
    where = {**reach.of(branch_id), **{name: query[name] for name in ("state", "kind") if query.get(name)}}
    return store.guides.page(reach.scope_of(caller, branch_id), where, sort="-created_at", page=query["page"])


def write(store: Store, caller: Caller, branch_id: str | None, given: Given) -> Document:
    """A draft. The same id from the same writer again is the same guide. Raises Conflict when it says something else."""
    client_id = given["client_id"] or new_id()
    id = effect_id("guide", branch_id or "", caller.person_id, client_id)
    scope = reach.scope_of(caller, branch_id)
    there = store.guides.first(scope, {"_id": id, **reach.of(branch_id)})
    if there is not None:
        return _again(store, there, given)
    if store.guides.count(scope, {**reach.of(branch_id), "state": {"$ne": RETIRED}}) >= MOST:
        raise Conflict(
            "too-many-guides", Sentence("There are %(most)s already", most=MOST), "Retire one that is no longer used."
        )
    guide = {
        "_id": id,
        "branch_id": branch_id or reach.CHAIN,
        **{name: given[name] for name in _FOR},
        "titles": _titles(given["texts"]),
        "state": DRAFT,
        "version": 1,
        "created_at": now(),
        "created_by": caller.person_id,
        "changed_at": now(),
        "published_at": None,
    }
    with store.transaction():
        store.guides.add(guide)
        store.guide_versions.add(_version(guide, given["texts"], caller))
    log().info("guide_written", guide=id, branch=branch_id)
    return _shown(guide, given["texts"])


def one(store: Store, caller: Caller, branch_id: str | None, guide_id: str) -> Document:
    """With its words, and how far its files are."""
    found = reach.own(store.guides, caller, branch_id, guide_id)
    return {**_shown(found, texts(store, found)), "files": files.of(store, found)}


def texts(store: Store, guide: Given) -> dict[str, dict[str, Any]]:
    """By language, of the version that it is at."""
    found = store.guide_versions.one(WHOLE_CHAIN, _version_id(guide["_id"], guide["version"]))
    return dict(found["texts"])


def change(store: Store, caller: Caller, branch_id: str | None, guide_id: str, given: Given) -> Document:
    """Other words are a new version, in force at once; for whom it is, is changed in place. Raises Conflict."""
    found = reach.own(store.guides, caller, branch_id, guide_id)
    if found["state"] == RETIRED:
        raise reach.gone_on("This guide")
    return _anew(
        store, caller, branch_id, found, kept(texts(store, found), given["texts"]), {name: given[name] for name in _FOR}
    )


def confirm(store: Store, caller: Caller, branch_id: str | None, guide_id: str, language: str) -> Document:
    """A person says that the machine's text is right: a version that no longer says that it is one. Again changes nothing."""
    found = reach.own(store.guides, caller, branch_id, guide_id)
    said = texts(store, found)
    if language not in said:
        raise NotFound("Text", detail="There is none in this language.")
    if not by_machine(said[language]):
        return one(store, caller, branch_id, guide_id)
    return _anew(store, caller, branch_id, found, {**said, language: {**said[language], "made_by": PERSON}}, {})


def publish(store: Store, caller: Caller, branch_id: str | None, guide_id: str) -> Document:
    """From now on families see it. Again changes nothing; a retired one comes back."""
    found = reach.own(store.guides, caller, branch_id, guide_id)
    to = {"state": PUBLISHED, "published_at": now()}
    scope = reach.scope_of(caller, branch_id)
    changed = store.guides.change(scope, guide_id, to=to, when={"state": {"$in": [DRAFT, RETIRED]}}) or found
    files.want(store, changed, texts(store, changed))
    return one(store, caller, branch_id, guide_id)


def retire(store: Store, caller: Caller, branch_id: str | None, guide_id: str) -> Document:
    """Families see it no more, and packs pass it over; what was opened stays counted. Again changes nothing."""
    found = reach.own(store.guides, caller, branch_id, guide_id)
    if found["state"] == DRAFT:
        raise Conflict("is-draft", "It is still a draft", "Remove it: DELETE.")
    store.guides.change(reach.scope_of(caller, branch_id), guide_id, to={"state": RETIRED}, when={"state": PUBLISHED})
    return one(store, caller, branch_id, guide_id)


def remove(store: Store, caller: Caller, branch_id: str | None, guide_id: str) -> None:
    """A draft that no pack names. What families have seen stays."""
    found = reach.own(store.guides, caller, branch_id, guide_id)
    if store.packs.first(WHOLE_CHAIN, {"items.guide_id": guide_id}) is not None:
        raise Conflict("in-a-pack", "A pack names this guide", "Take it out of the pack first.")
    scope = reach.scope_of(caller, branch_id)
    gone = store.guides.collection.delete_one(scope.filter({"_id": found["_id"], "state": DRAFT})).deleted_count
    if not gone:
        raise Conflict("no-draft", "Families may have seen it", "Retire it: POST …/retirement.")
    files.remove_all(store, guide_id)
    store.guide_versions.collection.delete_many({"guide_id": guide_id})


def versions(store: Store, caller: Caller, branch_id: str | None, guide_id: str, query: Given) -> Paged:
    """What it said when, the newest first."""
    found = reach.own(store.guides, caller, branch_id, guide_id)
    those = {"guide_id": found["_id"]}
    return store.guide_versions.page(WHOLE_CHAIN, those, sort="-version", page=query["page"])


def _anew(
    store: Store, caller: Caller, branch_id: str | None, found: Document, new: Mapping[str, Any], what: Mapping[str, Any]
) -> Document:
    before = texts(store, found)
    to: dict[str, Any] = {**what, "changed_at": now()}
    if new != before:
        to |= {"version": found["version"] + 1, "titles": _titles(new)}
    guide_id = found["_id"]
    scope, unchanged = reach.scope_of(caller, branch_id), {"version": found["version"], "state": found["state"]}
    with store.transaction():
        changed = store.guides.change(scope, guide_id, to=to, when=unchanged)
        if changed is None:
            raise reach.gone_on("This guide")
        if new != before:
            store.guide_versions.add(_version(changed, new, caller))
            files.carry_over(store, found, changed, before, new)
    if changed["state"] == PUBLISHED:
        files.want(store, changed, new)
    log().info("guide_changed", guide=guide_id, version=changed["version"])
    return one(store, caller, branch_id, guide_id)


def _shown(guide: Given, said: Mapping[str, Any]) -> Document:
    return {**guide, "texts": said}


def _again(store: Store, there: Document, given: Given) -> Document:
    """The guide that is there; it may have been changed since, but it began with these words, for the same families."""
    first = {**there, **store.guide_versions.one(WHOLE_CHAIN, _version_id(there["_id"], 1))}
    if any(first[name] != given[name] for name in ("texts", *_FOR)):
        raise Conflict("other-words", "This id is another guide's", "Use another client_id, or change that one.")
    return _shown(there, texts(store, there))


def _titles(said: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {code: text["title"] for code, text in said.items()}


def _version_id(guide_id: str, version: int) -> str:
    return f"{guide_id}.{version}"


def _version(guide: Given, said: Mapping[str, Any], caller: Caller) -> Document:
    return {
        "_id": _version_id(guide["_id"], guide["version"]),
        "branch_id": guide["branch_id"],
        "guide_id": guide["_id"],
        "version": guide["version"],
        "texts": dict(said),
        **{name: guide[name] for name in _FOR},
        "at": now(),
        "by": caller.person_id,
    }
