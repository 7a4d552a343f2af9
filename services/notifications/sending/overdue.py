"""No receipt within the channel's time: on to the next channel. On the last one a message stays what it is, sent; and so does
one that says nothing new any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.sending.ladder import following
from services.notifications.sending.marking import tell
from services.notifications.sending.steps import failed, over
from services.notifications.settings import rules
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

NO_RECEIPT = "no_receipt"
LEASE = 60  # seconds


def claim(store: Store) -> Document | None:
    return store.messages.claim(
        {"state": State.SENT.value, "due_at": {"$lte": now()}}, lease=LEASE, sort="due_at", counting=False
    )


def go_on(store: Store, message: Document) -> None:
    due = {"state": State.SENT.value, "step": message["step"], "due_at": message["due_at"]}
    if following(message) is None or over(message, now()):
        store.messages.change(WHOLE_CHAIN, message["_id"], to={"due_at": None, "leased_until": None}, when=due)
        return
    change = failed(message, rules(), now(), NO_RECEIPT)
    push = {"history": {"$each": change.history}}
    after = store.messages.change(WHOLE_CHAIN, message["_id"], to=change.to, when=due, push=push)
    if after is not None:
        tell(message, after)
