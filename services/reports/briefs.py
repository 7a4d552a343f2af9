"""Briefs: what a teacher should know of a student before a meeting. Meetings gets each as a whole, and makes no question of it.

Whoever changes what briefs are made of is `changing` them: just before and just after, each student's count of changes goes
up, and it is the brief's version. The worker tells those that have been quiet for two seconds, many students at once, so a
class that is marked is one event. Who dies between the two leaves the first count, and the change is told with that.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.contracts.reports import StudentsBriefed
from schoolbus.ids import fingerprint, new_id
from schoolbus.outbox import saying_with
from schoolbus.scope import WHOLE_CHAIN, Scope, branch
from services.reports.attendance import queries as attendance
from services.reports.behaviour import queries as behaviour
from services.reports.cards.states import ISSUED
from services.reports.gradebook.queries import newest_scores
from services.reports.homenotes.choices import in_words

if TYPE_CHECKING:
    from services.reports.store import Store

Document = dict[str, Any]
MOST = 100  # students in an event: half a megabyte
SETTLED = timedelta(seconds=2)  # longer than a write takes
LEASE = 60  # seconds; a hundred briefs take about 0.1
SUBJECTS, HOMEWORK, NOTES = 10, 5, 3  # of each, the newest
TEXT = 300  # characters of a home note
RECENT = timedelta(days=90)  # homework that was due before is none of a brief


@contextmanager
def changing(store: Store, branch_id: str, student_ids: Collection[str]) -> Iterator[None]:
    """Around one write that changes what these students' briefs are made of."""
    store.touch_briefs(branch_id, student_ids)
    yield
    store.touch_briefs(branch_id, student_ids)


def touch_at_night(store: Store, branch_id: str, class_id: str, student_ids: Collection[str]) -> None:
    """Before a change that nobody needs to know of before tomorrow: told between one and four, a class at its own minute."""
    night = datetime.combine(clock.today() + timedelta(days=1), time(1), clock.BRANCH_ZONE)
    minute = int(fingerprint(f"{branch_id}:{class_id}"), 16) % (3 * 60)
    store.touch_briefs_at(branch_id, student_ids, clock.as_kept(night + timedelta(minutes=minute)))


def touch_enrolled(store: Store, scope: Scope, rows: Iterable[Document]) -> None:
    """`rows`: enrollments as they were and as they are. Who came into a class or left it has other homework; before the first
    homework there is nothing to tell. One that a replay found damaged may lack anything."""
    students = [row for row in rows if row.get("role") == "student" and {"class_id", "person_id"} <= row.keys()]
    with_homework = store.classes_with_homework(scope, {row["class_id"] for row in students})
    concerned = [row for row in students if row["class_id"] in with_homework]
    attending = {row["person_id"] for row in concerned if row.get("active")}
    store.touch_briefs(scope.branch_id or "", attending)
    store.touch_briefs_there(scope, {row["person_id"] for row in concerned} - attending)


@contextmanager
def erasing(store: Store, person_id: str) -> Iterator[None]:
    """Around the erasure of a person: what a guardian wrote is in no brief either."""
    written = store.home_notes.find(WHOLE_CHAIN, {"guardian_id": person_id})
    about = sorted({(note["branch_id"], note["student_id"]) for note in written})
    for branch_id, student_id in about:
        store.touch_briefs_there(branch(branch_id), [student_id])
    yield
    for branch_id, student_id in about:
        store.touch_briefs_there(branch(branch_id), [student_id])


# Telling


def claim(store: Store) -> Document | None:
    """Briefs that wait, those that have waited longest first."""
    due = {"due": True, "touched_at": {"$lte": clock.now() - SETTLED}}
    found = store.briefs.claim_some(due, lease=LEASE, limit=MOST, sort="touched_at")
    return {"_id": found[0]["_id"], "briefs": found} if found else None


def tell(store: Store, piece: Document) -> None:
    """Says the briefs as they are now. Told twice, by who died in between, they are the same version."""
    of_branch = defaultdict(list)
    for brief in piece["briefs"]:
        of_branch[brief["branch_id"]].append(brief)
    for branch_id, briefs in of_branch.items():
        items = gathered(store, branch_id, briefs)
        told = [item for item, brief in zip(items, briefs, strict=True) if brief.get("told") or not _is_empty(item)]
        if told:
            said = StudentsBriefed(branch_id=branch_id, subject=f"{branch_id}.briefs", items=told)
            store.chunks.add(saying_with({"_id": new_id(), "branch_id": []}, [said]))
        store.briefs_told(briefs, {item["student_id"] for item in told})


def gathered(store: Store, branch_id: str, briefs: Sequence[Document]) -> list[Document]:
    """Items of StudentsBriefed, one of each."""
    made = gather(store, branch_id, [brief["student_id"] for brief in briefs])
    return [{**made[brief["student_id"]], "version": brief["changes"]} for brief in briefs]


