"""What a reader keeps of a replay: the run, and while it goes on what has been told. And what an owner keeps: who asked."""

from typing import Any

from schoolbus.audit import Audited
from schoolbus.contracts import replayed
from schoolbus.contracts.replayed import ROSTER
from schoolbus.projection import Projection
from schoolbus.scope import WHOLE_CHAIN
from schoolbus.store import Document, Documents, Index

GOING, OVER, REPLACED = "going", "over", "replaced"
KEPT_FOR = 90 * 86_400  # seconds
COUNTS = ("missing", "wrong", "gone")
# Of a row, no name: whom and what it concerns
CONCERNS = ("_id", "person_id", "student_id", "guardian_id", "class_id", "role", "active", "month")

RUNS = Documents("replays", indexes=["state", Index("asked_at", expires=KEPT_FOR)], what="Replay", tells=True)
# Which part holds which keys at which version; and rows that become others, until what is made of them is made anew.
PARTS = Documents("replay_parts", indexes=["run_id branch_id"])
SETS = Documents("replay_sets", indexes=["run_id state"])  # how far each branch is
DOUBTS = Documents("replay_doubts", indexes=["run_id branch_id"], tells=True)  # what the owner is asked, until it answers
TOLD = Documents("replays_told", ["reader open", Index("asked_at", expires=KEPT_FOR)])  # an owner's: readers that have asked it


def of(owner: str) -> dict[str, Any]:
    """As a condition on runs: a reader's first ones did not say so."""
    return {"of": {"$in": [owner, None]} if owner == ROSTER else owner}


class Replays(Audited):
    """A store whose copies can be replayed, and which may own what others have copies of."""

    replays, replay_parts, replay_sets, replay_doubts = RUNS, PARTS, SETS, DOUBTS
    replays_told = TOLD

    def copies(self) -> dict[str, Projection]:
        """By kind, as the events name them that tell their items (schoolbus.contracts.replayed)."""
        raise NotImplementedError

    def copies_of(self, owner: str) -> dict[str, Projection]:
        told = replayed.told(owner, self.service).schema.fields
        return {kind: copy for kind, copy in self.copies().items() if kind in told}

    def mended(self, branch_id: str, kind: str, rows: list[Document]) -> None:
        """These rows are other than they were, or may be; each as it was or is, its fields among `CONCERNS`. For what is made
        of them; twice is once."""

    def replay_going(self, run_id: str) -> Document | None:
        """None when a newer one has taken its place, it is over, or this database has never asked for it."""
        return self.replays.first(WHOLE_CHAIN, {"_id": run_id, "state": GOING})

    def count_mended(self, run_id: str, **counts: int) -> None:
        added = {f"counts.{name}": count for name, count in counts.items() if count}
        if added:
            self.replays.collection.update_one({"_id": run_id}, {"$inc": added})

    def end_replays(self, where: dict[str, Any], state: str, **more: Any) -> int:
        """Those that go on and fit; how many. What was kept for them goes."""
        ending = [run["_id"] for run in self.replays.find(WHOLE_CHAIN, {**where, "state": GOING})]
        for run_id in ending:
            self.replays.change(WHOLE_CHAIN, run_id, to={"state": state, **more}, when={"state": GOING})
            self.drop_told(run_id)
        return len(ending)

    def drop_told(self, run_id: str) -> None:
        for documents in (self.replay_parts, self.replay_sets, self.replay_doubts):
            documents.remove_all(WHOLE_CHAIN, {"run_id": run_id})
