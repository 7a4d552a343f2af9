"""Steps: what makes the documents of one layout those of the next, beside code of both that goes on writing."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pymongo.cursor import Cursor
from pymongo.database import Database as MongoDatabase

from schoolbus.lease import Lease
from schoolbus.settings import CannotStart

CHUNK = 500  # documents


@dataclass(frozen=True)
class Step:
    """Of `collection`, what is `where` (still of the layout before) is changed by `pipeline`.

    The database computes it, document by document in one write (an update with an aggregation pipeline), so that what older
    code writes at the same moment is neither lost nor missed: `where` holds for whatever such code has written since.
    https://www.mongodb.com/docs/manual/tutorial/update-documents-with-aggregation-pipeline/
    """

    collection: str
    where: Mapping[str, Any]
    pipeline: Sequence[Mapping[str, Any]]


def take(database: MongoDatabase[Any], step: Step, lease: Lease) -> int:
    """How many documents it has changed. Interrupted, it is begun anew: what is changed is not found again."""
    collection = database[step.collection]
    changed = 0
    for ids in _chunks(collection.find(step.where, {"_id": 1}).sort("_id", 1).batch_size(CHUNK)):
        lease.keep()
        # the fields are as they are now, not as they were when it was found
        changed += collection.update_many({"$and": [{"_id": {"$in": ids}}, step.where]}, step.pipeline).modified_count
    return changed


def check(database: MongoDatabase[Any], step: Step, number: int) -> None:
    """Raises CannotStart when documents of the layout before are left, though nobody writes such any more."""
    left = database[step.collection].find_one(step.where, {"_id": 1})
    if left:
        raise CannotStart(
            f"after the step to layout {number} the document {left['_id']} of {database.name}.{step.collection} is still of "
            "the layout before: end the processes of older releases and run it again; else the step is at fault"
        )


def _chunks(found: Cursor[Any]) -> Iterator[list[Any]]:
    while ids := [document["_id"] for document in islice(found, CHUNK)]:
        yield ids
