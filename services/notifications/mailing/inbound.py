"""The mail server hands us what comes to the sender's address and to the one for bounces."""

from __future__ import annotations

import hmac
from typing import TYPE_CHECKING

from schoolbus.body import Raw
from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.problems import NotAllowed
from services.notifications import receipts
from services.notifications.carriers.reports import Answer, Receipt
from services.notifications.mailing import incoming
from services.notifications.settings import Receiving

if TYPE_CHECKING:
    from services.notifications.store import Store


def take(store: Store, settings: Receiving, raw: Raw) -> None:
    """What we can't use is taken too: to refuse it would make the mail server send a bounce of its own. Raises NotAllowed."""
    given = raw.headers.get("authorization", "").partition(" ")[2].strip()
    if not settings.mail_inbound_token or not hmac.compare_digest(given.encode(), settings.mail_inbound_token.encode()):
        raise NotAllowed("wrong-token", "This is not the mail server's token")
    told = _read(raw, settings)
    if isinstance(told, Receipt):
        receipts.apply(store, told)
    elif told is not None:
        receipts.keep_answer(store, told)
    else:
        log().info("mail_passed_over", size=len(raw.body))


def _read(raw: Raw, settings: Receiving) -> Receipt | Answer | None:
    try:
        return incoming.read(raw.body, raw.query.get("recipient", "")[:254], settings.link_secret, now())
    except Exception as fault:  # the library's parser gives up on some that are malformed, in many ways
        log().warning("mail_not_read", size=len(raw.body), fault=type(fault).__name__)
        return None
