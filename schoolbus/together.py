"""What many threads want at once, done together: while one round is under way, what comes meanwhile makes up the next,
and what comes in the same moment goes with the first."""

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

Piece = TypeVar("Piece")
Result = TypeVar("Result")


@dataclass(eq=False)
class _Waiting(Generic[Piece, Result]):
    piece: Piece
    done: bool = False
    result: Result | Exception | None = None


class Together(Generic[Piece, Result]):
    """`do` gets up to `most` pieces, all that wait if none is said, and gives what comes of each, in their order: a result, or
    an exception, which the one who waits for it raises. What `do` itself raises, each of those who wait for them raises."""

    def __init__(self, do: Callable[[list[Piece]], Sequence[Result | Exception]], most: int | None = None) -> None:
        self._do = do
        self._most = most
        self._waiting: list[_Waiting[Piece, Result]] = []
        self._adding = threading.Lock()
        self._doing = threading.Lock()

    def add(self, piece: Piece) -> Result:
        """What came of it, once it is done: in a round that began after this was called."""
        ours = _Waiting[Piece, Result](piece)
        with self._adding:
            self._waiting.append(ours)
        with self._doing:
            while not ours.done:
                time.sleep(0)  # whoever can go on does, and comes along: most requests of one moment are still to be read
                with self._adding:
                    batch = self._waiting[: self._most]
                    del self._waiting[: len(batch)]
                self._do_all(batch)
        if isinstance(ours.result, Exception):
            raise ours.result
        return ours.result  # type: ignore[return-value]  # done: it is a Result

    def _do_all(self, batch: list[_Waiting[Piece, Result]]) -> None:
        results: Sequence[Result | Exception]
        try:
            results = self._do([each.piece for each in batch])
        except Exception as fault:
            results = [fault] * len(batch)
        except BaseException:  # this thread ends; what is others' is still to be done
            with self._adding:
                self._waiting[:0] = batch
            raise
        for each, result in zip(batch, results, strict=True):
            each.result, each.done = result, True
