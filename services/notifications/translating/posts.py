"""A message of a conversation in its reader's language: kept beside it, never in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.problems import Conflict, NotFound
from schoolbus.scope import branch
from services.notifications.talking import members, posts
from services.notifications.translating import asking
from services.notifications.translating.translator import AUTO

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.settings import Receiving
    from services.notifications.store import Store


def translate(
    store: Store, settings: Receiving, caller: Caller, branch_id: str, conversation_id: str, letter_id: str, target: str
) -> Document:
    """For members and the head. Asked for again, by whomever, it is the one that is there."""
    found, _ = members.seen(store, caller, branch_id, conversation_id)
    scope, of_this = branch(branch_id), {"conversation_id": found["_id"]}
    post = store.posts.first(scope, {**of_this, "_id": letter_id})
    if post is None:
        raise NotFound("Message")
    if not post["text"].strip():
        raise Conflict("nothing-to-translate", "There are no words in this message", "Look at what is attached to it.")
    if target not in post.get("translations", {}):
        (text,) = asking.translate(store, settings, branch_id, [post["text"]], AUTO, target)
        to = {f"translations.{target}": {"text": text, "at": now()}}
        changed = store.posts.change(scope, letter_id, to=to, when={**of_this, "text": post["text"]})
        if changed is None:  # erased meanwhile
            raise NotFound("Message")
        post = changed
    return posts.shown(store, branch_id, [post])[0]
