"""A service's store without the service: for what only happens between two lines."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from pymongo import MongoClient
from pymongo.database import Database as MongoDatabase

from deploy.local.infrastructure import Infrastructure
from schoolbus.store import Database

Store = TypeVar("Store", bound=Database)


@contextmanager
def own_database(infrastructure: Infrastructure, make: type[Database]) -> Iterator[MongoDatabase[Any]]:
    """With the store's indexes; for many tests, each of which takes it by `fresh`."""
    name = f"test_{make.__module__.split('.')[-2]}_{uuid.uuid4().hex[:8]}"
    with MongoClient(infrastructure.mongodb_uri, tz_aware=True) as client:
        database: MongoDatabase[Any] = client[name]
        make(database).ensure_indexes()
        yield database
        for each in (database, _audit(database)):
            client.drop_database(each)


def fresh(database: MongoDatabase[Any], make: type[Store]) -> Store:
    """As if nothing had ever been kept. Emptied, not dropped: roster's 45 collections and 90 indexes take seconds to make."""
    for each in (database, _audit(database)):
        for name in _filled(each):
            each[name].delete_many({})
    return make(database)


def _filled(database: MongoDatabase[Any]) -> list[str]:
    """The collections that hold anything, in one question."""
    first, *others = database.list_collection_names() or [""]
    if not first:
        return []
    looks: list[Any] = [*_look(first), *({"$unionWith": {"coll": name, "pipeline": _look(name)}} for name in others)]
    return [found["name"] for found in database[first].aggregate(looks)]


def _look(name: str) -> list[Any]:
    return [{"$limit": 1}, {"$project": {"_id": False, "name": {"$literal": name}}}]


def _audit(database: MongoDatabase[Any]) -> MongoDatabase[Any]:
    found: MongoDatabase[Any] = database.client[f"{database.name}_audit"]
    return found
