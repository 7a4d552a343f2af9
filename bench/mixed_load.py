"""mixed_load: what families and teachers do in half an hour of a result day, at a fixed rate; all processes of `make run` on
the same cores as the load.

The day's report cards are out and a day of meetings is open. 600 guardians and their children's teachers are signed in and ask
7,500 times, as often as in half an hour in which each of them asks for something every two and a half minutes; but in five
minutes, because the load is what is asked and not how long nothing is. The mix is in result_day.py: mostly reading, by programs
and by the portal's pages; every sixth request writes: books or cancels, writes a home note or a message.

The rate is kept whatever comes back (an open loop): a request's time counts from the moment when it was due, so one that waits
behind a slow one is slow too. 25 a second keep a little more than one of two cores busy (`cores_busy`; measured at 10 a second:
half a core, the load, the database and the broker included), which leaves room for what comes in bursts. Where the rate is more
than the cores bear, the queue grows without end, and a figure would say how long it was measured. Memory (unique set size) is
looked at from the end of the warm-up on: the last third against the first, by process.
"""

import asyncio
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median
from uuid import uuid4

import aiohttp
import psutil

from bench.figures import Figure
from bench.result_day import Ask, People
from deploy.local.infrastructure import Infrastructure
from tests.chaos.effects import Kept, quiet
from tests.chaos.school import School, opened
from tests.support.platform import Platform
from tests.support.waiting import eventually

PER_S = 25
SECONDS = 300
WARM_SECONDS = 30
STUDENTS = 1000
SLOTS = 2400
GROWTH = 1.1
TERM = "First term"
NOT_OURS = ("carriers", "translator")  # simulators, which keep what they take
INFRASTRUCTURE = {"mongod": "database", "beam.smp": "broker"}
PATIENCE = aiohttp.ClientTimeout(60)


@dataclass
class Measured:
    """`took`: ms from when a request was due. `wrong`: what was no success."""

    took: list[float] = field(default_factory=list)
    wrong: Counter[str] = field(default_factory=Counter)


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    platform = Platform(infrastructure, folder).start()
    try:
        school = opened(platform, STUDENTS, SLOTS)
        issue_cards(platform, school)
        people, warm, measured = People(school), Measured(), Measured()
        asyncio.run(asked(platform.url, people, WARM_SECONDS, warm))
        with remembering(platform) as memory:
            before = worked()
            asyncio.run(asked(platform.url, people, SECONDS, measured))
            cores = (worked() - before) / SECONDS
    finally:
        platform.stop()
    return [*figures(measured, warm, memory), Figure("mixed_load.cores_busy", cores, "cores, the load itself included")]


def figures(measured: Measured, warm: Measured, memory: dict[str, list[float]]) -> list[Figure]:
    took, wrong = sorted(measured.took), measured.wrong + warm.wrong
    if wrong:
        print(f"mixed_load: {dict(wrong)}")
    grown = {name: growth(sizes) for name, sizes in memory.items()}
    worst = max(grown, key=lambda name: grown[name])
    print(f"mixed_load: memory grew: {', '.join(f'{name} {times:.3f}' for name, times in sorted(grown.items()))}")
    return [
        Figure("mixed_load.rps", len(took) / SECONDS, "requests/s", 0.98 * PER_S),
        *(Figure(f"mixed_load.p{part}_ms", took[len(took) * part // 100], "ms") for part in (50, 95, 99)),
        Figure("mixed_load.errors", wrong.total(), "answers", 0, ceiling=True),
        Figure(
            "mixed_load.memory_growth", grown[worst], "of the first third, the process that grew most", GROWTH, ceiling=True
        ),
        Figure("mixed_load.memory_mib", sum(median(sizes) for sizes in memory.values()), "MiB, all processes"),
    ]


def worked() -> float:
    """Seconds of a core that this process and all that it has started have had so far: platform, database, broker."""
    own = psutil.Process()
    return sum(sum(each.cpu_times()[:2]) for each in [own, *own.children(recursive=True)])


def growth(sizes: list[float]) -> float:
    third = len(sizes) // 3
    return median(sizes[-third:]) / median(sizes[:third])


def issue_cards(platform: Platform, school: School) -> None:
    """Marks of every class and its report cards, issued and told."""
    head = platform.nobody()
    head.signed = lambda: school.token(school.head_id, "head")
    head.token = head.signed()
    below = f"/v1/branches/{school.branch_id}"
    runs = []
    for class_id in school.homerooms:
        students = school.classes[class_id]
        rows = [{"student_id": id, "score": str(20 + number % 30), "out_of": "50"} for number, id in enumerate(students)]
        head.put(f"{below}/marks", {"class_id": class_id, "term": TERM, "subject": "Science", "marks": rows})
        asked_for = {"class_id": class_id, "term": TERM, "student_ids": list(students), "approved": True}
        runs.append(head.post(f"{below}/report-card-runs", asked_for)["run_id"])
    for run in runs:
        eventually(
            lambda run=run: (seen := head.get(f"{below}/report-card-runs/{run}"))["issued"] == seen["asked"], timeout=600
        )  # type: ignore[misc]
    kept = Kept(platform)
    eventually(lambda: quiet(kept), timeout=600, every=2)


async def asked(url: str, people: People, seconds: float, into: Measured) -> None:
    """At the rate, whatever comes back."""
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(timeout=PATIENCE, connector=connector) as session, asyncio.TaskGroup() as tasks:
        began = time.perf_counter()
        for number in range(int(seconds * PER_S)):
            due = began + number / PER_S
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            tasks.create_task(_asked(session, url, people, people.ask(), due, into))


async def _asked(session: aiohttp.ClientSession, url: str, people: People, ask: Ask, due: float, into: Measured) -> None:
    token = people.token(ask.person_id, ask.role)
    headers = {"Cookie": f"access={token}", "Accept": "text/html"} if ask.page else {"Authorization": f"Bearer {token}"}
    if ask.method != "GET":
        headers["Idempotency-Key"] = uuid4().hex
    try:
        async with session.request(ask.method, url + ask.path, headers=headers, json=ask.body, allow_redirects=False) as answer:
            body = await answer.read()
            if answer.status in (200, 201):
                ask.done(await answer.json() if not ask.page and body else None)
            else:
                into.wrong[f"{ask.method} {ask.path.split('?')[0][:60]} {answer.status} {body[:200]!r}"] += 1
    except (aiohttp.ClientError, TimeoutError) as error:
        into.wrong[f"{ask.method} {ask.path} {type(error).__name__}"] += 1
    into.took.append(1000 * (time.perf_counter() - due))


@contextmanager
def remembering(platform: Platform) -> Iterator[dict[str, list[float]]]:
    """Each process's own memory in MiB, every few seconds."""
    sizes: dict[str, list[float]] = defaultdict(list)
    over = threading.Event()
    processes = {
        name: psutil.Process(each.popen.pid) for name, each in platform.processes.items() if name not in NOT_OURS and each.popen
    }
    beside = psutil.Process().children(recursive=True)
    processes |= {INFRASTRUCTURE[each.name()]: each for each in beside if each.name() in INFRASTRUCTURE}

    def look() -> None:
        while not over.wait(5):
            for name, process in processes.items():
                sizes[name].append(process.memory_full_info().uss / 2**20)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield sizes
    finally:
        over.set()
        thread.join()
