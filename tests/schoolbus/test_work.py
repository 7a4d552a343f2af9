"""A worker's threads: one looks for all of its kind, and each works for itself."""

import threading
import time
from types import SimpleNamespace
from typing import Any

import pytest

from schoolbus import metrics, settings
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
    def overruns(work: str) -> float:
        return metrics.work_overrun.labels("probe", work)._value.get()  # type: ignore[no-any-return]

    slow, quick = (Work(name, claim=lambda _: None, do=lambda *_: time.sleep(0.02), longest=longest) for name, longest in TOOK)
    worker = Worker(SimpleNamespace(service="probe"), [], threading.Event())
    before = overruns("slow")
    for kind in (slow, quick):
        worker._one(kind, {"_id": "p1"})
    assert (overruns("slow") - before, overruns("quick")) == (1, 0)


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
