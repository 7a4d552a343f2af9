"""The devices that a person has allowed to show what is new: one row for each browser's subscription."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.problems import Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.pushing import sealing
from services.notifications.webhooks import addresses

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

MOST = 20  # devices of a person


def mine(store: Store, caller: Caller) -> list[Document]:
    return store.devices.find(WHOLE_CHAIN, {"person_id": {"$in": store.same_person(caller.person_id)}}, sort="created_at")


def register(store: Store, caller: Caller, draft: Mapping[str, Any], *, key: str, allow_private: bool) -> Document:
    """The same subscription again is the same device; of another person, who signed in there before, it is theirs no more.

    Raises Invalid, Conflict.
    """
    if not key:
        raise Conflict("no-web-push", "There is no Web Push here", "The chain's operator can give notifications a VAPID key.")
    _check(draft, allow_private)
    id = effect_id("device", draft["endpoint"])
    known = mine(store, caller)
    if len(known) >= MOST and all(device["_id"] != id for device in known):
        raise Conflict(
            "too-many-devices", Sentence("A person has up to %(most)s devices", most=MOST), "Remove one that is no longer used."
        )
    device = {
        "person_id": caller.person_id,
        "branch_id": list(caller.branches),
        "name": draft["name"],
        "endpoint": draft["endpoint"],
        "keys": draft["keys"],
        "created_at": now(),
    }
    store.devices.collection.update_one({"_id": id}, {"$set": device}, upsert=True)
    log().info("device_registered", device=id)
    return {"_id": id, **device}


def remove(store: Store, caller: Caller, device_id: str) -> None:
    """Raises NotFound for another's."""
    if all(device["_id"] != device_id for device in mine(store, caller)):
        raise NotFound("Device")
    store.devices.remove(WHOLE_CHAIN, device_id)


def owners(store: Store, person_ids: Iterable[str]) -> set[str]:
    """Those of these people who have a device."""
    rows = store.devices.collection.find({"person_id": {"$in": list(person_ids)}}, {"person_id": True})
    return {row["person_id"] for row in rows}


class Devices:
    """As the carrier wants them."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def of(self, person_id: str) -> list[Document]:
        return self.store.devices.find(WHOLE_CHAIN, {"person_id": person_id}, sort="created_at")

    def forget(self, device_id: str, because: str) -> None:
        if self.store.devices.remove(WHOLE_CHAIN, device_id):
            log().info("device_forgotten", device=device_id, because=because)


def _check(draft: Mapping[str, Any], allow_private: bool) -> None:
    errors: dict[str, Any] = {}
    try:
        addresses.read(draft["endpoint"], allow_private=allow_private)
    except ValueError as wants:
        errors["endpoint"] = [str(wants)]
    if not sealing.fits(draft["keys"]):
        errors["keys"] = ["Wants p256dh, a point of P-256, and auth, 16 bytes, in base64url."]
    if errors:
        raise Invalid(errors)
