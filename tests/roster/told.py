"""When roster has nothing more to tell."""

from pymongo import MongoClient

from tests.support.services import Service
from tests.support.waiting import eventually


def all_told(roster: Service) -> None:
    """Waits until the worker has told the calendars that are wanted, and the relay has published everything."""
    with MongoClient(roster.infrastructure.mongodb_uri) as client:
        runs = client[roster.database]["calendar_runs"]
        eventually(lambda: runs.find_one({"open": True}) is None)  # a worker that was killed has it leased for 60 s
    eventually(lambda: roster.metric("relay", "rabta_outbox_lag_seconds") == 0)
