"""Once more to somebody whom a message has not reached: by the ladder that they have today."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus.clock import now
from schoolbus.scope import WHOLE_CHAIN, branch
from services.notifications import metrics, usage
from services.notifications.messages import NO_MORE
from services.notifications.opting import opt_outs
from services.notifications.pushing import devices
from services.notifications.sending import contacts
from services.notifications.sending.channels import CARRIED
from services.notifications.sending.lanes import DIRECT
from services.notifications.sending.queueing import placed
from services.notifications.sending.sharing import SHARED
from services.notifications.sending.steps import SUPERSEDED, TOO_LATE, over
from services.notifications.settings import rules
from services.notifications.states import State, step

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

AGAIN = "sent_again"  # the reason in its history
NOT_REACHED = (State.FAILED.value, State.SKIPPED.value)
# reasons of what is nobody's any more, or was taken back
FOR_GOOD = ("canceled", SUPERSEDED, TOO_LATE, "erased", "no_guardian", NO_MORE)


def may_go(message: Document) -> bool:
    unreached = message["state"] in NOT_REACHED and message["reason"] not in FOR_GOOD
    return unreached and bool(message["person_id"]) and not over(message, now())


def send(store: Store, message: Document) -> Document | None:
    """The message after it; None when it stays what it is, as there is still no way, or it is no longer unreached.

    What rides on another goes with that one. Its ledger and its history go on.
    """
    if message["rides_on"]:
        on = store.messages.first(WHOLE_CHAIN, {"_id": message["rides_on"]})
        sent = send(store, on) if on else None
        return store.messages.first(WHOLE_CHAIN, {"_id": message["_id"]}) if sent else None
    to = _on_todays_ladder(store, message) if may_go(message) else None
    if to is None:
        return None
    if to["channel"] in CARRIED and (message["counted"] not in CARRIED or message["state"] == State.SKIPPED.value):
        after = usage.one_more(store, message["branch_id"], lambda within: _write(store, message, to) if within else None)
    else:
        after = _write(store, message, to)
    if after is not None:
        metrics.count(after)
    return after


def _on_todays_ladder(store: Store, message: Document) -> dict[str, Any] | None:
    """What is written. The rungs that it has gone stay: attempts name them by their number."""
    scope, id = branch(message["branch_id"]), message["person_id"]
    rows = store.people.find(WHOLE_CHAIN, {"person_id": id})
    person = min(rows, key=lambda row: (not row["active"], row["branch_id"] != scope.branch_id), default=None)
    bad = contacts.channels(contacts.failed(store, [id]).get(id, {}), person)
    key = message["branch_id"], id
    left, knocks = opt_outs.left(store, [key]).get(key, ()), id in devices.owners(store, [id])
    found = placed({**message, "reason": None, "send_at": None}, person, rules(), now(), bad, left=left, knocks=knocks)
    if found["state"] == State.SKIPPED.value:
        return None
    gone = message["ladder"][: message["step"] + 1]
    names = (
        "channel",
        "address",
        "state",
        "reason",
        "send_at",
        "tried_since",
        "due_at",
        "counted",
        "parts",
        "hours",
        "wanted_at",
    )
    lane = {"lane": DIRECT} if message["lane"] == SHARED else {}
    fresh = {"leased_until": None, "claim": None, "print_run": None, "digest_id": None, **lane}
    return {**{name: found[name] for name in names}, **fresh, "ladder": [*gone, *found["ladder"]], "step": len(gone)}


def _write(store: Store, message: Document, to: dict[str, Any]) -> Document | None:
    unchanged = {"state": message["state"], "step": message["step"]}
    push = {"history": step(State(to["state"]), now(), AGAIN, to["channel"])}
    after = store.messages.change(WHOLE_CHAIN, message["_id"], to=to, when=unchanged, push=push)
    if after is not None and message.get("carries"):
        riding = {"rides_on": message["_id"], "state": {"$in": NOT_REACHED}, "reason": {"$nin": FOR_GOOD}}
        store.messages.change_all(WHOLE_CHAIN, riding, {"state": State.QUEUED.value, "reason": None})
    return after
