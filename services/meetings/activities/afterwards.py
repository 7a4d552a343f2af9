"""After it: two questions to those who were there, and what was shown, to be read again.

What somebody answers is kept without who it was: not even an export can tell. That is why it can't be changed, and why staff
see words and figures only when there are enough of them that nobody can be guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.contracts.activities import MaterialsShared
from schoolbus.ids import new_id
from schoolbus.problems import Conflict, GoneOn, NotFound
from schoolbus.scope import Scope
from services.meetings.activities import telling
from services.meetings.activities.places import COMING
from services.meetings.activities.reach import led, seen
from services.meetings.activities.states import PUBLISHED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
ENOUGH = 5  # answers, before anybody sees one


def give_feedback(store: Store, caller: Caller, branch_id: str, activity_id: str, given: Mapping[str, Any]) -> None:
    """One answer of a family that came, or was to come; sent again, the first one holds. Raises NotFound, Conflict."""
    scope, activity, children, _ = seen(store, caller, branch_id, activity_id)
    audit.note(store, caller, branch_id, children)
    if activity["state"] != PUBLISHED or activity["ends_at"] > now():
        raise Conflict("not-over", "It is not over yet", "You are asked afterwards.")
    with store.transaction():
        if not _mark(store, scope, activity_id, children):
            return
        day = now().replace(hour=0, minute=0, second=0, microsecond=0)  # no more: the moment would tell who
        said = {"rating": given["rating"], "text": given["text"], "given_on": day}
        store.feedbacks.add({"_id": new_id(), "branch_id": branch_id, "activity_id": activity_id, **said})


def feedback(store: Store, caller: Caller, branch_id: str, activity_id: str) -> Document:
    """How many of each rating, and what was written, in no order that tells anything; from five answers on."""
    scope, _ = led(store, caller, branch_id, activity_id)
    found = store.feedbacks.find(scope, {"activity_id": activity_id})
    if len(found) < ENOUGH:
        return {"answers": len(found), "enough": ENOUGH, "average": None, "ratings": None, "texts": None}
    counted = Counter(each["rating"] for each in found)
    return {
        "answers": len(found),
        "enough": ENOUGH,
        "average": round(sum(each["rating"] for each in found) / len(found), 1),
        "ratings": {str(rating): counted[rating] for rating in range(1, 6)},
        "texts": [each["text"] for each in found if each["text"]],
    }


def share(store: Store, caller: Caller, branch_id: str, activity_id: str, links: Sequence[Document], tell: bool) -> Document:
    """What was shown, in place of what was there before. Those who signed up hear of it, when there is something new."""
    scope, activity = led(store, caller, branch_id, activity_id)
    at = now()
    known = {each["url"] for each in activity["materials"]}
    new = tell and activity["state"] == PUBLISHED and any(each["url"] not in known for each in links)
    found = store.sign_ups.find(scope, {"activity_id": activity_id, "state": COMING}) if new else []
    told = [
        MaterialsShared(**telling.facts(activity, at), person_ids=part)
        for part in telling.chunks(store, scope, (each["guardian_id"] for each in found))
    ]
    to = {"materials": [dict(each) for each in links], "version": activity["version"] + 1}
    changed = store.activities.change(scope, activity_id, to=to, when={"version": activity["version"]}, saying=told)
    if changed is None:
        raise GoneOn()
    return changed


def _mark(store: Store, scope: Scope, activity_id: str, children: Sequence[str]) -> bool:
    """That the family has answered; False when it had. Raises NotFound for one that was not to come."""
    theirs = {"activity_id": activity_id, "student_ids": {"$in": list(children)}}
    came = store.sign_ups.find(scope, {**theirs, "state": COMING}), store.attendances.find(scope, theirs)
    if not any(came):
        raise NotFound("Your family")
    if any(each["feedback_given"] for found in came for each in found):
        return False
    for documents, found in zip((store.sign_ups, store.attendances), came, strict=True):
        documents.change_all(scope, {"_id": {"$in": [each["_id"] for each in found]}}, {"feedback_given": True})
    return True
