"""A reader has records that it was not told, or in an older version: what they are now, or that they do not exist."""

from typing import Any

from schoolbus.events import Event
from schoolbus.ids import effect_id
from schoolbus.outbox import saying_with
from services.roster.replaying import records
from services.roster.replaying.telling import event_for
from services.roster.store import Store

_KEYS = {"branches": "branch_id", "calendars": "branch_id", "classes": "class_id", "people": "person_id"}
_KEYS |= {"enrollments": "enrollment_id", "relations": "relation_id", "machine_clients": "client_id"}


def answer(store: Store, event: Event) -> None:
    """A second delivery is answered once more only when the first answer is told already: it does no harm."""
    kind, keys = event.data["kind"], event.data["keys"]
    found = list(records.by_key(store, event.branch_id, kind, keys))
    there = {item[_KEYS[kind]] for item in found}
    data: dict[str, Any] = {kind: found}
    said = event_for(event.publisher())(
        branch_id=event.branch_id,
        subject=event.subject,
        run_id=event.data["run_id"],
        doubt_id=event.data["doubt_id"],
        gone=[key for key in keys if key not in there],
        **data,
    )
    id = effect_id(event.id, "answer")
    store.chunks.add_new([saying_with({"_id": id, "branch_id": event.branch_id}, [said])])
