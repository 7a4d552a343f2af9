"""A person's word that a channel is not to be used: for the messages of one branch, or of the whole chain.

The ladder leaves out what `left` names. Codes for signing in are no messages: who asks for one gets it.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TYPE_CHECKING

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN
from services.notifications.sending.attempts import NOT_UNDER_WAY
from services.notifications.sending.onward import go_on
from services.notifications.settings import rules
from services.notifications.states import State

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.sending.steps import Change
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
    ids = store.same_person(person_id)
    where = {"person_id": {"$in": ids}, "channel": channel, **({"branch_id": branch_id} if branch_id else {})}
    gone = store.opt_outs.collection.delete_many(WHOLE_CHAIN.filter(where)).deleted_count
    if gone:
        log().info("opted_in", channel=channel, person=person_id)
    return bool(gone)


def left(store: Store, told: Iterable[tuple[str, str]]) -> dict[tuple[str, str], set[str]]:
    """The channels that each of these, of a branch and a person, has left, there or in the whole chain; also as a record that
    was merged since."""
    keys = set(told)
    ids = sorted({id for _, id in keys})
    merged = store.people.collection.find({"counts_as": {"$in": ids, "$gt": ""}}, {"person_id": True, "counts_as": True})
    counting = {str(row["person_id"]): str(row["counts_as"]) for row in merged}
    theirs: dict[str, list[Document]] = {}
    for row in store.opt_outs.find(WHOLE_CHAIN, {"person_id": {"$in": [*ids, *counting]}}):
        theirs.setdefault(counting.get(row["person_id"], str(row["person_id"])), []).append(row)
    channels = {
        (branch_id, id): {row["channel"] for row in theirs[id] if row["branch_id"] in (branch_id, CHAIN)}
        for branch_id, id in keys
        if id in theirs
    }
    return {key: those for key, those in channels.items() if those}


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
        go_on(store, message, OPTED_OUT, rules(), partial(_leaves, store, message))


def _leaves(store: Store, message: Document, change: Change) -> None:
    free = {"state": State.QUEUED.value, "step": message["step"], **NOT_UNDER_WAY}  # a worker that has it lets it go
    push = {"history": {"$each": change.history}}
    store.messages.change(WHOLE_CHAIN, message["_id"], to={**change.to, "claim": None}, when=free, push=push)


def _id(branch_id: str | None, person_id: str, channel: str) -> str:
    return effect_id("opt_out", branch_id or "", person_id, channel)
