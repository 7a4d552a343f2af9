"""What a message costs the chain, in paisa (a hundredth of a rupee): an SMS by its part, anything else by the message."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.sending.channels import CHANNELS, SMS

if TYPE_CHECKING:
    from schoolbus.caller import Caller
    from schoolbus.store import Document
    from services.notifications.store import Store

CHAIN = "chain"


def shown(store: Store) -> Document:
    return store.prices.first(WHOLE_CHAIN, {"_id": CHAIN}) or {"paisa": {}, "changed_at": None}


def keep(store: Store, caller: Caller, given: Mapping[str, Any]) -> Document:
    """All prices, in place of those before; a channel that is not named costs nothing."""
    row = {"branch_id": [], "paisa": dict(given["paisa"]), "changed_at": now(), "changed_by": caller.person_id}
    store.prices.collection.update_one(WHOLE_CHAIN.filter({"_id": CHAIN}), {"$set": row}, upsert=True)
    return shown(store)


def cost(store: Store, channels: Mapping[str, int], sms_parts: int) -> dict[str, Any]:
    """`paisa`: all together; `by_channel`: of each. `pkr`: as people read it."""
    paisa = shown(store)["paisa"]
    units = {name: sms_parts if name == SMS else count for name, count in channels.items() if name in CHANNELS}
    by_channel = {name: count * paisa.get(name, 0) for name, count in units.items()}
    total = sum(by_channel.values())
    return {"paisa": total, "pkr": f"{total // 100}.{total % 100:02}", "by_channel": by_channel}
