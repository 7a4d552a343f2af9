"""What became of the messages about one thing, family by family: for those who teach the children, and for the branch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.paging import Paged
from schoolbus.scope import Scope
from services.notifications.states import State
from services.notifications.wording.languages import whole_name

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store


def messages_about(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> Paged:
    """One page, oldest first; a teacher sees those about children whom he or she teaches."""
    scope = caller.branch(branch_id)
    taught = taught_by(store, caller, scope)
    page = store.messages.page(scope, _about(query, taught), sort="created_at", page=query["page"])
    items = shown(store, scope, page.items, taught)
    audit.note(store, caller, branch_id, {child["id"] for message in items for child in message["children"]})
    return Paged(items, page.next)


def summary(store: Store, caller: Caller, branch_id: str, query: Mapping[str, Any]) -> dict[str, Any]:
    """How many messages are in each state, all pages together."""
    scope = caller.branch(branch_id)
    counts = store.count_by("state", scope, _about(query, taught_by(store, caller, scope)))
    return {"total": sum(counts.values()), "states": {state.value: counts.get(state.value, 0) for state in State}}


def taught_by(store: Store, caller: Caller, scope: Scope) -> set[str] | None:
    """The students whose messages the caller may see; None: all of the branch."""
    if caller.reaches_all(scope.branch_id or ""):
        return None
    return set(store.students_of_teacher(scope, caller.person_id))


def _about(query: Mapping[str, Any], taught: set[str] | None) -> dict[str, Any]:
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
