"""The question of a timetable and its answer, as plain values. Times are whole minutes since the epoch, UTC.

Nothing here knows how it is solved (`cpsat.py`) or where it is kept (`gathering.py`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

VISIT, AWAY = "visit", ""  # by telephone or video nobody walks


@dataclass(frozen=True)
class Slot:
    """An offer of a teacher. `evening`: the branch's date, as ISO writes it. `ways`: where each way to meet leads, the first
    first."""

    id: str
    teacher: str
    start: int
    end: int
    evening: str
    ways: Mapping[str, str]


@dataclass(frozen=True)
class Wish:
    """A family wants to meet a teacher about a child. `rank`: 0 is the child's most important. `fits`: periods, none: any time.
    `ways`: the wanted ones, the best first; none: as the teacher has it.

    `household`: who shares the most meetings that the day allows a family. `pin`: the slot that it must have. `former`: the
    slot that it had before, to be kept where it can; `held`: and the family was told so, it is not taken from them.
    """

    id: str
    guardian: str
    student: str
    teacher: str
    rank: int = 0
    priority: bool = False
    together: bool = True
    fits: tuple[tuple[int, int], ...] = ()
    ways: tuple[str, ...] = ()
    household: str = ""
    pin: str | None = None
    former: str | None = None
    held: bool = False


@dataclass(frozen=True)
class Busy:
    """A meeting that stands, of whatever day: `people` are its guardian, student and teacher."""

    people: frozenset[str]
    start: int
    end: int
    place: str


@dataclass(frozen=True)
class Choice:
    """A slot that a wish may have, by a way of meeting; `place` is where the family is then."""

    slot: int
    start: int
    end: int
    way: str
    place: str

    def clashes(self, start: int, end: int, place: str, travel: int) -> bool:
        """Whether a family can't do both: at one time, or without the minutes to go from the one to the other."""
        pause = travel if place != self.place and AWAY not in (place, self.place) else 0
        return self.start < end + pause and start < self.end + pause


