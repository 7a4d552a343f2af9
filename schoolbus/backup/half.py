"""While a backup comes back into a database its layout is one that no release has: nothing starts on half of it."""

from typing import Any

from pymongo.database import Database as MongoDatabase

LAYOUT = "layout"  # the collection, of one document: schoolbus/layout.py
_NOBODYS = 2**31 - 1  # "a later release has written it", says whoever starts


def begin(database: MongoDatabase[Any]) -> None:
    database[LAYOUT].insert_one({"_id": LAYOUT, "number": _NOBODYS})


def is_half(database: MongoDatabase[Any]) -> bool:
    return database[LAYOUT].find_one({"_id": LAYOUT, "number": _NOBODYS}) is not None


def end(database: MongoDatabase[Any], *kept: Any) -> None:
    """`kept`: what stood there; nothing where layouts are not counted, as of the audit trail."""
    for document in kept:
        database[LAYOUT].replace_one({"_id": document["_id"]}, document, upsert=True)
    if not kept:
        database.drop_collection(LAYOUT)


def told(database: MongoDatabase[Any]) -> dict[str, int]:
    """The oldest and the newest layout of its documents, and the oldest whose code can read them."""
    kept = database[LAYOUT].find_one({"_id": LAYOUT}) or {"number": 1}
    number = int(kept["number"])
    return {"number": number, "newest": int(kept.get("newest", number)), "readable_by": int(kept.get("readable_by", number))}


def is_beyond(layout: int, kept: dict[str, int]) -> bool:
    """Whether code that writes this layout can't read documents of which `told` says this."""
    return layout < kept["number"] or (layout < kept["newest"] and layout < kept["readable_by"])
