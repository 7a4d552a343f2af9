"""What has become of homework: who has seen it, done it, signed it, and what its teacher found."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.problems import Invalid
from schoolbus.scope import branch
from services.reports.classroom import reach
from services.reports.classroom.homework.given import answer_id, signed
from services.reports.classroom.homework.schemas import HomeworkCheck
from services.reports.rows import read_rows
from services.reports.today.overviews import changing

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
_ROW = HomeworkCheck()
_NOTHING: Document = {
    **dict.fromkeys(("done", "done_by", "done_at", "checked", "checked_by", "checked_at", "comment")),
    "seen": [],
    "signatures": [],
}


def of_homework(store: Store, caller: Caller, branch_id: str, homework_id: str) -> Document:
    """The answers of all who are in the class now."""
    homework = store.homework.one(caller.branch(branch_id), homework_id)
    reach.led(store, caller, branch_id, homework, "Homework")
    students = store.students_of_class(branch(branch_id), homework["class_id"])
    given = store.homework_answers.find(branch(branch_id), {"homework_id": homework_id, "student_id": {"$in": students}})
    return counted(homework, students, given)


def counted(homework: Document, students: Sequence[str], given: Collection[Document]) -> Document:
    """With their counts: of students, so that each can be read beside how many there are. `seen` and `signed` as it is now."""
    edition, by_student = homework["edition"], {each["student_id"]: each for each in given}
    rows = [{**_NOTHING, **by_student.get(student, {}), "student_id": student} for student in students]
    rows = [{**row, "signed": signed(row, edition)} for row in rows]
    counts = {
        "students": len(rows),
        "seen": sum(any(each["edition"] == edition for each in row["seen"]) for row in rows),
        "done": sum(row["done"] == "yes" for row in rows),
        "help": sum(row["done"] == "help" for row in rows),
        "signed": sum(row["signed"] for row in rows),
        "checked": sum(row["checked"] is not None for row in rows),
    }
    return {"homework_id": homework["_id"], "edition": edition, "counts": counts, "answers": rows}


def check(store: Store, caller: Caller, branch_id: str, homework_id: str, draft: Document) -> Document:
    """A class in one request, all rows or none; students who are not named keep what was found. Raises NotFound, Invalid."""
    homework = store.homework.one(caller.branch(branch_id), homework_id)
    reach.led(store, caller, branch_id, homework, "Homework")
    rows, refused = read_rows(_ROW, draft["checks"], store.students_of_class(branch(branch_id), homework["class_id"]))
    if refused:
        raise Invalid({"checks": refused}, "Some rows can't be taken; nothing was stored")
    by, at = caller.person_id, clock.now()
    with changing(store, branch_id, [row["student_id"] for row in rows]), store.transaction():
        store.homework_answers.upsert_all([_checked(homework, row, by, at) for row in rows])
    return of_homework(store, caller, branch_id, homework_id)


def _checked(homework: Document, row: Document, by: str, at: Any) -> tuple[Document, Document]:
    """Taken back, it was found by nobody."""
    found = row["checked"] is not None
    said = {"checked": row["checked"], "checked_by": by if found else None, "checked_at": at if found else None}
    id = answer_id(homework["branch_id"], homework["_id"], row["student_id"])
    whose = {"homework_id": homework["_id"], "class_id": homework["class_id"], "student_id": row["student_id"]}
    return {"_id": id, "branch_id": homework["branch_id"]}, {"$set": {**said, "comment": row["comment"]}, "$setOnInsert": whose}
