"""A worker's threads: one looks for all of its kind, and each works for itself."""

import threading
from types import SimpleNamespace
from typing import Any

from schoolbus.work import Work, Worker
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
