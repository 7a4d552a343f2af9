"""A branch's webhooks: where to, which events, and the secrets that sign them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import new_id
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Conflict, Invalid, Sentence
from schoolbus.scope import branch
from services.notifications.webhooks import addresses, signing
from services.notifications.webhooks.sending import NEVER, wake

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

MOST = 20  # webhooks of a branch
_HEALTHY = {"failing_since": None, "stopped_because": None, "slow": False}


def page(store: Store, caller: Caller, branch_id: str, paging: Paging) -> Paged:
    return store.webhooks.page(caller.branch(branch_id), sort="created_at", page=paging)


def make(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any], *, allow_private: bool) -> Document:
    """A new webhook, with its secret, which is shown this once. Raises Invalid, Conflict."""
    _check(draft["url"], allow_private)
    if store.webhooks.count(caller.branch(branch_id)) >= MOST:
        raise Conflict(
            "too-many-webhooks",
            Sentence("A branch has up to %(most)s webhooks", most=MOST),
            "Remove one that is no longer used.",
        )
    secret = signing.new_secret()
    webhook = {
        "_id": new_id(),
        "branch_id": branch_id,
        **draft,
        "secrets": [{"secret": secret, "until": None}],
        **_HEALTHY,
        "created_at": now(),
        "created_by": caller.person_id,
        "next_at": NEVER,
        "wakes": 0,
        "leased_until": None,
        "attempts": 0,
    }
    store.webhooks.add(webhook)
    log().info("webhook_made", webhook=webhook["_id"], branch=branch_id)
    return {**webhook, "secret": secret}


def one(store: Store, caller: Caller, branch_id: str, id: str) -> Document:
    return store.webhooks.one(caller.branch(branch_id), id)


def change(store: Store, caller: Caller, branch_id: str, id: str, to: Mapping[str, Any], *, allow_private: bool) -> Document:
    """What is named is changed. One that is switched on again goes on with what waits for it."""
    if "url" in to:
        _check(to["url"], allow_private)
    scope = caller.branch(branch_id)
    if not to:
        return store.webhooks.one(scope, id)
    found = store.webhooks.change(scope, id, to={**to, **(_HEALTHY if to.get("active") else {})})
    if found is None:
        return store.webhooks.one(scope, id)  # raises NotFound
    if to.get("active"):
        wake(store, [id])
    return found


def remove(store: Store, caller: Caller, branch_id: str, id: str) -> None:
    """With its log and all that still waits for it."""
    scope = caller.branch(branch_id)
    store.webhooks.one(scope, id)
    store.webhooks.remove(scope, id)
    store.deliveries.collection.delete_many(scope.filter({"webhook_id": id}))


def rotate(store: Store, caller: Caller, branch_id: str, id: str) -> Document:
    """A new secret, shown this once; the one before signs too for a day."""
    scope = caller.branch(branch_id)
    secret, known = signing.new_secret(), store.webhooks.one(scope, id)["secrets"]
    to = {"secrets": signing.rotated(known, secret, now())}
    found = store.webhooks.change(scope, id, to=to, when={"secrets": known})
    if found is None:
        raise Conflict("rotated-meanwhile", "Somebody else has just changed this secret", "Look whether you still need to.")
    log().info("webhook_secret_rotated", webhook=id, branch=branch_id)
    return {**found, "secret": secret}


def stop(store: Store, webhook: Document, because: str, at: datetime) -> Document | None:
    """Switches one off that no longer answers; None when somebody did before. What waits for it stays."""
    to = {"active": False, "stopped_because": because, "stopped_at": at}
    return store.webhooks.change(branch(webhook["branch_id"]), webhook["_id"], to=to, when={"active": True})


def _check(url: str, allow_private: bool) -> None:
    try:
        addresses.read(url, allow_private=allow_private)
    except ValueError as wants:
        raise Invalid({"url": [str(wants)]}) from wants
