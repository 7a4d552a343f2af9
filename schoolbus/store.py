"""Documents of a service: every query names its scope, every change carries its events in the same write."""

import copy
import random
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, ClassVar, Self

from pymongo import ASCENDING, DESCENDING, MongoClient, ReturnDocument, UpdateOne
from pymongo.client_session import ClientSession
from pymongo.collection import Collection
from pymongo.database import Database as MongoDatabase
from pymongo.errors import BulkWriteError, CollectionInvalid, DuplicateKeyError, OperationFailure, PyMongoError

from schoolbus import backlog, outbox
from schoolbus.clock import now
from schoolbus.events import Event
from schoolbus.paging import Paged, Paging
from schoolbus.problems import AlreadyThere, NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.steps import Step

Document = dict[str, Any]
_session: ContextVar[ClientSession | None] = ContextVar("session", default=None)
DUPLICATE, _EXISTS = 11000, 48
_OF = "of_query"  # a name that no document has
ANY_CASE = {"locale": "en", "strength": 2}  # letters are the same, large or small
_OTHER_OPTIONS = (85, 86)  # IndexOptionsConflict, IndexKeySpecsConflict
# Makes an index partial, of documents that have a text there. Of {"$type": "string"} the database does not see that it holds
# whatever equals a text, and reads the whole collection instead.
TEXT: Mapping[str, Any] = {"$gt": ""}


class Busy(Exception):
    """Two transactions touched the same document: this one is to be run again, from its start."""


@dataclass(frozen=True)
class Index:
    """`keys` such as "branch_id -due_on"; `where` makes it partial.

    `expires` removes documents so many seconds after the date in its key, and with them what they have not yet told: only
    for documents whose events are worth nothing by then. `any_case`: for queries with the collation `ANY_CASE`.
    """

    keys: str
    unique: bool = False
    where: Mapping[str, Any] | None = None
    expires: int | None = None
    any_case: bool = False

    def options(self) -> dict[str, Any]:
        wanted = {
            "unique": self.unique or None,
            "partialFilterExpression": self.where,
            "expireAfterSeconds": self.expires,
            "collation": ANY_CASE if self.any_case else None,
        }
        return {name: value for name, value in wanted.items() if value is not None}


def _order(keys: str) -> list[tuple[str, int]]:
    return [(key.removeprefix("-"), DESCENDING if key.startswith("-") else ASCENDING) for key in keys.split()]


