"""Averages of a class beside a child's own marks, where the school wants them and they tell nothing of a single child."""

from __future__ import annotations

import time
from collections.abc import Mapping
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING

from schoolbus.scope import Scope, branch
from services.reports.cards.content import marks
from services.reports.gradebook import schemes, term_results
from services.reports.gradebook.term_results import TermResult

if TYPE_CHECKING:
    from services.reports.store import Store

LEAST = 10  # values: of fewer, who knows some of them could work out the others. As everywhere where groups are counted
_REMEMBERED = 60  # seconds: the cards of a class are made one after another, and say the same
Means = Mapping[str | None, Decimal]  # by subject, casefolded; None: of the term


def beside(store: Store, scope: Scope, reached: TermResult, term_key: str) -> Means:
    """For a child's subjects, each from the class in which the child was marked, and for the term where all are from one."""
    classes = {each.class_id for each in reached.subjects}
    of_classes = {id: _of_class(store, scope.branch_id or "", id, term_key, _now()) for id in classes}
    means: dict[str | None, Decimal] = {}
    for subject in reached.subjects:
        mean = of_classes[subject.class_id].get(subject.subject.casefold())
        if mean is not None:
            means[subject.subject.casefold()] = mean
    whole = of_classes[next(iter(classes))].get(None) if len(classes) == 1 else None
    if whole is not None:
        means[None] = whole
    return means


def _now() -> int:
    return int(time.monotonic() // _REMEMBERED)


@lru_cache(maxsize=64)
def _of_class(store: Store, branch_id: str, class_id: str, term_key: str, _at: int) -> Means:
    scope = branch(branch_id)
    school_class = store.classes.first(scope, {"class_id": class_id}) or {"class_id": class_id, "grade": None}
    scheme = schemes.of_class(store, scope, school_class, term_key)
    reached = marks.of_class(store, scope, class_id, term_key, scheme)
    made = term_results.averages(reached, scheme)
    return {each.subject and each.subject.casefold(): each.mean for each in made if each.count >= LEAST}
