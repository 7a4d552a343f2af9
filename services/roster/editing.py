"""Records kept by hand: what one request changes is gathered, then written with what it tells in one transaction.

    with editing(store, caller, branch_id) as edit:
        person = edit.one(PEOPLE, scope, person_id)
        edit.change(PEOPLE, person, {"phone": "+923001234567"})

Which children it is about, named or changed, goes into the audit trail before it is written.

What is read is read inside the transaction, and each record written once: who meets another runs again (Busy).
A record that came by import keeps its source's word: only what Rabta owns of it (`Kind.own`) may be edited.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.problems import AlreadyThere, Conflict, NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.store import Busy, Document, Documents
from services.roster import telling
from services.roster.calendar import calendars
from services.roster.families import derived, merging
from services.roster.families.touching import touch_agents
from services.roster.identity import losing, names, standing
from services.roster.kinds import KINDS, SOURCE, Kind, branches_of, is_student
from services.roster.problems import imported
from services.roster.role_keys import role_keys
from services.roster.search.entries import of_person
from services.roster.store import Store

PEOPLE, CLASSES, SUBJECTS = KINDS["people"], KINDS["classes"], KINDS["subjects"]
ENROLLMENTS, RELATIONS = KINDS["enrollments"], KINDS["relations"]
TERMS, HOLIDAYS = KINDS["terms"], KINDS["holidays"]
_IN_ORDER = (SUBJECTS, PEOPLE, CLASSES, ENROLLMENTS, RELATIONS, TERMS, HOLIDAYS)
Where = Mapping[str, Any]


class Edit:
    """The changes of one transaction."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._was: dict[str, dict[str, Document]] = defaultdict(dict)
        self._now: dict[str, dict[str, Document]] = defaultdict(dict)
        self._read: dict[str, dict[str, Document | None]] = defaultdict(dict)
        self._named: list[tuple[Kind, Document]] = []  # what a request names by its id

    # Reading: a record as this edit has it by now

    def one(self, kind: Kind, scope: Scope, id: str) -> Document:
        """An active record. Raises NotFound."""
        found = self.first(kind, scope, id)
        if found is None or not found["active"]:
            raise NotFound(documents(self.store, kind).what)
        self._named.append((kind, found))
        return found

    def load(self, kind: Kind, ids: Iterable[str]) -> None:
        """Reads many at once for `first`, whatever became of them."""
        wanted = list(set(ids))
        found = documents(self.store, kind).find(WHOLE_CHAIN, {"_id": {"$in": wanted}})
        self._read[kind.name].update({**dict.fromkeys(wanted), **{record["_id"]: record for record in found}})

    def first(self, kind: Kind, scope: Scope, id: str) -> Document | None:
        """Whatever became of it."""
        found = self._now[kind.name].get(id)
        if found is None and id not in self._read[kind.name]:
            self.load(kind, [id])
        found = found or self._read[kind.name][id]
        return found if found is not None and _is_within(scope, found) else None

    def find(self, kind: Kind, scope: Scope, where: Where, sort: str = "_id") -> list[Document]:
        """Those that are active in the database, as they are by now; without those that this edit has ended or moved away."""
        found = documents(self.store, kind).find(scope, {**where, "active": True}, sort=sort)
        current = [self._now[kind.name].get(record["_id"], record) for record in found]
        return [record for record in current if record["active"] and _is_within(scope, record)]

    def by_id(self, kind: Kind, scope: Scope, ids: Iterable[str]) -> dict[str, Document]:
        return {record["_id"]: record for record in self.find(kind, scope, {"_id": {"$in": list(set(ids))}})}

    def sent_before(self, kind: Kind, scope: Scope, id: str | None) -> Document | None:
        """The record, whatever became of it, whose id a client sends again. Raises Conflict when it is another's."""
        found = self.first(kind, WHOLE_CHAIN, id) if id else None
        if found is not None and (scope.branch_id or "") not in (branches_of(found) or [""]):  # of the chain: in none
            raise Conflict("already-there", "This id is already taken", "Send another id, or none.")
        if found is not None:
            self._named.append((kind, found))
        return found

    # Writing

    def add(self, kind: Kind, id: str | None, branch_id: str | list[str], fields: Mapping[str, Any]) -> Document:
        id = id or new_id()
        head = {"_id": id, "branch_id": branch_id, "source": SOURCE, "sourced_id": id, "active": True, "version": 1}
        self._now[kind.name][id] = record = {**head, **fields, "modified_at": now()}
        return record

    def change(self, kind: Kind, record: Document, to: Mapping[str, Any]) -> Document:
        """The record as it is then; the same when nothing differs. Raises Conflict `imported`."""
        id = record["_id"]
        pending = self._now[kind.name].get(id)
        record = pending or record
        different = {name for name, value in to.items() if name not in record or record[name] != value}
        if not different:
            return record
        if record["source"] != SOURCE and not different <= set(kind.own):
            raise imported(record)
        if pending is None:
            self._was[kind.name][id] = record
        version = record["version"] + (pending is None)
        new = derived.edited(record, dict(to)) if kind is PEOPLE else {**record, **to}
        self._now[kind.name][id] = changed = {**new, "version": version, "modified_at": now()}
        return changed

    def end(self, kind: Kind, record: Document, **more: Any) -> Document:
        """It stays, inactive."""
        return self.change(kind, record, {**more, "active": False})

    def hold(self, kind: Kind, ids: Iterable[str]) -> None:
        """Until this is written nobody else changes these, nor holds them: what was read about them stays true."""
        where = {"_id": {"$in": [id for id in ids if id not in self._now[kind.name]]}}
        documents(self.store, kind).change_all(WHOLE_CHAIN, where, to={"held": new_id()})

    def changes(self) -> Iterator[tuple[Kind, Document | None, Document]]:
        """Of each record that this edit changes its kind, as it was, and as it is then; None: it is new."""
        for kind in _IN_ORDER:
            for id, record in self._now[kind.name].items():
                yield kind, self._was[kind.name].get(id), record

    def children(self) -> set[str]:
        """The students whom this edit is about: those that it names, and those of whom it changes something."""
        changed = [(kind, each) for kind in _IN_ORDER for held in (self._was, self._now) for each in held[kind.name].values()]
        return {id for kind, record in [*self._named, *changed] for id in _students_in(kind, record)}

    def write(self) -> None:
        """Raises Conflict, Busy."""
        names.refuse_taken(self.store, self._newly_named())
        for kind in _IN_ORDER:
            records, was = [_findable(kind, each) for each in self._now[kind.name].values()], self._was[kind.name]
            if records:
                try:
                    documents(self.store, kind).put_all(records, replaced=list(was))
                except AlreadyThere as error:  # sent twice at once: the other's is there when this runs again
                    raise Busy from error
                if kind is PEOPLE:
                    losing.end_sessions(self.store, [(was[each["_id"]], each) for each in records if each["_id"] in was])
                merging.tell_settled(
                    self.store, kind, [(each, telling.hearers(each, was.get(each["_id"]))) for each in records]
                )
        related = [*self._was[RELATIONS.name].values(), *self._now[RELATIONS.name].values()]
        touch_agents(self.store, related, written=self._now[PEOPLE.name])
        calendars.tell_of(self.store, [*self._now[TERMS.name].values(), *self._now[HOLIDAYS.name].values()])

    def _newly_named(self) -> list[Document]:
        """Staff who are new, or whose names are."""
        was = self._was[PEOPLE.name]
        return [
            person
            for id, person in self._now[PEOPLE.name].items()
            if person["active"] and standing.is_staff(person) and _names(person) != _names(was.get(id))
        ]


