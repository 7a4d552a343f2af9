"""What reports keeps: homework, marks, report cards with their PDFs, home notes, and its copy of the roster."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ReplaceOne, ReturnDocument

from schoolbus.contracts.roster import EnrollmentsChanged
from schoolbus.events import Event
from schoolbus.metering import Metered
from schoolbus.roster import RosterCopy
from schoolbus.scope import Scope
from schoolbus.store import Document, Documents, Index, current_session
from services.reports import overviews


class Store(RosterCopy):
    homework = Documents("homework", indexes=["branch_id class_id due_on _id"], what="Homework")
    marks = Documents("marks", indexes=["branch_id class_id term_key subject _id", "branch_id student_id term_key"])
    runs = Documents("report_card_runs", what="Report card run")
    report_cards = Documents(
        "report_cards",
        indexes=[
            "branch_id run_id",
            "branch_id student_id state issued_at _id",
            Index("asked_at", where={"state": "asked"}),
            Index("branch_id student_id term_key version", unique=True, where={"state": "issued"}),
        ],
    )
    # A PDF is a document, not GridFS: with 50 to 150 kB it fits, and the three of a card go in with one write.
    files = Documents("report_card_files", indexes=["report_card_id", "branch_id size"], what="Report card")
    home_notes = Documents(
        "home_notes", indexes=["branch_id student_id written_at _id", "branch_id guardian_id written_at _id"], what="Home note"
    )
    metered = Metered()
    overviews = Documents("overviews")  # made from all the others: services/reports/overviews.py

    def keep(self, event: Event) -> None:
        """The roster's copy; overviews of the students it names, now or before, are forgotten."""
        named = self._students_before(event)
        super().keep(event)
        named |= {item.get("student_id") or item.get("person_id", "") for item in event.data["items"]}
        overviews.forget(self, event.branch_id, named)

    def _students_before(self, event: Event) -> set[str]:
        """An enrollment may have been another student's; a relation's id is that of its pair, it never moves."""
        if not isinstance(event, EnrollmentsChanged):
            return set()
        ids = [f"{event.branch_id}:{item['enrollment_id']}" for item in event.data["items"]]
        found = self.enrollments.collection.find(event.scope.filter({"_id": {"$in": ids}}), {"person_id": True})
        return {row["person_id"] for row in found}

    def put_marks(self, rows: Sequence[Document]) -> None:
        """All of them or none: each takes the place of what stood there."""
        writes = [ReplaceOne({"_id": row["_id"]}, row, upsert=True) for row in rows]
        with self.transaction():
            self.marks.collection.bulk_write(writes, session=current_session())

    def add_run(self, run: Document, cards: Sequence[Document]) -> None:
        """A run with all its cards. Raises AlreadyThere."""
        with self.transaction():
            self.runs.add(run)
            self.report_cards.collection.insert_many(cards, session=current_session())

    def drop_files(self, scope: Scope, where: Mapping[str, Any]) -> None:
        self.files.collection.delete_many(scope.filter(where))

    def overview(self, id: str) -> Document | None:
        """By its id alone, which names the branch: with a condition beside, MongoDB plans the query, 0.17 ms and not 0.14."""
        return self.overviews.collection.find_one({"_id": id})

    def stored_bytes(self, scope: Scope) -> int:
        """All PDFs of a branch together, from an index alone."""
        stages = [{"$match": scope.filter()}, {"$group": {"_id": None, "size": {"$sum": "$size"}}}]
        return sum(row["size"] for row in self.files.collection.aggregate(stages))

    def forget_overviews(self, scope: Scope, ids: Sequence[str], settled_at: datetime | None) -> None:
        if not ids:
            return
        update: Document = {"$inc": {"changes": 1}, "$set": {"fresh": False}}
        if settled_at:
            update["$max"] = {"settled_at": settled_at}
        self.overviews.collection.update_many(scope.filter({"_id": {"$in": list(ids)}}), update)

    def begin_overview(self, scope: Scope, id: str, settled_at: datetime) -> int:
        """The count of changes to it so far; from here on they are counted. A new one is not kept until `settled_at`."""
        overview = self.overviews.collection.find_one_and_update(
            scope.filter({"_id": id}),
            {"$setOnInsert": {"changes": 0, "settled_at": settled_at}},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(overview["changes"])
