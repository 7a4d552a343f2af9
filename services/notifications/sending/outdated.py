"""What has changed since it was said: a meeting was moved, or cancelled, while the message of its former time still waits.

A thing that changes counts its editions, and its events say of which they are. They may come in any order, and at the same
time in several processes: whoever stores messages takes back older ones afterwards, so who is last sees both. What a
carrier is just taking, or has taken, stays; if that fails it is not tried again (`steps.over`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.sending.attempts import NOT_UNDER_WAY
from services.notifications.sending.steps import SUPERSEDED
from services.notifications.states import State, step

if TYPE_CHECKING:
    from schoolbus.scope import Scope
    from services.notifications.store import Store


def newest(store: Store, scope: Scope, about: str, about_id: str, edition: int) -> int:
    """The newest edition of the thing that is known, after this one is."""
    id = effect_id(about, scope.branch_id or "", about_id)
    known: dict[str, Any] = store.editions.collection.find_one_and_update(
        WHOLE_CHAIN.filter({"_id": id}),
        {"$max": {"edition": edition}, "$set": {"at": now(), "branch_id": scope.branch_id}},
        upsert=True,
        return_document=True,
    )
    return int(known["edition"])


def take_back(store: Store, scope: Scope, about: str, about_id: str, edition: int) -> None:
    """Messages of earlier editions: those that wait are not sent; those that were sent, or reached nobody, not once more."""
    old = {"about_type": about, "about_id": about_id, "edition": {"$lt": edition}}
    store.messages.change_all(scope, {**old, "superseded": None}, {"superseded": True})
    withdraw(store, scope.filter({**old, "state": State.QUEUED.value}), SUPERSEDED)


def withdraw(store: Store, waiting: Mapping[str, Any], reason: str) -> None:
    """They are not sent after all. Of what was tried before, a carrier may have it: then it may still prove to have arrived."""
    at = now()
    for state, tried in ((State.SKIPPED, False), (State.FAILED, True)):
        where = {**waiting, "attempts.0": {"$exists": tried}, **NOT_UNDER_WAY}
        to = {"state": state.value, "reason": reason, "due_at": None, "leased_until": None, "claim": None}
        store.messages.collection.update_many(where, {"$set": to, "$push": {"history": step(state, at, reason)}})
