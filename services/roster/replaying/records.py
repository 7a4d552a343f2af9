"""What a reader's copy holds of a branch, as the events of each change tell it: items by their kind."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from schoolbus.replay.source import Source, Told
from schoolbus.store import Document
from services.roster import telling
from services.roster.calendar import calendars
from services.roster.kinds import KINDS, Kind, branches_of
from services.roster.machines import clients
from services.roster.store import Store

_AT_ONCE = 500  # ids in one question
_PEOPLE, _CLASSES, _ENROLLMENTS, _RELATIONS = (KINDS[name] for name in ("people", "classes", "enrollments", "relations"))


def branch_ids(store: Store, among: Sequence[str]) -> list[str]:
    return [row["_id"] for row in store.branches.collection.find({"_id": {"$in": list(among)}} if among else {}, {"_id": True})]


def of_branch(store: Store, branch_id: str) -> Iterator[Told]:
    """All, a few at a time in memory beside the ids of its people. Enrollments are found by its classes, relations by its
    people: neither has an index by branch, which would cost every import."""
    yield from _own(store, [branch_id])
    people, classes = list[str](), list[str]()
    for kind, ids in ((_PEOPLE, people), (_CLASSES, classes)):
        for record in _collection(store, kind).find({"branch_id": branch_id}):
            ids.append(record["_id"])
            yield kind.name, kind.item(record, branch_id)
    yield from _by(store, _ENROLLMENTS, "class_id", classes, branch_id)
    yield from _by(store, _RELATIONS, "student_id", people, branch_id)


def of_chain(store: Store) -> Iterator[Told]:
    for machine in store.machines.collection.find({}):
        yield "machine_clients", _machine(machine)


def by_key(store: Store, branch_id: str, kind: str, keys: Sequence[str]) -> Iterator[Document]:
    """Those of these that exist, whichever branches they are in now."""
    if kind in ("branches", "calendars"):
        yield from (item for told, item in _own(store, [key for key in keys if key == branch_id]) if told == kind)
    elif kind == "machine_clients":
        yield from (_machine(machine) for machine in store.machines.collection.find({"_id": {"$in": list(keys)}}))
    else:
        of_kind = KINDS[kind]
        yield from (
            of_kind.item(record, branch_id) for record in _collection(store, of_kind).find({"_id": {"$in": list(keys)}})
        )


def _own(store: Store, branch_ids: Sequence[str]) -> Iterator[Told]:
    """A branch and its calendar: their version is the sequence of what they said last; who never spoke is known to nobody."""
    own: tuple[tuple[str, Iterable[Document], Callable[[Document], Document]], ...] = (
        ("branches", store.branches.collection.find({"_id": {"$in": list(branch_ids)}}), telling.branch_shown),
        ("calendars", store.calendars.collection.find({"_id": {"$in": list(branch_ids)}}), calendars.shown),
    )
    for kind, documents, shown in own:
        for document in documents:
            if document.get("said"):
                yield kind, {"branch_id": document["_id"], "version": document["said"], **shown(document)}


def _by(store: Store, kind: Kind, field: str, ids: Sequence[str], branch_id: str) -> Iterator[Told]:
    for first in range(0, len(ids), _AT_ONCE):
        for record in _collection(store, kind).find({field: {"$in": list(ids[first : first + _AT_ONCE])}}):
            if branch_id in branches_of(record):
                yield kind.name, kind.item(record, branch_id)


def _machine(machine: Document) -> Document:
    return {"client_id": machine["_id"], "version": machine["said"], **clients.shown(machine)}


def _collection(store: Store, kind: Kind) -> Any:
    return getattr(store, kind.name).collection


SOURCE = Source(
    keys={
        "branches": "branch_id",
        "calendars": "branch_id",
        "classes": "class_id",
        "people": "person_id",
        "enrollments": "enrollment_id",
        "relations": "relation_id",
        "machine_clients": "client_id",
    },
    branch_ids=branch_ids,
    of_branch=of_branch,
    by_key=by_key,
    of_chain=of_chain,
)
