"""Instances of all kinds, and what must hold of every timetable, written down once more and by other means than the model."""

import random
from itertools import combinations

from hypothesis import strategies as st

from services.meetings.timetabling.problem import Busy, Instance, Slot, Wish

EVENING = 29_000_000 - 29_000_000 % 1440
HALL = "The hall"


@st.composite
def instances(draw: st.DrawFn) -> Instance:
    """Up to four teachers on two evenings, with breaks, lengths and ways of their own; up to five families."""
    slots = [slot for number in range(draw(st.integers(1, 4))) for slot in draw(_of_teacher(f"t{number}"))]
    teachers = sorted({slot.teacher for slot in slots})
    wishes = [wish for number in range(draw(st.integers(1, 5))) for wish in draw(_of_family(number, teachers, slots))]
    people = sorted({person for wish in wishes for person in (wish.guardian, wish.student, wish.teacher)})
    busy = draw(st.lists(_busy(people), max_size=2))
    taken = draw(st.frozensets(st.sampled_from([slot.id for slot in slots]), max_size=2))
    households = sorted({wish.household for wish in wishes})
    most = draw(st.dictionaries(st.sampled_from([*teachers, *households]), st.integers(0, 3), max_size=2))
    return Instance(tuple(slots), tuple(wishes), draw(st.sampled_from([0, 5, 15])), tuple(busy), taken, most)


@st.composite
def _of_teacher(draw: st.DrawFn, teacher: str) -> list[Slot]:
    length, pause = draw(st.sampled_from([5, 10, 15])), draw(st.sampled_from([0, 5]))
    room = draw(st.sampled_from([f"Room of {teacher}", HALL]))
    ways = draw(st.sampled_from([{"visit": room}, {"visit": room, "telephone": "calls"}, {"video": "link"}]))
    return [
        Slot(f"{teacher}/{evening}/{place}", teacher, begins, begins + length, f"evening {evening}", ways)
        for evening in range(draw(st.integers(1, 2)))
        for first in [draw(st.sampled_from([0, 5, 20]))]
        for place in range(draw(st.integers(1, 5)))
        for begins in [EVENING + evening * 1440 + 960 + first + place * (length + pause)]
    ]


@st.composite
def _of_family(draw: st.DrawFn, number: int, teachers: list[str], slots: list[Slot]) -> list[Wish]:
    fits = draw(st.lists(_fit(), max_size=2))
    ways = draw(st.sampled_from([(), (), ("visit",), ("telephone", "visit"), ("video",)]))
    together = draw(st.booleans())
    wishes = []
    for child in range(draw(st.integers(1, 2))):
        wanted = draw(st.lists(st.sampled_from(teachers), min_size=1, max_size=3, unique=True))
        for rank, teacher in enumerate(wanted):
            of_teacher = [slot.id for slot in slots if slot.teacher == teacher]
            guardian = draw(st.sampled_from([f"g{number}", f"g{number}", f"g{(number + 1) % 3}"]))  # homes that are mixed
            wish = Wish(
                f"s{number}.{child}/{teacher}",
                guardian,
                f"s{number}.{child}",
                teacher,
                rank=rank,
                priority=draw(st.booleans()),
                together=together,
                fits=tuple(fits),
                ways=ways,
                household=f"home {number}",
                pin=draw(st.sampled_from([None, None, None, of_teacher[0]])),
                former=draw(st.sampled_from([None, of_teacher[-1]])),
            )
            wishes.append(wish)
    return wishes


@st.composite
def _fit(draw: st.DrawFn) -> tuple[int, int]:
    begins = EVENING + draw(st.integers(0, 1)) * 1440 + 960 + draw(st.sampled_from([0, 5, 15, 30]))
    return begins, begins + draw(st.sampled_from([10, 20, 60]))


@st.composite
def _busy(draw: st.DrawFn, people: list[str]) -> Busy:
    begins = EVENING + 960 + draw(st.sampled_from([0, 7, 20]))
    someone = draw(st.frozensets(st.sampled_from(people), min_size=1, max_size=2))
    return Busy(someone, begins, begins + 12, draw(st.sampled_from(["", "another room"])))


