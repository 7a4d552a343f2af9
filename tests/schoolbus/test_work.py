"""A worker's threads: one looks for all of its kind, and each works for itself."""

import threading
import time
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from prometheus_client import REGISTRY

from schoolbus import settings
from schoolbus.settings import CannotStart
from schoolbus.work import Chosen, Work, Worker
from tests.support.waiting import eventually

THREADS = 3


class Desk:
    """Pieces, and how many were looking for one at a time."""

    def __init__(self, pieces: int) -> None:
        self.pieces = [{"_id": str(number)} for number in range(pieces)]
        self.looking, self.most, self.looks = 0, 0, 0
        self.together = threading.Barrier(THREADS)

    def claim(self, _store: Any) -> dict[str, Any] | None:
        self.looking += 1
        self.most = max(self.most, self.looking)
        self.looks += 1
        piece = self.pieces.pop() if self.pieces else None
        self.looking -= 1
        return piece

    def do(self, _store: Any, _piece: Any) -> None:
        self.together.wait(60)


def test_one_looks_and_all_work() -> None:
    """Each piece is done only once as many as there are threads are under way."""
    desk, stopped = Desk(2 * THREADS), threading.Event()
    kind = Work("desk", claim=desk.claim, do=desk.do, threads=THREADS)
    worker = Worker(SimpleNamespace(service="probe"), [kind], stopped)
    worker.start()
    eventually(lambda: desk.looks > 2 * THREADS + 2)
    assert (desk.pieces, desk.most, desk.together.broken) == ([], 1, False)
    stopped.set()
    worker.wait()


TOOK = [("slow", 0.01), ("quick", 30.0)]  # declared


def test_a_piece_that_takes_longer_than_declared_is_told_of() -> None:
    def counted(metric: str, work: str) -> float:
        return REGISTRY.get_sample_value(metric, {"service": "overrunning", "work": work}) or 0.0

    def once(pieces: list[dict[str, str]]) -> Callable[[Any], dict[str, str] | None]:
        return lambda _: pieces.pop() if pieces else None

    kinds = [Work(name, claim=once([{"_id": "p1"}]), do=lambda *_: time.sleep(0.02), longest=longest) for name, longest in TOOK]
    stopped = threading.Event()
    worker = Worker(SimpleNamespace(service="overrunning"), kinds, stopped)
    worker.start()
    eventually(lambda: all(counted("rabta_work_seconds_count", name) for name, _ in TOOK))
    stopped.set()
    worker.wait()
    assert [counted("rabta_work_overrun_total", name) for name, _ in TOOK] == [1, 0]


KINDS = [Work(name, claim=lambda _: None, do=lambda *_: None) for name in ("cards", "print runs", "briefs")]


@pytest.mark.parametrize(
    ("chosen", "names"),
    [
        ({}, ["cards", "print runs", "briefs"]),
        ({"WORK": "cards, print runs"}, ["cards", "print runs"]),
        ({"WORK_EXCEPT": "cards,print runs"}, ["briefs"]),
    ],
)
def test_a_worker_does_what_is_chosen(chosen: dict[str, str], names: list[str]) -> None:
    assert [kind.name for kind in settings.load(Chosen, chosen).of(KINDS)] == names


@pytest.mark.parametrize(
    ("chosen", "reason"),
    [
        ({"WORK": "card"}, "names card; there are briefs, cards, print runs"),
        ({"WORK": "cards", "WORK_EXCEPT": "cards"}, "leave nothing to do"),
    ],
)
def test_work_that_is_not_there_is_refused(chosen: dict[str, str], reason: str) -> None:
    with pytest.raises(CannotStart, match=reason):
        settings.load(Chosen, chosen).of(KINDS)