def _is_empty(brief: Document) -> bool:
    return not any(brief[part] for part in ("marks", "homework", "home_notes", "attendance", "behaviour"))


# Gathering


def gather(store: Store, branch_id: str, student_ids: Sequence[str]) -> dict[str, Document]:
    """Each student's brief without its version, in nine questions for all of them: an item of StudentsBriefed."""
    marks, issued = newest_scores(store, branch_id, student_ids), _issued(store, branch_id, student_ids)
    homework, notes = _homework(store, branch_id, student_ids), store.newest_notes(branch_id, student_ids, NOTES)
    attended, behaved = attendance.briefs(store, branch_id, student_ids), behaviour.briefs(store, branch_id, student_ids)
    return {
        student_id: {
            "student_id": student_id,
            "marks": [_mark(mark, issued) for mark in newest_by_subject(marks.get(student_id, []))],
            "homework": homework.get(student_id, []),
            "home_notes": [_note(note) for note in notes.get(student_id, [])],
            "attendance": attended.get(student_id),
            "behaviour": behaved.get(student_id),
        }
        for student_id in student_ids
    }


def newest_by_subject(marks: Iterable[Document]) -> list[Document]:
    """The newest mark of each subject, however it is capitalised: the latest first, and not more than a teacher reads."""
    newest: dict[str, Document] = {}
    for mark in sorted(marks, key=lambda mark: (mark["marked_at"], mark["_id"])):
        newest[mark["subject"].casefold()] = mark
    return sorted(newest.values(), key=lambda mark: (mark["marked_at"], mark["_id"]), reverse=True)[:SUBJECTS]


def _mark(mark: Document, issued: dict[tuple[str, str], datetime]) -> Document:
    """`on_card`: it stands on a card that was issued, which all of the child's teachers may see; a quiz stands on none."""
    card = issued.get((mark["student_id"], mark["term_key"]))
    shown = ("class_id", "term", "subject", "score", "out_of")
    return {
        **{name: mark[name] for name in shown},
        "marked_on": _day(mark["marked_at"]),
        "on_card": mark["term_mark"] and card is not None and card >= mark["marked_at"],
    }


def _issued(store: Store, branch_id: str, student_ids: Sequence[str]) -> dict[tuple[str, str], datetime]:
    """When the newest card of each student and term was issued."""
    cards = store.report_cards.find(branch(branch_id), {"student_id": {"$in": list(student_ids)}, "state": ISSUED}, "issued_at")
    return {(card["student_id"], card["term_key"]): card["issued_at"] for card in cards}


def _homework(store: Store, branch_id: str, student_ids: Sequence[str]) -> dict[str, list[Document]]:
    """What is due last of all, and what was due before, by student."""
    scope = branch(branch_id)
    attending = {"person_id": {"$in": list(student_ids)}, "role": "student", "active": True}
    rows = store.enrollments.find(scope, attending)
    since = (clock.today() - RECENT).isoformat()
    of_class = store.newest_homework(branch_id, {row["class_id"] for row in rows}, since, HOMEWORK)
    due: dict[str, list[Document]] = defaultdict(list)
    for row in rows:
        due[row["person_id"]] += of_class.get(row["class_id"], [])
    return {
        student_id: [
            _due(each) for each in sorted(found, key=lambda each: (each["due_on"], each["_id"]), reverse=True)[:HOMEWORK]
        ]
        for student_id, found in due.items()
    }


def _due(homework: Document) -> Document:
    return {"homework_id": homework["_id"], **{name: homework[name] for name in ("class_title", "subject", "title", "due_on")}}


def _note(note: Document) -> Document:
    shown = ("guardian_id", "kind")
    return {
        "home_note_id": note["_id"],
        **{name: note[name] for name in shown},
        "text": in_words(note, TEXT),
        "written_on": _day(note["written_at"]),
    }


def _day(moment: datetime) -> str:
    return moment.astimezone(clock.BRANCH_ZONE).date().isoformat()


# What was there before there were briefs


def begin_fill(store: Store) -> None:
    store.brief_fill.add_new([{"_id": "fill", "branch_id": [], "after": "", "done": False, "begun_at": clock.now()}])


def claim_fill(store: Store) -> Document | None:
    return store.brief_fill.claim({"done": False}, lease=LEASE, sort="begun_at")


def fill(store: Store, doing: Document) -> None:
    """Some branches more: whoever has anything to tell of is touched. Branches that come later need none of it."""
    found = store.branches.find(WHOLE_CHAIN, {"branch_id": {"$gt": doing["after"]}}, sort="branch_id", limit=20)
    for row in found:
        store.touch_briefs(row["branch_id"], store.students_to_brief(row["branch_id"]))
    after = found[-1]["branch_id"] if found else doing["after"]
    store.brief_fill.change(WHOLE_CHAIN, doing["_id"], to={"after": after, "done": not found, "leased_until": None})
