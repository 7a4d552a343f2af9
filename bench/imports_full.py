"""imports_full: a chain of the largest size there is: how fast, in how much memory, the same again, and what others feel of it.

Rows a second at 1 branch and at all of them are measured at one smaller number of students.
"""

import threading
import time
from itertools import cycle
from pathlib import Path
from typing import Any

from bench.figures import Figure
from bench.imports import run, started
from bench.memory import Peaks
from demo.roster import write_chain
from deploy.local.infrastructure import Infrastructure
from schoolbus.caller import Caller
from schoolbus.oneroster.scopes import ROSTER_CORE
from tests.support.people import operator
from tests.support.services import Service

STUDENTS, GUARDIANS, BRANCHES = 320_000, 500_000, 2_261
SCALE_STUDENTS = 50_000
_ASKED: list[tuple[str, str, dict[str, Any] | None]] = [
    *(("GET", path, None) for path in ("/v1/branches?limit=20", "/v1/people?name=Muhammad Ali", "/v1/branches?limit=200")),
    ("POST", "/v1/machine-clients", {"name": "Learning platform", "whole_chain": True, "scopes": [ROSTER_CORE]}),
]
_PAUSE = 0.05  # seconds between requests of the others: twenty a second


def measure(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    return [*_full(infrastructure, folder), *_scale(infrastructure, folder)]


def _full(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    path = folder / "full.zip"
    chain = write_chain(path, branches=BRANCHES, students=STUDENTS, guardians=GUARDIANS, seed=1, operator=False)
    service = started(infrastructure, folder)
    with Peaks(service) as peaks, _Others(service) as others:
        first = run(service, path)
        again = run(service, path)
    service.stop()
    return [
        Figure("import_full.rows", sum(chain.rows.values()), "rows"),
        Figure("import_full.rows_per_s", sum(chain.rows.values()) / first, "rows/s"),
        Figure("import_full.peak_mib", peaks.worker, "MiB", 600, ceiling=True),
        Figure("import_again.ratio", first / again, "times as fast", 3),
        Figure("import_full.others_p99_ms", others.p99 * 1000, "ms", 100, ceiling=True),
    ]


def _scale(infrastructure: Infrastructure, folder: Path) -> list[Figure]:
    """Each on a database of its own: the second would else find more in the indexes."""
    speeds = []
    for branches in (1, BRANCHES):
        path = folder / f"scale-{branches}.zip"
        chain = write_chain(path, branches=branches, students=SCALE_STUDENTS, seed=1, operator=False)
        service = started(infrastructure, folder)
        speeds.append(sum(chain.rows.values()) / run(service, path))
        service.stop()
    return [Figure("import_scale.ratio", speeds[1] / speeds[0], "of the speed at 1 branch", 0.8)]


class _Others:
    """An operator who reads, searches and now and then writes while the import runs: how long each answer takes (seconds)."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._taken: list[float] = []
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._ask)

    @property
    def p99(self) -> float:
        return sorted(self._taken)[int(len(self._taken) * 0.99)]

    def __enter__(self) -> "_Others":
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()

    def _ask(self) -> None:
        caller: Caller = operator()
        for method, path, body in cycle(_ASKED):
            if self._over.wait(_PAUSE):
                return
            began = time.perf_counter()
            answer = self._service.call(method, path, caller, json=body)
            self._taken.append(time.perf_counter() - began)
            assert answer.ok, answer.text
