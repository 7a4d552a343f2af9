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


def worth(board: Board) -> int:
    """Of a whole timetable: the sum that the model makes as large as it can."""
    instance = board.instance
    total = 0
    families: dict[str, dict[str, list[tuple[int, int]]]] = defaultdict(lambda: defaultdict(list))
    teachers: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    together: dict[str, bool] = {}
    for place, wish in enumerate(instance.wishes):
        choice = board.choice(place)
        if choice is None:
            continue
        slot = instance.slots[choice.slot]
        total += of_wish(wish) + STAYS * (slot.id == wish.former)
        families[wish.guardian][slot.evening].append((slot.start, slot.end))
        teachers[wish.teacher, slot.evening].append((slot.start, slot.end))
        together[wish.guardian] = wish.together
    for guardian, evenings in families.items():
        count = sum(len(meetings) for meetings in evenings.values())
        total += FIRST + SECOND * (count > 1)
        for meetings in evenings.values():
            total -= EVENING + of_minute(together[guardian]) * _span(meetings)
    for meetings in teachers.values():
        total -= GAP * (_span(meetings) - sum(end - start for start, end in meetings))
    return total


def waiting(meetings: list[tuple[int, int]]) -> int:
    """Minutes between the meetings of one evening."""
    return _span(meetings) - sum(end - start for start, end in meetings)


def _span(meetings: list[tuple[int, int]]) -> int:
    return max(end for _, end in meetings) - min(start for start, _ in meetings)
