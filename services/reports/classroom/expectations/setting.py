"""What a class expects: rules, homework, assessments. Each edition is a document of its own, and is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from schoolbus import access, clock
from schoolbus.caller import Caller
from schoolbus.contracts.reports import ExpectationsChanged
from schoolbus.ids import effect_id
from schoolbus.problems import AlreadyThere, GoneOn, NotFound
from services.reports.classroom import changing
from services.reports.classroom.expectations import acknowledging
from services.reports.classroom.expectations.editions import newest
from services.reports.classroom.saying import to_families

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
CONTENT = ("rules", "rules_ur", "homework", "homework_ur", "assessments", "assessments_ur")


def put(store: Store, caller: Caller, branch_id: str, class_id: str, draft: Document) -> Document:
    """The next edition, which guardians are asked to acknowledge. What says the same is no new one. Raises GoneOn."""
    scope, group = access.led_class(store, caller, branch_id, class_id)
    there = newest(store, scope, class_id)
    if there and all(there[name] == draft[name] for name in CONTENT):
        return {**there, "acknowledged": False}
    if draft["edition"] != (there["edition"] if there else 0):
        raise GoneOn(edition=there["edition"] if there else 0)
    edition = draft["edition"] + 1
    new = {
        "_id": effect_id("expectations", branch_id, class_id, str(edition)),
        "branch_id": branch_id,
        "class_id": class_id,
        "class_title": group["title"],
        "edition": edition,
        **{name: draft[name] for name in CONTENT},
        "written_by": caller.person_id,
        "written_at": clock.now(),
    }
    with changing.of_class(store, branch_id, class_id) as students:
        what = {"expectations_id": class_id, "edition": edition, "teacher_id": caller.person_id}
        said = to_families(ExpectationsChanged, new, students, **what)
        try:
            store.expectations.add(new, saying=said)
        except AlreadyThere:  # at this moment
            raise GoneOn from None
    return {**new, "acknowledged": False}


def seen(store: Store, caller: Caller, branch_id: str, class_id: str) -> Document:
    """As they are now. Raises NotFound, also where there are none."""
    scope = access.seen_class(store, caller, branch_id, class_id)
    there = newest(store, scope, class_id)
    if there is None:
        raise NotFound("Expectations")
    return {**there, "acknowledged": acknowledging.has(store, scope, there, caller.person_id)}
