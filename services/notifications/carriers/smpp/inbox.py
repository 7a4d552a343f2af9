"""The worker's part: what an operator delivers is kept, and only then acknowledged."""

from __future__ import annotations

import queue
from typing import TYPE_CHECKING, Any

from services.notifications import receipts
from services.notifications.carriers.smpp import kept
from services.notifications.carriers.smpp.pdus import Delivered, read
from services.notifications.carriers.smpp.session import Session

if TYPE_CHECKING:
    from services.notifications.store import Store


def next_one(session: Session) -> dict[str, Any] | None:
    session.start()
    try:
        delivery = session.inbox.get_nowait()
    except queue.Empty:
        return None
    return {"_id": f"deliver_sm {delivery.pdu.sequence}", "delivery": delivery}


def keep(store: Store, session: Session, piece: dict[str, Any]) -> None:
    """A delivery that could not be kept comes again: the operator is told so."""
    delivery = piece["delivery"]
    try:
        take(store, session.url.username or "", read(delivery.pdu))
    except Exception:
        session.acknowledge(delivery, kept=False)
        raise
    session.acknowledge(delivery, kept=True)


def take(store: Store, system: str, told: Any) -> None:
    if isinstance(told, Delivered):
        if receipt := kept.Parts(store, system).reported(told):
            receipts.apply(store, receipt)
        return
    if answer := kept.joined(store, system, told):
        receipts.keep_answer(store, answer)
        kept.forget(store, answer)


def flush(store: Store) -> None:
    """From time to time: what lacks a piece is told without it."""
    for answer in kept.overdue(store):
        receipts.keep_answer(store, answer)
        kept.forget(store, answer)
