"""Who may tell whom: a teacher the families of own classes, a branch its people, the operator the whole chain."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import access
from schoolbus.caller import Caller
from schoolbus.problems import Conflict, GoneOn, Invalid, NotAllowed, NotFound, Sentence
from schoolbus.scope import WHOLE_CHAIN, Scope, branch

if TYPE_CHECKING:
    from schoolbus.store import Document, Documents
    from services.notifications.store import Store

Given = Mapping[str, Any]
TEACHERS_MOST = 50  # classes and children together that a teacher names at once
CHAIN: list[str] = []  # the branch_id of what is of the whole chain


def scope_of(caller: Caller, branch_id: str | None) -> Scope:
    """None: what is of the chain, for its operator."""
    return caller.branch(branch_id) if branch_id else WHOLE_CHAIN


def of(branch_id: str | None) -> dict[str, Any]:
    """What a query has to ask for beside its scope."""
    return {} if branch_id else {"branch_id": CHAIN}


def audience(store: Store, caller: Caller, branch_id: str | None, given: Given) -> dict[str, Any]:
    """The audience as it is stored: a saved one filled in, and within the caller's reach. Raises Problem."""
    audience = {**given}
    if audience_id := audience.pop("audience_id", None):
        saved = store.audiences.first(scope_of(caller, branch_id), {"_id": audience_id, **of(branch_id)})
        if saved is None:
            raise NotFound("Audience")
        audience = {**saved["audience"]}
    if branch_id is None:
        return audience
    if audience["branch_ids"]:
        raise Invalid({"audience": {"branch_ids": ["An announcement of a branch goes to that branch."]}})
    if not caller.reaches_all(branch_id):
        _own(store, caller, branch_id, audience)
    return audience


def still_own(store: Store, branch_id: str, teacher_id: str, audience: Given) -> dict[str, Any]:
    """Of a teacher's audience the classes and children whom they still teach."""
    scope = branch(branch_id)
    classes = [id for id in audience["class_ids"] if store.teaches_class(scope, teacher_id, id)]
    children = [id for id in audience["person_ids"] if store.teaches_student(scope, teacher_id, id)]
    return {**audience, "class_ids": classes, "person_ids": children}


def names_somebody(audience: Given) -> bool:
    return bool(audience["class_ids"] or audience["person_ids"])


def urgency(caller: Caller, branch_id: str | None, *, urgent: bool) -> None:
    """Whoever speaks for a branch or the chain may wake people. Raises NotAllowed."""
    if urgent and branch_id is not None and not caller.reaches_all(branch_id):
        raise NotAllowed("not-urgent", "A teacher's announcement is not urgent", "Ask the office or the head to send it.")


def one(store: Store, caller: Caller, branch_id: str | None, announcement_id: str) -> Document:
    """An announcement of the branch or the chain; a teacher's own alone. Raises NotFound."""
    where = {"_id": announcement_id, **of(branch_id), **written_by(caller, branch_id)}
    found = store.announcements.first(scope_of(caller, branch_id), where)
    if found is None:
        raise NotFound("Announcement")
    return found


def written_by(caller: Caller, branch_id: str | None) -> dict[str, Any]:
    return {} if branch_id is None or caller.reaches_all(branch_id) else {"written_by": caller.person_id}


def in_branch(branch_id: str) -> dict[str, Any]:
    """What is of the branch, and what is of the chain."""
    return {"branch_id": {"$in": [branch_id, CHAIN]}}


def own(documents: Documents, caller: Caller, branch_id: str | None, id: str) -> Document:
    """What the branch, or the chain, keeps itself. Raises NotFound."""
    found = documents.first(scope_of(caller, branch_id), {"_id": id, **of(branch_id)})
    if found is None:
        raise NotFound(documents.what)
    return found


def known(documents: Documents, caller: Caller, branch_id: str | None, id: str) -> Document:
    """As `own`; a branch knows the chain's, too. Raises NotFound."""
    if branch_id is None:
        return own(documents, caller, branch_id, id)
    caller.branch(branch_id)
    found = documents.first(WHOLE_CHAIN, {"_id": id, **in_branch(branch_id)})
    if found is None:
        raise NotFound(documents.what)
    return found


def gone_on(what: str = "This announcement") -> Conflict:
    return GoneOn(Sentence("%(what)s is in another state by now", what=what))


def _own(store: Store, caller: Caller, branch_id: str, audience: Given) -> None:
    """Named classes that they teach and children whom they teach, and of these the families."""
    if set(audience["roles"]) != {"guardian"}:
        raise NotAllowed("families-alone", "A teacher announces to families", "Leave the other roles out.")
    if audience["tags"] or audience["grades"] or audience["sections"]:
        raise NotAllowed("own-classes-alone", "A teacher announces to own classes", "Name them in class_ids.")
    if not audience["class_ids"] and not audience["person_ids"]:
        raise Invalid({"audience": {"class_ids": ["Name the classes, or children in person_ids."]}})
    if len(audience["class_ids"]) + len(audience["person_ids"]) > TEACHERS_MOST:
        raise Invalid(
            {"audience": {"class_ids": [Sentence("At most %(most)s classes and children at once.", most=TEACHERS_MOST)]}}
        )
    for class_id in audience["class_ids"]:
        access.led_class(store, caller, branch_id, class_id)
    for student_id in audience["person_ids"]:
        access.student(store, caller, branch_id, student_id)
