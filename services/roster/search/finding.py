"""People by name, in either script and however it is spelt: first as it is spelt, then as far as typed, then by its sound."""

from collections import defaultdict
from typing import Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.outbox import HIDDEN
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Invalid
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document
from services.roster.search.entries import beginnings, fit, tag
from services.roster.search.words import words_of
from services.roster.store import Store

MOST = 100  # found for one question: who has more before them, writes another word of the name
_LAST = "\U0010ffff"
_LOOKED_AT = dict.fromkeys(("given_name", "family_name", "name_ur", "sort_name"), True)


def by_name(store: Store, scope: Scope, name: str, where: dict[str, Any], page: Paging) -> Paged:
    """One page of up to `MOST` people. `where` narrows them down."""
    ids = _ranked(store, scope, name, where)
    begin = _place(page.after)
    wanted = ids[begin : begin + page.limit]
    found = store.people.collection.find(
        scope.filter({"_id": {"$in": wanted}}), HIDDEN, hint=[("_id", 1)]
    )  # else all of a branch
    people = {person["_id"]: person for person in found}
    following = str(begin + page.limit) if begin + page.limit < len(ids) else None
    return Paged([people[id] for id in wanted if id in people], following)


def in_chain(store: Store, caller: Caller, wanted: dict[str, Any]) -> Paged:
    """People of all branches, each with the branches they are in and as what."""
    where: dict[str, Any] = {"active": True, "counts_as": None}
    found = by_name(store, WHOLE_CHAIN, wanted["name"], where, wanted["page"])
    _note(store, caller, found.items)
    branch_ids = {branch_id for person in found.items for branch_id in person["roles"]}
    names = {branch["_id"]: branch for branch in store.branches.find(WHOLE_CHAIN, {"_id": {"$in": sorted(branch_ids)}})}
    return Paged([{**person, "branches": _branches(person, names)} for person in found.items], found.next)


def _note(store: Store, caller: Caller, people: list[Document]) -> None:
    """In the trail of each branch: which of its children were found."""
    children: dict[str, list[str]] = defaultdict(list)
    for person in people:
        for branch_id, held in person["roles"].items():
            if "student" in held:
                children[branch_id].append(person["_id"])
    for branch_id, ids in children.items():
        audit.note(store, caller, branch_id, ids)


def _branches(person: Document, names: dict[str, Document]) -> list[Document]:
    return [{**names[id], "roles": held} for id, held in person["roles"].items() if id in names]


def _ranked(store: Store, scope: Scope, name: str, where: dict[str, Any]) -> list[str]:
    words = words_of(name)
    found: dict[str, Document] = {}
    for group in beginnings(name):
        for beginning in group:
            if len(found) >= MOST:
                break
            if scope.branch_id is None:
                found |= _beginning_with(store, scope, beginning, where, MOST + len(found))
            elif not beginning.startswith("="):
                found |= _beginning_with(store, scope, tag(scope.branch_id) + beginning, where, MOST + len(found))
    ranked = sorted(found.values(), key=lambda person: (_fit(words, person), person["sort_name"], person["_id"]))
    return [person["_id"] for person in ranked[:MOST]]


def _beginning_with(store: Store, scope: Scope, beginning: str, where: dict[str, Any], limit: int) -> dict[str, Document]:
    query = scope.filter({**where, "name_keys": {"$elemMatch": {"$gte": beginning, "$lt": beginning + _LAST}}})
    people = store.people.collection.find(query, _LOOKED_AT, limit=limit, hint=[("name_keys", 1)])
    return {person["_id"]: person for person in people}


def _fit(words: list[str], person: Document) -> int:
    return fit(words, f"{person['given_name']} {person['family_name']}", person["name_ur"] or "")


def _place(after: str | None) -> int:
    if after is None:
        return 0
    if not (after.isascii() and after.isdigit() and len(after) < 5):
        raise Invalid({"after": ["Take it from the page before."]})
    return int(after)
