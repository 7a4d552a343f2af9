"""A reader has records that it was not told, or in an older version: what they are now, or that they do not exist."""

from typing import Any

from schoolbus.contracts import replayed
from schoolbus.events import Event
from schoolbus.ids import effect_id
from schoolbus.outbox import saying_with
from schoolbus.replay.source import Owner, Source


def answer(store: Owner, event: Event, source: Source) -> None:
    """A second delivery is answered once more only when the first answer is told already: it does no harm."""
    kind, keys = event.data["kind"], event.data["keys"]
    found = list(source.by_key(store, event.branch_id, kind, keys))
    there = {item[source.keys[kind]] for item in found}
    data: dict[str, Any] = {kind: found}
    said = replayed.told(store.service, event.publisher())(
        branch_id=event.branch_id,
        subject=event.subject,
        run_id=event.data["run_id"],
        doubt_id=event.data["doubt_id"],
        gone=[key for key in keys if key not in there and source.is_gone(kind, key)],
        **data,
    )
    id = effect_id(event.id, "answer")
    store.chunks.add_new([saying_with({"_id": id, "branch_id": event.branch_id}, [said])])
