"""A client that heard no answer sends again: the second time finds what the first stored."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from schoolbus.problems import AlreadyThere, Conflict
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from schoolbus.store import Documents

Document = dict[str, Any]


def once(documents: Documents, scope: Scope, document: Document, add: Callable[[], object], same: tuple[str, ...]) -> Document:
    """Runs `add`; or gives the document that is there, when it has this id and the `same` fields. Raises Conflict."""
    try:
        add()
        return document
    except AlreadyThere:
        there = documents.first(scope, {"_id": document["_id"]})
        if there is None or any(there[name] != document[name] for name in same):
            raise Conflict("already-there", "This id is taken by something else", "Send another id, or none.") from None
        return there
