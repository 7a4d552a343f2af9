"""A first timetable, quickly: what stands, what fits, and then others make room where they can have another time as well."""

from __future__ import annotations

from services.meetings.timetabling import weights
from services.meetings.timetabling.problem import Board, Choice, Instance

DEEP = 40  # how many may move, one after the other, so that one more is placed
WIDE = 400  # slots that are tried for it


def start(instance: Instance) -> Board:
    board = Board.of(instance, [None] * len(instance.wishes))
    for place, wish in enumerate(instance.wishes):
        if wish.pin or wish.former:
            _put_back(board, place, wish.pin or wish.former)
    fill(board)
    make_room(board)
    return board


def fill(board: Board) -> None:
    """Places whatever can be placed as it is: the worthiest first, then families with the fewest slots to choose from, each
    near its other meetings."""
    for wish in _left(board):
        choice = min(board.free(wish), key=lambda place: _cost(board, wish, place), default=None)
        if choice is not None:
            board.put(wish, choice)


def make_room(board: Board) -> None:
    """Places what can be placed when others, who keep a meeting, have it at another time."""
    for wish in _left(board):
        if board.full(wish) or _is_taken_up(board, wish):
            continue
        moves = _Moves(board)
        if not _push(moves, wish, set(), DEEP):
            moves.undo(0)


class _Moves:
    """Who was put where, so that it can be undone."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self._before: list[tuple[int, int | None]] = []

    @property
    def count(self) -> int:
        return len(self._before)

    def put(self, wish: int, place: int | None) -> None:
        self._before.append((wish, self.board.at[wish]))
        self._set(wish, place)

    def undo(self, down_to: int) -> None:
        while len(self._before) > down_to:
            self._set(*self._before.pop())

    def _set(self, wish: int, place: int | None) -> None:
        self.board.take(wish)
        if place is not None:
            self.board.put(wish, place)


def _push(moves: _Moves, wish: int, seen: set[int], deep: int) -> bool:
    """Kuhn's way to a larger matching: whoever has the slot, or is the family's own meeting in the way, goes elsewhere.

    `seen`: slots that were tried. Leaves what it moved when it fails.
    """
    board = moves.board
    for place in board.free(wish):
        moves.put(wish, place)
        return True
    for place, choice in enumerate(board.instance.choices[wish] if deep else ()):
        holder, clash = board.holder.get(choice.slot), board.clash(wish, choice)
        mover = clash if holder is None else holder
        if choice.slot in seen or mover is None or (holder is not None and clash is not None) or len(seen) > WIDE:
            continue
        seen.add(choice.slot)
        so_far = moves.count
        moves.put(mover, None)
        if board.clash(wish, choice) is None and not board.full(wish):
            moves.put(wish, place)
            if _push(moves, mover, seen, deep - 1):
                return True
        moves.undo(so_far)
    return False


def _is_taken_up(board: Board, wish: int) -> bool:
    """Each of the teacher's slots is somebody's, so that no change of places frees one."""
    instance = board.instance
    slots = instance.of_teacher.get(instance.wishes[wish].teacher, ())
    return all(place in board.holder or instance.slots[place].id in instance.taken for place in slots)


def _cost(board: Board, wish: int, place: int) -> tuple[int, int]:
    """Minutes to wait for the family, about, and to the teacher's nearest meeting."""
    instance, choice = board.instance, board.instance.choices[wish][place]
    evening = instance.slots[choice.slot].evening
    wait = [weights.EVENING]
    for other in instance.wishes_of[instance.wishes[wish].guardian]:
        held = board.choice(other)
        if held is not None and instance.slots[held.slot].evening == evening:
            wait.append(_apart(choice, held.start, held.end))
    theirs = [instance.slots[slot] for slot in instance.of_teacher[instance.wishes[wish].teacher] if slot in board.holder]
    gap = min((_apart(choice, slot.start, slot.end) for slot in theirs if slot.evening == evening), default=0)
    return min(wait[1:], default=wait[0]) + weights.GAP * gap, choice.start


def _apart(choice: Choice, start: int, end: int) -> int:
    return max(start - choice.end, choice.start - end, 0)


def _left(board: Board) -> list[int]:
    """Those without a place: a family's own one after the other."""
    wishes, choices = board.instance.wishes, board.instance.choices
    left = [place for place, at in enumerate(board.at) if at is None]
    fewest: dict[str, int] = {}
    for place in left:
        guardian = wishes[place].guardian
        fewest[guardian] = min(fewest.get(guardian, len(choices[place])), len(choices[place]))

    def order(place: int) -> tuple[int, int, str, int, int]:
        wish = wishes[place]
        return -(weights.of_wish(wish) // weights.PRIORITY), fewest[wish.guardian], wish.guardian, len(choices[place]), place

    return sorted(left, key=order)


def _put_back(board: Board, wish: int, slot_id: str | None) -> None:
    choices, slots = board.instance.choices[wish], board.instance.slots
    place = next((place for place in board.free(wish) if slots[choices[place].slot].id == slot_id), None)
    if place is not None:
        board.put(wish, place)
