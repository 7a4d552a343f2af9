"""A client that heard no answer sends again: the second time finds what the first stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.problems import AlreadyThere, Conflict, Invalid, Problem
from schoolbus.route import IDEMPOTENCY_KEY
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from schoolbus.store import Documents

Document = dict[str, Any]


def once(
    documents: Documents,
    scope: Scope,
    document: Document,
    add: Callable[[], object],
    same: tuple[str, ...],
    *,
    keyed: bool = False,
) -> Document:
    """Runs `add`; or gives the document that is there, when it has this id and the `same` fields. Raises Conflict.

    `keyed`: its id comes from an Idempotency-Key; raises Invalid instead, as the draft (section 2.7) wants.
    """
    try:
        add()
        return document
    except AlreadyThere:
        there = documents.first(scope, {"_id": document["_id"]})
        if there is None or not alike(there, document, same):
            raise (key_used_before() if keyed else _taken()) from None
        return there


def alike(there: Mapping[str, Any], document: Mapping[str, Any], same: tuple[str, ...]) -> bool:
    return all(there.get(name) == document.get(name) for name in same)


def key_used_before() -> Problem:
    return Invalid(
        {IDEMPOTENCY_KEY: ["Another request was sent with this key: each has a key of its own."]}, slug="key-used-before"
    )


def _taken() -> Problem:
    return Conflict("already-there", "This id is taken by something else", "Send another id, or none.")
