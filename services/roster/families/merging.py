"""Two records of one guardian become one and come apart again, and every import leaves them so.

Nothing of a record is moved or lost: a merge is one field, `merged_into`, and what follows from it is put in its place by
`settle`, which gives the same end whatever came before.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy, Document, Documents
from services.roster.families import placing
from services.roster.families.touching import touch_agents
from services.roster.identity import losing
from services.roster.kinds import KINDS, Kind
from services.roster.store import Store
from services.roster.telling import Told, hearers, tell

# By then every transaction is over that began before a merge and does not know of it (MongoDB ends them after 60 s).
SETTLED_AFTER = timedelta(seconds=90)
_JOINED = ("merged_into", "counts_as", "lent")


def counting(store: Store, people: Iterable[Document]) -> list[Document]:
    """Instead of merged records those that count, each once."""
    ids = dict.fromkeys(person.get("counts_as") or person["_id"] for person in people)
    found = {person["_id"]: person for person in store.people.find(WHOLE_CHAIN, {"_id": {"$in": list(ids)}, "active": True})}
    return [found[id] for id in ids if id in found]


def put(store: Store, kept_id: str, other_id: str, merged_into: str | None) -> tuple[list[Told], list[Told]]:
    """Merges a record into another (`kept_id`), or takes it out (None); what is to be told of people and of relations.

    For use in a transaction."""
    other = store.people.one(WHOLE_CHAIN, other_id)
    first = _keep(store, store.people, other, {**other, "merged_into": merged_into})
    people, relations = settle(store, [kept_id, other_id])
    return joined([first], people), relations


def settle(store: Store, ids: Iterable[str]) -> tuple[list[Told], list[Told]]:
    """Puts people and relations where they belong, for the trees that these records are in. For use in a transaction."""
    people = _trees(store, set(ids))
    if not people:
        return [], []
    told_people = [_keep(store, store.people, people[after["_id"]], after) for after in placing.persons(people)]
    theirs = list(people)
    rows = store.relations.find(WHOLE_CHAIN, {"$or": [{"guardian_id": {"$in": theirs}}, {"merged_from": {"$in": theirs}}]})
    before = {row["_id"]: row for row in rows}
    placed = placing.relations(rows, placing.counting(people))
    told_relations = [_keep(store, store.relations, before[after["_id"]], after) for after in placed]
    people_changed, relations_changed = _changed(told_people), _changed(told_relations)
    moved = [row for after, _ in relations_changed for row in (before[after["_id"]], after)]
    touch_agents(store, moved, written=[person["_id"] for person, _ in people_changed])
    return people_changed, relations_changed


def tell_settled(store: Store, kind: Kind, told: Sequence[Told]) -> None:
    """Tells of records that an import, or somebody by hand, has just written, once merged guardians are in their place.

    For use in the transaction that wrote them.
    """
    touched = _touched(store, kind.name, told)
    if not touched:
        return tell(store, kind, told)
    people, relations = settle(store, touched)
    if kind.name == "people":
        return tell_all(store, joined(told, people), relations)
    return tell_all(store, people, joined(told, relations))


def _touched(store: Store, kind: str, told: Sequence[Told]) -> list[str]:
    """Merged guardians among these people, or those whose relations these are."""
    if kind == "people":
        return [person["_id"] for person, _ in told if any(person.get(name) for name in _JOINED)]
    if kind != "relations":
        return []
    guardians = {row.get("merged_from") or row["guardian_id"] for row, _ in told}
    pairs = store.guardian_pairs.find(WHOLE_CHAIN, {"people": {"$in": sorted(guardians)}, "state": "merged"})
    return [id for pair in pairs for id in pair["people"]]


def settle_late(store: Store) -> None:
    """Once more, some time after a merge or split: an import that was writing just then did not see it."""
    for pair in store.guardian_pairs.find(WHOLE_CHAIN, {"settle_at": {"$lte": now()}}, limit=100):
        with store.transaction():
            tell_all(store, *settle(store, pair["people"]))
            store.guardian_pairs.change(WHOLE_CHAIN, pair["_id"], to={"settle_at": None}, when={"settle_at": pair["settle_at"]})


def tell_all(store: Store, people: Iterable[Told], relations: Iterable[Told]) -> None:
    tell(store, KINDS["people"], people)
    tell(store, KINDS["relations"], relations)


def joined(first: Iterable[Told], then: Iterable[Told]) -> list[Told]:
    """What is told of each record once: as it is at last, to all branches that either names."""
    told = {record["_id"]: (record, branches) for record, branches in first}
    for record, branches in then:
        _, earlier = told.get(record["_id"], (record, ()))
        told[record["_id"]] = (record, list(dict.fromkeys((*earlier, *branches))))
    return list(told.values())


def _trees(store: Store, ids: set[str]) -> dict[str, Document]:
    """The records that are one with these, all of each tree."""
    people: dict[str, Document] = {}
    wanted, looked_at = ids, set[str]()
    while wanted:
        looked_at |= wanted
        near = {"$or": [{"_id": {"$in": sorted(wanted)}}, {"merged_into": {"$in": sorted(wanted)}}]}
        found = {person["_id"]: person for person in store.people.find(WHOLE_CHAIN, near)}
        people |= found
        above = {person["merged_into"] for person in found.values() if person.get("merged_into")}
        wanted = (above | found.keys()) - looked_at
    return people


def _keep(store: Store, documents: Documents, before: Document, after: Document) -> Told:
    """The record after one guarded write, and the branches it is or was in; no branch where nothing changed. Raises Busy."""
    to = {name: value for name, value in after.items() if name not in before or before[name] != value}
    if not to:
        return before, []
    to |= {"version": before["version"] + 1, "modified_at": now()}
    kept = documents.change(WHOLE_CHAIN, before["_id"], to=to, when={"version": before["version"]})
    if kept is None:
        raise Busy
    if documents.name == "people":
        losing.end_sessions(store, [(before, kept)])
    return kept, hearers(kept, before)


def _changed(told: list[Told]) -> list[Told]:
    return [(record, branches) for record, branches in told if branches]
