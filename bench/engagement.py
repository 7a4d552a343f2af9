"""engagement.chain_s: the chain's report (twelve months as JSON, a month as CSV and as PDF in both languages) at 320,000
students in 2,261 branches, through the service. And how fast the worker counts branches, from raw documents of a hundred.

Numbers come from a seeded generator. Of the chain, families of one month are there, and what branches come to in twelve.
"""

import random
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from pymongo import MongoClient

from bench.figures import Figure
from deploy.local.infrastructure import Infrastructure
from schoolbus import clock
from services.reports.engagement import counting, due, measures, months
from services.reports.engagement.sources import KINDS, OF_REACH
from services.reports.store import Store
from tests.reports.engagement.rows import child, family
from tests.support.people import operator
from tests.support.services import Service

STUDENTS, BRANCHES, MONTHS = 320_000, 2_261, 12
COUNTED = 100  # branches that are counted from raw documents
A_CLASS, SUBJECTS, DAYS = 30, 8, 22
CHUNK = 2_000
Document = dict[str, Any]
NOW = months.current()


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    service = Service("reports", infrastructure, folder, {"PUBLIC_URL": "http://rabta.test"}).start()
    try:
        service.processes["worker"].kill()
        with MongoClient[Document](infrastructure.mongodb_uri, tz_aware=True) as client:
            store = Store(client[service.database])
            chain_s, parts = _chain(service, store)
            rolled = _rolled(store)
    finally:
        service.stop()
    return [Figure("engagement.chain_s", chain_s, "s", 60, ceiling=True), *parts, *rolled]


def _batched(rows: Iterable[Any]) -> Iterator[list[Any]]:
    left = iter(rows)
    while part := list(islice(left, CHUNK)):
        yield part


# The chain


def _chain(service: Service, store: Store) -> tuple[float, list[Figure]]:
    _fill_chain(store)
    asked = {
        "json": f"?since={months.shifted(NOW, 1 - MONTHS)}&until={NOW}",
        "csv": f"/report.csv?month={NOW}",
        "pdf": f"/report.pdf?month={NOW}",
        "pdf_ur": f"/report.pdf?month={NOW}&language=ur",
    }
    taken = {}
    for name, path in asked.items():
        began = time.perf_counter()
        answer = service.call("GET", f"/v1/engagement{path}", operator())
        assert answer.ok, answer.text
        taken[name] = time.perf_counter() - began
    return sum(taken.values()), [Figure(f"engagement.chain_{name}_s", value, "s") for name, value in taken.items()]


def _fill_chain(store: Store) -> None:
    numbers = random.Random(6)
    pool = [[_family(numbers, f"pool{n}", place) for place in range(_size(n))] for n in range(100)]
    tallies = [{**measures.tally(rows), "beside": measures.beside(rows)} for rows in pool]
    stamp = {"version": 1, "counted_at": clock.now()}
    for start in range(0, BRANCHES, 200):
        part = range(start, min(start + 200, BRANCHES))
        store.branches.collection.insert_many([_branch(n) for n in part])
        store.branch_months.collection.insert_many(
            {**numbers.choice(tallies), **stamp, "_id": f"b{n}:{month}", "branch_id": f"b{n}", "month": month}
            for n in part
            for month in months.between(months.shifted(NOW, 1 - MONTHS), NOW)
        )
        store.family_months.collection.insert_many(
            {**row, **stamp, "_id": f"b{n}:f{place}:{NOW}", "branch_id": f"b{n}", "month": NOW}
            for n in part
            for place, row in enumerate(pool[n % len(pool)])
        )


def _size(n: int) -> int:
    return STUDENTS // BRANCHES - 20 + n % 41


def _branch(n: int) -> Document:
    return {
        "_id": f"b{n}:b{n}",
        "branch_id": f"b{n}",
        "name": f"Branch {n}",
        "name_ur": f"شاخ {n}",
        "version": 1,
        "active": True,
    }


def _family(numbers: random.Random, branch: str, place: int) -> Document:
    made = child(
        f"{branch}-{place}",
        f"c{place // A_CLASS}",
        **{"days": DAYS, "there": DAYS - numbers.choice((0, 0, 0, 1, 2, 5)), "homework_set": 8},
        **{"homework_known": 6, "homework_done": numbers.randint(0, 6), "signed": numbers.randint(0, 4)},
        **{"home_notes": numbers.randint(0, 1), "marks": numbers.randint(2_000, 10_000)},
    )
    counts = {name: numbers.randint(0, 2) for name in (*OF_REACH, *KINDS)}
    return family(made["student_id"], made, **counts, unreached=numbers.choice(([], [], [], ["unread"], ["no_contact"])))


# Counting


def _rolled(store: Store) -> list[Figure]:
    numbers = random.Random(7)
    ids = [f"r{n}" for n in range(COUNTED)]
    sizes = {id: _size(n) for n, id in enumerate(ids)}
    for id in ids:
        _fill_branch(store, numbers, id, sizes[id])
        due.touch(store, id, [NOW])
    began, claim = time.perf_counter(), due.claiming(0)
    for _ in ids:
        piece = claim(store)
        assert piece is not None
        counting.count(store, piece)
    taken = time.perf_counter() - began
    assert store.branch_months.collection.count_documents({"branch_id": {"$in": ids}, "families": {"$gt": 0}}) == len(ids)
    rate = sum(sizes.values()) / taken
    return [
        Figure("engagement.rollup_students_s", rate, "students/s"),
        Figure("engagement.rollup_branch_ms", 1_000 * taken / len(ids), "ms a branch and month"),
        Figure("engagement.rollup_chain_s", STUDENTS / rate, "s, all branches of a month by one worker"),
    ]


