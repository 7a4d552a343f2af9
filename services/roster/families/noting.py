"""What is done with guardians is done with their children's families: it stands in the audit trail of these children."""

from collections import defaultdict
from collections.abc import Iterable

from schoolbus import audit
from schoolbus.caller import Caller
from schoolbus.scope import WHOLE_CHAIN
from services.roster.kinds import branches_of
from services.roster.store import Store


def note(store: Store, caller: Caller, guardian_ids: Iterable[str], branch_id: str | None = None) -> None:
    """In the trail of the branch; without one, in that of each branch of the children that the caller's right reaches."""
    rows = store.relations.find(WHOLE_CHAIN, {"guardian_id": {"$in": sorted(set(guardian_ids))}, "active": True})
    children: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for id in branches_of(row):
            if id == branch_id or (branch_id is None and caller.reaches_all(id)):
                children[id].add(row["student_id"])
    for id, students in children.items():
        audit.note(store, caller, id, students)