class Look(Edit):
    """What an edit would do: it holds nobody up, and is never written."""

    def hold(self, kind: Kind, ids: Iterable[str]) -> None:
        pass


@contextmanager
def editing(store: Store, caller: Caller, branch_id: str | None) -> Iterator[Edit]:
    """By whom, and in which branch: None for what is of the whole chain, where no children are."""
    with store.transaction():
        edit = Edit(store)
        yield edit
        if children := edit.children():
            audit.note(store, caller, branch_id or "", children)
        edit.write()


def documents(store: Store, kind: Kind) -> Documents:
    found: Documents = getattr(store, kind.name)
    return found


def _names(person: Document | None) -> tuple[Any, ...]:
    """By which somebody signs in as staff."""
    if person is None or not (person["active"] and standing.is_staff(person)):
        return ()
    return person["email"], person["username"]


def _findable(kind: Kind, record: Document) -> Document:
    """People are found by their names and their roles."""
    if kind is not PEOPLE:
        return record
    return {**record, "name_keys": of_person(record), "role_keys": role_keys(record["roles"])}


def _students_in(kind: Kind, record: Document) -> list[str]:
    """Of the children that a record is about, the ids."""
    if kind is PEOPLE:
        return [record["_id"]] if is_student(record) else []
    if kind is RELATIONS:
        return [record["student_id"]]
    return [record["person_id"]] if kind is ENROLLMENTS and record["role"] == "student" else []


def _is_within(scope: Scope, record: Document) -> bool:
    return scope.branch_id is None or scope.branch_id in branches_of(record)
