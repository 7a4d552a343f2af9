"""Ids with their names, as people see them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from schoolbus.scope import Scope
from services.notifications.wording.languages import whole_name

if TYPE_CHECKING:
    from services.notifications.store import Store

Named = Callable[[str], dict[str, str]]


def naming(store: Store, scope: Scope, ids: Iterable[str]) -> Named:
    """For these ids: id and name, "" where nobody is known."""
    people = store.people_by_id(scope, {id for id in ids if id})
    return lambda id: {"id": id, "name": whole_name(people[id], "en") if id in people else ""}