def broken(instance: Instance, at: list[int | None]) -> list[str]:
    """Everything in a timetable that must not be."""
    faults: list[str] = []
    meetings = []
    for wish, choice in zip(instance.wishes, at, strict=True):
        if choice is None:
            continue
        chosen = instance.choices[instance.wishes.index(wish)][choice]
        slot = instance.slots[chosen.slot]
        meetings.append((wish, slot, chosen.way))
        if slot.teacher != wish.teacher:
            faults.append(f"{wish.id} is with {slot.teacher}")
        if slot.id in instance.taken:
            faults.append(f"{wish.id} has {slot.id}, which is taken")
        if wish.pin is not None and slot.id != wish.pin:
            faults.append(f"{wish.id} is pinned elsewhere")
        if chosen.way not in slot.ways or (wish.ways and chosen.way not in wish.ways):
            faults.append(f"{wish.id} is by {chosen.way}")
        allowed = not wish.fits or any(begins <= slot.start <= slot.end <= ends for begins, ends in wish.fits)
        if not allowed and wish.pin is None and not (wish.held and slot.id == wish.former):
            faults.append(f"{wish.id} is when the family can't come")
        for each in instance.busy:
            place = slot.ways[chosen.way].casefold() if chosen.way == "visit" else ""
            pause = instance.travel if each.place and place and each.place != place else 0
            if wish.teacher in each.people and slot.start < each.end and each.start < slot.end:
                faults.append(f"{wish.id}: the teacher is elsewhere")
            if {wish.guardian, wish.student} & each.people and slot.start < each.end + pause and each.start < slot.end + pause:
                faults.append(f"{wish.id}: the family is elsewhere")
    for (one, first, way), (two, second, other) in combinations(meetings, 2):
        if first.id == second.id:
            faults.append(f"{one.id} and {two.id} have one slot")
        if {one.guardian, one.student} & {two.guardian, two.student}:
            one_room = first.ways[way].lower().split() == second.ways[other].lower().split()
            rooms = not one_room and way == other == "visit"
            minutes = range(first.start, first.end + (instance.travel if rooms else 0))
            later = range(second.start, second.end + (instance.travel if rooms else 0))
            if set(minutes) & set(later):
                faults.append(f"{one.id} and {two.id} at once")
    for whose, most in instance.most.items():
        theirs = sum(whose in (wish.teacher, wish.household) for wish, _, _ in meetings)
        if theirs > most:
            faults.append(f"{whose} has {theirs}, more than {most}")
    return faults


def school(
    families: int,
    teachers: int,
    *,
    seed: int,
    use: float,
    wishes: int = 3,
    siblings: float = 0.25,
    evenings: int = 2,
    travel: int = 5,
) -> Instance:
    """A branch: classes with eight teachers each, families of whom some have several children; two of five can come at any
    time, the others for about half of the evenings. `use`: wishes by slots."""
    rng = random.Random(seed)
    ids = [f"t{number}" for number in range(teachers)]
    classes = [rng.sample(ids, min(8, teachers)) for _ in range(max(4, families // 20))]
    children = [
        (family, f"s{family}.{child}", rng.choice(classes))
        for family in range(families)
        for child in range(1 if rng.random() >= siblings else 2 + (rng.random() < 0.15))
    ]
    load = dict.fromkeys(ids, 0)
    wanted = []
    for family, student, group in children:
        evenly = sorted(rng.sample(group, len(group)), key=lambda teacher: load[teacher])[: wishes + 1]
        for rank, teacher in enumerate(rng.sample(evenly, wishes)):
            load[teacher] += 1
            wanted.append((family, student, teacher, rank))
    slots = round(len(wanted) / use)
    of_teacher = {teacher: slots // teachers + (number < slots % teachers) for number, teacher in enumerate(ids)}
    length = max(of_teacher.values()) * 10 // evenings + 10
    fits = {family: _fits(rng, evenings, length) for family in range(families)}
    return Instance(
        tuple(
            Slot(f"{teacher}/{number}", teacher, begins, begins + 10, f"evening {evening}", {"visit": f"Room of {teacher}"})
            for teacher in ids
            for number in range(of_teacher[teacher])
            for evening in [number % evenings]
            for begins in [EVENING + evening * 1440 + 960 + number // evenings * 10]
        ),
        tuple(
            Wish(
                f"{student}/{teacher}",
                f"g{family}",
                student,
                teacher,
                rank=rank,
                priority=rng.random() < 0.05,
                fits=fits[family],
                household=f"home {family}",
            )
            for family, student, teacher, rank in wanted
        ),
        travel,
    )


def _fits(rng: random.Random, evenings: int, length: int) -> tuple[tuple[int, int], ...]:
    if rng.random() < 0.4:
        return ()
    fits = []
    for evening in range(evenings):
        if rng.random() < 0.7 or (evening == evenings - 1 and not fits):
            begins = EVENING + evening * 1440 + 960 + rng.randrange(0, max(10, length // 2), 10)
            fits.append((begins, begins + length // 2))
    return tuple(fits)
