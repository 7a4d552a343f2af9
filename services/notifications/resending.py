"""Whoever follows messages sends those again that have not reached their guardian."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.logs import log
from schoolbus.problems import Conflict
from schoolbus.scope import branch
from services.notifications import following
from services.notifications.sending import again

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

AT_ONCE = 200  # messages of a request


def one(store: Store, caller: Caller, branch_id: str, message_id: str) -> Document:
    """What has reached its guardian, or is on its way, stays as it is. Raises NotFound, and Conflict where there is no way."""
    following.one(store, caller, branch_id, message_id)
    found = store.messages.one(branch(branch_id), message_id)
    if found["state"] in again.NOT_REACHED and again.send(store, found) is None:
        found = store.messages.one(branch(branch_id), message_id)
        if found["state"] in again.NOT_REACHED:
            raise Conflict(
                "no-way", "There is still no way to this guardian", "Repair their contact, or choose a channel first."
            )
    log().info("message_sent_again", message=message_id, branch=branch_id)
    return following.one(store, caller, branch_id, message_id)


def about(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """Of one thing what has reached nobody, in the order of ids; a teacher's, of children whom they teach."""
    scope = caller.branch(branch_id)
    taught = following.taught_by(store, caller, scope)
    wanted = {"state": {"$in": again.NOT_REACHED}, "reason": {"$nin": again.FOR_GOOD}, "person_id": {"$ne": None}}
    where = {**following.about(query, taught), **wanted, "_id": {"$gt": query["after"]}}
    found = store.messages.find(scope, where, limit=AT_ONCE + 1)
    these = found[:AT_ONCE]
    children = {id for message in these for id in message["student_ids"] if taught is None or id in taught}
    audit.note(store, caller, branch_id, children)
    sent = sum(again.send(store, message) is not None for message in these)
    log().info("messages_sent_again", branch=branch_id, sent=sent)
    return {"sent": sent, "stays": len(these) - sent, "next": these[-1]["_id"] if len(found) > AT_ONCE else None}
