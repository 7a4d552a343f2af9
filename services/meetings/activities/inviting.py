"""Whom an activity or a permission slip is for: everybody of the branch, or classes and grades; by the copy of the roster."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from schoolbus import access, households
from schoolbus.caller import Caller
from schoolbus.events import CHUNK
from schoolbus.grades import all_plain, plain
from schoolbus.problems import Invalid, Sentence
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
Audience = Mapping[str, Any]


class Place(NamedTuple):
    """Of a student: classes, and their grades."""

    class_ids: set[str]
    grades: set[str]


def audience(store: Store, caller: Caller, branch_id: str, given: Audience, was: Audience | None = None) -> Document:
    """As it is kept. A teacher names classes that they teach, or leaves what was there. Raises Invalid, NotFound or NotAllowed.

    `was`: what was there.
    """
    scope = caller.branch(branch_id)
    class_ids, grades = sorted(set(given["class_ids"])), sorted(all_plain(given["grades"]))
    known = {row["class_id"] for row in store.classes.find(scope, {"class_id": {"$in": class_ids}, "active": True})}
    if missing := [id for id in class_ids if id not in known]:
        raise Invalid(
            {
                "audience": {
                    "class_ids": [
                        Sentence(
                            "%(count)s are no classes of this branch, such as %(missing)s.",
                            count=len(missing),
                            missing=missing[0],
                        )
                    ]
                }
            }
        )
    made = {"everyone": not class_ids and not grades, "class_ids": class_ids, "grades": grades}
    if not caller.reaches_all(branch_id) and made != was:
        if not class_ids or grades:
            raise Invalid({"audience": {"class_ids": ["Name the classes: a teacher invites those that they teach."]}})
        for class_id in class_ids:
            access.led_class(store, caller, branch_id, class_id)
    return made


def students(store: Store, scope: Scope, invited: Audience) -> list[str]:
    """All whom it is for, sorted."""
    here = {"roles": "student", "active": True}
    if invited["everyone"]:
        return sorted(row["person_id"] for row in store.people.find(scope, here))
    enrolled = {"class_id": {"$in": _classes(store, scope, invited)}, "role": "student", "active": True}
    ids = {row["person_id"] for row in store.enrollments.find(scope, enrolled)}
    return sorted(row["person_id"] for row in store.people.find(scope, {**here, "person_id": {"$in": sorted(ids)}}))


def among(store: Store, scope: Scope, invited: Audience, student_ids: Iterable[str]) -> list[str]:
    """Those of these students whom it is for, sorted."""
    return sorted(id for id, place in placed(store, scope, student_ids).items() if is_for(invited, place))


def placed(store: Store, scope: Scope, student_ids: Iterable[str]) -> dict[str, Place]:
    """Where each of these students learns; without those who are no students of the branch any more."""
    wanted = sorted(set(student_ids))
    here = {"person_id": {"$in": wanted}, "roles": "student", "active": True}
    ids = [row["person_id"] for row in store.people.find(scope, here)] if wanted else []
    enrolled = {"person_id": {"$in": ids}, "role": "student", "active": True}
    rows = store.enrollments.find(scope, enrolled) if ids else []
    grades = _grades(store, scope, {row["class_id"] for row in rows}) if rows else {}
    classes = {id: {row["class_id"] for row in rows if row["person_id"] == id} for id in ids}
    return {id: Place(theirs, {grade for each in theirs if (grade := grades.get(each))}) for id, theirs in classes.items()}


def is_for(invited: Audience, place: Place) -> bool:
    """Whether a student who learns there is invited."""
    in_class = not place.class_ids.isdisjoint(invited["class_ids"])
    return bool(invited["everyone"] or in_class or not place.grades.isdisjoint(invited["grades"]))


def for_any(store: Store, scope: Scope, student_ids: Sequence[str]) -> Document:
    """The condition on `audience` of what is for at least one of these students; for nobody, what nothing fits."""
    places = placed(store, scope, student_ids).values()
    classes = sorted({id for place in places for id in place.class_ids})
    grades = sorted({grade for place in places for grade in place.grades})
    either: list[Document] = [{"audience.class_ids": {"$in": classes}}, {"audience.grades": {"$in": grades}}]
    return {"$or": [*either, *([{"audience.everyone": True}] if places else [])]}


def parts(store: Store, scope: Scope, student_ids: Sequence[str]) -> list[list[str]]:
    """Up to 500 students each, families together: nobody is told of one thing twice."""
    return households.chunks(student_ids, store.families_of(scope, list(student_ids)), CHUNK)


def _classes(store: Store, scope: Scope, invited: Audience) -> list[str]:
    found = set(invited["class_ids"])
    if invited["grades"]:
        rows = store.classes.find(scope, {"active": True})
        found |= {row["class_id"] for row in rows if row["grade"] and plain(row["grade"]) in set(invited["grades"])}
    return sorted(found)


def _grades(store: Store, scope: Scope, class_ids: Iterable[str]) -> dict[str, str | None]:
    rows = store.classes.find(scope, {"class_id": {"$in": sorted(class_ids)}})
    return {row["class_id"]: row["grade"] and plain(row["grade"]) for row in rows}
