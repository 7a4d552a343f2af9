"""A first timetable, quickly: what stands, what fits, and then others make room where they can have another time as well."""

from __future__ import annotations

from services.meetings.timetabling import weights
from services.meetings.timetabling.problem import Board, Instance

DEEP = 40  # how many may move, one after the other, so that one more is placed


def start(instance: Instance) -> Board:
    board = Board.of(instance, [None] * len(instance.wishes))
    for place, wish in enumerate(instance.wishes):
        if wish.pin or wish.former:
            _put_back(board, place, wish.pin or wish.former)
    fill(board)
    make_room(board)
    return board


def fill(board: Board) -> None:
    """Places whatever can be placed as it is: the worthiest first, then those with the fewest slots to choose from."""
    for wish in _left(board):
        choice = next(iter(board.free(wish)), None)
        if choice is not None:
            board.put(wish, choice)


def make_room(board: Board) -> None:
    """Places what can be placed when others, who keep a meeting, have it at another time."""
    for wish in _left(board):
        if board.full(wish):
            continue
        before = list(board.at)
        if not _push(board, wish, set(), DEEP):
            _restore(board, before)


def _push(board: Board, wish: int, seen: set[int], deep: int) -> bool:
    """Kuhn's way to a larger matching: whoever has the slot, or is the family's own meeting in the way, goes elsewhere.

    `seen`: slots that were tried. Leaves the board half changed when it fails.
    """
    choices = board.instance.choices[wish]
    for place in board.free(wish):
        board.put(wish, place)
        return True
    if not deep:
        return False
    for place, choice in enumerate(choices):
        if choice.slot in seen:
            continue
        holder, clash = board.holder.get(choice.slot), board.clash(wish, choice)
        if holder is not None and clash is not None:
            continue
        seen.add(choice.slot)
        mover = holder if holder is not None else clash
        if mover is None:
            continue
        before = list(board.at)
        board.take(mover)
        if board.clash(wish, choice) is None and not board.full(wish):
            board.put(wish, place)
            if _push(board, mover, seen, deep - 1):
                return True
        _restore(board, before)
    return False


def _restore(board: Board, at: list[int | None]) -> None:
    for wish, place in enumerate(at):
        if board.at[wish] != place:
            board.take(wish)
    for wish, place in enumerate(at):
        if place is not None and board.at[wish] != place:
            board.put(wish, place)


def _left(board: Board) -> list[int]:
    wishes, choices = board.instance.wishes, board.instance.choices
    left = [place for place, at in enumerate(board.at) if at is None]
    return sorted(left, key=lambda place: (-(weights.of_wish(wishes[place]) // weights.PRIORITY), len(choices[place]), place))


def _put_back(board: Board, wish: int, slot_id: str | None) -> None:
    choices, slots = board.instance.choices[wish], board.instance.slots
    place = next((place for place in board.free(wish) if slots[choices[place].slot].id == slot_id), None)
    if place is not None:
        board.put(wish, place)