@dataclass(frozen=True)
class Instance:
    """`travel`: minutes that a family needs between two places. `taken`: slots that somebody holds by a booking that stays.
    `most`: how many meetings a teacher or household may have, beside those."""

    slots: tuple[Slot, ...]
    wishes: tuple[Wish, ...]
    travel: int = 0
    busy: tuple[Busy, ...] = ()
    taken: frozenset[str] = frozenset()
    most: Mapping[str, int] = field(default_factory=dict)

    @cached_property
    def choices(self) -> list[list[Choice]]:
        """Of each wish: the slots that it may have, in time order."""
        return [self._choices(wish) for wish in self.wishes]

    @cached_property
    def slot_at(self) -> dict[str, int]:
        return {slot.id: place for place, slot in enumerate(self.slots)}

    @cached_property
    def of_teacher(self) -> dict[str, list[int]]:
        """Slots by teacher, in time order; also those that are taken."""
        found: dict[str, list[int]] = defaultdict(list)
        for place in sorted(range(len(self.slots)), key=lambda place: (self.slots[place].start, self.slots[place].id)):
            found[self.slots[place].teacher].append(place)
        return found

    @cached_property
    def wishes_of(self) -> dict[str, list[int]]:
        """Wishes by the person who must be there: guardian, student, teacher."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, wish in enumerate(self.wishes):
            for person in (wish.guardian, wish.student, wish.teacher):
                found[person].append(place)
        return found

    @cached_property
    def capped(self) -> dict[str, list[int]]:
        """Wishes by the teacher or household that may have only so many meetings."""
        found: dict[str, list[int]] = defaultdict(list)
        for place, wish in enumerate(self.wishes):
            for whose in (wish.teacher, wish.household):
                if whose in self.most:
                    found[whose].append(place)
        return found

    @cached_property
    def busy_of(self) -> dict[str, list[Busy]]:
        found: dict[str, list[Busy]] = defaultdict(list)
        for each in self.busy:
            for person in each.people:
                found[person].append(each)
        return found

    def choice_of(self, wish: Wish, place: int) -> Choice | None:
        """The slot for this wish, whatever its family's times; None when they don't meet by that way."""
        return choice_at(wish, self.slots[place], place)

    def is_free_for(self, wish: Wish, choice: Choice) -> bool:
        """Whether no meeting that stands forbids it."""
        if any(each.start < choice.end and choice.start < each.end for each in self.busy_of.get(wish.teacher, ())):
            return False
        theirs = [*self.busy_of.get(wish.guardian, ()), *self.busy_of.get(wish.student, ())]
        return not any(choice.clashes(each.start, each.end, each.place, self.travel) for each in theirs)

    def may_have(self, wish: Wish, choice: Choice) -> bool:
        """By the office's word, or by the family's times; what it was told already it may keep."""
        slot_id = self.slots[choice.slot].id
        if wish.pin:
            return slot_id == wish.pin
        return fits(wish, choice.start, choice.end) or (wish.held and slot_id == wish.former)

    def _choices(self, wish: Wish) -> list[Choice]:
        possible = (self.choice_of(wish, place) for place in self.of_teacher.get(wish.teacher, ()))
        return [
            choice
            for choice in possible
            if choice is not None
            and self.slots[choice.slot].id not in self.taken
            and self.may_have(wish, choice)
            and self.is_free_for(wish, choice)
        ]


@dataclass
class Solution:
    """`at`: of each wish, which of its choices it has. `bound`: more wishes than this nobody can place; it is proved.

    `seconds` were used. `best`: nothing better exists at all, by the model's own measure.
    """

    at: list[int | None]
    bound: int = 0
    seconds: float = 0.0
    best: bool = False
    rounds: int = 0

    @property
    def placed(self) -> int:
        return sum(place is not None for place in self.at)

    @property
    def share(self) -> float:
        """Placed, of what can be."""
        return self.placed / self.bound if self.bound else 1.0


@dataclass
class Board:
    """Who holds what, while a solution is put together."""

    instance: Instance
    at: list[int | None]
    holder: dict[int, int] = field(default_factory=dict)  # wishes by slot

    @classmethod
    def of(cls, instance: Instance, at: Sequence[int | None]) -> Board:
        made = cls(instance, [None] * len(instance.wishes))
        for wish, choice in enumerate(at):
            if choice is not None:
                made.put(wish, choice)
        return made

    def choice(self, wish: int) -> Choice | None:
        at = self.at[wish]
        return None if at is None else self.instance.choices[wish][at]

    def put(self, wish: int, choice: int) -> None:
        self.at[wish] = choice
        self.holder[self.instance.choices[wish][choice].slot] = wish

    def take(self, wish: int) -> None:
        held = self.choice(wish)
        if held is not None and self.holder.get(held.slot) == wish:
            del self.holder[held.slot]
        self.at[wish] = None

    def family(self, wish: int) -> Iterable[int]:
        """The other wishes of the same guardian or child."""
        of = self.instance.wishes[wish]
        others = {*self.instance.wishes_of[of.guardian], *self.instance.wishes_of[of.student]}
        return sorted(others - {wish})

    def clash(self, wish: int, choice: Choice) -> int | None:
        """Another wish of the family that is placed where both can't be."""
        for other in self.family(wish):
            held = self.choice(other)
            if held is not None and held.clashes(choice.start, choice.end, choice.place, self.instance.travel):
                return other
        return None

    def full(self, wish: int) -> str | None:
        """The teacher or household that has as many meetings as it may."""
        of = self.instance.wishes[wish]
        for whose in (of.teacher, of.household):
            most = self.instance.most.get(whose)
            if most is not None and sum(self.at[other] is not None for other in self.instance.capped[whose]) >= most:
                return whose
        return None

    def free(self, wish: int) -> Iterable[int]:
        """The choices that it could have as things are."""
        if self.full(wish):
            return
        for place, choice in enumerate(self.instance.choices[wish]):
            if choice.slot not in self.holder and self.clash(wish, choice) is None:
                yield place


def choice_at(wish: Wish, slot: Slot, place: int) -> Choice | None:
    way = next((way for way in wish.ways or slot.ways if way in slot.ways), None)
    return None if way is None else Choice(place, slot.start, slot.end, way, where(slot.ways[way], way))


def fits(wish: Wish, start: int, end: int) -> bool:
    return not wish.fits or any(begins <= start and end <= ends for begins, ends in wish.fits)


def where(place: str, way: str) -> str:
    """What makes two meetings be in different places."""
    return " ".join(place.split()).casefold() if way == VISIT else AWAY
