"""Messages that ride on others, once more compared with those: one may have been stored just as the other came to something."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.states import FOLLOWS, State, step

if TYPE_CHECKING:
    from services.notifications.store import Store

WAITING, YOUNG = timedelta(days=7), timedelta(minutes=15)  # how far back those are looked at that are queued, and sent
AT_ONCE = 1000


def catch_up(store: Store) -> int:
    """How many had fallen behind."""
    since = {State.QUEUED: WAITING, State.SENT: YOUNG}
    riding = [
        message
        for state, age in since.items()
        for message in store.messages.find(
            WHOLE_CHAIN,
            {"rides_on": {"$gt": ""}, "state": state.value, "created_at": {"$gte": now() - age}},
            sort="-created_at",
            limit=AT_ONCE,
        )
    ]
    on = store.messages.find(WHOLE_CHAIN, {"_id": {"$in": list({message["rides_on"] for message in riding})}})
    states = {message["_id"]: message for message in on}
    behind = 0
    for message in riding:
        carrying = states.get(message["rides_on"])
        if carrying is None or State(message["state"]) not in FOLLOWS[State(carrying["state"])]:
            continue
        to = {"state": carrying["state"], "reason": carrying["reason"]}
        said = step(State(carrying["state"]), now(), carrying["reason"], carrying["channel"])
        unchanged = {"state": message["state"]}
        behind += store.messages.change(WHOLE_CHAIN, message["_id"], to=to, when=unchanged, push={"history": said}) is not None
    return behind
