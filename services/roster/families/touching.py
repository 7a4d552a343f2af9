"""OneRoster shows relations as `agents` of users: who reads by dateLastModified is to find those whose relations changed."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.store import Store


def touch_agents(
    store: Store, relations: Iterable[Document], *, written: Collection[str] = (), before: datetime | None = None
) -> None:
    """Sets `modified_at` of the students and guardians, within the transaction that writes the relations.

    Not of those whose records are `written` anyway; with `before`, of those alone who have not changed since that moment.
    """
    people = {row[name] for row in relations for name in ("student_id", "guardian_id")}.difference(written)
    if not people:
        return
    where: dict[str, Any] = {"_id": {"$in": sorted(people)}}
    if before is not None:
        where["modified_at"] = {"$not": {"$gte": before}}
    store.people.change_all(WHOLE_CHAIN, where, to={"modified_at": now()})
