"""What a timetable is worth: what comes first outweighs what comes after it. docs/timetable.md has the order in words."""

from __future__ import annotations

from collections import defaultdict

from services.meetings.timetabling.problem import Board, Wish

PLACED = 100_000  # a wish that is placed
PINNED, HELD = 50_000_000, 8_000_000  # more, when the office wants it so; when the family was told so already
PRIORITY = 1_000_000  # more, when the teacher wants to see them
RANKS = (20_000, 10_000)  # more for a child's first and second wish
FIRST, SECOND = 60_000, 20_000  # more for what is a family's first meeting and its second: nobody goes with nothing lightly
STAYS = 5_000  # it is where it was in the timetable before
EVENING = 60  # less for each evening that a family has to come
WAIT, WAIT_TOGETHER = 1, 3  # less for each minute from a family's first meeting of an evening to its last
GAP = 2  # less for each minute that a teacher sits between two meetings


def of_wish(wish: Wish) -> int:
    rank = RANKS[wish.rank] if wish.rank < len(RANKS) else 0
    return PLACED + rank + PRIORITY * wish.priority + HELD * wish.held + PINNED * bool(wish.pin)


def of_minute(together: bool) -> int:
    return WAIT_TOGETHER if together else WAIT


Meetings = list[tuple[int, int]]


def worth(board: Board) -> int:
    """Of a whole timetable: the sum that the model makes as large as it can."""
    instance = board.instance
    total = 0
    together: dict[str, bool] = {}
    for place, wish in enumerate(instance.wishes):
        choice = board.choice(place)
        if choice is not None:
            total += of_wish(wish) + STAYS * (instance.slots[choice.slot].id == wish.former)
            together[wish.guardian] = wish.together
    for guardian, evenings in families(board).items():
        total += FIRST + SECOND * (sum(map(len, evenings.values())) > 1)
        total -= sum(EVENING + of_minute(together[guardian]) * _span(meetings) for meetings in evenings.values())
    return total - GAP * sum(waiting(meetings) for evenings in teachers(board).values() for meetings in evenings.values())


def families(board: Board) -> dict[str, dict[str, Meetings]]:
    """When each guardian's meetings are, by evening."""
    return _by_evening(board, "guardian")


def teachers(board: Board) -> dict[str, dict[str, Meetings]]:
    return _by_evening(board, "teacher")


def mean_waiting(board: Board) -> float:
    """Minutes between the meetings of a family that has several on an evening."""
    several = [each for evenings in families(board).values() for each in evenings.values() if len(each) > 1]
    return sum(map(waiting, several)) / len(several) if several else 0.0


def mean_gaps(board: Board) -> float:
    """Minutes of a teacher's evening in which nobody comes, from the first meeting to the last."""
    held = [each for evenings in teachers(board).values() for each in evenings.values()]
    return sum(map(waiting, held)) / len(held) if held else 0.0


def waiting(meetings: Meetings) -> int:
    """Minutes between the meetings of one evening."""
    return _span(meetings) - sum(end - start for start, end in meetings)


def _by_evening(board: Board, who: str) -> dict[str, dict[str, Meetings]]:
    found: dict[str, dict[str, Meetings]] = defaultdict(lambda: defaultdict(list))
    for place, wish in enumerate(board.instance.wishes):
        choice = board.choice(place)
        if choice is not None:
            found[getattr(wish, who)][board.instance.slots[choice.slot].evening].append((choice.start, choice.end))
    return found


def _span(meetings: Meetings) -> int:
    return max(end for _, end in meetings) - min(start for start, _ in meetings)
