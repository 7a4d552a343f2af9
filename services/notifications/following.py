"""What became of the messages about one thing, family by family: for those who teach the children, and for the branch."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextvars import copy_context
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.paging import Paged, Paging
from schoolbus.problems import NotFound
from schoolbus.scope import Scope
from schoolbus.sheets import lines
from services.notifications.states import State
from services.notifications.wording.languages import whole_name

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

_ABOUT = ("message_id", "guardian", "children", "about_type", "about_id", "language")
COLUMNS = (*_ABOUT, "state", "at", "channel", "carrier", "carrier_id", "reason")
_PAGE = 500
WHOLE_SECONDS = timedelta(seconds=1)  # some carriers tell no smaller part of their times


def messages_about(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """One page, oldest first; a teacher sees those about children whom he or she teaches."""
    scope = caller.branch(branch_id)
    taught = taught_by(store, caller, scope)
    page = store.messages.page(scope, about(query, taught), sort="created_at", page=query["page"])
    items = shown(store, scope, page.items, taught)
    audit.note(store, caller, branch_id, {child["id"] for message in items for child in message["children"]})
    return Paged(items, page.next)


def summary(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """How many messages are in each state, all pages together."""
    scope = caller.branch(branch_id)
    counts = store.count_by("state", scope, about(query, taught_by(store, caller, scope)))
    return {"total": sum(counts.values()), "states": {state.value: counts.get(state.value, 0) for state in State}}


def one(store: Store, caller: Caller, branch_id: str, message_id: str) -> Document:
    """One message to a guardian. Raises NotFound, also for a teacher of other children."""
    scope = caller.branch(branch_id)
    taught = taught_by(store, caller, scope)
    found = store.messages.first(scope, {"_id": message_id, "role": "guardian"})
    if found is None or (taught is not None and taught.isdisjoint(found["student_ids"])):
        audit.note(store, caller, branch_id, found["student_ids"] if found else (), refused=True)
        raise NotFound("Message")
    audit.note(store, caller, branch_id, found["student_ids"] if taught is None else taught & set(found["student_ids"]))
    return shown(store, scope, [found], taught)[0]


def file(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Iterator[bytes]:
    """The messages about one thing as CSV: a row for each state that a message came to."""
    scope = caller.branch(branch_id)
    taught = taught_by(store, caller, scope)
    return as_file(store, caller, scope, about(query, taught), taught)


def as_file(store: Store, caller: Caller, scope: Scope, where: Mapping[str, Any], taught: set[str] | None) -> Iterator[bytes]:
    """Page by page, each noted as it goes out."""
    request = copy_context()  # of the audit trail: it is over when the answer begins

    def note(children: set[str]) -> None:
        audit.note(store, caller, scope.branch_id or "", children)

    def rows() -> Iterator[Sequence[Any]]:
        after: str | None = None
        while True:
            page = store.messages.page(scope, where, sort="created_at", page=Paging(_PAGE, after))
            items = shown(store, scope, page.items, taught)
            request.run(note, {child["id"] for message in items for child in message["children"]})
            yield from (row for message in items for row in _steps(message))
            if page.next is None:
                return
            after = page.next

    return lines(COLUMNS, rows())


def _steps(message: Document) -> Iterator[Sequence[Any]]:
    """Its states, each with the attempt that brought it there."""
    guardian, children = (message["guardian"] or {}).get("name", ""), ", ".join(child["name"] for child in message["children"])
    about = message["_id"], guardian, children, message["about_type"], message["about_id"], message["language"]
    for said in message["history"]:
        made = attempt_of(message, said) or {}
        by = made.get("carrier"), made.get("carrier_id")
        yield (*about, said["state"], said["at"].isoformat(), said["channel"], *by, said["reason"])


def attempt_of(message: Mapping[str, Any], said: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The attempt behind a state: the newest on its channel that had begun by then. What waits has none."""
    if said["state"] == State.QUEUED.value:
        return None
    by_then = said["at"] + WHOLE_SECONDS
    made = [each for each in message["attempts"] if each["channel"] == said["channel"] and each["began_at"] <= by_then]
    return made[-1] if made else None


def taught_by(store: Store, caller: Caller, scope: Scope) -> set[str] | None:
    """The students whose messages the caller may see; None: all of the branch."""
    if caller.reaches_all(scope.branch_id or ""):
        return None
    return set(store.students_of_teacher(scope, caller.person_id))


def about(query: Mapping[str, Any], taught: set[str] | None) -> dict[str, Any]:
    where = {"about_id": query["about_id"], "about_type": query["about_type"], "role": "guardian"}
    return where if taught is None else {**where, "student_ids": {"$in": sorted(taught)}}


def shown(store: Store, scope: Scope, messages: list[Document], taught: set[str] | None) -> list[Document]:
    touched = {id for message in messages for id in (message["person_id"], *message["student_ids"]) if id}
    people = store.people_by_id(scope, touched)
    names = {id: whole_name(person, "en") for id, person in people.items()}
    answers: dict[str, list[Document]] = {}
    # What was said in a conversation is read there
    given = {"message_id": {"$in": [each["_id"] for each in messages if each["about_type"] != "conversation"]}}
    for answer in store.answers.find(scope, given, sort="received_at"):
        answers.setdefault(answer["message_id"], []).append(answer)

    def named(id: str) -> Document:
        return {"id": id, "name": names.get(id, "")}

    return [
        {
            **message,
            "children": [named(id) for id in message["student_ids"] if id in (names if taught is None else taught)],
            "guardian": named(message["person_id"]) if message["person_id"] else None,
            "answers": answers.get(message["_id"], []),
        }
        for message in messages
    ]
