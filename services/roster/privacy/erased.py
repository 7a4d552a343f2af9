"""Who has been erased: no import brings them back."""

from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.store import Store

_PEOPLE = ("_id", "person_id", "student_id", "guardian_id")  # where a record of an import names people


def erased_of(store: Store, source: str) -> frozenset[str]:
    """Their ids, few: looked up once for each file of an import, as nobody is erased while one is under way."""
    where = WHOLE_CHAIN.filter({"source": source, "erased_at": {"$exists": True}})
    return frozenset(found["_id"] for found in store.people.collection.find(where, {"_id": True}))


def about(record: Document) -> list[str]:
    """Whom a record may be about."""
    return [record[name] for name in _PEOPLE if name in record]
