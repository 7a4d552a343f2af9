"""print_run: 1,000 issued report cards of a grade become one PDF, and what others wait for their answers meanwhile.

A guardian reads "today" and a report card through the gateway, fifty requests a second, each at its time whether or not the one
before has its answer: while a run is made, and before and after it. All processes of `make run` on the same cores.
"""

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Any

import psutil
from pymongo import MongoClient

from bench.figures import Figure
from bench.report_cards import card
from deploy.local.infrastructure import Infrastructure
from schoolbus import clock
from schoolbus.ids import effect_id
from services.reports.cards.issuing import file_id
from services.reports.cards.states import ISSUED
from services.reports.cards.typesetting import render
from services.reports.store import Store
from tests.e2e.school import School
from tests.support.platform import Platform
from tests.support.waiting import eventually

CARDS, IN_CLASS, DIFFERENT = 1000, 40, 40
GRADE, TERM = "77", "Printed Term"
A_SECOND, IDLE, ROUNDS = 50, 16.0, 3
Read = Callable[[], None]


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    platform = Platform(infrastructure, folder).start()
    try:
        school = School.open(platform)
        with MongoClient[dict[str, Any]](infrastructure.mongodb_uri, tz_aware=True) as client:
            store = Store(client[platform.database("reports")])
            own = _fill(store, platform.id("branch", school.chain.branch_ids[0]), school.child("urdu_sms"))
        reads = _reads(school, own)
        _load(reads, lambda passed: passed > 3)  # warm
        rounds = [_round(school, reads) for _ in range(ROUNDS)]
    finally:
        platform.stop()
    idle_p99 = median(each.idle_p99 for each in rounds)
    return [
        Figure("print_run.1000_cards_s", median(each.seconds for each in rounds), "s"),
        Figure("print_run.read_p99_ms", median(each.busy_p99 for each in rounds), "ms", round(2 * idle_p99, 2), ceiling=True),
        Figure("print_run.idle_read_p99_ms", idle_p99, "ms"),
        Figure("print_run.megabytes", rounds[0].megabytes, "MB"),
        Figure("print_run.peak_mb", max(each.peak for each in rounds), "MB"),
    ]


@dataclass(frozen=True)
class Round:
    """`peak`: of the worker and what it has started."""

    seconds: float
    idle_p99: float
    busy_p99: float
    megabytes: float
    peak: float


def _round(school: School, reads: list[Read]) -> Round:
    """Half of the idle time before the run, half after it."""
    idle = _load(reads, lambda passed: passed > IDLE / 2)
    began, done, peak = time.perf_counter(), threading.Event(), [0.0]
    run = school.head.post(f"{school.branch}/report-print-runs", _draft())
    path = f"{school.branch}/report-print-runs/{run['report_print_run_id']}"
    following = threading.Thread(target=_follow, args=(school, path, done, _worker(), peak))
    following.start()
    busy = _load(reads, lambda _: done.is_set())
    following.join()
    seconds = time.perf_counter() - began
    made = school.head.get(path)
    assert (made["state"], made["done"], made["pages"]) == ("made", CARDS, CARDS + CARDS // IN_CLASS), made
    idle += _load(reads, lambda passed: passed > IDLE / 2)
    return Round(seconds, _p99(idle), _p99(busy), made["size"] / 1e6, peak[0])


def _draft() -> dict[str, Any]:
    return {"what": "report_cards", "of": "grade", "grade": GRADE, "term": TERM, "language": "both"}


def _reads(school: School, card_id: str) -> list[Read]:
    guardian = school.guardian("urdu_sms")
    today = f"{school.branch}/today/{school.child('urdu_sms')}"
    pdf = f"{school.branch}/report-cards/{card_id}/pdf?language=both"

    def read(path: str) -> None:
        answer = guardian.call("GET", path)
        assert answer.status_code == 200, answer.text

    eventually(lambda: guardian.call("GET", pdf).ok)
    return [lambda: read(today), lambda: read(today), lambda: read(today), lambda: read(pdf)]


def _load(reads: list[Read], over: Callable[[float], bool]) -> list[float]:
    """Milliseconds of each answer from the moment when it was due."""
    taken: list[float] = []

    def one(read: Read, due: float) -> None:
        read()
        taken.append((time.perf_counter() - due) * 1000)

    began = time.perf_counter()
    with ThreadPoolExecutor(8) as pool:
        waiting, number = [], 0
        while not over(time.perf_counter() - began):
            due = began + number / A_SECOND
            time.sleep(max(0.0, due - time.perf_counter()))
            waiting.append(pool.submit(one, reads[number % len(reads)], due))
            number += 1
        for each in waiting:
            each.result()
    return taken


def _p99(taken: list[float]) -> float:
    return quantiles(taken, n=100)[98]


def _worker() -> psutil.Process:
    started = psutil.Process().children(recursive=True)
    return next(each for each in started if each.cmdline()[-2:] == ["worker", "reports"])


def _follow(school: School, path: str, done: threading.Event, worker: psutil.Process, peak: list[float]) -> None:
    """Until it is over; how much memory the worker and what it has started take at most."""
    try:
        while school.head.get(path)["state"] in ("asked", "working"):
            for _ in range(5):
                peak[0] = max(peak[0], sum(_memory(each) for each in [worker, *worker.children(recursive=True)]) / 1e6)
                time.sleep(0.05)
    finally:
        done.set()


def _memory(process: psutil.Process) -> int:
    try:
        return int(process.memory_info().rss)
    except psutil.NoSuchProcess:
        return 0


# What is there to print


def _fill(store: Store, branch_id: str, child: str) -> str:
    """Classes of a grade with their students, a card of each, and one of the guardian's child: its id."""
    students = [f"printed-{number:04}" for number in range(CARDS)]
    titles = [f"{GRADE}-{number:02}" for number in range(CARDS // IN_CLASS)]
    group = {"version": 1, "active": True, "grade": GRADE, "subject": None, "section": None, "homeroom": True}
    store.classes.project(branch_id, [{**group, "class_id": title, "title": f"Class {title}"} for title in titles])
    person = {"version": 1, "active": True, "roles": ["student"], "family_name": "Khan", "channels": [], "counts_as": None}
    names = {"name_ur": None, "given_name_ur": None, "phone": None, "email": None, "language": "en", "preferences": None}
    store.people.project(branch_id, [{**person, **names, "person_id": id, "given_name": id} for id in students])
    sits = {"version": 1, "active": True, "role": "student", "begins_on": None, "ends_on": None}
    rows = [
        {**sits, "enrollment_id": id, "class_id": titles[number // IN_CLASS], "person_id": id}
        for number, id in enumerate(students)
    ]
    store.enrollments.project(branch_id, rows)
    pdfs = [render(card(number), "both") for number in range(DIFFERENT)]
    for number, id in enumerate([*students, child]):
        _issued(store, branch_id, id, pdfs[number % DIFFERENT])
    return effect_id("printed", child)


def _issued(store: Store, branch_id: str, student_id: str, pdf: bytes) -> None:
    id = effect_id("printed", student_id)
    whose = {"branch_id": branch_id, "student_id": student_id, "class_id": GRADE, "run_id": GRADE}
    term = {"term": TERM, "term_key": TERM.casefold(), "version": 1, "state": ISSUED, "made_as": id}
    store.report_cards.add({"_id": id, **whose, **term, "issued_at": clock.now(), "percent": "80.0", "grade": "A+"})
    file = {"_id": file_id(id, "both"), "branch_id": branch_id, "report_card_id": id, "made_as": id}
    store.files.add({**file, "pdf": pdf, "size": len(pdf)})
