"""Whatever is wished for, no timetable breaks a rule; what is said of it is true."""

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings

from services.meetings.timetabling import reasons, solving, weights
from services.meetings.timetabling.problem import Board, Instance, Slot, Solution, Wish
from services.meetings.timetabling.solving import Effort, solve
from tests.meetings.timetabling.instances import EVENING, broken, instances, school

QUICK = Effort(seconds=10, rounds=2)
some = settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def slots(teacher: str, count: int, begins: int = 0, evening: int = 0, **ways: str) -> list[Slot]:
    first = EVENING + evening * 1440 + 960 + begins
    return [
        Slot(
            f"{teacher}/{evening}/{begins // 10 + place}",
            teacher,
            first + place * 10,
            first + place * 10 + 10,
            f"evening {evening}",
            ways or {"visit": f"Room of {teacher}"},
        )
        for place in range(count)
    ]


def wish(family: str, teacher: str, child: str = "", **more: object) -> Wish:
    student = f"s{family}{child}"
    return Wish(f"{student}/{teacher}", f"g{family}", student, teacher, **more)  # type: ignore[arg-type]


def times(*minutes: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Of the first evening, from its begin."""
    return tuple((EVENING + 960 + begins, EVENING + 960 + ends) for begins, ends in minutes)


def solved(offered: list[Slot], *wishes: Wish, **more: object) -> tuple[Instance, Solution]:
    instance = Instance(tuple(offered), tuple(wishes), **more)  # type: ignore[arg-type]
    solution = solve(instance, QUICK)
    assert broken(instance, solution.at) == []
    return instance, solution


def where(instance: Instance, solution: Solution) -> dict[str, str | None]:
    """Slots by wish."""
    board = Board.of(instance, solution.at)
    held = [board.choice(place) for place in range(len(instance.wishes))]
    return {wish.id: choice and instance.slots[choice.slot].id for wish, choice in zip(instance.wishes, held, strict=True)}


@some
@given(instances())
def test_no_rule_is_ever_broken(instance: Instance) -> None:
    solution = solve(instance, QUICK)
    assert broken(instance, solution.at) == []
    assert solution.placed <= solution.bound
    board = Board.of(instance, solution.at)
    left = [place for place, at in enumerate(solution.at) if at is None]
    assert not any(list(board.free(place)) for place in left), "what can be placed as it is, is placed"


@some
@given(instances())
def test_nothing_changed_nothing_moves(instance: Instance) -> None:
    before = where(instance, first := solve(instance, QUICK))
    again = replace(instance, wishes=tuple(replace(wish, former=before[wish.id]) for wish in instance.wishes))
    second = solve(again, QUICK)
    if first.best and second.best:
        assert {id: slot for id, slot in where(again, second).items() if before[id]} == {
            id: slot for id, slot in before.items() if slot
        }


@some
@given(instances())
def test_what_would_free_a_place_does(instance: Instance) -> None:
    solution = solve(instance, QUICK)
    board = Board.of(instance, solution.at)
    for place in [place for place, at in enumerate(solution.at) if at is None]:
        for remedy in reasons.reason(board, place).remedies:
            helped = with_remedy(instance, place, remedy)
            stays = where(instance, solution) | {instance.wishes[place].id: None}
            pinned = tuple(replace(each, pin=stays[each.id], former=None) for each in helped.wishes)
            wishes = tuple(each for each in pinned if each.pin or each.id == instance.wishes[place].id)
            assert all(at is not None for at in solve(replace(helped, wishes=wishes), QUICK).at), remedy


def with_remedy(instance: Instance, place: int, remedy: reasons.Remedy) -> Instance:
    wish = instance.wishes[place]
    if remedy.kind == reasons.OTHER_TIME:
        also = replace(wish, fits=(*wish.fits, (remedy.start, remedy.end)))
        return replace(instance, wishes=tuple(also if each is wish else each for each in instance.wishes))
    beside = next(slot for slot in instance.slots if slot.teacher == wish.teacher)
    return replace(instance, slots=(*instance.slots, replace(beside, id="one more", start=remedy.start, end=remedy.end)))


@pytest.mark.parametrize("seed", range(10))
def test_generated_branches(seed: int) -> None:
    instance = school(24, 8, seed=seed, use=0.8 + seed % 5 * 0.05)
    solution = solve(instance, Effort(seconds=4, rounds=1))
    assert broken(instance, solution.at) == []
    assert solution.share >= 0.85, (solution.placed, solution.bound)


def test_the_same_answer_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(solving, "LONGEST", 600.0)  # however busy the machine is, work is measured and not time
    instance = school(24, 8, seed=1, use=0.9)
    first, second = (solve(instance, Effort(seconds=1200, rounds=1)) for _ in range(2))
    assert first.at == second.at


def test_siblings_come_one_after_the_other() -> None:
    offered = [*slots("a", 6), *slots("b", 6)]
    instance, solution = solved(offered, wish("1", "a", "x"), wish("1", "b", "y"), wish("2", "a"), wish("2", "b"), travel=5)
    board = Board.of(instance, solution.at)
    for family in ("g1", "g2"):
        theirs = sorted((choice.start, choice.end) for place in instance.wishes_of[family] if (choice := board.choice(place)))
        assert weights.waiting(theirs) == 10, "the way to the other room, and the slot that begins after it"


def test_teachers_have_no_gaps() -> None:
    instance, solution = solved(slots("a", 12), *(wish(str(number), "a") for number in range(5)))
    taken = sorted(slot.start for slot in instance.slots if slot.id in where(instance, solution).values())
    assert [later - earlier for earlier, later in pairwise(taken)] == [10] * 4


def test_whom_a_teacher_marked_comes_first() -> None:
    _, solution = solved(slots("a", 1), wish("1", "a"), wish("2", "a", priority=True))
    assert [at is not None for at in solution.at] == [False, True]


def test_nobody_goes_with_nothing_while_others_have_three() -> None:
    narrow = times((0, 10))
    others = [*slots("b", 6), *slots("c", 6)]
    many = [wish("1", teacher, rank=rank, fits=times((0, 60))) for rank, teacher in enumerate("abc")]
    instance, solution = solved([*slots("a", 1), *others], *many, wish("2", "a", rank=1, fits=narrow))
    assert where(instance, solution)["s2/a"] == "a/0/0"


def test_one_moves_so_that_another_fits() -> None:
    instance, solution = solved(slots("a", 2), wish("1", "a"), wish("2", "a", fits=times((0, 10))))
    assert (solution.placed, solution.bound) == (2, 2)
    former = [replace(instance.wishes[0], former="a/0/0"), instance.wishes[1]]
    again, better = solved(slots("a", 2), *former)
    assert where(again, better) == {"s1/a": "a/0/1", "s2/a": "a/0/0"}


def test_as_few_as_possible_move() -> None:
    before = [wish(str(number), "a", former=f"a/0/{number}") for number in range(5)]
    instance, solution = solved(slots("a", 6), *before, wish("9", "a", fits=times((10, 20))))
    moved = [wish.id for wish in before if where(instance, solution)[wish.id] != wish.former]
    assert (solution.placed, moved) == (6, ["s1/a"])


def test_what_was_told_is_not_taken_away() -> None:
    held = wish("1", "a", former="a/0/0", held=True, fits=times((30, 40)))
    instance, solution = solved(slots("a", 1), held, wish("2", "a", priority=True))
    assert where(instance, solution)["s1/a"] == "a/0/0"


@pytest.mark.parametrize(
    ("offered", "wishes", "more", "kind"),
    [
        (slots("a", 1), [wish("1", "a", priority=True), wish("2", "a")], {}, reasons.TEACHER_FULL),
        (slots("a", 1), [wish("2", "a", fits=times((20, 30)))], {}, reasons.NO_COMMON_TIME),
        (slots("a", 1), [wish("2", "a")], {"taken": frozenset(["a/0/0"])}, reasons.NO_SLOTS),
        (slots("a", 1, video="link"), [wish("2", "a", ways=("visit",))], {}, reasons.NO_WAY),
        ([*slots("a", 1), *slots("b", 1)], [wish("2", "b", priority=True), wish("2", "a")], {}, reasons.FAMILY_BUSY),
        (slots("a", 2), [wish("1", "a", priority=True), wish("2", "a")], {"most": {"a": 1}}, reasons.TEACHER_CAP),
        (slots("a", 1), [wish("1", "a", pin="a/0/0"), wish("2", "a", pin="a/0/0")], {}, reasons.PIN_TAKEN),
    ],
)
def test_why_there_is_no_place(offered: list[Slot], wishes: list[Wish], more: dict[str, object], kind: str) -> None:
    instance, solution = solved(offered, *wishes, **more)
    assert reasons.reason(Board.of(instance, solution.at), len(wishes) - 1).kind == kind


def test_what_would_free_a_place() -> None:
    wishes = wish("1", "a", priority=True), wish("2", "a", fits=times((0, 10)))
    instance, solution = solved(slots("a", 3), replace(wishes[0], pin="a/0/0"), wishes[1])
    found = reasons.reason(Board.of(instance, solution.at), 1)
    assert [(each.kind, each.slot) for each in found.remedies] == [("other_time", "a/0/1"), ("other_time", "a/0/2")]
    instance, solution = solved(slots("a", 1), *wishes[:1], replace(wishes[1], fits=times((0, 30))))
    [remedy] = reasons.reason(Board.of(instance, solution.at), 1).remedies
    assert (remedy.kind, remedy.start - EVENING - 960, remedy.count) == ("more_slots", 10, 1)


def test_the_family_walks_between_rooms_alone() -> None:
    near, far = slots("a", 1), slots("b", 1, begins=10)
    assert solved([*near, *far], wish("1", "a"), wish("1", "b"), travel=5)[1].placed == 1
    calls = slots("b", 1, begins=10, telephone="calls")
    assert solved([*near, *calls], wish("1", "a"), wish("1", "b"), travel=5)[1].placed == 2
    hall = [*slots("a", 1, visit="The hall"), *slots("b", 1, begins=10, visit="the  hall")]
    assert solved(hall, wish("1", "a"), wish("1", "b"), travel=5)[1].placed == 2


def test_it_stops_when_it_is_told_to() -> None:
    heard: list[Solution] = []
    solution = solve(school(60, 10, seed=2, use=0.9), Effort(seconds=60), lambda sofar: bool(heard.append(sofar)))
    assert solution.rounds == 0
    assert solution.placed == heard[0].placed
