"""WhatsApp's window: for 24 hours after somebody wrote to us we may write freely to that number, and else by template alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.carriers.reports import Receipt
from services.notifications.sending.attempts import field, named
from services.notifications.states import State, step

if TYPE_CHECKING:
    from services.notifications.store import Store

OPEN = timedelta(hours=24) - timedelta(minutes=5)  # our clock and Meta's need not agree
CLOSED = "131047"  # Meta's code: free text came after its window


class Windows:
    def __init__(self, store: Store) -> None:
        self.store = store

    def is_open(self, address: str) -> bool:
        recent = {"address": address, "channel": "whatsapp", "received_at": {"$gt": now() - OPEN}}
        return self.store.answers.first(WHOLE_CHAIN, recent) is not None


def by_template(store: Store, receipt: Receipt) -> bool:
    """Free text that came too late goes again at once, as a template and on the same channel. False for anything else."""
    message_id, number = named(receipt.attempt_id)
    if receipt.state is not State.FAILED or (receipt.reason or "").partition(":")[0] != CLOSED or not number:
        return False
    to = {
        "state": State.QUEUED.value,
        "template_only": True,
        "reason": receipt.reason,
        "send_at": now(),
        "leased_until": None,
        "due_at": None,
        field(number, "receipt"): {"state": receipt.state.value, "at": receipt.at},
        field(number, "reason"): receipt.reason,
    }
    newest = {f"attempts.{number - 1}": {"$exists": True}, f"attempts.{number}": {"$exists": False}}
    when = {**newest, "state": State.SENT.value, "channel": "whatsapp", "template_only": {"$ne": True}}
    history = step(State.QUEUED, now(), receipt.reason, "whatsapp")
    again = store.messages.change(WHOLE_CHAIN, message_id, to=to, when=when, push={"history": history})
    if again is not None:
        log().info("whatsapp_by_template", message=message_id)
    return again is not None
