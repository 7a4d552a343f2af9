"""From an instance to a solution: a quick start, a bound, then part after part made better until the time is over.

Parts are solved two at once, on two cores, and touch each other nowhere: their answers don't depend on which is ready first.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field

from services.meetings.timetabling import cpsat, starting, weights
from services.meetings.timetabling.problem import Board, Instance, Solution

AT_ONCE = 2  # cores
TOGETHER = 15  # teachers about whom something is proved in a second or two
WHOLE = 2000  # choices up to which the whole timetable is one part
PART = 1500  # choices in a part, about
WORK = 0.8  # of CP-SAT's measure for one part: about as many seconds
LONGEST = 20.0  # seconds for one part, where others keep the cores busy
LAST = 0.02  # of the seconds: with less left, nothing new is begun
PATIENCE = 5.0  # seconds from one word to the next, while only the proof is waited for
IN_TIME = 0.95  # of the seconds, so that what is under way then ends in time too
CALM = 12  # rounds without anything better, after which it is as good as it gets

Tell = Callable[[Solution], bool]  # hears how far it is; False: stop


@dataclass(frozen=True)
class Effort:
    """`seconds` at most, and `rounds`: with fewer rounds than there is time for, the answer is the same each time."""

    seconds: float = 60.0
    rounds: int = 10_000
    seed: int = 1


def solve(instance: Instance, effort: Effort | None = None, tell: Tell = lambda _: True) -> Solution:
    """The best timetable that was found. `tell` hears of it after each round, a second or two."""
    run = _Run(instance, effort or Effort(), tell)
    prover = ThreadPoolExecutor(1)
    try:
        with ThreadPoolExecutor(AT_ONCE) as run.pool:
            run.start()
            proof = prover.submit(run.prove)
            run.improve()
        run.wait_for(proof)
    finally:
        run.stopped = True
        prover.shutdown(wait=False)  # what it proves at this moment ends by itself when its time is over
    return run.solution()


@dataclass
class _Run:
    instance: Instance
    effort: Effort
    tell: Tell
    pool: ThreadPoolExecutor = field(init=False)
    board: Board = field(init=False)
    bound: int = 0
    rounds: int = 0
    best: bool = False

    def __post_init__(self) -> None:
        self.began = time.monotonic()
        self.random = random.Random(self.effort.seed)  # noqa: S311 - which part is next
        self.stopped = False

    def seconds(self) -> float:
        return time.monotonic() - self.began

    def left(self) -> float:
        return self.effort.seconds * IN_TIME - self.seconds()

    def solution(self) -> Solution:
        return Solution(list(self.board.at), self.bound, self.seconds(), self.best, self.rounds)

    def start(self) -> None:
        self.board = starting.start(self.instance)
        self.bound = self.at_most()
        self._tell()

    def at_most(self) -> int:
        """What the counts alone say: a teacher meets no more families than there are slots."""
        taken = self.instance.taken
        free = Counter(slot.teacher for slot in self.instance.slots if slot.id not in taken)
        possible = Counter(self.instance.wishes[wish].teacher for wish, each in enumerate(self.instance.choices) if each)
        return sum(min(count, free[teacher]) for teacher, count in possible.items())

    def prove(self) -> None:
        """First of some teachers at a time, as if the others were not there; then of all together, which may take long."""
        of_teacher = self._by_teacher()
        teachers = list(of_teacher)
        for size in dict.fromkeys((min(TOGETHER, len(teachers)), len(teachers))):
            groups = [teachers[first : first + size] for first in range(0, len(teachers), size)]
            proved = 0
            for group in groups:
                wishes = [wish for teacher in group for wish in of_teacher[teacher]]
                bound = None if self.stopped else cpsat.bound(self.instance, wishes, self.left())
                if bound is None:
                    return
                proved += bound
            self.bound = min(self.bound, proved)

    def wait_for(self, proof: Future[None]) -> None:
        """As long as there is time; raises what went wrong in it."""
        while not self.stopped and self.left() > 0 and not proof.done():
            wait([proof], timeout=min(self.left(), PATIENCE))
            self._tell()
        if proof.done():
            proof.result()

    def improve(self) -> None:
        size = sum(map(len, self.instance.choices))
        calm = 0
        while (
            not self.stopped
            and self.left() > self.effort.seconds * LAST
            and self.rounds < self.effort.rounds
            and calm < CALM
            and not self.best
        ):
            before = weights.worth(self.board)
            if size <= WHOLE:
                self._whole()
            else:
                self._round()
            self.rounds += 1
            calm = 0 if weights.worth(self.board) > before else calm + (1 if size > WHOLE else CALM)
            self._tell()

    def _whole(self) -> None:
        everything = range(len(self.instance.wishes))
        work = WORK * 5
        answer = cpsat.improve(self.board, everything, cpsat.Limits(min(self.left(), LONGEST), work, self.effort.seed))
        self._take([answer])
        self.best = answer.proved

    def _round(self) -> None:
        parts = list(self._parts())
        limits = cpsat.Limits(min(self.left(), LONGEST), WORK, self.effort.seed + self.rounds)
        answers = list(self.pool.map(lambda part: cpsat.improve(self.board, part, limits), parts))
        self._take(answers)

    def _take(self, answers: Sequence[cpsat.Answer]) -> None:
        for answer in answers:
            if answer.at is not None:
                at = answer.at
                better = Board.of(self.instance, [at.get(wish, now) for wish, now in enumerate(self.board.at)])
                if weights.worth(better) > weights.worth(self.board):
                    self.board = better
        starting.fill(self.board)

    # Which parts are next

    def _parts(self) -> Iterator[list[int]]:
        """Wishes of some teachers whose families have much to do with each other; no family is in two parts."""
        of_teacher, taken_teachers, taken_people = self._by_teacher(), set[str](), set[str]()
        for _ in range(AT_ONCE):
            part: list[int] = []
            size = 0
            for teacher in self._together(of_teacher, taken_teachers):
                theirs = [wish for wish in of_teacher[teacher] if not self._people(wish) & taken_people]
                size += sum(len(self.instance.choices[wish]) for wish in theirs)
                part += theirs
                taken_teachers.add(teacher)
                if size > PART:
                    break
            taken_people |= {person for wish in part for person in self._people(wish)}
            if part:
                yield part

    def _together(self, of_teacher: dict[str, list[int]], taken: set[str]) -> Iterator[str]:
        """A teacher with whom much is amiss, then those who share most families with them."""
        free = [teacher for teacher in of_teacher if teacher not in taken]
        if not free:
            return
        first = self.random.choices(free, [self._amiss(of_teacher[teacher]) for teacher in free])[0]
        people = {person for wish in of_teacher[first] for person in self._people(wish)}
        unplaced = {person for wish in of_teacher[first] if self.board.at[wish] is None for person in self._people(wish)}

        def near(teacher: str) -> float:
            shared = sum(
                1 + 5 * bool(self._people(wish) & unplaced) for wish in of_teacher[teacher] if self._people(wish) & people
            )
            return shared * self.random.uniform(0.5, 1.0)

        yield first
        yield from sorted((teacher for teacher in free if teacher != first), key=near, reverse=True)

    def _amiss(self, wishes: Sequence[int]) -> float:
        """Unplaced wishes, where the teacher has a slot."""
        return 1 + 5 * sum(self.board.at[wish] is None and bool(self.instance.choices[wish]) for wish in wishes)

    def _people(self, wish: int) -> set[str]:
        """Whom two parts must not have in common."""
        of = self.instance.wishes[wish]
        return {of.guardian, of.student, *({of.household} & self.instance.most.keys())}

    def _by_teacher(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        for place, wish in enumerate(self.instance.wishes):
            found.setdefault(wish.teacher, []).append(place)
        return found

    def _tell(self) -> None:
        self.stopped = not self.tell(self.solution()) or self.stopped