def _fill_branch(store: Store, numbers: random.Random, branch: str, size: int) -> None:
    """Everything that a month is counted from: registers of each day, homework with answers, a result in each subject, home
    notes, what was told and who took part. Every third child has a brother or a sister before it."""
    students = [f"{branch}-s{n}" for n in range(size)]
    classes = {id: f"{branch}-c{n // A_CLASS}" for n, id in enumerate(students)}
    guardians = {id: f"{branch}-g{n - 1 if n % 3 == 2 else n}" for n, id in enumerate(students)}
    own = {"branch_id": branch}
    filled: list[tuple[Any, Iterator[Document]]] = [
        (store.people, ({**own, "person_id": id, "roles": ["student"], "active": True, "version": 1} for id in students)),
        (store.enrollments, ({**own, "person_id": id, **_attends(classes[id])} for id in students)),
        (store.relations, ({**own, "student_id": id, **_related(guardians[id])} for id in students)),
        (store.classes, ({**own, "class_id": id, "title": id, "grade": "5", "active": True} for id in set(classes.values()))),
        (store.categories, ({**own, **_category(id)} for id in set(classes.values()))),
        (store.registers, _registers(numbers, own, classes)),
        (store.homework, ({**own, **_homework(id, n)} for id in sorted(set(classes.values())) for n in range(8))),
        (store.homework_answers, _answers(numbers, own, classes)),
        (store.line_items, ({**own, **_item(id, subject)} for id in set(classes.values()) for subject in range(SUBJECTS))),
        (store.results, _results(numbers, own, classes)),
        (store.home_notes, ({**own, "student_id": id, "guardian_id": guardians[id], **_at()} for id in students[::4])),
        (store.reach, ({**own, **_reach(numbers, id)} for id in sorted(set(guardians.values())))),
        (store.participation, ({**own, **_part(numbers, id)} for id in sorted(set(guardians.values())))),
    ]
    for documents, rows in filled:
        for part in _batched(rows):
            documents.collection.insert_many(part, ordered=False)


def _at() -> Document:
    return {"written_at": clock.now()}


def _attends(class_id: str) -> Document:
    return {"class_id": class_id, "role": "student", "active": True}


def _related(guardian_id: str) -> Document:
    return {"guardian_id": guardian_id, "active": True, "may_receive_reports": True}


def _registers(numbers: random.Random, own: Document, classes: dict[str, str]) -> Iterator[Document]:
    for class_id in sorted(set(classes.values())):
        attending = [id for id, held in classes.items() if held == class_id]
        for day in range(DAYS):
            statuses = numbers.choices(("present", "absent", "late"), (90, 7, 3), k=len(attending))
            entries = [
                {"student_id": id, "status": status, "minutes": None, "note": None}
                for id, status in zip(attending, statuses, strict=True)
            ]
            held_on = (months.first_day(NOW) + timedelta(day)).isoformat()
            yield {**own, "class_id": class_id, "held_on": held_on, "lesson": None, "entries": entries}


def _homework(class_id: str, number: int) -> Document:
    due_on = (months.first_day(NOW) + timedelta(2 * number)).isoformat()
    return {"_id": f"{class_id}-h{number}", "class_id": class_id, "due_on": due_on, "state": "set"}


def _answers(numbers: random.Random, own: Document, classes: dict[str, str]) -> Iterator[Document]:
    for student_id, class_id in classes.items():
        for number in range(8):
            said = {"done": numbers.choice((None, "yes", "no")), "checked": numbers.choice((None, None, "done", "not_done"))}
            signed = {"signatures": [{"by": "g", "edition": 0}] * numbers.randint(0, 1)}
            yield {**own, "homework_id": f"{class_id}-h{number}", "student_id": student_id, **said, **signed}


def _category(class_id: str) -> Document:
    return {"_id": class_id, "class_id": class_id, "weight": "100", "drop_lowest": 0, "deleted": False}


def _item(class_id: str, subject: int) -> Document:
    named = {"subject": f"Subject {subject}", "subject_key": f"subject {subject}", "category_id": class_id, "deleted": False}
    return {"_id": f"{class_id}-i{subject}", "class_id": class_id, "term_key": "first term", **named}


def _results(numbers: random.Random, own: Document, classes: dict[str, str]) -> Iterator[Document]:
    at = {
        "scored_on": months.first_day(NOW).isoformat(),
        "changed_at": clock.now(),
        "marked_at": clock.now(),
        "term_mark": True,
    }
    for student_id, class_id in classes.items():
        for subject in range(SUBJECTS):
            score = {"status": "fully graded", "score": str(numbers.randint(10, 50)), "out_of": "50", "comment": None}
            whose = {"student_id": student_id, "class_id": class_id, "line_item_id": f"{class_id}-i{subject}"}
            yield {**own, **whose, **score, **at, "term_key": "first term", "term_mark": True, "deleted": False}


def _reach(numbers: random.Random, guardian_id: str) -> Document:
    channels = {"app": {"told": 6, "delivered": 5, "read": 3, "failed": 0}}
    counts = {"told": 6, "delivered": 5, "read": numbers.randint(0, 5), "answered": numbers.randint(0, 2)}
    counts |= {"failed": 0, "other_language": 0}
    signs = {"last_read_on": None, "unread_since": None, "language": "ur", "contact": "works"}
    return {"guardian_id": guardian_id, "month": NOW, "version": 1, "channels": channels, **counts, **signs}


def _part(numbers: random.Random, person_id: str) -> Document:
    counts = {"invited": 1, "met": numbers.randint(0, 1)}
    return {"person_id": person_id, "role": "guardian", "month": NOW, "version": 1, "counts": counts}
