"""Around a write that changes children's results: what is shown of them elsewhere is made anew."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from services.reports import briefs
from services.reports.today import overviews

if TYPE_CHECKING:
    from services.reports.store import Store


@contextmanager
def changing(store: Store, branch_id: str, student_ids: Collection[str]) -> Iterator[None]:
    with overviews.changing(store, branch_id, student_ids), briefs.changing(store, branch_id, student_ids):
        yield
