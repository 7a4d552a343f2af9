"""A person's own messages, whatever channel they went by, from all branches."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.paging import Paged
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN
from services.notifications import metrics
from services.notifications.sending.channels import IN_THE_APP
from services.notifications.sending.marking import mark
from services.notifications.speaking import notes
from services.notifications.states import State, advance, follows

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store


def mine(store: Store, caller: Caller, query: Mapping[str, Any]) -> Paged:
    """One page, newest first. A message that is or was in the app is delivered by being fetched."""
    page = store.messages.page(WHOLE_CHAIN, _whose(store, caller), sort="-created_at", page=query["page"])
    for branch_id, student_id in {(each["branch_id"], student) for each in page.items for student in each["student_ids"]}:
        audit.note(store, caller, branch_id, [student_id])
    return Paged(_delivered(store, page.items), page.next)


def read(store: Store, caller: Caller, message_id: str) -> Document:
    """The person says that they read it. Saying so again changes nothing."""
    message = _own(store, caller, message_id)
    return mark(store.messages, message["_id"], State.READ, now(), seen=True) or _own(store, caller, message_id)


def calendar(store: Store, caller: Caller, message_id: str) -> bytes:
    """RFC 5545."""
    message = _seen(store, caller, message_id)
    if not message["calendar"]:
        raise NotFound("Calendar file")
    return str(message["calendar"]).encode()


def audio(store: Store, caller: Caller, message_id: str) -> tuple[bytes, str]:
    """The audio note, and its type. Raises NotFound, also while it is being made."""
    return notes.sound(store, _seen(store, caller, message_id)["_id"])


def _whose(store: Store, caller: Caller) -> dict[str, Any]:
    """Whoever signed in by a code sees what guardians are told, and no more: others may hold the phone."""
    ids = store.same_person(caller.person_id)
    return {"person_id": ids[0] if len(ids) == 1 else {"$in": ids}, **({"role": "guardian"} if caller.by_code else {})}


def _own(store: Store, caller: Caller, message_id: str) -> Document:
    message = store.messages.first(WHOLE_CHAIN, {"_id": message_id, **_whose(store, caller)})
    if message is None:
        raise NotFound("Message")
    return message


def _seen(store: Store, caller: Caller, message_id: str) -> Document:
    """One of the caller's own, looked at by itself."""
    message = _own(store, caller, message_id)
    audit.note(store, caller, message["branch_id"], message["student_ids"])
    return message


def _delivered(store: Store, messages: list[Document]) -> list[Document]:
    at = now()
    new = {message["_id"] for message in messages if _in_app(message) and follows(State.DELIVERED, State(message["state"]))}
    if new:
        store.all_become(new, State.DELIVERED, at)
        for size, count in Counter(message.get("size", "none") for message in messages if message["_id"] in new).items():
            metrics.messages.labels("app", State.DELIVERED.value, "none", size).inc(count)
    return [advance(message, State.DELIVERED, at) if message["_id"] in new else message for message in messages]


def _in_app(message: Document) -> bool:
    """Whether the app is the message's channel, or was before it went on to the next."""
    return any(rung["channel"] in IN_THE_APP for rung in message["ladder"][: message["step"] + 1])
