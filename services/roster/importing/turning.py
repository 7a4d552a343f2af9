"""Roles and enrolments begin and end by themselves: on the day, the set that stands is imported once more.

So it is compared, written in small pieces and told as any other import, and who belongs to whom follows; the same set sent
again on that day then changes nothing. Which days these are stands with the source (`sources.of`): on others nothing is read.
"""

from contextlib import suppress
from datetime import date

from schoolbus.caller import NOBODY
from schoolbus.logs import log
from schoolbus.problems import Conflict
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Busy
from services.roster.importing import imports
from services.roster.store import Store


def turn(store: Store, day: date, services: list[str]) -> None:
    """Begins what is due by a day. Every replica does it; while an import of a source is under way, that one waits."""
    due = {"turns": {"$elemMatch": {"$lte": day.isoformat()}}, "current": {"$ne": None}}
    for source in store.sources.find(WHOLE_CHAIN, due):
        left = [turn for turn in source["turns"] if turn > day.isoformat()]
        with suppress(Conflict, Busy), store.transaction():
            began = imports.begin(store, NOBODY, source["_id"], by_time=True, services=services)
            store.sources.change(WHOLE_CHAIN, source["_id"], to={"turns": left})
            log().info("import_by_time", id=began["_id"], source=source["_id"])
