"""cost.…: what one request costs each process, in milliseconds of a core, and how much memory each process has after it.

Processor time, not time: it holds on a machine that does other things too. One who asks, has the answer and asks again; in a
rush, five families' guardians from many connections, whose requests share what is done at one waking. What processes take while
nobody asks, because they look for work, is measured before and taken off. For docs/capacity.md.
"""

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psutil

from bench.figures import Figure
from bench.load import SECONDS, load
from bench.today import FAMILIES, school_day
from deploy.local.infrastructure import Infrastructure
from tests.e2e.school import School
from tests.support.platform import Client, Platform
from tests.support.waiting import eventually

TIMES = 1000  # long enough for what timers do meanwhile to be little beside it
SMALLEST = 0.1  # ms; what costs less than this was something else that the process does
QUIET = 20.0  # seconds
SERVERS = {"beam.smp": "broker", "mongod": "database"}

Seconds = dict[str, float]


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    platform = Platform(infrastructure, folder).start()
    try:
        school = School.open(platform)
        school_day(school)
        guardians = [school.guardian(kind) for kind in FAMILIES]
        reads = [
            (f"{school.branch}/today/{school.child(kind)}", each.token) for kind, each in zip(FAMILIES, guardians, strict=True)
        ]
        guardian, (today, _) = guardians[0], reads[0]
        eventually(lambda: all(each.get(path)["results"] for each, (path, _) in zip(guardians, reads, strict=True)))
        page = Client(platform.url)
        cookie = {"Cookie": f"access={guardian.token}; language=en-latn"}
        idle = _idle(platform)
        costs = {
            "idle": {name: each * 1000 for name, each in idle.items()},
            "read": _cost(platform, idle, lambda: guardian.get(today)),
            "read_rush": _rush(platform, idle, reads),
            "page": _cost(platform, idle, lambda: page.call("GET", "/family", headers=cookie).raise_for_status()),
        }
        memory = {name: process.memory_info().rss / 2**20 for name, process in _processes(platform)}
    finally:
        platform.stop()
    return [
        *(
            Figure(f"cost.{what}.{name}_ms", each, "ms of a core, each second" if what == "idle" else "ms of a core")
            for what, cost in costs.items()
            for name, each in cost.items()
            if each >= SMALLEST
        ),
        *(Figure(f"cost.memory.{name}_mib", each, "MiB") for name, each in memory.items()),
    ]


def _idle(platform: Platform) -> Seconds:
    """Of a core, in a second in which nobody asks."""
    before, begun = _used(platform), time.monotonic()
    time.sleep(QUIET)
    took = time.monotonic() - begun
    return {name: (each - before[name]) / took for name, each in _used(platform).items()}


def _cost(platform: Platform, idle: Seconds, ask: Callable[[], object]) -> Seconds:
    """Of one of many that are asked one after the other; the first ones, which fill what is kept, are not counted."""
    for _ in range(10):
        ask()

    def one_by_one() -> float:
        for _ in range(TIMES):
            ask()
        return TIMES

    return _of_one(platform, idle, one_by_one)


def _rush(platform: Platform, idle: Seconds, asked: Sequence[tuple[str, str]]) -> Seconds:
    """Of one when many ask at once."""
    return _of_one(platform, idle, lambda: load(platform.url, asked).per_s * SECONDS)


def _of_one(platform: Platform, idle: Seconds, run: Callable[[], float]) -> Seconds:
    """In milliseconds, by process. `run` gives how many were answered."""
    before, begun = _used(platform), time.monotonic()
    answered = run()
    took = time.monotonic() - begun
    return {name: (each - before[name] - idle[name] * took) * 1000 / answered for name, each in _used(platform).items()}


def _used(platform: Platform) -> Seconds:
    used: Seconds = {}
    for name, process in _processes(platform):
        merged = name.removesuffix(".second")
        used[merged] = used.get(merged, 0.0) + sum(process.cpu_times()[:2])
    return used


def _processes(platform: Platform) -> Iterator[tuple[str, psutil.Process]]:
    for name, process in platform.processes.items():
        if process.popen is not None and name not in ("carriers", "translator"):
            yield name, psutil.Process(process.popen.pid)
    for entry in platform.infrastructure.ledger.entries():
        found = entry.process()
        for each in [found, *found.children(recursive=True)] if found and entry.name != "owner" else []:
            if each.name() in SERVERS:
                yield SERVERS[each.name()], each