class Documents:
    """A collection. Declared in a `Database` subclass; `what` names one document in messages to people."""

    def __init__(
        self,
        name: str,
        indexes: Sequence[str | Index] = (),
        what: str = "",
        *,
        tells: bool = False,
        bulk: bool = False,
        clustered: bool = False,
    ) -> None:
        """`tells`: its documents may carry events; the relay looks at no others, each of which would cost it as much again.
        `bulk`: they are there to tell, thousands at once: others' events go before theirs. `clustered`: kept in the order of
        their ids, not in that in which they came."""
        self.name = name
        self.tells = tells
        self.bulk = bulk
        self.clustered = clustered
        self.indexes = [index if isinstance(index, Index) else Index(index) for index in indexes]
        self.what = what or name.replace("_", " ").rstrip("s").capitalize()
        self.collection: Collection[Document]

    def bound(self, database: MongoDatabase[Document]) -> Self:
        documents = copy.copy(self)
        documents.collection = database[self.name]
        return documents

    def ensure_indexes(self) -> None:
        if self.clustered:
            self._cluster()
        if self.tells:
            self.collection.create_index(outbox.PENDING, sparse=True)
        for index in self.indexes:
            self.ensure_index(index)

    def ensure_index(self, index: Index) -> None:
        """Also for one that only some deployments want. With other options than in an earlier release it is made anew."""
        keys = _order(index.keys)
        try:
            self.collection.create_index(keys, **index.options())
        except OperationFailure as error:
            if error.code not in _OTHER_OPTIONS:
                raise
            self.collection.drop_index(keys)
            self.collection.create_index(keys, **index.options())

    def missing_indexes(self) -> list[str]:
        """Those that `ensure_indexes` would make, as COLLECTION (KEYS)."""
        there = [index["key"] for index in self.collection.index_information().values()]
        wanted = [_order(index.keys) for index in self.indexes] + [[(outbox.PENDING, ASCENDING)]] * self.tells
        return [f"{self.name} ({' '.join(name for name, _ in keys)})" for keys in wanted if keys not in there]

    def _cluster(self) -> None:
        """Before anything is in it. https://www.mongodb.com/docs/manual/core/clustered-collections/"""
        try:
            self.collection.database.create_collection(self.name, clusteredIndex={"key": {"_id": 1}, "unique": True})
        except CollectionInvalid:  # it is there
            pass
        except OperationFailure as error:
            if error.code != _EXISTS:  # another process was faster
                raise

    # Reading

    def one(self, scope: Scope, id: str) -> Document:
        found = self.first(scope, {"_id": id})
        if found is None:
            raise NotFound(self.what)
        return found

    def first(self, scope: Scope, where: Mapping[str, Any] | None = None, sort: str = "_id") -> Document | None:
        return self.collection.find_one(scope.filter(where), outbox.HIDDEN, sort=_order(sort), session=_session.get())

    def find(self, scope: Scope, where: Mapping[str, Any] | None = None, sort: str = "_id", limit: int = 0) -> list[Document]:
        return list(
            self.collection.find(scope.filter(where), outbox.HIDDEN, sort=_order(sort), limit=limit, session=_session.get())
        )

    def count(self, scope: Scope, where: Mapping[str, Any] | None = None, most: int = 0) -> int:
        """`most`: no further than that."""
        limit = {"limit": most} if most else {}
        return self.collection.count_documents(scope.filter(where), session=_session.get(), **limit)

    def page(self, scope: Scope, where: Mapping[str, Any] | None = None, *, sort: str = "_id", page: Paging) -> Paged:
        """One page by keyset: stable while documents come and go. `sort` is one field; `_id` breaks ties."""
        field = sort.removeprefix("-")
        order = _order(sort if field == "_id" else f"{sort} {'-' if sort.startswith('-') else ''}_id")
        conditions = [scope.filter(where), *page.beyond(field, descending=sort.startswith("-"))]
        found = self.collection.find(
            {"$and": conditions}, outbox.HIDDEN, sort=order, limit=page.limit + 1, session=_session.get()
        )
        return page.cut(list(found), field)

    # Writing

    def add(self, document: Document, saying: Sequence[Event] = ()) -> Document:
        try:
            self.collection.insert_one(self.saying_with(document, saying), session=_session.get())
        except DuplicateKeyError as error:
            raise AlreadyThere(self.what) from error
        return document

    def add_new(self, documents: Sequence[Document]) -> int:
        """Inserts those whose id isn't taken yet; how many. Not for use inside a transaction."""
        if not documents:
            return 0
        for document in documents:
            self._may_tell(document)
        try:
            return len(self.collection.insert_many(documents, ordered=False).inserted_ids)
        except BulkWriteError as error:
            details: Mapping[str, Any] = error.details or {}
            if any(fault["code"] != DUPLICATE for fault in details["writeErrors"]):
                raise
            return int(details["nInserted"])

    def put_all(self, documents: Sequence[Document], replaced: Sequence[str] = ()) -> None:
        """Inserts documents in place of those of the ids `replaced`, within a transaction: all or none.

        What a replaced document had yet to say goes with it. Raises AlreadyThere. To delete and insert is several times
        as fast as to update.
        """
        for document in documents:
            self._may_tell(document)
        if replaced:
            self.collection.delete_many({"_id": {"$in": list(replaced)}}, session=_session.get())
        try:
            self.collection.insert_many(documents, session=_session.get())
        except BulkWriteError as error:
            details: Mapping[str, Any] = error.details or {}
            if any(fault["code"] != DUPLICATE for fault in details["writeErrors"]):
                raise
            raise AlreadyThere(self.what) from error

    def change(
        self,
        scope: Scope,
        id: str,
        to: Mapping[str, Any],
        *,
        when: Mapping[str, Any] | None = None,
        push: Mapping[str, Any] | None = None,
        saying: Sequence[Event] = (),
    ) -> Document | None:
        """One guarded write with its events; the document after it. None when there is none for which `when` holds."""
        update: dict[str, Any] = {"$set": dict(to)} if to else {}
        if push:
            update["$push"] = dict(push)
        if saying:
            outbox.said_in(update, saying)
            self._may_tell(update.get("$min", {}))
        try:
            return self.collection.find_one_and_update(
                scope.filter({**(when or {}), "_id": id}),
                update,
                projection=outbox.HIDDEN,
                return_document=ReturnDocument.AFTER,
                session=_session.get(),
            )
        except DuplicateKeyError as error:
            raise AlreadyThere(self.what) from error

    def change_all(self, scope: Scope, where: Mapping[str, Any], to: Mapping[str, Any]) -> int:
        return self.collection.update_many(scope.filter(where), {"$set": dict(to)}, session=_session.get()).modified_count

    def upsert_all(self, changes: Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]) -> None:
        """Each a document's `_id` and branch, and what becomes of it whether it was there or not; within a transaction: all or
        none. Raises Busy when another put one there at this moment."""
        writes = [UpdateOne(where, update, upsert=True) for where, update in changes]
        try:
            self.collection.bulk_write(writes, session=_session.get())
        except BulkWriteError as error:
            details: Mapping[str, Any] = error.details or {}
            if any(fault["code"] != DUPLICATE for fault in details["writeErrors"]):
                raise
            raise Busy from error

    def remove(self, scope: Scope, id: str) -> bool:
        """Whether it was there. What it has said and the relay has not yet published goes with it."""
        return self.collection.delete_one(scope.filter({"_id": id}), session=_session.get()).deleted_count == 1

    def remove_all(self, scope: Scope, where: Mapping[str, Any]) -> int:
        """As `remove`, of all that fit; how many."""
        return self.collection.delete_many(scope.filter(where), session=_session.get()).deleted_count

    def saying_with(self, document: Document, events: Sequence[Event]) -> Document:
        """A new document that carries its events."""
        return self._may_tell(outbox.saying_with(document, events))

    def _may_tell(self, document: Document) -> Document:
        """Nobody would ever hear of it."""
        if not self.tells and outbox.PENDING in document:
            raise TypeError(f"{self.name} is to carry events: declare it with tells=True")
        return document

    def claim(self, where: Mapping[str, Any], *, lease: float, sort: str = "_id", counting: bool = True) -> Document | None:
        """The next document that fits and that nobody works on, leased for `lease` seconds; `attempts` counts the claims.

        Moments in `where` are so long before or after now, and `sort` has one: how much waits and since when is asked by them
        (backlog.py)."""
        backlog.note(self.collection, where, _order(sort))
        counted = {"$inc": {"attempts": 1}} if counting else {}
        return self.collection.find_one_and_update(
            {**where, "leased_until": {"$not": {"$gt": now()}}},
            {"$set": {"leased_until": now() + timedelta(seconds=lease)}, **counted},
            projection=outbox.HIDDEN,
            sort=_order(sort),
            return_document=ReturnDocument.AFTER,
        )

    def claim_some(
        self, where: Mapping[str, Any], *, lease: float, limit: int, sort: str = "_id", skip: int = 0
    ) -> list[Document]:
        """As `claim`, of up to `limit` documents in three round trips. Whoever has the `claim` of a document, a new id, has it.

        Two that claim at the same moment may look at the same documents: one of them gets fewer, or none. `skip`: how many of
        the first to leave to others.
        """
        backlog.note(self.collection, where, _order(sort))
        free = {**where, "leased_until": {"$not": {"$gt": now()}}}
        found = self.collection.find(free, {"_id": True}, sort=_order(sort), limit=limit, skip=skip)
        ids = [row["_id"] for row in found]
        if not ids:
            return []
        ours = {"claim": uuid.uuid4().hex, "leased_until": now() + timedelta(seconds=lease)}
        self.collection.update_many({**free, "_id": {"$in": ids}}, {"$set": ours})
        return self.find(WHOLE_CHAIN, {"_id": {"$in": ids}, "claim": ours["claim"]}, sort=sort)


