"""Messages that ride on others. Who shares a phone goes on by their own ladder when the other's message goes there no more.

And once more compared with those: one may have been stored just as the other came to something.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.opting import opt_outs
from services.notifications.sending.lanes import BULK, DIRECT
from services.notifications.sending.marking import tell
from services.notifications.sending.onward import within_limit
from services.notifications.sending.sharing import SHARED, goes_there, heard, own_rung
from services.notifications.sending.steps import OVER, Change, ended, over, stands
from services.notifications.settings import rules
from services.notifications.states import FOLLOWS, State, step

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

WAITING, YOUNG = timedelta(days=7), timedelta(minutes=15)  # how far back those are looked at that are queued, and sent
AT_ONCE = 1000
LEASE = 60  # seconds
NO_RECEIPT = "no_receipt"


def claim(store: Store) -> Document | None:
    """One that is to go on by itself."""
    waiting = {"lane": SHARED, "channel": SHARED, "state": State.QUEUED.value, "send_at": {"$lte": now()}}
    return store.messages.claim(waiting, lease=LEASE, sort="urgency send_at", counting=False)


def let_go(store: Store, person_id: str) -> None:
    """All on messages to somebody who will get none of them."""
    theirs = {"person_id": person_id, "carries": True, "state": State.QUEUED.value}
    ids = [message["_id"] for message in store.messages.find(WHOLE_CHAIN, theirs)]
    riding = {"rides_on": {"$in": ids}, "channel": SHARED, "state": State.QUEUED.value}
    store.messages.change_all(WHOLE_CHAIN, riding, {"send_at": now(), "reason": None})


def go_on(store: Store, rider: Document) -> None:
    """To its own next rung, within what the branch may send. One that was sent, and of which nothing is heard, stays so where
    there is none."""
    on, whose = _bearers(store, [rider]).get(rider["_id"], rider), (rider["branch_id"], rider["person_id"])
    left = opt_outs.left(store, [whose]).get(whose, ())
    change, free = (_next(rider, on, own_rung(rider, on, left, free=free), free=free) for free in (False, True))
    after = within_limit(store, rider, change, lambda: free, partial(_write, store, rider))
    if after is not None and change.history:
        tell(rider, after)


def _next(rider: Document, on: Mapping[str, Any], number: int | None, *, free: bool) -> Change:
    """`free`: it has come so far as the branch's plans give no more."""
    at, waits = now(), rider["state"] == State.QUEUED.value
    reason = OVER if free else rider["reason"] if waits else NO_RECEIPT  # None: nothing has failed
    if waits and (why := over(rider, at)):
        return ended(rider, at, why)
    if not waits and (number is None or over(rider, at)):
        return Change({"due_at": None, "leased_until": None})
    failed = [step(State.FAILED, at, reason, SHARED)] if reason else []
    if number is None:
        to = {"state": State.FAILED.value, "reason": reason or "failed", "send_at": None, "leased_until": None}
        together = on["state"] == State.FAILED.value  # they may be sent again so
        return Change({**to, "rides_on": rider["rides_on"] if together else None}, failed)
    change = stands(rider, number, rules(), at, reason)
    lane = BULK if on["lane"] == BULK else DIRECT
    return Change({**change.to, "rides_on": None, "lane": lane}, [*failed, *change.history])


def _write(store: Store, rider: Document, change: Change) -> Document | None:
    unchanged = {"state": rider["state"], "channel": SHARED, "rides_on": rider["rides_on"]}
    push = {"history": {"$each": change.history}} if change.history else None
    return store.messages.change(WHOLE_CHAIN, rider["_id"], to=change.to, when=unchanged, push=push)


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
    bearers = _bearers(store, riding)
    behind = 0
    for message in riding:
        on = bearers.get(message["_id"])
        change = _behind(message, on, now()) if on else None
        if change is None:
            continue
        unchanged = {"state": message["state"], "rides_on": message["rides_on"], "send_at": message["send_at"]}
        push = {"history": {"$each": change.history}} if change.history else None
        behind += store.messages.change(WHOLE_CHAIN, message["_id"], to=change.to, when=unchanged, push=push) is not None
    return behind


def _behind(rider: Document, on: Document, at: datetime) -> Change | None:
    """What it should have come to by now; None: it has."""
    state, waits = State(on["state"]), rider["state"] == State.QUEUED.value
    if rider["channel"] == SHARED:
        known = heard(on, rider["address"])
        if waits and rider["send_at"] is None and state is not State.SKIPPED and not goes_there(on, rider["address"]):
            return Change({"send_at": at, "reason": on["reason"] if on["ladder"] else None})  # whose person is erased: none
        state = known or (state if state is State.SKIPPED else State.QUEUED)
    if State(rider["state"]) in FOLLOWS[state] or (state is State.SKIPPED and waits):
        reason = on["reason"] if state.value == on["state"] else None
        return Change({"state": state.value, "reason": reason}, [step(state, at, reason, on["channel"])])
    return None


def _bearers(store: Store, riding: list[Document]) -> dict[str, Document]:
    """What each of them comes by: the message that it rides on, or the digest in which that one is."""
    found = _found(store, (message["rides_on"] for message in riding))
    digests = _found(store, (on["rides_on"] for on in found.values()))
    by = {id: digests.get(on["rides_on"], on) for id, on in found.items()}
    return {message["_id"]: by[message["rides_on"]] for message in riding if message["rides_on"] in by}


def _found(store: Store, ids: Any) -> dict[str, Document]:
    wanted = list({id for id in ids if id})
    return {each["_id"]: each for each in store.messages.find(WHOLE_CHAIN, {"_id": {"$in": wanted}})} if wanted else {}
