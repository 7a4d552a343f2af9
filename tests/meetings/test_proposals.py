"""Sets of times back to back, on plain values."""

import itertools
import time
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from services.meetings.booking.needs import is_evening
from services.meetings.booking.proposals import Free, Meeting, Proposal, best, between, waiting
from services.meetings.timetable import Period

FOUR = datetime(2026, 12, 1, 11, 0, tzinfo=UTC)  # 16:00 at the branch
TEN = timedelta(minutes=10)


def slot(teacher: str, minute: int, *, way: str = "visit", place: str | None = None) -> Free:
    starts_at = FOUR + timedelta(minutes=minute)
    where = place or (f"{teacher}'s room" if way == "visit" else "")
    return Free(f"{teacher}+{minute}", Period(starts_at, starts_at + TEN), way, where)


def slots(teacher: str, *minutes: int, **more: str) -> list[Free]:
    return [slot(teacher, minute, **more) for minute in minutes]


def shown(proposal: Proposal) -> list[tuple[str, str]]:
    return [(pair[0], free.slot_id) for pair, free in proposal.meetings]


def test_siblings_one_after_the_other():
    found = best({("s1", "t1"): slots("t1", 0, 10, 40), ("s2", "t1"): slots("t1", 0, 10, 40)})
    assert [each.waiting for each in found][:1] == [timedelta()]
    assert {child for child, _ in shown(found[0])} == {"s1", "s2"}
    assert [id for _, id in shown(found[0])] == ["t1+0", "t1+10"]


def test_the_order_is_free():
    wanted = {("s1", "t1"): slots("t1", 30), ("s2", "t2"): slots("t2", 0, 20), ("s1", "t3"): slots("t3", 10, 50)}
    [first, *_] = best(wanted)
    assert [id for _, id in shown(first)] == ["t3+10", "t2+20", "t1+30"]


def test_the_way_from_room_to_room_is_left_and_nobody_walks_to_a_telephone():
    wanted = {("s1", "t1"): slots("t1", 0), ("s2", "t2"): slots("t2", 10, 20)}
    assert [id for _, id in shown(best(wanted, travel=timedelta(minutes=5))[0])] == ["t1+0", "t2+20"]
    by_telephone = {**wanted, ("s2", "t2"): slots("t2", 10, 20, way="telephone")}
    assert [id for _, id in shown(best(by_telephone, travel=timedelta(minutes=5))[0])] == ["t1+0", "t2+10"]
    hall = {("s1", "t1"): slots("t1", 0, place="Hall"), ("s2", "t2"): slots("t2", 10, 20, place="Hall")}
    assert [id for _, id in shown(best(hall, travel=timedelta(minutes=5))[0])] == ["t1+0", "t2+10"]


def test_what_the_family_has_is_not_met():
    busy = [Meeting(Period(FOUR + TEN, FOUR + 2 * TEN), "visit", "Room 9")]
    found = best({("s1", "t1"): slots("t1", 0, 10, 20, 30)}, busy, timedelta(minutes=5))
    assert [shown(each)[0][1] for each in found] == ["t1+30"]


def test_evenings_first_for_who_needs_them():
    found = best({("s1", "t1"): slots("t1", 0, 60, 70)}, rather=is_evening)
    assert [shown(each)[0][1] for each in found] == ["t1+60", "t1+70", "t1+0"]


def test_none_where_somebody_has_no_time():
    assert best({("s1", "t1"): slots("t1", 0), ("s2", "t2"): []}) == []
    assert best({}) == []


times = st.lists(st.integers(0, 23).map(lambda number: number * 10), unique=True, min_size=0, max_size=8).map(sorted)
ways = st.sampled_from(("visit", "telephone"))
teachers = st.fixed_dictionaries({teacher: st.tuples(times, ways) for teacher in ("t1", "t2", "t3")})
pairs = st.lists(
    st.tuples(st.sampled_from(("s1", "s2", "s3")), st.sampled_from(("t1", "t2", "t3"))), unique=True, min_size=1, max_size=4
)
held = st.lists(st.integers(0, 23), max_size=2).map(
    lambda starts: [
        Meeting(Period(FOUR + start * TEN, FOUR + (start + 1) * TEN), "visit", "Room 9") for start in dict.fromkeys(starts)
    ]
)


@given(pairs, teachers, held, st.sampled_from((0, 5, 15)))
def test_whatever_is_free(wanted, offered, busy, travel_minutes):
    travel = timedelta(minutes=travel_minutes)
    free = {pair: slots(pair[1], *offered[pair[1]][0], way=offered[pair[1]][1]) for pair in wanted}
    found = best(free, busy, travel)
    for proposal in found:
        assert {pair for pair, _ in proposal.meetings} == set(wanted), "all of them"
        assert all(chosen in free[pair] for pair, chosen in proposal.meetings), "only what is free"
        chosen = [each for _, each in proposal.meetings]
        assert all(fits(a, b, travel) for a, b in itertools.pairwise(chosen)), "one after another, with the way between"
        assert all(apart(each, other, travel) for each in chosen for other in busy)
        assert proposal.waiting == waiting(chosen) >= timedelta()
    assert [(each.waiting, each.starts_at) for each in found] == sorted((each.waiting, each.starts_at) for each in found)
    everything = all_of(free, busy, travel)
    assert bool(found) == bool(everything), "one is found where there is one"
    if everything:
        assert found[0].waiting == min(everything), "none is better"


def fits(before: Free, after: Free, travel: timedelta) -> bool:
    return after.period.starts_at >= before.period.ends_at + between(before, after, travel)


def apart(chosen: Free, other: Meeting, travel: timedelta) -> bool:
    pad = between(chosen, other, travel)
    return chosen.period.starts_at >= other.period.ends_at + pad or other.period.starts_at >= chosen.period.ends_at + pad


def all_of(free, busy, travel) -> list[timedelta]:
    """The waiting of every set that there is, by trying all."""
    found = []
    for choice in itertools.product(*free.values()):
        chosen = sorted(choice, key=lambda each: each.period)
        if all(fits(a, b, travel) for a, b in itertools.pairwise(chosen)) and all(
            apart(each, other, travel) for each in chosen for other in busy
        ):
            found.append(waiting(chosen))
    return found


def test_four_children_with_three_teachers_are_found_at_once():
    """The machine may be busy: a bound far above what it takes (50 ms)."""
    wanted = {
        (f"s{child}", f"t{teacher}"): slots(f"t{teacher}", *range(0, 400, 10)) for child in range(4) for teacher in range(3)
    }
    began = time.process_time()
    found = best(wanted, travel=timedelta(minutes=5))
    assert len(found) == 5
    assert time.process_time() - began < 1
