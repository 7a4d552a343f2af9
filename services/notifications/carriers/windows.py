"""WhatsApp's window: for 24 hours after somebody wrote to us we may write freely to that number, and else by template alone."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.carriers.reports import Receipt
from services.notifications.sending.attempts import IN_DOUBT, Outcome, field, named
from services.notifications.states import State, step

if TYPE_CHECKING:
    from schoolbus.store import Document
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
    """Free text that came too late goes again at once, as a template and on the same channel. False for anything else.

    The receipt may come before the answer to the send is written down: then it proves that the text was taken.
    """
    message_id, number = named(receipt.attempt_id)
    if receipt.state is not State.FAILED or (receipt.reason or "").partition(":")[0] != CLOSED or not number:
        return False
    if store.messages.first(WHOLE_CHAIN, {"_id": message_id, field(number, "receipt.state"): State.FAILED.value}):
        return True  # Meta tells it a second time
    again = _again(store, message_id, number, receipt, {"state": State.SENT.value}, {}) or _again(
        store,
        message_id,
        number,
        receipt,
        {"state": State.QUEUED.value, field(number, "outcome"): {"$in": list(IN_DOUBT)}},
        {field(number, "outcome"): Outcome.TAKEN.value, field(number, "ended_at"): receipt.at},
    )
    if again:
        log().info("whatsapp_by_template", message=message_id)
    return again


def _again(store: Store, message_id: str, number: int, receipt: Receipt, when: Document, known: Document) -> bool:
    """Queued once more after attempt `number`, if that is the newest. `known`: what else that attempt has come to."""
    to = {
        "state": State.QUEUED.value,
        "template_only": True,
        "reason": receipt.reason,
        "send_at": now(),
        "leased_until": None,
        "due_at": None,
        field(number, "receipt"): {"state": receipt.state.value, "at": receipt.at},
        field(number, "reason"): receipt.reason,
        **known,
    }
    newest = {f"attempts.{number - 1}": {"$exists": True}, f"attempts.{number}": {"$exists": False}}
    free_text = {**newest, "channel": "whatsapp", "template_only": {"$ne": True}, **when}
    history = step(State.QUEUED, now(), receipt.reason, "whatsapp")
    return store.messages.change(WHOLE_CHAIN, message_id, to=to, when=free_text, push={"history": history}) is not None
