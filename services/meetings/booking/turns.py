"""As many meetings as a day allows a household, and a teacher: each live booking has a turn, 1 to so many.

A unique index keeps two bookings of the same household, or teacher, from the same turn: whatever races, there are never more
than turns. A booking has its household's turn once for each child of the connected family (schoolbus/households.py), so that
two bookings meet in the index through any child that they share, also when the family's copies differ by a relation.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from schoolbus import clock
from schoolbus.ids import fingerprint
from schoolbus.scope import Scope
from services.meetings.booking.live import holding

if TYPE_CHECKING:
    from services.meetings.store import Store

Document = dict[str, Any]
NONE: Mapping[str, Any] = {"household_turns": [], "teacher_turn": 0}


class NoneLeft(Exception):
    """`whose`: "household" or "teacher"; `most`: how many there are."""

    def __init__(self, whose: str, most: int, bookings: Sequence[Document] = ()) -> None:
        super().__init__(whose)
        self.whose, self.most, self.bookings = whose, most, bookings


def taken(
    store: Store,
    scope: Scope,
    day: Mapping[str, Any],
    teacher_id: str,
    student_id: str,
    others: Sequence[Document] = (),
    instead: Sequence[str] = (),
) -> Document:
    """The turns that a new booking takes: the lowest that are free. Raises NoneLeft.

    `others`: bookings that are about to be made together with it; `instead`: ids of those that give up their turns for it.
    """
    found = dict(NONE)
    if most := day["most_per_household"]:
        children = [_child(day, each) for each in store.household_of(scope, student_id)]
        found["household_turns"] = _of_household(store, scope, day, children, most, others, instead)
    if most := day["most_per_teacher"]:
        where = {**holding(clock.now()), **_but(instead), "meeting_day_id": day["_id"], "teacher_id": teacher_id}
        used = [*store.bookings.find(scope, where), *(each for each in others if each["teacher_id"] == teacher_id)]
        turn = lowest((each.get("teacher_turn") or 0 for each in used), most)
        if turn is None:
            raise NoneLeft("teacher", most)
        found["teacher_turn"] = turn
    return found


def lowest(used: Iterable[int], most: int) -> int | None:
    """The lowest turn that nobody has; None when there is none."""
    gone = set(used)
    return next((turn for turn in range(1, most + 1) if turn not in gone), None)


def _of_household(
    store: Store,
    scope: Scope,
    day: Mapping[str, Any],
    children: list[str],
    most: int,
    others: Sequence[Document],
    instead: Sequence[str],
) -> list[str]:
    wanted = {f"{child}:{turn}": turn for child in children for turn in range(1, most + 1)}
    turns = {"household_turns": {"$in": list(wanted)}}
    where = {**holding(clock.now()), **_but(instead), "meeting_day_id": day["_id"], **turns}
    theirs = store.bookings.find(scope, where)
    entries = (entry for each in (*theirs, *others) for entry in each.get("household_turns", ()))
    turn = lowest((wanted[entry] for entry in entries if entry in wanted), most)
    if turn is None:
        raise NoneLeft("household", most, theirs)
    return [f"{child}:{turn}" for child in children]


def _child(day: Mapping[str, Any], student_id: str) -> str:
    """Says no name: what is left in a sister's booking when a child is erased leads to nobody."""
    return fingerprint(f"{day['_id']} {student_id}")[:20]


def _but(ids: Sequence[str]) -> Document:
    return {"_id": {"$nin": list(ids)}} if ids else {}
