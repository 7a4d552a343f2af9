"""What reports keeps: homework, gradebooks, report cards with their PDFs, home notes, and its copy of the roster."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from pymongo import ReturnDocument, UpdateOne

from schoolbus import clock
from schoolbus.contracts.roster import EnrollmentsChanged
from schoolbus.events import Event
from schoolbus.files import KeepsFiles
from schoolbus.gathered import GatheredReads
from schoolbus.metering import Metered
from schoolbus.projection import Projection
from schoolbus.roster import RosterCopy
from schoolbus.scope import Scope, branch
from schoolbus.store import Document, Documents, Index, current_session
from services.reports import briefs
from services.reports.attendance import collections as attendance
from services.reports.behaviour import collections as behaviour
from services.reports.cards import collections as cards
from services.reports.classroom import collections as of_classroom
from services.reports.classroom.homework.states import SET
from services.reports.engagement import collections as engagement
from services.reports.engagement import due, learning
from services.reports.gradebook import collections as gradebook
from services.reports.homenotes import collections as of_home_notes
from services.reports.oneroster import collections as oneroster
from services.reports.papers import collections as papers
from services.reports.printruns import collections as printruns
from services.reports.printruns import wanting
from services.reports.today import overviews

_OF_PEOPLE = ("people", "enrollments", "relations")


class Store(RosterCopy, KeepsFiles):
    homework = of_classroom.HOMEWORK
    homework_editions = of_classroom.HOMEWORK_EDITIONS
    homework_answers = of_classroom.HOMEWORK_ANSWERS
    homework_files = of_classroom.HOMEWORK_FILES
    diary = of_classroom.DIARY
    class_timetables = of_classroom.CLASS_TIMETABLES
    timetable_turns = of_classroom.TIMETABLE_TURNS
    expectations = of_classroom.EXPECTATIONS
    acknowledgements = of_classroom.ACKNOWLEDGEMENTS
    learning_goals = of_classroom.LEARNING_GOALS
    teaching_methods = of_classroom.TEACHING_METHODS
    schemes = gradebook.SCHEMES
    scheme_editions = gradebook.SCHEME_EDITIONS
    categories = gradebook.CATEGORIES
    line_items = gradebook.LINE_ITEMS
    results = gradebook.RESULTS
    result_history = gradebook.RESULT_HISTORY
    term_keys = gradebook.TERM_KEYS
    term_locks = gradebook.TERM_LOCKS
    machine_clients = oneroster.MACHINE_CLIENTS
    runs = cards.RUNS
    report_cards = cards.REPORT_CARDS
    # A PDF is a document, not GridFS: with 50 to 150 kB it fits, and the three of a card go in with one write.
    files = Documents("report_card_files", indexes=["report_card_id", "branch_id size"], what="Report card")
    certificates = papers.CERTIFICATES
    print_runs = printruns.PRINT_RUNS
    print_parts = printruns.PRINT_PARTS
    failed_contacts = printruns.FAILED_CONTACTS
    people = wanting.PEOPLE  # who wants paper
    home_notes, home_note_voices = of_home_notes.HOME_NOTES, of_home_notes.VOICES
    home_note_wishes, home_note_rounds = of_home_notes.WISHES, of_home_notes.ROUNDS
    registers = attendance.REGISTERS
    register_changes = attendance.REGISTER_CHANGES
    absences = attendance.ABSENCES
    planned_absences = attendance.PLANNED_ABSENCES
    school_weeks = attendance.SCHOOL_WEEKS
    behaviour_aspects = behaviour.BEHAVIOUR_ASPECTS
    behaviour_notes = behaviour.BEHAVIOUR_NOTES
    card_templates = cards.CARD_TEMPLATES
    card_template_editions = cards.CARD_TEMPLATE_EDITIONS
    remark_bank = cards.REMARK_BANK
    paper_texts = cards.PAPER_TEXTS
    reach = engagement.REACH
    participation = engagement.PARTICIPATION
    family_months = engagement.FAMILY_MONTHS
    class_months = engagement.CLASS_MONTHS
    branch_months = engagement.BRANCH_MONTHS
    engagement_due = engagement.ENGAGEMENT_DUE
    engagement_steps = engagement.ENGAGEMENT_STEPS
    metered = Metered()
    overviews = Documents("overviews")  # made from all the others: services/reports/today/overviews.py
    briefs = Documents("briefs", indexes=[Index("touched_at", where={"due": True})])  # of each student: is theirs to be told
    brief_fill = Documents("brief_fill")

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self.overviews_read = GatheredReads(self.overviews)

    def keep(self, event: Event) -> None:
        """The roster's copy; overviews of the students it names, now or before, are forgotten, and briefs made anew."""
        before = self._enrolled_before(event)
        super().keep(event)
        named = {row["person_id"] for row in before}
        named |= {item.get("student_id") or item.get("person_id", "") for item in event.data["items"]}
        overviews.forget(self, event.branch_id, named)
        if isinstance(event, EnrollmentsChanged):
            briefs.touch_enrolled(self, event.scope, [*before, *event.data["items"]])

    def _enrolled_before(self, event: Event) -> list[Document]:
        """An enrollment may have been another student's; a relation's id is that of its pair, it never moves."""
        if not isinstance(event, EnrollmentsChanged):
            return []
        ids = [f"{event.branch_id}:{item['enrollment_id']}" for item in event.data["items"]]
        return self.enrollments.find(event.scope, {"_id": {"$in": ids}})

    def copies(self) -> dict[str, Projection]:
        others = {"machine_clients": self.machine_clients, "reach": self.reach, "participation": self.participation}
        return {**super().copies(), **others}

    def mended(self, branch_id: str, kind: str, rows: list[Document]) -> None:
        """As `keep`, by roster's event or another's: overviews, briefs and months of engagement are made of them."""
        students = {row.get("student_id") or row.get("person_id", "") for row in rows} if kind in _OF_PEOPLE else set()
        if students:
            overviews.forget(self, branch_id, students)
        if kind == "enrollments":
            briefs.touch_enrolled(self, branch(branch_id), rows)
        if kind in learning.WHOSE:
            learning.mended(self, getattr(self, kind), branch(branch_id), rows)

    def add_run(self, run: Document, cards: Sequence[Document]) -> None:
        """A run with all its cards. Raises AlreadyThere."""
        with self.transaction():
            self.runs.add(run)
            self.report_cards.collection.insert_many(cards, session=current_session())

    def drop_files(self, scope: Scope, where: Mapping[str, Any]) -> None:
        self.files.collection.delete_many(scope.filter(where))

    def overview(self, id: str) -> Document | None:
        """By its id alone, which names the branch. It is what families read most: those who ask at once ask together."""
        return self.overviews_read.one(id)

    def stored_bytes(self, scope: Scope) -> int:
        """All PDFs of a branch, its print runs, all files at homework and all voice notes together, from indexes alone."""
        stages = [{"$match": scope.filter()}, {"$group": {"_id": None, "size": {"$sum": "$size"}}}]
        stored = (self.files, self.homework_files, self.home_note_voices, self.print_runs, self.print_parts)
        return sum(row["size"] for documents in stored for row in documents.collection.aggregate(stages))

    def forget_overviews(self, scope: Scope, ids: Sequence[str], settled_at: datetime | None) -> None:
        if not ids:
            return
        due.touch(self, scope.branch_id or "")
        update: Document = {"$inc": {"changes": 1}, "$set": {"fresh": False}}
        if settled_at:
            update["$max"] = {"settled_at": settled_at}
        self.overviews.collection.update_many(scope.filter({"_id": {"$in": list(ids)}}), update)

    def begin_overview(self, scope: Scope, id: str, settled_at: datetime) -> int:
        """The count of changes to it so far; from here on they are counted. A new one is not kept until `settled_at`. By its id
        alone, which names the branch: of two that begin it at once, MongoDB lets one try again only then."""
        new = {"branch_id": scope.branch_id, "changes": 0, "settled_at": settled_at}
        overview = self.overviews.collection.find_one_and_update(
            {"_id": id},
            {"$setOnInsert": new},
            upsert=True,
            return_document=ReturnDocument.AFTER,
        )
        return int(overview["changes"])

    # Briefs: services/reports/briefs.py

    def touch_briefs_there(self, scope: Scope, student_ids: Iterable[str]) -> None:
        """As `touch_briefs`, of those alone of whom there is one: an erased student's does not come again."""
        update = {"$inc": {"changes": 1}, "$set": {"due": True, "touched_at": clock.now()}}
        self.briefs.collection.update_many(scope.filter({"student_id": {"$in": sorted(set(student_ids))}}), update)

    def touch_briefs(self, branch_id: str, student_ids: Iterable[str]) -> None:
        """What these are made of changes, just now."""
        at = clock.now()
        update = {"$inc": {"changes": 1}, "$set": {"due": True, "touched_at": at}}
        touched = [
            UpdateOne(
                {"_id": f"{branch_id}:{student_id}"},
                {**update, "$setOnInsert": {"branch_id": branch_id, "student_id": student_id}},
                upsert=True,
            )
            for student_id in sorted(set(student_ids))
        ]
        if touched:
            due.touch(self, branch_id)
            self.briefs.collection.bulk_write(touched, ordered=False, session=current_session())

    def touch_briefs_at(self, branch_id: str, student_ids: Iterable[str], at: datetime) -> None:
        """As `touch_briefs`, of what need not be told before `at`; what is due before stays so."""
        sooner = {"$cond": ["$due", {"$min": ["$touched_at", at]}, at]}
        touched = [
            UpdateOne(
                {"_id": f"{branch_id}:{student_id}"},
                [
                    {
                        "$set": {
                            "branch_id": {"$literal": branch_id},
                            "student_id": {"$literal": student_id},
                            "changes": {"$add": [{"$ifNull": ["$changes", 0]}, 1]},
                            "touched_at": sooner,
                            "due": True,
                        }
                    }
                ],
                upsert=True,
            )
            for student_id in sorted(set(student_ids))
        ]
        if touched:
            self.briefs.collection.bulk_write(touched, ordered=False, session=current_session())

    def told_briefs(self, branch_id: str, student_ids: Sequence[str] | None = None) -> Iterable[Document]:
        """Those of a branch whose reader has one, or of these students: by their ids, for there is no index by branch."""
        ids: Document = {"$gt": f"{branch_id}:", "$lt": f"{branch_id};"}  # the character after the colon
        if student_ids is not None:
            ids = {"$in": [f"{branch_id}:{student_id}" for student_id in student_ids]}
        shown = dict.fromkeys(("student_id", "changes", "due"), True)
        return self.briefs.collection.find({"_id": ids, "branch_id": branch_id, "told": True}, shown)

    def briefs_told(self, told: Sequence[Document], with_words: set[str]) -> None:
        """They wait no longer, but those that were touched meanwhile. `with_words`: students whose reader has one now."""
        writes = [
            UpdateOne(
                {"_id": brief["_id"], "claim": brief["claim"]},
                [
                    {
                        "$set": {
                            "due": {"$ne": ["$changes", brief["changes"]]},
                            "told": {"$or": ["$told", brief["student_id"] in with_words]},
                            "leased_until": None,
                        }
                    }
                ],
            )
            for brief in told
        ]
        self.briefs.collection.bulk_write(writes, ordered=False)

    def newest_notes(self, branch_id: str, student_ids: Sequence[str], most: int) -> dict[str, list[Document]]:
        """The newest first, by student."""
        where = {"student_id": {"$in": list(student_ids)}}
        return self._newest(self.home_notes, branch_id, where, "student_id", "written_at", most)

    def newest_homework(self, branch_id: str, class_ids: Iterable[str], since: str, most: int) -> dict[str, list[Document]]:
        """What is due last first, by class."""
        where = {"class_id": {"$in": sorted(class_ids)}, "due_on": {"$gte": since}, "state": SET}
        return self._newest(self.homework, branch_id, where, "class_id", "due_on", most)

    def _newest(
        self, documents: Documents, branch_id: str, where: Document, by: str, at: str, most: int
    ) -> dict[str, list[Document]]:
        newest = {"$topN": {"n": most, "sortBy": {at: -1, "_id": -1}, "output": "$$ROOT"}}
        stages = [{"$match": branch(branch_id).filter(where)}, {"$group": {"_id": f"${by}", "newest": newest}}]
        return {row["_id"]: row["newest"] for row in documents.collection.aggregate(stages)}

    def classes_with_homework(self, scope: Scope, class_ids: Iterable[str]) -> set[str]:
        return set(self.homework.collection.distinct("class_id", scope.filter({"class_id": {"$in": sorted(class_ids)}})))

    def students_to_brief(self, branch_id: str) -> set[str]:
        """Of whom there is anything to tell."""
        scope = branch(branch_id)
        classes = self.homework.collection.distinct("class_id", scope.filter())
        attending = self._enrolled(scope, {"class_id": {"$in": classes}, "role": "student"}, "person_id")
        known = (documents.collection.distinct("student_id", scope.filter()) for documents in (self.results, self.home_notes))
        return set(attending).union(*known)