@dataclass(frozen=True)
class Asked:
    """Of `Database.together`. `only`: these fields and the id."""

    documents: Documents
    scope: Scope
    where: Mapping[str, Any]
    only: tuple[str, ...] = ()

    def steps(self, number: int) -> list[Document]:
        shown = {"$project": dict.fromkeys(self.only, 1)} if self.only else {"$unset": list(outbox.HIDDEN)}
        return [{"$match": self.scope.filter(self.where)}, shown, {"$set": {_OF: number}}]


class Database:
    """The database of one service: its declared `Documents`, bound."""

    declared: ClassVar[dict[str, Documents]] = {}
    layout: ClassVar[int] = 1  # of the documents that this code writes; layout.py says when to count on
    reads: ClassVar[int | None] = None  # the oldest layout that this code can read; None: its own alone
    readable_by: ClassVar[int | None] = None  # the oldest layout whose code can read what this code writes; None: its own alone
    steps: ClassVar[Mapping[int, Sequence[Step]]] = {}  # by the layout that they lead to

    def __init_subclass__(cls) -> None:
        own = {name: value for name, value in vars(cls).items() if isinstance(value, Documents)}
        cls.declared = {**cls.declared, **own}

    def __init__(self, database: MongoDatabase[Document]) -> None:
        self.database = database
        self.documents = [documents.bound(database) for documents in self.declared.values()]
        for name, documents in zip(self.declared, self.documents, strict=True):
            setattr(self, name, documents)

    @property
    def service(self) -> str:
        """By convention a service's store is services.NAME.store."""
        return type(self).__module__.split(".")[-2]

    @property
    def telling(self) -> list[Documents]:
        """Those whose documents may carry events; those with very many of them last: one that stands alone waits for none."""
        return sorted((documents for documents in self.documents if documents.tells), key=lambda each: each.bulk)

    def ensure_indexes(self) -> None:
        for documents in self.documents:
            documents.ensure_indexes()

    def together(self, *wanted: Asked) -> list[list[Document]]:
        """What `find` gives of each, in no order, all in one round trip: for what is asked thousands of times in a minute."""
        first, *others = wanted
        pipeline = first.steps(0)
        for number, asked in enumerate(others, start=1):
            pipeline.append({"$unionWith": {"coll": asked.documents.name, "pipeline": asked.steps(number)}})
        found: list[list[Document]] = [[] for _ in wanted]
        for document in first.documents.collection.aggregate(pipeline, session=_session.get()):
            found[document.pop(_OF)].append(document)
        return found

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All calls inside, by this thread, are one transaction; one inside another is part of it.

        Raises Busy when it met another; the entrypoint then runs again.
        """
        if _session.get() is not None:
            yield
            return
        with self.database.client.start_session() as session:
            token = _session.set(session)
            try:
                with session.start_transaction():
                    yield
                    _commit(session)
            except PyMongoError as error:
                if error.has_error_label("TransientTransactionError"):
                    raise Busy from error
                raise
            finally:
                _session.reset(token)


def _commit(session: ClientSession) -> None:
    """A change of primaries can leave a commit in doubt: to ask again is safe, and tells."""
    for _ in range(4):
        try:
            return session.commit_transaction()
        except PyMongoError as error:
            if not error.has_error_label("UnknownTransactionCommitResult"):
                raise
    return session.commit_transaction()


def current_session() -> ClientSession | None:
    """The transaction's session, for calls on `Documents.collection`."""
    return _session.get()


def run_again_while_busy(action: Callable[[], Any], times: int = 9) -> Any:
    """Up to `times`, with pauses that grow to a second or more: long enough for a large transaction of another to end."""
    for before in range(times - 1):
        try:
            return action()
        except Busy:
            time.sleep(random.uniform(0.005, 0.01) * 2**before)  # noqa: S311 - so that two don't meet again and again
    return action()


def connect(uri: str, process: str, database: str = "") -> MongoClient[Document]:
    """The server lists it as `rabta.PROCESS@DATABASE`; without `database` for what uses many, or none for long."""
    name = f"rabta.{process}@{database}" if database else f"rabta.{process}"
    return MongoClient(uri, tz_aware=True, appname=name, serverSelectionTimeoutMS=10_000)
