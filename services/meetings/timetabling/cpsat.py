"""The model of a timetable for CP-SAT: the only file that knows OR-Tools. docs/timetable.md explains the formulation.

A boolean for each wish and slot that it may have. Some of the wishes are `free`, all others stay where they are: with all
of them free it is the whole problem, with those of a few teachers a neighbourhood of the timetable at hand.
"""

from __future__ import annotations

import math
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from ortools.linear_solver.python import model_builder as linear
from ortools.sat.python import cp_model

from services.meetings.timetabling import weights
from services.meetings.timetabling.problem import AWAY, Board, Choice, Instance


@dataclass(frozen=True)
class Limits:
    """`work`: in CP-SAT's own measure, which is the same on every machine; `seconds` end it where that is too slow."""

    seconds: float
    work: float = 1e9
    seed: int = 1


@dataclass(frozen=True)
class Answer:
    """Where the free wishes are; None: nothing was found in time. `proved`: nothing is better."""

    at: dict[int, int | None] | None
    proved: bool


def improve(board: Board, free: Sequence[int], limits: Limits) -> Answer:
    """The free wishes put where the timetable is worth most, or as good as could be found."""
    return _solve(_Model(board, free).worth(), limits)


def bound(instance: Instance, wishes: Sequence[int], seconds: float) -> int | None:
    """No timetable places more of these wishes than this: the optimum of the linear relaxation, which GLOP proves by its dual.
    None: it was not ready in time. It is a matching but for the families' own meetings, so it is nearly tight."""
    until = time.monotonic() + seconds
    made = _Model(Board.of(instance, [None] * len(instance.wishes)), wishes)
    relaxed = linear.Model()  # type: ignore[no-untyped-call]
    amounts = [relaxed.new_num_var(0, 1, "") for _ in made.model.proto.variables]
    for some, most in [*((clique, 1) for clique in made.cliques), *made.caps]:
        relaxed.add(linear.LinearExpr.sum([amounts[has.index] for has in some]) <= most)
    relaxed.maximize(linear.LinearExpr.sum([amounts[has.index] for choices in made.has.values() for has in choices.values()]))
    solver = linear.Solver("glop")
    solver.set_time_limit_in_seconds(max(until - time.monotonic(), 0.05))
    if solver.solve(relaxed) != linear.SolveStatus.OPTIMAL:
        return None
    return math.floor(solver.objective_value + 1e-4)


