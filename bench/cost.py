"""cost.…: what one request costs each process, in milliseconds of a core, and how much memory each process has after it.

Processor time, not time: it holds on a machine that does other things too. For docs/capacity.md.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

import psutil

from bench.figures import Figure
from bench.today import FAMILIES, school_day
from deploy.local.infrastructure import Infrastructure
from tests.e2e.school import School
from tests.support.platform import Client, Platform
from tests.support.waiting import eventually

TIMES = 200
SMALLEST = 0.05  # ms; what costs less than this was something else that the process does
SERVERS = {"beam.smp": "broker", "mongod": "database"}

Seconds = dict[str, float]


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    platform = Platform(infrastructure, folder).start()
    try:
        school = School.open(platform)
        school_day(school)
        guardian = school.guardian(FAMILIES[0])
        today = f"{school.branch}/today/{school.child(FAMILIES[0])}"
        eventually(lambda: guardian.get(today)["results"])
        page = Client(platform.url)
        cookie = {"Cookie": f"access={guardian.token}; language=en-latn"}
        costs = {
            "read": _cost(platform, lambda: guardian.get(today)),
            "page": _cost(platform, lambda: page.call("GET", "/family", headers=cookie).raise_for_status()),
        }
        memory = {name: process.memory_info().rss / 2**20 for name, process in _processes(platform)}
    finally:
        platform.stop()
    return [
        *(
            Figure(f"cost.{what}.{name}_ms", each, "ms of a core")
            for what, cost in costs.items()
            for name, each in cost.items()
            if each >= SMALLEST
        ),
        *(Figure(f"cost.memory.{name}_mib", each, "MiB") for name, each in memory.items()),
    ]


def _cost(platform: Platform, ask: Callable[[], object]) -> Seconds:
    """Of one, in milliseconds, by process; the first ones, which fill what is kept, are not counted."""
    for _ in range(10):
        ask()
    before = _used(platform)
    for _ in range(TIMES):
        ask()
    after = _used(platform)
    costs: Seconds = {}
    for name in after:
        merged = name.partition(".second")[0]
        costs[merged] = costs.get(merged, 0.0) + (after[name] - before[name]) * 1000 / TIMES
    return costs


def _used(platform: Platform) -> Seconds:
    return {name: sum(process.cpu_times()[:2]) for name, process in _processes(platform)}


def _processes(platform: Platform) -> Iterator[tuple[str, psutil.Process]]:
    for name, process in platform.processes.items():
        if process.popen is not None and name not in ("carriers", "translator"):
            yield name, psutil.Process(process.popen.pid)
    for entry in platform.infrastructure.ledger.entries():
        found = entry.process()
        for each in [found, *found.children(recursive=True)] if found and entry.name != "owner" else []:
            if each.name() in SERVERS:
                yield SERVERS[each.name()], each
