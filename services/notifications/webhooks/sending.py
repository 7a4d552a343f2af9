"""An event becomes a delivery for each webhook that wants it. Its id is the same however often the event comes."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.events import Event
from schoolbus.ids import effect_id, new_id
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.webhooks.offered import OFFERED, TEST, data_of

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

NEVER = datetime(9999, 1, 1, tzinfo=UTC)
WAITING, DELIVERED, FAILED = "waiting", "delivered", "failed"


def pass_on(store: Store, event: Event) -> None:
    """Stores what the branch's webhooks are to hear of an event. It waits while the branch's subscription is suspended."""
    if type(event) not in OFFERED:
        return
    wanted = {"active": True, "events": event.type}
    webhooks = store.webhooks.find(event.scope, wanted)
    if not webhooks:
        return
    payload = _payload(event.type, event.time, data_of(event))
    store.deliveries.add_new(
        [_delivery(webhook, effect_id(event.id, webhook["_id"]), event.type, payload) for webhook in webhooks]
    )
    wake(store, [webhook["_id"] for webhook in webhooks])


def test(store: Store, webhook: Document) -> Document:
    """A delivery that says nothing but that it arrives."""
    payload = _payload(TEST, now(), {"branch_id": webhook["branch_id"], "webhook_id": webhook["_id"]})
    delivery = store.deliveries.add(_delivery(webhook, new_id(), TEST, payload))
    wake(store, [webhook["_id"]])
    return delivery


def wake(store: Store, webhook_ids: Sequence[str]) -> None:
    """Something waits for these from now on: `wakes` tells whoever is just at work there."""
    where = WHOLE_CHAIN.filter({"_id": {"$in": list(webhook_ids)}})
    store.webhooks.collection.update_many(where, {"$min": {"next_at": now()}, "$inc": {"wakes": 1}})


def _delivery(webhook: Document, id: str, type: str, payload: str) -> Document:
    at = now()
    return {
        "_id": id,
        "branch_id": webhook["branch_id"],
        "webhook_id": webhook["_id"],
        "type": type,
        "payload": payload,
        "state": WAITING,
        "tries": 0,  # since it was made, or since somebody asked for another one
        "log": [],
        "created_at": at,
        "send_at": at,
    }


def _payload(type: str, at: datetime, data: Mapping[str, Any]) -> str:
    """As it is signed and sent, byte for byte: the standard's `type`, `timestamp` and `data`."""
    whole = {"type": type, "timestamp": at.isoformat(), "data": data}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":"), default=lambda value: value.isoformat())
