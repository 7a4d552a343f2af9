"""What a reader's copy holds of a branch: briefs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

from schoolbus.replay.source import Source, Told, branches_known
from services.reports import briefs

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]


def of_branch(store: Store, branch_id: str) -> Iterator[Told]:
    """Those that were told, gathered as they are. What waits to be told comes with the next version, so this is the one before
    it: it may hold half of a change."""
    found = iter(store.told_briefs(branch_id))
    while some := list(islice(found, briefs.MOST)):
        of_some = [{**brief, "changes": brief["changes"] - bool(brief["due"])} for brief in some]
        yield from (("briefs", item) for item in briefs.gathered(store, branch_id, of_some))


def by_key(store: Store, branch_id: str, kind: str, keys: Sequence[str]) -> list[Document]:
    return briefs.gathered(store, branch_id, list(store.told_briefs(branch_id, keys)))


SOURCE = Source(keys={"briefs": "student_id"}, branch_ids=branches_known, of_branch=of_branch, by_key=by_key, chunk=briefs.MOST)
