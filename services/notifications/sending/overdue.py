"""No receipt within the channel's time: on to the next channel. On the last one a message stays what it is, sent; and so does
one that says nothing new any more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import usage
from services.notifications.sending import riders
from services.notifications.sending.channels import CARRIED
from services.notifications.sending.ladder import following
from services.notifications.sending.marking import tell, unheard
from services.notifications.sending.riders import NO_RECEIPT
from services.notifications.sending.sharing import SHARED
from services.notifications.sending.steps import Change, failed, over
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
        _stays(store, message, message["reason"])
        return
    change = failed(message, rules(), now(), NO_RECEIPT)
    if change.to["counted"] in CARRIED and message["counted"] not in CARRIED:  # the branch pays for one more
        after = usage.one_more(store, message["branch_id"], lambda within: _goes(store, message, change if within else None))
    else:
        after = _goes(store, message, change)
    if after is not None and after["step"] != message["step"]:
        tell(message, after)


def _goes(store: Store, message: Document, change: Change | None) -> Document | None:
    """None: beyond the branch's limit. Then to what costs nothing, if anything does."""
    if change is None:
        if following(message, free=True) is None:
            return _stays(store, message, usage.OVER)
        change = failed(message, rules(), now(), NO_RECEIPT, free=True)
        change.to["reason"] = usage.OVER
    push = {"history": {"$each": change.history}}
    return store.messages.change(WHOLE_CHAIN, message["_id"], to=change.to, when=_due(message), push=push)


def _stays(store: Store, message: Document, reason: str | None) -> Document | None:
    to = {"due_at": None, "leased_until": None, "reason": reason}
    return store.messages.change(WHOLE_CHAIN, message["_id"], to=to, when=_due(message))


def _due(message: Document) -> dict[str, Any]:
    return {"state": State.SENT.value, "step": message["step"], "due_at": message["due_at"]}
