"""A member reports a message; the head looks and says what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id
from schoolbus.logs import log
from schoolbus.paging import Paged
from schoolbus.problems import NotFound
from schoolbus.rights import BRANCH
from schoolbus.scope import Scope, branch
from services.notifications.talking import members, notes
from services.notifications.talking.naming import naming
from services.notifications.wording.languages import say
from services.notifications.wording.texts import MESSAGE_REPORTED

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

OPEN, DONE = "open", "done"
OUTCOMES = ("no_abuse", "talked", "blocked")


def report(
    store: Store,
    caller: Caller,
    branch_id: str,
    conversation_id: str,
    message_id: str,
    draft: Mapping[str, Any],
    public_url: str,
) -> Document:
    """A second report by the same person is the first. The heads are told. Raises NotFound."""
    found, _ = members.seen(store, caller, branch_id, conversation_id)
    scope = branch(branch_id)
    post = store.posts.first(scope, {"_id": message_id, "conversation_id": found["_id"]})
    if post is None:
        raise NotFound("Message")
    made = {
        "_id": effect_id("abuse", message_id, caller.person_id),
        "branch_id": branch_id,
        "conversation_id": found["_id"],
        "message_id": message_id,
        "student_id": found["student_id"],
        "writer_id": post["writer_id"],
        "reporter_id": caller.person_id,
        "reason": draft["reason"],
        "at": now(),
        "state": OPEN,
        "outcome": None,
        "done_by": None,
    }
    if store.abuse_reports.add_new([made]):
        log().info("message_reported", report=made["_id"], branch=branch_id)
    _tell_heads(store, scope, made, public_url)
    return _shown(store, scope, [store.abuse_reports.one(scope, str(made["_id"]))])[0]


def page(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    scope = caller.branch(branch_id)
    where = {"state": query["state"]} if query["state"] else {}
    found = store.abuse_reports.page(scope, where, sort="-at", page=query["page"])
    audit.note(store, caller, branch_id, {each["student_id"] for each in found.items}, by=(BRANCH,))
    return Paged(_shown(store, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, report_id: str) -> Document:
    scope = caller.branch(branch_id)
    found = store.abuse_reports.one(scope, report_id)
    audit.note(store, caller, branch_id, [found["student_id"]], by=(BRANCH,))
    return _shown(store, scope, [found])[0]


def settle(store: Store, caller: Caller, branch_id: str, report_id: str, outcome: str) -> Document:
    found = one(store, caller, branch_id, report_id)
    to = {"state": DONE, "outcome": outcome, "done_by": caller.person_id}
    scope = branch(branch_id)
    return _shown(store, scope, [store.abuse_reports.change(scope, report_id, to=to) or found])[0]


def _tell_heads(store: Store, scope: Scope, made: Document, public_url: str) -> None:
    """In the app alone; twice is once."""
    for head in store.people.find(scope, {"roles": members.HEAD, "active": True}):
        said = say(MESSAGE_REPORTED, head["language"], [], {})
        about = ("abuse_report", made["_id"])
        notes.send(store, made["branch_id"], head, MESSAGE_REPORTED, said, made["_id"], *about, public_url, only="app")


def _shown(store: Store, scope: Scope, reports: Sequence[Document]) -> list[Document]:
    """With the message that is reported."""
    named = naming(store, scope, {id for each in reports for id in (each["writer_id"], each["reporter_id"])})
    posts = {each["_id"]: each for each in store.posts.find(scope, {"_id": {"$in": [each["message_id"] for each in reports]}})}
    return [
        {
            **each,
            "text": posts.get(each["message_id"], {}).get("text", ""),
            "writer": named(each["writer_id"]),
            "reporter": named(each["reporter_id"]),
        }
        for each in reports
    ]
