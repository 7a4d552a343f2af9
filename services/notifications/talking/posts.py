"""What is said in a conversation: numbered without a gap, each by its writer's own id, so that twice is once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import Conflict
from schoolbus.scope import branch
from schoolbus.store import Busy
from services.notifications.talking import attachments, blocking, members, teasers, threads
from services.notifications.talking.members import GUARDIAN, HEAD
from services.notifications.talking.naming import naming

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store


def start(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any], public_url: str) -> Document:
    """A conversation with its first message; in one that is there already it is the next."""
    blocking.check(store, caller, branch_id)
    found, place = threads.start(store, caller, branch_id, draft)
    _by(store, found, place["person_id"], place["role"], draft, public_url)
    return threads.show(store, caller, store.conversations.one(branch(branch_id), found["_id"]))


def write(
    store: Store, caller: Caller, branch_id: str, conversation_id: str, draft: Mapping[str, Any], public_url: str
) -> Document:
    """Raises NotFound, NotAllowed, Conflict. A head who writes becomes a member."""
    found, place = members.seen(store, caller, branch_id, conversation_id)
    if place is not None and place["role"] == GUARDIAN:
        blocking.check(store, caller, branch_id)
    me = place or {"person_id": caller.person_id, "role": HEAD}
    post = _by(store, found, me["person_id"], me["role"], draft, public_url)
    return shown(store, branch_id, [post])[0]


def page(store: Store, caller: Caller, branch_id: str, conversation_id: str, query: Mapping[str, Any]) -> Paged:
    """The newest first."""
    found, _ = members.seen(store, caller, branch_id, conversation_id)
    those = {"conversation_id": found["_id"]}
    page = store.posts.page(branch(branch_id), those, sort="-number", page=query["page"])
    return Paged(shown(store, branch_id, page.items), page.next)


def keep(
    store: Store,
    conversation: Document,
    writer_id: str,
    role: str,
    *,
    id: str,
    text: str,
    attachment_ids: Sequence[str] = (),
    channel: str = teasers.PORTAL,
    at: datetime | None = None,
    **more: Any,
) -> Document:
    """The message as the next of its thread, which it opens again; the one that is there when it came before.

    Raises Conflict where the id is another text's, and Busy when somebody else wrote at this moment.
    """
    scope, number = branch(conversation["branch_id"]), conversation["number"] + 1
    if there := store.posts.first(scope, {"_id": id}):
        return _same(there, text, attachment_ids)
    post = {
        "_id": id,
        "branch_id": conversation["branch_id"],
        "conversation_id": conversation["_id"],
        "student_id": conversation["student_id"],
        "number": number,
        "writer_id": writer_id,
        "role": role,
        "text": text,
        "attachments": list(attachment_ids),
        "channel": channel,
        "at": at or now(),
        "untold": True,
        **more,
    }
    known = {"number": conversation["number"], "members": conversation["members"]}
    to = {
        "number": number,
        "members": _having_read(conversation["members"], writer_id, role, number),
        "state": threads.OPEN,
        "last_at": now(),
    }
    with store.transaction():
        if store.conversations.change(scope, conversation["_id"], to=to, when=known) is None:
            raise Busy
        store.posts.add(post)
        attachments.sent(store, scope, attachment_ids, id)
    log().info("message_written", conversation=conversation["_id"], role=role, channel=channel)
    return post


def shown(store: Store, branch_id: str, posts: Sequence[Document]) -> list[Document]:
    named = naming(store, branch(branch_id), {post["writer_id"] for post in posts})
    files = attachments.of_posts(store, branch(branch_id), posts)
    return [
        {
            **post,
            "writer": named(post["writer_id"]),
            "attachments": [files[id] for id in post["attachments"] if id in files],
            "translations": post.get("translations") or {},
        }
        for post in posts
    ]


def _by(store: Store, conversation: Document, writer_id: str, role: str, draft: Mapping[str, Any], public_url: str) -> Document:
    id = effect_id("post", conversation["_id"], writer_id, draft["client_id"])
    ids = list(dict.fromkeys(draft["attachment_ids"]))
    attachments.to_send(store, conversation, writer_id, ids, id)
    post = keep(store, conversation, writer_id, role, id=id, text=draft["text"], attachment_ids=ids)
    if post["untold"]:
        teasers.tell(store, post, public_url)
    return post


def _same(there: Document, text: str, attachment_ids: Sequence[str]) -> Document:
    if there["text"] != text or there["attachments"] != list(attachment_ids):
        raise Conflict("already-there", "This client_id is taken by another message of yours", "Send another id.")
    return there


def _having_read(those: list[Document], writer_id: str, role: str, number: int) -> list[Document]:
    """Who writes has read what came before."""
    if all(member["person_id"] != writer_id for member in those):
        return [*those, {"person_id": writer_id, "role": role, "read": number}]
    return [{**member, "read": number} if member["person_id"] == writer_id else member for member in those]
