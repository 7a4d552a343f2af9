"""How the database finds what a service asks for, by its own profiler."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from pymongo.database import Database

_OURS = {"op": {"$in": ["query", "getmore", "command", "update", "remove"]}, "command.explain": None}


@contextmanager
def asked(database: Database[Any], *collections: str) -> Iterator[list[dict[str, Any]]]:
    """All that is asked of these collections inside, once it is over: `planSummary`, `hasSortStage`, `docsExamined` ….

    https://www.mongodb.com/docs/manual/reference/database-profiler/
    """
    found: list[dict[str, Any]] = []
    database.drop_collection("system.profile")
    database.create_collection("system.profile", capped=True, size=50_000_000)
    database.command("profile", 2)
    try:
        yield found
    finally:
        database.command("profile", 0)
        names = [f"{database.name}.{name}" for name in collections]
        found += database["system.profile"].find({**_OURS, "ns": {"$in": names}, "planSummary": {"$exists": True}})
        database.drop_collection("system.profile")
