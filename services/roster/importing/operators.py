"""Who would become an operator of the whole chain by an import. A school's own system must not make one unseen."""

from itertools import islice
from typing import Any

from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document
from services.roster.importing.reading import Reading
from services.roster.oneroster.findings import SHOWN
from services.roster.store import Store

_AT_A_TIME = 500


def new_operators(store: Store, reading: Reading) -> Document:
    """{"new_operators": the first hundred, by name, "new_operator_count"}: those of the set who are none as it is stored."""
    wanted = reading.operators()
    known: set[str] = set()
    ids = iter(wanted)
    while part := list(islice(ids, _AT_A_TIME)):
        found = store.people.find(WHOLE_CHAIN, {"_id": {"$in": part}, "operator": True, "active": True})
        known.update(person["_id"] for person in found)
    new = {id: sourced_id for id, sourced_id in wanted.items() if id not in known}
    return {"new_operators": _named(reading, new), "new_operator_count": len(new)}


def _named(reading: Reading, new: dict[str, str]) -> list[dict[str, Any]]:
    shown = dict(islice(new.items(), SHOWN))
    names = reading.names_of(set(shown.values())) if shown else {}
    return [{"person_id": id, "sourced_id": sourced_id, "name": names.get(sourced_id, "")} for id, sourced_id in shown.items()]
