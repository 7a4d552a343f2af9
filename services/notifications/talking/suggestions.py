"""A branch's suggestion box. Who writes anonymously is nowhere: not in the document, a log or the audit trail.

A document has the day and no time, so that it can't be laid beside a log of requests; nothing is logged here, because a log
line has the request's correlation id. Whoever has the code that came back reads the answer, without signing in.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from schoolbus.caller import Caller
from schoolbus.clock import today
from schoolbus.once import once
from schoolbus.paging import Paged
from schoolbus.problems import NotFound, Problem
from schoolbus.scope import WHOLE_CHAIN, Scope
from services.notifications.talking import counting, hours
from services.notifications.talking.members import HEAD
from services.notifications.talking.naming import naming

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

NEW, SEEN, ANSWERED = "new", "seen", "answered"
A_DAY = 5  # of one person
A_DAY_IN_A_BRANCH = 300


def drop_in(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any], secret: str, request_id: str) -> Document:
    """With the code, which is shown this once; to the same request again on the same day. Raises Problem 429.

    Code and id come of the request's key sealed with the day's: they tell nobody whose request it was.
    """
    scope, day = caller.branch(branch_id), today()
    sealed = counting.sealed(store, secret, day, f"suggestion {request_id}")
    code = base64.b32encode(sealed[:15]).decode()
    kept = {
        "_id": str(UUID(bytes=sealed[16:], version=4)),
        "branch_id": branch_id,
        "text": draft["text"],
        "on": day.isoformat(),
        "state": NEW,
        "answer": None,
        "answered_on": None,
        "answered_by": None,
        "code_hash": _hash(code),
        **({} if draft["anonymous"] else {"person_id": caller.person_id}),
    }
    if store.suggestions.first(scope, {"_id": kept["_id"]}) is None:
        _make_room(store, caller, scope, secret)
    there = once(store.suggestions, scope, kept, lambda: store.suggestions.add(kept), ("text",), keyed=True)
    return {**there, "code": "-".join(code[start : start + 4] for start in range(0, len(code), 4))}


def _make_room(store: Store, caller: Caller, scope: Scope, secret: str) -> None:
    """Raises Problem 429 for one too many."""
    day = today()
    if not counting.take(store, secret, caller.person_id, day, A_DAY):
        raise _too_many("You have written a lot today")
    if store.suggestions.count(scope, {"on": day.isoformat()}) >= A_DAY_IN_A_BRANCH:
        raise _too_many("The box is full for today")


def by_code(store: Store, code: str) -> Document:
    """What somebody wrote, and what was answered. Raises NotFound."""
    found = store.suggestions.first(WHOLE_CHAIN, {"code_hash": _hash(code.replace("-", "").replace(" ", "").upper())})
    if found is None:
        raise NotFound("This suggestion", detail="Look at the code again.")
    return found


def page(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """The newest first; for the operator none where the branch does not share them."""
    scope = caller.branch(branch_id)
    if not _may_read(store, caller, scope):
        return Paged([])
    where = {"state": query["state"]} if query["state"] else {}
    found = store.suggestions.page(scope, where, sort="-on", page=query["page"])
    return Paged(_shown(store, scope, found.items), found.next)


def one(store: Store, caller: Caller, branch_id: str, suggestion_id: str) -> Document:
    scope = caller.branch(branch_id)
    return _shown(store, scope, [_one(store, caller, scope, suggestion_id)])[0]


def seen(store: Store, caller: Caller, branch_id: str, suggestion_id: str) -> Document:
    """Somebody has read it. What is answered stays so."""
    scope = caller.branch(branch_id)
    found = _one(store, caller, scope, suggestion_id)
    changed = store.suggestions.change(scope, suggestion_id, to={"state": SEEN}, when={"state": NEW})
    return _shown(store, scope, [changed or found])[0]


def answer(store: Store, caller: Caller, branch_id: str, suggestion_id: str, text: str) -> Document:
    """In place of an earlier answer."""
    scope = caller.branch(branch_id)
    found = _one(store, caller, scope, suggestion_id)
    to = {"state": ANSWERED, "answer": text, "answered_on": today().isoformat(), "answered_by": caller.person_id}
    return _shown(store, scope, [store.suggestions.change(scope, suggestion_id, to=to) or found])[0]


def _one(store: Store, caller: Caller, scope: Scope, suggestion_id: str) -> Document:
    if not _may_read(store, caller, scope):
        raise NotFound("Suggestion")
    return store.suggestions.one(scope, suggestion_id)


def _may_read(store: Store, caller: Caller, scope: Scope) -> bool:
    return caller.has(scope.branch_id or "", HEAD) or bool(hours.desk(store, scope)["shares_suggestions"])


def _shown(store: Store, scope: Scope, those: Sequence[Document]) -> list[Document]:
    named = naming(store, scope, {each["person_id"] for each in those if "person_id" in each})
    return [{**each, "writer": named(each["person_id"]) if "person_id" in each else None} for each in those]


def _hash(code: str) -> str:
    """A code is 120 random bits: nothing slower is needed."""
    return hashlib.sha256(code.encode()).hexdigest()


def _too_many(title: str) -> Problem:
    return Problem("too-many-suggestions", title, "Write again tomorrow.", status=429)
