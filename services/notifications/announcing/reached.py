"""Whom an announcement has reached: person by person, by family, and as a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextvars import copy_context
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from schoolbus.problems import NotFound
from schoolbus.scope import WHOLE_CHAIN, Scope
from schoolbus.sheets import lines
from services.notifications import following
from services.notifications.announcing import reach
from services.notifications.states import State
from services.notifications.wording.languages import whole_name

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

_WAY = ("channel", "parts", "carrier", "carrier_id")
COLUMNS = ("send", "person", "role", "children", "language", *_WAY, "state", "reason", "at")
_PAGE = 500


def page(store: Store, caller: Caller, branch_id: str | None, id: str, query: Mapping[str, Any]) -> Paged:
    """Those told and those who could not be, in the order in which that was found out; of a teacher's, as in `_theirs`."""
    reach.one(store, caller, branch_id, id)
    where = {**_about(id, query), **_theirs(store, caller, branch_id)}
    page = store.messages.page(WHOLE_CHAIN, where, sort="created_at", page=query["page"])
    shown = _shown(store, page.items)
    _note(store, caller, page.items)
    return Paged(shown, page.next)


def states(store: Store, caller: Caller, branch_id: str | None, id: str) -> dict[str, Any]:
    """How many are in each state, and why some were not reached."""
    reach.one(store, caller, branch_id, id)
    about = {"about_type": "announcement", "about_id": id, **_theirs(store, caller, branch_id)}
    match = {"$match": about}
    group = {"$group": {"_id": "$state", "count": {"$sum": 1}}}
    counts = {row["_id"]: row["count"] for row in store.messages.collection.aggregate([match, group])}
    failed = {"$match": {**about, "state": {"$in": ["failed", "skipped"]}}}
    by_reason = store.messages.collection.aggregate([failed, {"$group": {"_id": "$reason", "count": {"$sum": 1}}}])
    reasons = {str(row["_id"] or "unknown"): row["count"] for row in by_reason}
    return {
        "total": sum(counts.values()),
        "states": {state.value: counts.get(state.value, 0) for state in State},
        "reasons": reasons,
    }


def file(store: Store, caller: Caller, branch_id: str | None, id: str) -> Iterator[bytes]:
    """As CSV, page by page, however many there are. Each page is noted as it goes out, as the request's."""
    reach.one(store, caller, branch_id, id)
    request = copy_context()
    where = {"about_type": "announcement", "about_id": id, **_theirs(store, caller, branch_id)}
    return lines(COLUMNS, _rows(store, where, lambda messages: request.run(_note, store, caller, messages)))


def of_family(store: Store, caller: Caller, branch_id: str, guardian_id: str, query: Mapping[str, Any]) -> Paged:
    """All messages of a branch to one guardian, newest first; a teacher sees those about children whom they teach."""
    scope, where, taught = _family(store, caller, branch_id, guardian_id)
    page = store.messages.page(scope, where, sort="-created_at", page=query["page"])
    shown = following.shown(store, scope, page.items, taught)
    audit.note(store, caller, branch_id, {child["id"] for message in shown for child in message["children"]})
    return Paged(shown, page.next)


def file_of_family(store: Store, caller: Caller, branch_id: str, guardian_id: str) -> Iterator[bytes]:
    scope, where, taught = _family(store, caller, branch_id, guardian_id)
    return following.as_file(store, caller, scope, where, taught)


def _family(store: Store, caller: Caller, branch_id: str, guardian_id: str) -> tuple[Scope, dict[str, Any], set[str] | None]:
    """Whose messages, and of which children (None: all). Raises NotFound."""
    scope = caller.branch(branch_id)
    ids = store.same_person(guardian_id)
    children = {id for each in ids for id in store.students_of_guardian(scope, each)}
    taught = following.taught_by(store, caller, scope)
    known = store.people.first(scope, {"person_id": {"$in": ids}, "roles": "guardian"})
    if known is None or (taught is not None and not taught & children):
        audit.note(store, caller, branch_id, sorted(children), refused=True)
        raise NotFound("Guardian")
    where: dict[str, Any] = {"person_id": {"$in": ids}, "role": "guardian"}
    if taught is not None:
        where["student_ids"] = {"$in": sorted(taught & children)}
    return scope, where, taught


def _theirs(store: Store, caller: Caller, branch_id: str | None) -> dict[str, Any]:
    """A teacher sees what is about children whom they still teach."""
    taught = following.taught_by(store, caller, caller.branch(branch_id)) if branch_id else None
    return {} if taught is None else {"student_ids": {"$in": sorted(taught)}}


def _about(id: str, query: Mapping[str, Any]) -> dict[str, Any]:
    given = {"state": query["state"], "source.version": query["send"], "person_id": query["person_id"]}
    return {"about_type": "announcement", "about_id": id, **{name: value for name, value in given.items() if value}}


def _shown(store: Store, messages: Sequence[Document]) -> list[Document]:
    ids = {id for message in messages for id in (message["person_id"], *message["student_ids"]) if id}
    rows = store.people.find(WHOLE_CHAIN, {"person_id": {"$in": sorted(ids)}})
    names = {row["person_id"]: whole_name(row, "en") for row in rows}
    return [
        {
            **message,
            "send": message["source"]["version"],
            "person": {"id": message["person_id"], "name": names.get(message["person_id"], "")},
            "children": [{"id": id, "name": names.get(id, "")} for id in message["student_ids"]],
        }
        for message in messages
    ]


def _by(message: Mapping[str, Any]) -> tuple[str | None, str | None]:
    """The carrier that it went by last, and the carrier's id of it."""
    made = message["attempts"][-1] if message["attempts"] else {}
    return made.get("carrier"), made.get("carrier_id")


def _note(store: Store, caller: Caller, messages: Iterable[Mapping[str, Any]]) -> None:
    """Whom they name, branch by branch."""
    named: dict[str, set[str]] = {}
    for message in messages:
        named.setdefault(message["branch_id"], set()).update(message["student_ids"])
    for branch_id, student_ids in named.items():
        audit.note(store, caller, branch_id, student_ids)


def _rows(store: Store, where: Mapping[str, Any], note: Callable[[Sequence[Document]], None]) -> Iterator[Sequence[Any]]:
    after: str | None = None
    while True:
        page = store.messages.page(WHOLE_CHAIN, where, sort="created_at", page=Paging(_PAGE, after))
        note(page.items)
        for message in _shown(store, page.items):
            yield (
                message["send"],
                message["person"]["name"],
                message["role"],
                ", ".join(child["name"] for child in message["children"]),
                message["language"],
                message["channel"],
                message["parts"],
                *_by(message),
                message["state"],
                message["reason"],
                message["history"][-1]["at"].isoformat() if message["history"] else "",
            )
        if page.next is None:
            return
        after = page.next
