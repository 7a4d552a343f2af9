"""What many threads want done at once, done together: while one round is under way, what comes meanwhile makes up the next."""

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

Piece = TypeVar("Piece")


@dataclass(eq=False)
class _Waiting(Generic[Piece]):
    piece: Piece
    done: bool = False
    fault: Exception | None = None


class Together(Generic[Piece]):
    """`do` gets up to `most` pieces, all that wait if none is said. What it raises, each of those who wait for them raises."""

    def __init__(self, do: Callable[[list[Piece]], None], most: int | None = None) -> None:
        self._do = do
        self._most = most
        self._waiting: list[_Waiting[Piece]] = []
        self._adding = threading.Lock()
        self._doing = threading.Lock()

    def add(self, piece: Piece) -> None:
        """Returns once it is done."""
        ours = _Waiting(piece)
        with self._adding:
            self._waiting.append(ours)
        with self._doing:
            while not ours.done and ours.fault is None:
                with self._adding:
                    batch = self._waiting[: self._most]
                    del self._waiting[: len(batch)]
                self._do_all(batch)
        if ours.fault is not None:
            raise ours.fault

    def _do_all(self, batch: list[_Waiting[Piece]]) -> None:
        try:
            self._do([each.piece for each in batch])
        except Exception as fault:
            for each in batch:
                each.fault = fault
        except BaseException:  # this thread ends; what is others' is still to be done
            with self._adding:
                self._waiting[:0] = batch
            raise
        else:
            for each in batch:
                each.done = True
