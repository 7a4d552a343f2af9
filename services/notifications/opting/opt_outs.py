"""A person's word that a channel is not to be used: for the messages of one branch, or of the whole chain.

The ladder leaves out what `left` names. Codes for signing in are no messages: who asks for one gets it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.sending.steps import failed
from services.notifications.settings import rules
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

CHANNELS = ("sms", "whatsapp", "email", "push", "voice")
OPTED_OUT = "opted_out"
CONFIRMS = "keyword"  # what the answer to a keyword is about
CHAIN: list[str] = []  # the branch_id of what is of no branch


def leave(store: Store, branch_id: str | None, person_id: str, channel: str, how: str) -> bool:
    """`branch_id` None: of the whole chain, as when somebody writes STOP to its number. Whether it is news."""
    row: Document = {
        "_id": _id(branch_id, person_id, channel),
        "branch_id": branch_id or CHAIN,
        "person_id": person_id,
        "channel": channel,
        "since": now(),
        "how": how,
    }
    news = bool(store.opt_outs.add_new([row]))
    if news:
        log().info("opted_out", channel=channel, how=how, person=person_id)
        _withdraw(store, branch_id, person_id, channel)
    return news


def come_back(store: Store, person_id: str, channel: str, branch_id: str | None = None) -> bool:
    """For one branch, or wherever it was said (None). Whether there was anything to take back."""
    where = {"person_id": person_id, "channel": channel, **({"branch_id": branch_id} if branch_id else {})}
    gone = store.opt_outs.collection.delete_many(WHOLE_CHAIN.filter(where)).deleted_count
    if gone:
        log().info("opted_in", channel=channel, person=person_id)
    return bool(gone)


def left(store: Store, told: Iterable[tuple[str, str]]) -> dict[tuple[str, str], set[str]]:
    """The channels that each of these, of a branch and a person, has left, there or in the whole chain."""
    keys = set(told)
    where = {"person_id": {"$in": sorted({id for _, id in keys})}}
    rows = store.opt_outs.find(WHOLE_CHAIN, where)
    found: dict[tuple[str, str], set[str]] = {}
    for key in keys if rows else ():
        channels = {row["channel"] for row in rows if row["person_id"] == key[1] and row["branch_id"] in (key[0], CHAIN)}
        if channels:
            found[key] = channels
    return found


def mine(store: Store, caller: Caller) -> list[Document]:
    ids = store.same_person(caller.person_id)
    return store.opt_outs.find(WHOLE_CHAIN, {"person_id": {"$in": ids}}, sort="since")


def leave_mine(store: Store, caller: Caller, draft: Document) -> Document:
    """Raises NotAllowed for a branch in which the caller has no role."""
    if draft["branch_id"]:
        caller.branch(draft["branch_id"])
    leave(store, draft["branch_id"], caller.person_id, draft["channel"], "asked")
    return store.opt_outs.one(WHOLE_CHAIN, _id(draft["branch_id"], caller.person_id, draft["channel"]))


def take_back(store: Store, caller: Caller, opt_out_id: str) -> None:
    """The person's own. Raises NotFound."""
    if not any(row["_id"] == opt_out_id for row in mine(store, caller)):
        raise NotFound("Opt-out")
    store.opt_outs.remove(WHOLE_CHAIN, opt_out_id)


def _withdraw(store: Store, branch_id: str | None, person_id: str, channel: str) -> None:
    """What waits for the channel goes on to the next one. Not what is under way just now, nor what tells others too, nor the
    word that confirms this."""
    where: Document = {"person_id": person_id, "channel": channel, "state": State.QUEUED.value, "about_type": {"$ne": CONFIRMS}}
    where |= {"rides_on": None, "carries": {"$ne": True}, **({"branch_id": branch_id} if branch_id else {})}
    for message in store.messages.find(WHOLE_CHAIN, where):
        change = failed(message, rules(), now(), OPTED_OUT)
        free = {"state": State.QUEUED.value, "step": message["step"], "leased_until": {"$not": {"$gt": now()}}}
        push = {"history": {"$each": change.history}}
        store.messages.change(WHOLE_CHAIN, message["_id"], to=change.to, when=free, push=push)


def _id(branch_id: str | None, person_id: str, channel: str) -> str:
    return effect_id("opt_out", branch_id or "", person_id, channel)
