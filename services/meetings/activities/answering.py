"""A guardian answers for their family, or school does it for them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.clock import now
from schoolbus.problems import Conflict, Invalid, NotFound, Sentence
from schoolbus.scope import Scope
from services.meetings.activities import inviting, places, sessions, signing, views
from services.meetings.activities.places import Standing, Wish
from services.meetings.activities.reach import led, seen
from services.meetings.activities.signing import Answer, Household
from services.meetings.activities.states import CANCELLED, DRAFT, PUBLISHED

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
REPORTS = "may_receive_reports"  # whoever is told of it may answer
STUDENTS = "students"


def by_guardian(store: Store, caller: Caller, branch_id: str, activity_id: str, given: Mapping[str, Any], key: str) -> Document:
    """The family's sign-up after its answer. Raises NotFound for an activity to which no child of theirs is invited."""
    scope, activity, children, invited = seen(store, caller, branch_id, activity_id)
    if not children or activity["state"] == DRAFT:
        raise NotFound("Activity")
    audit.note(store, caller, branch_id, children)
    said = _answer(activity, given, invited, key, caller.person_id)
    household = Household(caller.person_id, children)

    def check(found: Document, mine: Standing) -> None:
        _check_state(found)
        if refused := places.too_late(sessions.times(found), mine, said.wish, now()):
            raise refused
        if not invited and said.wish.heads > mine.held:
            raise NotFound("Activity")

    made = signing.answer(store, scope, activity_id, household, said, check)
    return views.own_sign_up(store, scope, made, children)


def by_staff(
    store: Store, caller: Caller, branch_id: str, activity_id: str, student_id: str, given: Mapping[str, Any], key: str
) -> Document:
    """The same for the family of a student who is invited. While there are places, until it is over."""
    scope, activity = led(store, caller, branch_id, activity_id)
    invited = inviting.among(store, scope, activity["audience"], [student_id])
    audit.note(store, caller, branch_id, [student_id], refused=not invited)
    if not invited:
        raise NotFound("This student")
    household = household_of(store, scope, student_id, given["guardian_id"])
    of_family = inviting.among(store, scope, activity["audience"], household.student_ids)
    said = _answer(activity, given, of_family, key, caller.person_id)
    made = signing.answer(store, scope, activity_id, household, said, _until_it_is_over)
    return views.sign_ups(store, scope, [made])[0]


def household_of(store: Store, scope: Scope, student_id: str, guardian_id: str | None) -> Household:
    """By the guardian that was named, or the first who may be told. Raises Invalid when there is none."""
    guardians = store.guardians_of(scope, student_id, may=REPORTS)
    if guardian_id is not None and guardian_id not in guardians:
        raise Invalid({"guardian_id": ["No guardian of this student who may be told of it."]})
    if not guardians:
        raise Invalid({"student_id": ["This student has no guardian who may be told of it."]})
    chosen = guardian_id or guardians[0]
    return Household(chosen, store.students_of_guardian(scope, chosen, may=REPORTS))


def _answer(activity: Document, given: Mapping[str, Any], invited: list[str], key: str, by: str) -> Answer:
    """Raises Invalid for what does not fit the activity."""
    if not given["coming"]:
        return Answer(Wish(False), [], key, by)
    coming, heads = sorted(set(given["student_ids"] or [])), given["heads"]
    if strangers := [id for id in coming if id not in invited]:
        raise Invalid(
            {"student_ids": [Sentence("%(strangers)s is no child of this family who is invited.", strangers=strangers[0])]}
        )
    if activity["who"] == STUDENTS:
        if not coming:
            raise Invalid({"student_ids": ["Say which of your children come."]})
        if heads not in (None, len(coming)):
            raise Invalid({"heads": ["As many as student_ids names, or leave it out."]})
        return Answer(Wish(True, len(coming), given["if_full"]), coming, key, by)
    heads = heads or 1
    if heads > activity["most_heads"]:
        raise Invalid({"heads": [Sentence("Up to %(most)s of a family.", most=activity["most_heads"])]})
    return Answer(Wish(True, heads, given["if_full"]), coming, key, by)


def _until_it_is_over(activity: Document, mine: Standing) -> None:
    _check_state(activity)
    if now() >= activity["ends_at"]:
        raise Conflict("over", "It is over", "Record who was there instead.")


def _check_state(activity: Document) -> None:
    if activity["state"] == CANCELLED:
        raise Conflict("cancelled", "It was cancelled", activity["because"] or "Nobody need come.")
    if activity["state"] != PUBLISHED:
        raise Conflict("not-published", "It is a draft", "Publish it first.")
