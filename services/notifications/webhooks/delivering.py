"""The worker's part: what waits for a webhook is posted, one after the other, by whoever has the webhook's lease.

So a webhook has one connection at a time, and those that are slow or fail have threads of their own: nobody waits for them.
Order is not promised: what failed comes again later, and the next goes meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from schoolbus.clock import now
from schoolbus.logs import log
from schoolbus.problems import NotYet
from schoolbus.scope import branch
from services.notifications import metrics, notices
from services.notifications.settings import Sending
from services.notifications.webhooks import posting, signing
from services.notifications.webhooks.endpoints import stop
from services.notifications.webhooks.posting import Answer
from services.notifications.webhooks.sending import DELIVERED, FAILED, NEVER, WAITING
from services.notifications.wording.texts import WEBHOOK_STOPPED

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

LEASE = 120  # seconds; more than TURN and one attempt with a slow name server
TURN = 10.0  # seconds after which others are served
SLOW = 2.0  # seconds for an answer, from which on a webhook goes with those that are slow
GIVEN_UP = timedelta(days=5)  # of nothing but failures
RESTING = timedelta(minutes=1)  # between looks at a branch that is not subscribed just now
LOG = 20  # tries that a delivery remembers


def claim(store: Store, *, slow: bool) -> Document | None:
    """The webhook whose deliveries have waited longest."""
    return store.webhooks.claim({"active": True, "slow": slow, "next_at": {"$lte": now()}}, lease=LEASE, sort="next_at")


def work_off(store: Store, webhook: Document, settings: Sending) -> None:
    """A turn of one webhook. Ends early when it fails or becomes slow."""
    ends, lease, rest = time.monotonic() + TURN, webhook["leased_until"], None
    if not _subscribed(store, webhook["branch_id"]):
        rest = now() + RESTING
    while rest is None and time.monotonic() < ends:
        delivery = _next(store, webhook)
        if delivery is None:
            break
        answer = attempt(webhook, delivery, settings)
        webhook = _settle(store, webhook, delivery, answer, settings.webhook_delays) or webhook
        if not answer.good:
            rest = now() + timedelta(seconds=settings.webhook_delays[0])
        if not webhook["active"] or webhook["slow"]:
            break
    _give_back(store, webhook, lease, rest)


def attempt(webhook: Document, delivery: Document, settings: Sending) -> Answer:
    headers = {"Content-Type": "application/json", "User-Agent": "Rabta-Webhooks/1"}
    signed = signing.headers(webhook["secrets"], delivery["_id"], delivery["payload"], now())
    body = delivery["payload"].encode()
    return posting.post(webhook["url"], body, {**headers, **signed}, allow_private=settings.webhook_allow_private)


def after(delivery: Document, answer: Answer, delays: Sequence[int], at: datetime) -> dict[str, Any]:
    """What an attempt makes of a delivery."""
    tries = delivery["tries"] + 1
    if answer.good:
        return {"tries": tries, "state": DELIVERED, "send_at": None}
    if tries > len(delays):
        return {"tries": tries, "state": FAILED, "send_at": None}
    return {"tries": tries, "state": WAITING, "send_at": at + timedelta(seconds=delays[tries - 1])}


def _settle(store: Store, webhook: Document, delivery: Document, answer: Answer, delays: Sequence[int]) -> Document | None:
    at, scope = now(), branch(webhook["branch_id"])
    line = {"at": at, "status": answer.status, "outcome": answer.outcome, "duration_ms": round(answer.seconds * 1000)}
    push = {"log": {"$each": [line], "$slice": -LOG}}
    store.deliveries.change(scope, delivery["_id"], to=after(delivery, answer, delays, at), push=push)
    metrics.webhook_deliveries.labels("delivered" if answer.good else _kind(answer)).inc()
    slow = {"slow": not answer.good or answer.seconds > SLOW}
    if answer.good:
        return store.webhooks.change(scope, webhook["_id"], to={**slow, "failing_since": None})
    since = webhook["failing_since"] or at
    log().info("webhook_not_delivered", webhook=webhook["_id"], outcome=answer.outcome, tries=delivery["tries"] + 1)
    failing = store.webhooks.change(scope, webhook["_id"], to={**slow, "failing_since": since})
    because = "gone" if answer.status == 410 else "failing" if at - since > GIVEN_UP else None
    return _stopped(store, failing or webhook, because, at) if because else failing


def _stopped(store: Store, webhook: Document, because: str, at: datetime) -> Document:
    """Switched off, and the head told."""
    stopped = stop(store, webhook, because, at)
    if stopped is not None:
        log().warning("webhook_stopped", webhook=webhook["_id"], because=because)
        notices.tell_staff(
            store,
            webhook["branch_id"],
            ("head",),
            WEBHOOK_STOPPED,
            {"host": urlsplit(webhook["url"]).hostname or ""},
            about=("webhook", f"{webhook['_id']} {at.isoformat()}"),
            path=f"/v1/branches/{webhook['branch_id']}/webhooks/{webhook['_id']}",
        )
    return {**webhook, "active": False}


def _next(store: Store, webhook: Document) -> Document | None:
    where = {"webhook_id": webhook["_id"], "state": WAITING, "send_at": {"$lte": now()}}
    return store.deliveries.first(branch(webhook["branch_id"]), where, sort="send_at")


def _give_back(store: Store, webhook: Document, lease: datetime, rest: datetime | None) -> None:
    """Our lease ends, and the webhook comes again when its next delivery is due. If it was woken meanwhile: at once."""
    scope, ours = branch(webhook["branch_id"]), {"leased_until": lease}
    known = store.webhooks.first(scope, {"_id": webhook["_id"], **ours})
    if known is None:
        return
    waiting = store.deliveries.first(scope, {"webhook_id": webhook["_id"], "state": WAITING}, sort="send_at")
    next_at = NEVER if waiting is None else max(waiting["send_at"], rest) if rest else waiting["send_at"]
    when = {"wakes": known["wakes"], **ours}
    if store.webhooks.change(scope, webhook["_id"], to={"next_at": next_at, "leased_until": None}, when=when) is None:
        store.webhooks.change(scope, webhook["_id"], to={"leased_until": None}, when=ours)


def _subscribed(store: Store, branch_id: str) -> bool:
    try:
        return store.subscribed(branch_id)
    except NotYet:
        return False


def _kind(answer: Answer) -> str:
    """For the metric: the class of a status is enough."""
    return answer.outcome if answer.status is None else f"http_{answer.status // 100}xx"
