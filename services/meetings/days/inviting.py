"""Who is invited to a meeting day, and who may book before the others.

A rule, not a list: who joins a class today is invited as the others are. `invited` of a day's document names grades, classes
and students; where it names none, all are invited whom the day's teachers teach.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import grades
from schoolbus.problems import NotAllowed
from schoolbus.scope import Scope

if TYPE_CHECKING:
    from services.meetings.store import Store

Day = Mapping[str, Any]


def invited(store: Store, scope: Scope, day: Day) -> list[str]:
    """The students, those who are of the branch."""
    rule = day["invited"]
    if not any(rule.values()):
        return store.students_taught_by(scope, _teachers(day))
    wanted = {*rule["student_ids"], *store.students_of_classes(scope, [*rule["class_ids"], *_of_grades(store, scope, rule)])}
    return store.students_among(scope, wanted)


def is_invited(store: Store, scope: Scope, day: Day, student_id: str) -> bool:
    rule = day["invited"]
    if student_id in rule["student_ids"]:
        return True
    if not any(rule.values()):
        return bool({*store.teachers_of_student(scope, student_id)} & {*_teachers(day)})
    theirs = {*store.classes_of(scope, student_id, "student")}
    return bool(theirs & {*rule["class_ids"]}) or bool(theirs & {*_of_grades(store, scope, rule)})


def not_invited() -> NotAllowed:
    """For those who book for their own children; staff may book for every family of the branch."""
    return NotAllowed("not-invited", "This child is not invited", "The office can book a time for you all the same.")


def may_be_early(store: Store, scope: Scope, day: Day, student_id: str) -> bool:
    """Whether the child's family may book from `early_opens_at` on: a teacher marked the child, or a sibling is invited too."""
    if store.is_priority(scope, day["_id"], student_id):
        return True
    siblings = {
        other
        for guardian_id in store.guardians_of(scope, student_id)
        for other in store.students_of_guardian(scope, guardian_id)
        if other != student_id
    }
    return any(is_invited(store, scope, day, other) for other in sorted(siblings))


def early(students: Sequence[str], guardians: Iterable[tuple[str, str]], marked: Iterable[str]) -> set[str]:
    """As `may_be_early`, of all the invited. `guardians` are pairs of guardian and student."""
    known = {*students}
    theirs = {(guardian, student) for guardian, student in guardians if student in known}
    children = Counter(guardian for guardian, _ in theirs)
    return {student for guardian, student in theirs if children[guardian] > 1} | ({*marked} & known)


def _of_grades(store: Store, scope: Scope, rule: Mapping[str, Any]) -> list[str]:
    """The classes of these grades."""
    if not rule["grades"]:
        return []
    wanted = grades.all_plain(rule["grades"])
    classes = store.classes.find(scope, {"active": True})
    return [row["class_id"] for row in classes if grades.plain(row["grade"] or "") in wanted]


def _teachers(day: Day) -> list[str]:
    return [teacher["teacher_id"] for teacher in day["teachers"]]
