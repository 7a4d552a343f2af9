"""A guardian who may not write in a branch for a time. The school still writes to them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.ids import effect_id, new_id
from schoolbus.logs import log
from schoolbus.paging import Paged, Paging
from schoolbus.problems import Invalid, NotAllowed, NotFound
from schoolbus.scope import Scope, branch
from services.notifications.talking import notes
from services.notifications.talking.naming import naming
from services.notifications.wording.languages import say
from services.notifications.wording.texts import WRITING_BLOCKED

if TYPE_CHECKING:
    from schoolbus.store import Document
    from services.notifications.store import Store

BLOCKED = "blocked"  # what became of an answer from them
LONGEST = timedelta(days=366)


def check(store: Store, caller: Caller, branch_id: str) -> None:
    """Raises NotAllowed where the caller's writing is blocked."""
    found = blocked(store, caller.branch(branch_id), store.same_person(caller.person_id))
    if found is not None:
        until = found["until"].isoformat()
        detail = "The head has said so. Call the school's office; what the school sends still reaches you."
        raise NotAllowed("writing-blocked", "You can't write to this branch for now", detail, until=until)


def blocked(store: Store, scope: Scope, person_ids: Sequence[str]) -> Document | None:
    holds = {"person_id": {"$in": list(person_ids)}, "lifted_at": None, "until": {"$gt": now()}}
    return store.blocks.first(scope, holds, sort="-until")


def block(store: Store, caller: Caller, branch_id: str, draft: Mapping[str, Any], public_url: str) -> Document:
    """Raises NotFound, Invalid. They are told, and until when."""
    scope, at = caller.branch(branch_id), now()
    if not at < draft["until"] <= at + LONGEST:
        raise Invalid({"until": ["To come, and within a year."]})
    person = store.people.first(scope, {"person_id": draft["person_id"], "roles": "guardian", "active": True})
    if person is None:
        raise NotFound("Guardian")
    _note(store, caller, scope, [draft["person_id"]])
    made = {
        "_id": new_id(),
        "branch_id": branch_id,
        **draft,
        "by": caller.person_id,
        "at": at,
        "lifted_at": None,
        "lifted_by": None,
    }
    store.blocks.add(made)
    log().info("writing_blocked", block=made["_id"], branch=branch_id)
    said = say(WRITING_BLOCKED, person["language"], [], {"until": draft["until"]})
    cause = effect_id("blocked", made["_id"])
    notes.send(store, branch_id, person, WRITING_BLOCKED, said, cause, "writing_block", made["_id"], public_url)
    return _shown(store, scope, [made])[0]


def lift(store: Store, caller: Caller, branch_id: str, block_id: str) -> Document:
    """They may write again. A second time is as the first."""
    scope = caller.branch(branch_id)
    _note(store, caller, scope, [store.blocks.one(scope, block_id)["person_id"]])
    to = {"lifted_at": now(), "lifted_by": caller.person_id}
    changed = store.blocks.change(scope, block_id, to=to, when={"lifted_at": None})
    return _shown(store, scope, [changed or store.blocks.one(scope, block_id)])[0]


def page(store: Store, caller: Caller, branch_id: str, paging: Paging) -> Paged:
    scope = caller.branch(branch_id)
    found = store.blocks.page(scope, sort="-at", page=paging)
    _note(store, caller, scope, {each["person_id"] for each in found.items})
    return Paged(_shown(store, scope, found.items), found.next)


def answers(store: Store, caller: Caller, branch_id: str, block_id: str, paging: Paging) -> Paged:
    """What they wrote by phone or mail in that time: kept, in no conversation."""
    found = store.blocks.one(caller.branch(branch_id), block_id)
    _note(store, caller, branch(branch_id), [found["person_id"]])
    ids = store.same_person(store.counting(branch(branch_id), found["person_id"]))  # it may be merged by now
    theirs = {"person_id": {"$in": ids}, "placed": BLOCKED, "received_at": {"$gte": found["at"]}}
    return store.answers.page(branch(branch_id), theirs, sort="-received_at", page=paging)


def _note(store: Store, caller: Caller, scope: Scope, guardian_ids: Iterable[str]) -> None:
    """What is done with a guardian is noted for their children."""
    children = {child for id in guardian_ids for child in store.students_of_guardian(scope, id)}
    audit.note(store, caller, scope.branch_id or "", children)


def _shown(store: Store, scope: Scope, blocks: Sequence[Document]) -> list[Document]:
    named = naming(store, scope, {id for each in blocks for id in (each["person_id"], each["by"])})
    return [{**each, "guardian": named(each["person_id"]), "by": named(each["by"])} for each in blocks]
