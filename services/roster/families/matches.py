"""Guardians who may be one person: records that share a phone or an identity card's number, wherever they are."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import combinations
from typing import Any

from schoolbus.caller import Caller
from schoolbus.ids import effect_id
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Invalid
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Document
from services.roster.families import alike, derived, noting
from services.roster.store import Store

WAYS = ("national_id", "phone")  # the surer first
_AT_A_TIME = 500  # records looked at
_MOST_TIMES = 4
_TOO_MANY = 8  # records with one phone: then it is an office's, or a misreading


def pair_id(one: str, other: str) -> str:
    return effect_id("guardian-pair", *sorted((one, other)))


def in_branch(store: Store, caller: Caller, branch_id: str, page: Paging) -> Paged:
    """Pairs of which at least one is of the branch."""
    return _noted(store, caller, branch_id, _page(store, caller.branch(branch_id), page))


def in_chain(store: Store, caller: Caller, page: Paging) -> Paged:
    return _noted(store, caller, None, _page(store, WHOLE_CHAIN, page))


def some(store: Store, scope: Scope, most: int) -> tuple[int, bool]:
    """How many pairs there are, as far as one look at some hundred records and `most` of them go; whether there may be more."""
    found = _page(store, scope, Paging(limit=most), times=1)
    return len(found.items), found.next is not None


def _noted(store: Store, caller: Caller, branch_id: str | None, found: Paged) -> Paged:
    noting.note(store, caller, (person["_id"] for pair in found.items for person in pair["guardians"]), branch_id)
    return found


def _page(store: Store, scope: Scope, page: Paging, times: int = _MOST_TIMES) -> Paged:
    """Up to `limit` pairs, in the order of what they share; a page may be short: there is more as long as `next` says so."""
    way, value, last = _place(page.after)
    pairs: list[dict[str, Any]] = []
    for _ in range(times):
        values, more = _values(store, scope, way, value, again=bool(last))
        found = _pairs(store, scope, _sharing(store, way, values), way)
        pairs += sorted((pair for pair in found if _at(pair)[1:] > (value, last)), key=_at)
        if len(pairs) > page.limit:
            pairs = pairs[: page.limit]
            return Paged(told(store, pairs), ":".join(_at(pairs[-1])))
        last = ""
        if more:
            value = values[-1]
        elif way == WAYS[-1]:
            return Paged(told(store, pairs))
        else:
            way, value = WAYS[1], ""
        if len(pairs) == page.limit:
            break
    return Paged(told(store, pairs), f"{way}:{value}:")


def _at(pair: dict[str, Any]) -> tuple[str, str, str]:
    """The place of a pair in the whole list: what it shares first, the value, its id."""
    way = pair["why"][0]
    return way, pair["guardians"][0][way], pair["pair_id"]


def _place(after: str | None) -> tuple[str, str, str]:
    """(what is shared, its value, the pair before): what comes after them."""
    way, *rest = (after or f"{WAYS[0]}::").split(":")
    if way not in WAYS or len(rest) != 2:
        raise Invalid({"after": ["Take it from the page before."]})
    return way, rest[0], rest[1]


def _values(store: Store, scope: Scope, way: str, after: str, *, again: bool) -> tuple[list[str], bool]:
    """The next phones or numbers of the scope, `again` from the one before on, and whether there are more after them."""
    where = scope.filter({way: {"$gte" if again else "$gt": after}, "active": True})
    found = store.people.collection.find(where, {way: True}, sort=[(way, 1)], limit=_AT_A_TIME)
    values = [person[way] for person in found]
    return list(dict.fromkeys(values)), len(values) == _AT_A_TIME


def _sharing(store: Store, way: str, values: list[str]) -> Iterable[list[Document]]:
    """Guardians, by what they share; records that are merged into others no longer count."""
    groups: dict[str, list[Document]] = defaultdict(list)
    where = {way: {"$in": values}, "active": True, "counts_as": None}
    for person in store.people.find(WHOLE_CHAIN, where):
        if derived.guardian_in(person):
            groups[person[way]].append(person)
    return [people for people in groups.values() if 2 <= len(people) <= _TOO_MANY]


def _pairs(store: Store, scope: Scope, groups: Iterable[list[Document]], way: str) -> list[dict[str, Any]]:
    found = [
        (one, other, alike.why(one, other))
        for people in groups
        for one, other in combinations(sorted(people, key=lambda person: person["_id"]), 2)
        if scope.branch_id is None or scope.branch_id in (*one["branch_id"], *other["branch_id"])
    ]
    found = [pair for pair in found if pair[2] and pair[2][0] == way]  # a pair that shares both comes once
    known = _known(store, [pair_id(one["_id"], other["_id"]) for one, other, _ in found])
    children = _children(store, {person["_id"] for pair in found for person in pair[:2]})
    return [
        {
            "pair_id": id,
            "guardians": [one, other],
            "why": why,
            "names": alike.names(one, other),
            "looks_like_two": alike.look_like_two(one, other),
            "proposal": known.get(id),
        }
        for one, other, why in found
        for id in [pair_id(one["_id"], other["_id"])]
        if known.get(id, {"state": "proposed"})["state"] == "proposed"
        # father and mother share a phone, and are not one
        and ("national_id" in why or not children[one["_id"]] & children[other["_id"]])
    ]


def _known(store: Store, ids: list[str]) -> dict[str, Document]:
    return {pair["_id"]: pair for pair in store.guardian_pairs.find(WHOLE_CHAIN, {"_id": {"$in": ids}})}


def _children(store: Store, guardian_ids: set[str]) -> dict[str, set[str]]:
    children: dict[str, set[str]] = defaultdict(set)
    for row in store.relations.find(WHOLE_CHAIN, {"guardian_id": {"$in": sorted(guardian_ids)}, "active": True}):
        children[row["guardian_id"]].add(row["student_id"])
    return children


def told(store: Store, pairs: list[Document]) -> list[Document]:
    """With branches by name; of phones and numbers only the last digits: who may decide needs to know no more."""
    ids = {id for pair in pairs for person in pair["guardians"] for id in person["branch_id"]}
    names = {branch["_id"]: branch for branch in store.branches.find(WHOLE_CHAIN, {"_id": {"$in": sorted(ids)}})}
    return [{**pair, "guardians": [_guardian(person, names) for person in pair["guardians"]]} for pair in pairs]


def _guardian(person: Document, names: dict[str, Document]) -> Document:
    return {
        **person,
        "branches": [names[id] for id in person["branch_id"] if id in names],
        "phone_ends": (person["phone"] or "")[-4:] or None,
        "national_id_ends": (person.get("national_id") or "")[-4:] or None,
    }
