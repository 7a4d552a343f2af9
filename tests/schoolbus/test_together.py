"""What many want at once is done together, each piece once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from schoolbus.together import Together
from tests.support.waiting import eventually


def test_each_piece_is_done_once_in_few_rounds_and_has_its_own_result() -> None:
    rounds: list[list[int]] = []

    def do(pieces: list[int]) -> list[int]:
        rounds.append(pieces)
        if len(rounds) == 1:
            eventually(lambda: len(together._waiting) == 31)  # the others come while the first is under way
        return [piece * 10 for piece in pieces]

    together = Together[int, int](do, most=7)
    with ThreadPoolExecutor(32) as pool:
        first = pool.submit(together.add, 0)
        eventually(lambda: rounds)
        assert list(pool.map(together.add, range(1, 32))) == [piece * 10 for piece in range(1, 32)]
        assert first.result() == 0
    assert Counter(piece for pieces in rounds for piece in pieces) == Counter(range(32))
    assert [len(pieces) for pieces in rounds] == [1, 7, 7, 7, 7, 3]


def test_a_piece_may_fail_alone() -> None:
    together = Together[int, int](lambda pieces: [ValueError(piece) if piece == 3 else piece for piece in pieces])
    with ThreadPoolExecutor(3) as pool:
        first, third, fourth = (pool.submit(together.add, piece) for piece in (1, 3, 4))
        assert (first.result(), fourth.result()) == (1, 4)
        with pytest.raises(ValueError, match="3"):
            third.result()


def test_a_fault_is_of_those_whose_round_it_was() -> None:
    def do(pieces: list[int]) -> list[int]:
        if 3 in pieces:
            raise ValueError("three")
        return pieces

    together = Together[int, int](do)
    together.add(1)
    with pytest.raises(ValueError, match="three"):
        together.add(3)
    together.add(4)


def test_who_is_ended_takes_nobody_along() -> None:
    seen: list[list[int]] = []

    def do(pieces: list[int]) -> list[int]:
        seen.append(pieces)
        if len(seen) == 1:
            raise SystemExit
        return pieces

    together = Together[int, int](do)
    with pytest.raises(SystemExit):
        together.add(1)
    together.add(2)
    assert seen == [[1], [1, 2]]
