"""No receipt within the channel's time: on to the next channel. On the last one a message stays what it is, sent; and so does
one that says nothing new any more."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.sending import riders
from services.notifications.sending.ladder import following
from services.notifications.sending.marking import tell, unheard
from services.notifications.sending.onward import free, within_limit
from services.notifications.sending.riders import NO_RECEIPT
from services.notifications.sending.sharing import SHARED
from services.notifications.sending.steps import OVER, Change, failed, over
from services.notifications.settings import rules
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LEASE = 60  # seconds


def claim(store: Store) -> Document | None:
    return store.messages.claim(
        {"state": State.SENT.value, "due_at": {"$lte": now()}}, lease=LEASE, sort="due_at", counting=False
    )


def go_on(store: Store, message: Document) -> None:
    if message["channel"] == SHARED:
        riders.go_on(store, message)
        return
    if message.get("carries"):
        unheard(store.messages, message)
    if following(message) is None or over(message, now()):
        _write(store, message, _stays(message["reason"]))
        return
    change, write = failed(message, rules(), now(), NO_RECEIPT), partial(_write, store, message)
    after = within_limit(store, message, change, partial(_free, message), write)
    if after is not None and after["step"] != message["step"]:
        tell(message, after)


def _free(message: Document) -> Change:
    """Beyond the branch's limit: to what costs nothing, if anything does."""
    return _stays(OVER) if following(message, free=True) is None else free(message, NO_RECEIPT, rules())


def _stays(reason: str | None) -> Change:
    return Change({"due_at": None, "leased_until": None, "reason": reason})


def _write(store: Store, message: Document, change: Change) -> Document | None:
    push = {"history": {"$each": change.history}} if change.history else None
    return store.messages.change(WHOLE_CHAIN, message["_id"], to=change.to, when=_due(message), push=push)


def _due(message: Document) -> dict[str, Any]:
    return {"state": State.SENT.value, "step": message["step"], "due_at": message["due_at"]}
