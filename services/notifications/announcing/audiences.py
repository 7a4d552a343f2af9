"""Saved filters and tags: names that a branch, or the chain, gives to those whom it often tells something."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id, new_id
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import Scope
from services.notifications.announcing import reach

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

MOST = 500  # saved filters, and tags, of a branch


def page(store: Store, caller: Caller, branch_id: str | None, paging: Paging) -> Paged:
    return store.audiences.page(reach.scope_of(caller, branch_id), reach.of(branch_id), sort="created_at", page=paging)


def save(store: Store, caller: Caller, branch_id: str | None, given: Mapping[str, Any]) -> Document:
    """Raises Conflict when there are too many."""
    scope = reach.scope_of(caller, branch_id)
    if store.audiences.count(scope, reach.of(branch_id)) >= MOST:
        raise Conflict(
            "too-many-audiences", Sentence("There are %(most)s already", most=MOST), "Remove one that is no longer used."
        )
    audience = {
        "_id": new_id(),
        "branch_id": branch_id or reach.CHAIN,
        "name": given["name"],
        "audience": _saved(store, caller, branch_id, given),
        "created_at": now(),
        "created_by": caller.person_id,
    }
    return store.audiences.add(audience)


def one(store: Store, caller: Caller, branch_id: str | None, id: str) -> Document:
    found = store.audiences.first(reach.scope_of(caller, branch_id), {"_id": id, **reach.of(branch_id)})
    if found is None:
        raise NotFound("Audience")
    return found


def replace(store: Store, caller: Caller, branch_id: str | None, id: str, given: Mapping[str, Any]) -> Document:
    """Announcements that were written with it keep what it was."""
    one(store, caller, branch_id, id)
    to = {"name": given["name"], "audience": _saved(store, caller, branch_id, given)}
    changed = store.audiences.change(reach.scope_of(caller, branch_id), id, to=to, when=reach.of(branch_id))
    return changed or one(store, caller, branch_id, id)


def remove(store: Store, caller: Caller, branch_id: str | None, id: str) -> None:
    one(store, caller, branch_id, id)
    store.audiences.remove(reach.scope_of(caller, branch_id), id)


def tags(store: Store, caller: Caller, branch_id: str, paging: Paging) -> Paged:
    scope = caller.branch(branch_id)
    found = store.tags.page(scope, sort="tag", page=paging)
    _note(store, caller, scope, {id for each in found.items for id in each["person_ids"]})
    return found


def tag(store: Store, caller: Caller, branch_id: str, name: str, given: Mapping[str, Any]) -> Document:
    """The classes and people that have a tag: all of them, in place of those before."""
    scope = caller.branch(branch_id)
    _known(store, scope, given)
    before = store.tags.first(scope, {"tag": name}) or {"person_ids": []}
    _note(store, caller, scope, {*before["person_ids"], *given["person_ids"]})
    if not name.strip() or len(name) > 60:
        raise Invalid({"tag": ["A word or two, up to 60 characters."]})
    id = effect_id("tag", branch_id, name)
    to = {"class_ids": given["class_ids"], "person_ids": given["person_ids"]}
    if (changed := store.tags.change(scope, id, to=to)) is not None:
        return changed
    if store.tags.count(scope) >= MOST:
        raise Conflict(
            "too-many-tags", Sentence("A branch has up to %(most)s tags", most=MOST), "Remove one that is no longer used."
        )
    store.tags.add_new([{"_id": id, "branch_id": branch_id, "tag": name, **to}])
    return store.tags.one(scope, id)


def untag(store: Store, caller: Caller, branch_id: str, name: str) -> None:
    scope = caller.branch(branch_id)
    found = store.tags.first(scope, {"tag": name})
    if found is None:
        raise NotFound("Tag")
    _note(store, caller, scope, found["person_ids"])
    store.tags.remove(scope, found["_id"])


def _note(store: Store, caller: Caller, scope: Scope, person_ids: Iterable[str]) -> None:
    """A tag may say something of a child."""
    people = store.people_by_id(scope, person_ids)
    audit.note(store, caller, scope.branch_id or "", [id for id, row in people.items() if "student" in row["roles"]])


def _saved(store: Store, caller: Caller, branch_id: str | None, given: Mapping[str, Any]) -> dict[str, Any]:
    if given["audience"]["audience_id"]:
        raise Invalid({"audience": {"audience_id": ["A saved audience names no other."]}})
    return reach.audience(store, caller, branch_id, given["audience"])


def _known(store: Store, scope: Scope, given: Mapping[str, Any]) -> None:
    """Raises Invalid for ids that are not of this branch."""
    classes = store.classes.find(scope, {"class_id": {"$in": given["class_ids"]}})
    wrong = {}
    if missing := set(given["class_ids"]) - {row["class_id"] for row in classes}:
        wrong["class_ids"] = [Sentence("%(count)s are no classes of this branch.", count=len(missing))]
    if missing := set(given["person_ids"]) - set(store.people_by_id(scope, given["person_ids"])):
        wrong["person_ids"] = [Sentence("%(count)s are nobody of this branch.", count=len(missing))]
    if wrong:
        raise Invalid(wrong)