class _Model:
    def __init__(self, board: Board, free: Sequence[int]) -> None:
        self.board, self.instance, self.free = board, board.instance, sorted(free)
        self.model = cp_model.CpModel()
        self.has: dict[int, dict[int, cp_model.IntVar]] = {}  # by wish and choice
        self.cliques: list[list[cp_model.IntVar]] = []  # of each at most one is so
        self.caps: list[tuple[list[cp_model.IntVar], int]] = []  # of each at most so many
        self._now: set[int] = set()  # booleans that are so in the timetable at hand: where the search begins
        self._forget = set(self.free)
        self._choose()
        self._slots_have_one()
        self._people_are_in_one_place()
        self._caps_hold()

    def worth(self) -> _Model:
        terms: list[tuple[cp_model.LinearExprT, int]] = []
        for wish, choices in self.has.items():
            of = self.instance.wishes[wish]
            for choice, has in choices.items():
                stays = self.instance.slots[self.instance.choices[wish][choice].slot].id == of.former
                terms.append((has, weights.of_wish(of) + weights.STAYS * stays))
        for guardian, wishes in self._families().items():
            terms += self._first_meetings(guardian, wishes)
            terms += self._waiting(guardian, wishes)
        terms += self._gaps()
        exprs, factors = [each for each, _ in terms], [factor for _, factor in terms]
        self.model.maximize(cp_model.LinearExpr.weighted_sum(exprs, factors))
        return self

    # What must hold

    def _at_most_one(self, of: list[cp_model.IntVar]) -> None:
        self.model.add_at_most_one(of)
        self.cliques.append(of)

    def _choose(self) -> None:
        for wish in self.free:
            self.has[wish] = {
                place: self.model.new_bool_var("")
                for place, choice in enumerate(self.instance.choices[wish])
                if self._is_open(wish, choice)
            }
            for place, has in self.has[wish].items():
                if self.board.at[wish] == place:
                    self._now.add(has.index)
                self.model.add_hint(has, self.board.at[wish] == place)
            if len(self.has[wish]) > 1:
                self._at_most_one(list(self.has[wish].values()))

    def _is_open(self, wish: int, choice: Choice) -> bool:
        """Nobody who stays has the slot, nor is the family elsewhere."""
        if self.board.holder.get(choice.slot, wish) not in self._forget:
            return False
        for other in self.board.family(wish):
            held = None if other in self._forget else self.board.choice(other)
            if held is not None and held.clashes(choice.start, choice.end, choice.place, self.instance.travel):
                return False
        return True

    def _slots_have_one(self) -> None:
        by_slot: dict[int, list[cp_model.IntVar]] = defaultdict(list)
        for wish, choices in self.has.items():
            for choice, has in choices.items():
                by_slot[self.instance.choices[wish][choice].slot].append(has)
        for holders in by_slot.values():
            if len(holders) > 1:
                self._at_most_one(holders)

    def _caps_hold(self) -> None:
        for whose, wishes in self.instance.capped.items():
            has = [each for wish in wishes if wish in self._forget for each in self.has[wish].values()]
            left = self.instance.most[whose] - sum(
                self.board.at[wish] is not None for wish in wishes if wish not in self._forget
            )
            if len(has) > left:
                self.model.add(cp_model.LinearExpr.sum(has) <= left)
                self.caps.append((has, left))

    def _people_are_in_one_place(self) -> None:
        for wishes in self._families().values():
            self._one_at_a_time(wishes)
        children: dict[str, list[int]] = defaultdict(list)
        for wish in self.free:
            children[self.instance.wishes[wish].student].append(wish)
        for wishes in children.values():
            if len({self.instance.wishes[wish].guardian for wish in wishes}) > 1:
                self._one_at_a_time(wishes)

    def _one_at_a_time(self, wishes: Sequence[int]) -> None:
        """At most one of their meetings at each moment at which one begins; with the way to it, in one place."""
        if len(wishes) < 2:
            return
        travel = self.instance.travel
        meetings = [
            (wish, choice, has)
            for wish in wishes
            for place, has in self.has[wish].items()
            for choice in [self.instance.choices[wish][place]]
        ]
        for moment in sorted({choice.start for _, choice, _ in meetings}):
            there = [each for each in meetings if each[1].start <= moment < each[1].end]
            if len({wish for wish, _, _ in there}) > 1:
                self._at_most_one([has for _, _, has in there])
            near = [each for each in meetings if each[1].start <= moment < each[1].end + travel and each[1].place != AWAY]
            if travel and len({choice.place for _, choice, _ in near}) > 1:
                self._in_one_place(near)

    def _in_one_place(self, near: Sequence[tuple[int, Choice, cp_model.IntVar]]) -> None:
        """On the way from one of these places or in it, a family is in no other. Meetings in one place need no way between
        them: those of several wishes there share a boolean that the family is there."""
        by_place: dict[str, list[tuple[int, cp_model.IntVar]]] = defaultdict(list)
        for wish, choice, has in near:
            by_place[choice.place].append((wish, has))
        one: list[cp_model.IntVar] = []
        for meetings in by_place.values():
            if len({wish for wish, _ in meetings}) == 1:
                one += [has for _, has in meetings]
                continue
            is_there = self.model.new_bool_var("")
            self.model.add_hint(is_there, any(self._is_now(has) for _, has in meetings))
            for _, has in meetings:
                self.model.add_implication(has, is_there)
            one.append(is_there)
        self._at_most_one(one)

    # What is worth something

    def _families(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for wish in self.free:
            found[self.instance.wishes[wish].guardian].append(wish)
        return found

    def _first_meetings(self, guardian: str, wishes: Sequence[int]) -> list[tuple[cp_model.LinearExprT, int]]:
        has = [each for wish in wishes for each in self.has[wish].values()]
        others = sum(self.board.at[other] is not None for other in self.instance.wishes_of[guardian] if other not in wishes)
        if others > 1 or not has:
            return []
        one, two = self.model.new_bool_var(""), self.model.new_bool_var("")
        now = others + sum(self.board.at[wish] is not None for wish in wishes)
        self.model.add_hint(one, now > 0)
        self.model.add_hint(two, now > 1)
        self.model.add(one + two <= cp_model.LinearExpr.sum(has) + others)
        return [(one, weights.FIRST), (two, weights.SECOND)]

    def _waiting(self, guardian: str, wishes: Sequence[int]) -> list[tuple[cp_model.LinearExprT, int]]:
        """From a family's first meeting of an evening to the end of its last."""
        factor = weights.of_minute(self.instance.wishes[wishes[0]].together)
        standing = [
            choice
            for other in self.instance.wishes_of[guardian]
            if other not in self._forget and (choice := self.board.choice(other)) is not None
        ]
        evenings: dict[str, list[list[tuple[int, int, cp_model.IntVar]]]] = defaultdict(list)
        for wish in wishes:
            of_wish: dict[str, list[tuple[int, int, cp_model.IntVar]]] = defaultdict(list)
            for place, has in self.has[wish].items():
                slot = self.instance.slots[self.instance.choices[wish][place].slot]
                of_wish[slot.evening].append((slot.start, slot.end, has))
            for evening, choices in of_wish.items():
                evenings[evening].append(choices)
        terms: list[tuple[cp_model.LinearExprT, int]] = []
        for evening, each in evenings.items():
            fixed = [(it.start, it.end) for it in standing if self.instance.slots[it.slot].evening == evening]
            if not fixed:
                comes = self.model.new_bool_var("")
                self.model.add_hint(comes, any(self._is_now(has) for choices in each for _, _, has in choices))
                for choices in each:
                    self.model.add(comes >= cp_model.LinearExpr.sum([has for _, _, has in choices]))
                terms.append((comes, -weights.EVENING))
            if len(each) + len(fixed) > 1:
                first, last = self._span(each, fixed)
                terms += [(first, factor), (last, -factor)]
        return terms

    def _gaps(self) -> list[tuple[cp_model.LinearExprT, int]]:
        """From a teacher's first meeting of an evening to the end of the last, without the meetings."""
        evenings: dict[tuple[str, str], dict[int, list[cp_model.IntVar]]] = defaultdict(lambda: defaultdict(list))
        for wish, choices in self.has.items():
            for place, has in choices.items():
                slot = self.instance.choices[wish][place].slot
                evenings[self.instance.slots[slot].teacher, self.instance.slots[slot].evening][slot].append(has)
        terms: list[tuple[cp_model.LinearExprT, int]] = []
        for (teacher, evening), by_slot in evenings.items():
            slots = {place: self.instance.slots[place] for place in self.instance.of_teacher[teacher]}
            fixed = [
                (slot.start, slot.end)
                for place, slot in slots.items()
                if slot.evening == evening and self.board.holder.get(place, -1) not in self._forget | {-1}
            ]
            used = [[(slots[place].start, slots[place].end, has) for has in all_has] for place, all_has in by_slot.items()]
            if len(used) + len(fixed) < 2:
                continue
            first, last = self._span(used, fixed)
            terms += [(first, weights.GAP), (last, -weights.GAP)]
            terms += [(has, weights.GAP * (end - start)) for each in used for start, end, has in each]
        return terms

    def _span(
        self, parts: Sequence[Sequence[tuple[int, int, cp_model.IntVar]]], fixed: Sequence[tuple[int, int]]
    ) -> tuple[cp_model.IntVar, cp_model.IntVar]:
        """When the first begins and the last ends, in minutes after the earliest; of each part at most one is."""
        starts = [start for part in parts for start, _, _ in part] + [start for start, _ in fixed]
        ends = [end for part in parts for _, end, _ in part] + [end for _, end in fixed]
        zero, whole = min(starts), max(ends) - min(starts)
        first, last = self.model.new_int_var(0, whole, ""), self.model.new_int_var(0, whole, "")
        self.model.add(first <= last)
        for start, end in fixed:
            self.model.add(first <= start - zero)
            self.model.add(last >= end - zero)
        for part in parts:
            has = [each for _, _, each in part]
            earlier = [start - zero - whole for start, _, _ in part]
            self.model.add(first <= cp_model.LinearExpr.weighted_sum(has, earlier) + whole)
            self.model.add(last >= cp_model.LinearExpr.weighted_sum(has, [end - zero for _, end, _ in part]))
        now = [(start, end) for part in parts for start, end, has in part if self._is_now(has)] + list(fixed)
        self.model.add_hint(first, min((start for start, _ in now), default=zero) - zero)
        self.model.add_hint(last, max((end for _, end in now), default=zero) - zero)
        return first, last

    def _is_now(self, has: cp_model.IntVar) -> bool:
        return has.index in self._now


def _solve(made: _Model, limits: Limits) -> Answer:
    """One worker: two of CP-SAT's own that wait for each other, to answer the same each time, need thirty times as long; two
    parts of a timetable at once keep two cores as busy (`solving.py`)."""
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 1
    solver.parameters.random_seed = limits.seed
    solver.parameters.max_time_in_seconds = max(limits.seconds, 0.05)
    solver.parameters.max_deterministic_time = limits.work
    solver.parameters.linearization_level = 2  # the relaxation is nearly whole: it is a matching but for the families
    status = solver.solve(made.model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
        return Answer(None, False)
    at = {
        wish: next((choice for choice, has in choices.items() if solver.boolean_value(has)), None)
        for wish, choices in made.has.items()
    }
    return Answer(at, status == cp_model.OPTIMAL)
