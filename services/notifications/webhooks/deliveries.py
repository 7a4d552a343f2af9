"""The log of a webhook: what was delivered, what waits and why. Kept for 30 days."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.paging import Paged
from schoolbus.problems import Conflict, NotFound
from services.notifications.webhooks import sending
from services.notifications.webhooks.sending import WAITING

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store


def page(store: Store, caller: Caller, branch_id: str, webhook_id: str, query: dict[str, Any]) -> Paged:
    """One page, newest first."""
    scope = caller.branch(branch_id)
    store.webhooks.one(scope, webhook_id)
    where = {"webhook_id": webhook_id, **({"state": query["state"]} if query["state"] else {})}
    return store.deliveries.page(scope, where, sort="-created_at", page=query["page"])


def retry(store: Store, caller: Caller, branch_id: str, webhook_id: str, delivery_id: str) -> Document:
    """At once, with all delays anew, whatever became of it."""
    scope = caller.branch(branch_id)
    _active(store.webhooks.one(scope, webhook_id))
    to = {"state": WAITING, "send_at": now(), "tries": 0}
    found = store.deliveries.change(scope, delivery_id, to=to, when={"webhook_id": webhook_id})
    if found is None:
        raise NotFound("Delivery")
    sending.wake(store, [webhook_id])
    return found


def test(store: Store, caller: Caller, branch_id: str, webhook_id: str) -> Document:
    return sending.test(store, _active(store.webhooks.one(caller.branch(branch_id), webhook_id)))


def _active(webhook: Document) -> Document:
    if not webhook["active"]:
        raise Conflict("webhook-switched-off", "This webhook is switched off", "Switch it on first: PATCH with active: true.")
    return webhook
