"""Once more to somebody whom a message has not reached: by the ladder that they have today, and as far as it is still so."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import metrics
from services.notifications.messages import NO_MORE
from services.notifications.opting import opt_outs
from services.notifications.pushing import devices
from services.notifications.sending import contacts, still
from services.notifications.sending.lanes import DIRECT
from services.notifications.sending.onward import within_limit
from services.notifications.sending.queueing import placed
from services.notifications.sending.sharing import SHARED
from services.notifications.sending.steps import SUPERSEDED, TOO_LATE, Change, beyond, over
from services.notifications.settings import rules
from services.notifications.states import State, step

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.sending.still import Told
    from services.notifications.store import Store

AGAIN = "sent_again"  # the reason in its history
NOT_REACHED = (State.FAILED.value, State.SKIPPED.value)
# reasons of what is nobody's any more, or was taken back
FOR_GOOD = (still.CANCELED, SUPERSEDED, TOO_LATE, "erased", "no_guardian", NO_MORE)
_NAMES = ("channel", "address", "state", "reason", "send_at", "tried_since", "due_at", "counted", "parts", "hours", "wanted_at")
_FRESH = {"leased_until": None, "claim": None, "print_run": None, "digest_id": None}


def may_go(message: Document) -> bool:
    unreached = message["state"] in NOT_REACHED and message["reason"] not in FOR_GOOD
    return unreached and bool(message["person_id"]) and not over(message, now())


def send(store: Store, message: Document, wish: str | None = None) -> Document | None:
    """The message after it; None when it stays what it is, as there is still no way, it is no longer so, or no longer
    unreached.

    What rides on another goes with that one. Its ledger and its history go on. `wish`: by which it is sent (`resending.py`).
    """
    if message["rides_on"]:
        on = store.messages.first(WHOLE_CHAIN, {"_id": message["rides_on"]})
        sent = send(store, on, wish) if on else None
        return store.messages.first(WHOLE_CHAIN, {"_id": message["_id"]}) if sent else None
    if not may_go(message) or not still.said(store, message):
        return None
    told = still.told(store, message)
    if message["student_ids"] and not told.student_ids:
        _is_nobodys(store, message)
        return None
    if told.student_ids != message["student_ids"] and still.names(message):
        return None
    to = _on_todays_ladder(store, {**message, "student_ids": told.student_ids})
    if to is None:
        return None
    after = _write_within_limit(store, message, {**to, "sent_by_wish": wish}, told)
    if after is not None:
        still.look_again(store, after)
        metrics.count(after)
    return after


def _write_within_limit(store: Store, message: Document, to: dict[str, Any], told: Told) -> Document | None:
    """Beyond the branch's limit by what costs nothing, if they have that."""

    def free() -> Change:
        change = beyond({**message, **to, "counted": None, "parts": None}, rules(), now())
        return Change({**to, "counted": None, "parts": None, **change.to})

    def write(change: Change) -> Document | None:
        return _write(store, message, change.to, told) if change.to["state"] not in NOT_REACHED else None

    return within_limit(store, message, Change(to), free, write)


def _on_todays_ladder(store: Store, message: Document) -> dict[str, Any] | None:
    """What is written. The rungs that it has gone stay: attempts name them by their number."""
    branch_id, id = key = message["branch_id"], message["person_id"]
    person = store.people_near(branch_id, [id]).get(id)
    bad = contacts.channels(contacts.failed(store, [id]).get(id, {}), person)
    left, knocks = opt_outs.left(store, [key]).get(key, ()), id in devices.owners(store, [id])
    paid = message.get("counted") if message["state"] != State.SKIPPED.value else None
    anew = {**message, "reason": None, "send_at": None, "counted": paid}
    found = placed(anew, person, rules(), now(), bad, left=left, knocks=knocks)
    if found["state"] == State.SKIPPED.value:
        return None
    gone = message["ladder"][: message["step"] + 1]
    lane = {"lane": DIRECT} if message["lane"] == SHARED else {}
    way = {"ladder": [*gone, *found["ladder"]], "step": len(gone), "student_ids": message["student_ids"]}
    return {**{name: found[name] for name in _NAMES}, **_FRESH, **lane, **way}


def _is_nobodys(store: Store, message: Document) -> None:
    """For good: it is about children who are theirs no more."""
    push = {"history": step(State(message["state"]), now(), NO_MORE, message["channel"])}
    unchanged = {"state": message["state"], "step": message["step"]}
    store.messages.change(WHOLE_CHAIN, message["_id"], to={"reason": NO_MORE}, when=unchanged, push=push)


def _write(store: Store, message: Document, to: dict[str, Any], told: Told) -> Document | None:
    unchanged = {"state": message["state"], "step": message["step"]}
    push = {"history": step(State(to["state"]), now(), AGAIN, to["channel"])}
    after = store.messages.change(WHOLE_CHAIN, message["_id"], to=to, when=unchanged, push=push)
    if after is not None and message.get("carries"):
        riding = {"rides_on": message["_id"], "state": {"$in": NOT_REACHED}, "reason": {"$nin": FOR_GOOD}}
        riding |= {"person_id": {"$in": sorted(told.person_ids)}}
        goes = {"state": State.QUEUED.value, "reason": None, "sent_by_wish": to["sent_by_wish"]}
        store.messages.change_all(WHOLE_CHAIN, riding, goes)
    return after
