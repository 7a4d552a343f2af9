"""What many want at once is done together, each piece once."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from schoolbus.together import Together
from tests.support.waiting import eventually


def test_each_piece_is_done_once_and_in_few_rounds() -> None:
    rounds: list[list[int]] = []

    def do(pieces: list[int]) -> None:
        if not rounds:
            eventually(lambda: len(together._waiting) == 31)  # the others come while the first is under way
        rounds.append(pieces)

    together = Together(do, most=7)
    with ThreadPoolExecutor(32) as pool:
        list(pool.map(together.add, range(32)))
    assert Counter(piece for pieces in rounds for piece in pieces) == Counter(range(32))
    assert [len(pieces) for pieces in rounds] == [1, 7, 7, 7, 7, 3]


def test_a_fault_is_of_those_whose_round_it_was() -> None:
    def do(pieces: list[int]) -> None:
        if 3 in pieces:
            raise ValueError("three")

    together = Together(do)
    together.add(1)
    with pytest.raises(ValueError, match="three"):
        together.add(3)
    together.add(4)


def test_who_is_ended_takes_nobody_along() -> None:
    seen: list[list[int]] = []

    def do(pieces: list[int]) -> None:
        seen.append(pieces)
        if len(seen) == 1:
            raise SystemExit

    together = Together(do)
    with pytest.raises(SystemExit):
        together.add(1)
    together.add(2)
    assert seen == [[1], [1, 2]]
