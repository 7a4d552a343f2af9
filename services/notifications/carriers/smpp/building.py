"""The carrier of an operator, where one is set up, and the worker's piece that keeps what it delivers."""

from __future__ import annotations

import atexit
from typing import TYPE_CHECKING

from schoolbus.work import Work
from services.notifications.carriers import Carrier
from services.notifications.carriers.smpp import inbox
from services.notifications.carriers.smpp.carrier import Smpp
from services.notifications.carriers.smpp.kept import Parts
from services.notifications.carriers.smpp.session import Session

if TYPE_CHECKING:
    from services.notifications.settings import Sending
    from services.notifications.store import Store

THREADS = 2


def build(settings: Sending, store: Store) -> Smpp | None:
    if not settings.smpp_url:
        return None
    session = Session(settings.smpp_url, settings.smpp_window)
    atexit.register(session.close)
    parts = Parts(store, session.url.username or "", hex_ids=settings.smpp_hex_ids)
    return Smpp(session, settings.smpp_sender or settings.sms_sender, parts)


def inbox_of(carrier: Carrier) -> list[Work]:
    if not isinstance(carrier, Smpp):
        return []
    session = carrier.session
    return [
        Work(
            "smpp inbox",
            claim=lambda _: inbox.next_one(session),
            do=lambda store, piece: inbox.keep(store, session, piece),
            threads=THREADS,
        )
    ]
