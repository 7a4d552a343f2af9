"""Who has a place, on plain values: whatever families answer, in whatever order."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from schoolbus.problems import Problem
from services.meetings.activities import places
from services.meetings.activities.places import COMING, LAPSED, NEW, OFFERED, WAITING, Standing, Times, Wish

NOW = datetime(2026, 12, 1, 9, tzinfo=UTC)
OFFER = timedelta(minutes=30)
FAMILIES = [f"family-{number}" for number in range(7)]
heads = st.integers(1, 5)


class Activity(RuleBasedStateMachine):
    """An activity of few places, as signing.py keeps it: each answer, then what is free by then handed on."""

    @initialize(places=st.one_of(st.none(), st.integers(1, 9)))
    def publish(self, places: int | None) -> None:
        self.places = places
        self.now = NOW
        self.families: dict[str, Standing] = {}

    @rule(family=st.sampled_from(FAMILIES), heads=heads, if_full=st.sampled_from(places.IF_FULL))
    def sign_up(self, family: str, heads: int, if_full: str) -> None:
        was = self.families.get(family, NEW)
        self._tick()
        wish, room = Wish(True, heads, if_full), None if self.left is None else was.held + self.left
        if room is not None and heads > room and (was.held or if_full == places.REFUSE):
            with pytest.raises(Problem) as refused:
                places.answered(was, wish, self.left, self.now)
            assert refused.value.body["places"] == room
        else:
            self.families[family] = places.answered(was, wish, self.left, self.now)
            assert self.families[family].state == (COMING if room is None or heads <= room else WAITING)
        self._hand_on()

    @rule(family=st.sampled_from(FAMILIES))
    def say_no(self, family: str) -> None:
        self.families[family] = places.answered(self.families.get(family, NEW), Wish(False), self.left, self.now)
        assert self.families[family].held == 0
        self._hand_on()

    @rule(family=st.sampled_from(FAMILIES))
    def take_the_offer(self, family: str) -> None:
        was = self.families.get(family, NEW)
        if was.state == OFFERED:
            self.families[family] = places.answered(was, Wish(True, was.heads), self.left, self.now)
            assert self.families[family] == Standing(COMING, was.heads)
            self._hand_on()

    @rule(minutes=st.integers(1, 60))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        for family, was in self.families.items():
            self.families[family] = places.lapsed(was, self.now)
        self._hand_on()

    @rule(more=st.integers(0, 5))
    def add_places(self, more: int) -> None:
        if self.places is not None:
            self.places += more
            self._hand_on()

    @rule()
    def take_away_all_that_are_free(self) -> None:
        if self.places is not None:
            self.places = sum(each.held for each in self.families.values())

    @property
    def left(self) -> int | None:
        return None if self.places is None else self.places - sum(each.held for each in self.families.values())

    def _tick(self) -> None:
        self.now += timedelta(seconds=1)

    def _line(self) -> list[str]:
        waiting = [family for family, each in self.families.items() if each.state == WAITING]
        return sorted(waiting, key=lambda family: (self.families[family].asked_at, family))

    def _hand_on(self) -> None:
        line = self._line()
        served = list(places.hand_on([self.families[family] for family in line], self.left, self.now + OFFER))
        passed: list[int] = []
        for family, new in zip(line, served, strict=True):
            if new.state == WAITING:
                passed.append(new.heads)
            else:
                assert all(new.heads < heads for heads in passed), "somebody who needs no more places waited longer"
            self.families[family] = new

    @invariant()
    def no_place_is_held_twice(self) -> None:
        if self.places is not None:
            assert sum(each.held for each in self.families.values()) <= self.places

    @invariant()
    def nobody_waits_for_what_is_free(self) -> None:
        for family in self._line():
            assert self.left is not None
            assert self.families[family].heads > self.left

    @invariant()
    def an_offer_has_its_time_and_nothing_else_has(self) -> None:
        for each in self.families.values():
            assert (each.offer_until is not None) == (each.state == OFFERED)
            assert (each.asked_at is not None) >= (each.state == WAITING)

    @invariant()
    def who_is_asked_had_wished_to_be(self) -> None:
        assert all(each.if_full == places.OFFER for each in self.families.values() if each.state in (OFFERED, LAPSED))


TestActivity = Activity.TestCase

TIMES = Times(NOW, NOW + timedelta(days=1), NOW + timedelta(days=2), NOW + timedelta(days=2, hours=2))


@pytest.mark.parametrize(
    ("after", "mine", "wish", "slug"),
    [
        (timedelta(seconds=-1), NEW, Wish(True, 1), "sign-up-not-open"),
        (timedelta(0), NEW, Wish(True, 1), None),
        (timedelta(days=1), NEW, Wish(True, 1), "sign-up-closed"),
        (timedelta(days=1), Standing(COMING, 3), Wish(True, 4), "sign-up-closed"),
        (timedelta(days=1), Standing(COMING, 3), Wish(True, 2), None),
        (timedelta(days=1), Standing(COMING, 3), Wish(False), None),
        (timedelta(days=1), Standing(OFFERED, 3), Wish(True, 3), None),
        (timedelta(days=1), Standing(WAITING, 3), Wish(True, 3), "sign-up-closed"),
        (timedelta(days=2, hours=2), Standing(COMING, 3), Wish(False), "over"),
    ],
)
def test_when_a_family_may_answer(after: timedelta, mine: Standing, wish: Wish, slug: str | None) -> None:
    refused = places.too_late(TIMES, mine, wish, NOW + after)
    assert (refused and refused.body["type"].rpartition("/")[2]) == slug


def test_a_place_goes_to_the_first_who_fits() -> None:
    line = [
        Standing(WAITING, 3, places.OFFER, NOW),
        Standing(WAITING, 1, places.TAKE, NOW),
        Standing(WAITING, 1, places.OFFER, NOW),
    ]
    served = list(places.hand_on(line, 2, NOW + OFFER))
    assert [each.state for each in served] == [WAITING, COMING, OFFERED]
