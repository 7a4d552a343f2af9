"""Around what changes something that a class's children see today, or that their teachers are told before a meeting."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schoolbus.scope import branch
from services.reports import briefs
from services.reports.today import overviews

if TYPE_CHECKING:
    from services.reports.store import Store


@contextmanager
def of_class(store: Store, branch_id: str, class_id: str) -> Iterator[list[str]]:
    """Around one write that changes what is seen today of a class; its students. Who comes in meanwhile sees it, too."""
    students = store.students_of_class(branch(branch_id), class_id)
    with overviews.changing(store, branch_id, students):
        yield students
    came = set(store.students_of_class(branch(branch_id), class_id)) - set(students)
    overviews.forget(store, branch_id, came)


@contextmanager
def homework(store: Store, branch_id: str, class_id: str) -> Iterator[list[str]]:
    """As `of_class`, of what is in briefs as well."""
    with of_class(store, branch_id, class_id) as students:
        with briefs.changing(store, branch_id, students):
            yield students
        store.touch_briefs(branch_id, set(store.students_of_class(branch(branch_id), class_id)) - set(students))
