"""Families hold, book, change, cancel and wait in whatever order, and time passes: what always holds holds after each step."""

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from deploy.local.infrastructure import Infrastructure
from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.ids import new_id
from schoolbus.problems import Conflict
from schoolbus.scope import WHOLE_CHAIN, branch
from services.meetings.booking import booking, changing, freeing, holding, offering, waiting
from services.meetings.booking.live import LIVE
from services.meetings.store import Store
from tests.meetings.story import TERMS
from tests.support.people import guardian, using
from tests.support.stores import fresh, own_database

TEACHERS, TIMES = ("t1", "t2"), 4
FAMILIES = {"g1": ("s1", "s2"), "g2": ("s1",), "g3": ("s3",), "g4": ("s4",), "g5": ("s5",)}  # the first two share a child
MOST_PER_HOUSEHOLD, MOST_PER_TEACHER = 2, 3

who = st.sampled_from([(guardian_id, child) for guardian_id, children in FAMILIES.items() for child in children])
slots = st.tuples(st.sampled_from(TEACHERS), st.integers(0, TIMES - 1)).map(lambda slot: f"{slot[0]}+{slot[1]}")
places = st.integers(0, 20)


@pytest.fixture(scope="module")
def kept_database(infrastructure: Infrastructure) -> Iterator[Any]:
    with own_database(infrastructure, Store) as database:
        yield database


def furnished(database: Any) -> Store:
    store = fresh(database, Store)
    day = clock.now().replace(hour=11, minute=0, second=0, microsecond=0) + timedelta(days=3)
    terms = {**TERMS, "most_per_household": MOST_PER_HOUSEHOLD, "most_per_teacher": MOST_PER_TEACHER}
    teachers = [{"teacher_id": id, "ways": {"visit": f"{id}'s room"}} for id in TEACHERS]
    invited = {"grades": [], "class_ids": [], "student_ids": [child for children in FAMILIES.values() for child in children]}
    kept = {"_id": "d", "branch_id": "b1", "title": "Day", "state": "open", "edition": 0, "invited": invited, **terms}
    store.meeting_days.add({**kept, "held_on": day.date().isoformat(), "teachers": teachers})
    for teacher in teachers:
        for number in range(TIMES):
            starts_at = day + timedelta(minutes=10 * number)
            times = {"starts_at": starts_at, "ends_at": starts_at + timedelta(minutes=10)}
            of_day = {"branch_id": "b1", "meeting_day_id": "d", "teacher_id": teacher["teacher_id"]}
            store.slots.add({"_id": f"{teacher['teacher_id']}+{number}", **of_day, "ways": teacher["ways"], **times})
    for guardian_id, children in FAMILIES.items():
        for child in children:
            may = {"may_book": True, "active": True}
            store.relations.add({"_id": new_id(), "branch_id": "b1", "guardian_id": guardian_id, "student_id": child, **may})
    for id in sorted({*FAMILIES, *TEACHERS, *(child for children in FAMILIES.values() for child in children)}):
        names = {"given_name": id, "family_name": "Khan", "name_ur": None, "preferences": None, "counts_as": None}
        store.people.add({"_id": f"b1:{id}", "branch_id": "b1", "person_id": id, "active": True, "roles": [], **names})
    return store


class Families(RuleBasedStateMachine):
    begun: Callable[[], Store]

    @initialize()
    def begin(self) -> None:
        self.store = self.begun()
        self.holds: list[tuple[str, str]] = []  # with the guardian

    @rule(who=who, slot_id=slots)
    def book(self, who: tuple[str, str], slot_id: str) -> None:
        request = {"student_id": who[1], "guardian_id": None, "way": None}
        self.may_conflict(lambda: booking.book(self.store, caller(who[0]), "b1", slot_id, request, new_id()))

    @rule(who=who, chosen=st.lists(slots, min_size=1, max_size=3, unique=True))
    def hold(self, who: tuple[str, str], chosen: list[str]) -> None:
        children = FAMILIES[who[0]]
        wanted = [
            {"slot_id": id, "student_id": children[place % len(children)], "way": None} for place, id in enumerate(chosen)
        ]
        request = {"slots": wanted, "guardian_id": None}
        made = self.may_conflict(lambda: holding.hold(self.store, caller(who[0]), "b1", "d", request, new_id()))
        if made:
            self.holds.append((made["hold_id"], who[0]))

    @rule(place=places)
    def confirm(self, place: int) -> None:
        if self.holds:
            hold_id, guardian_id = self.holds[place % len(self.holds)]
            made = self.may_conflict(lambda: holding.confirm(self.store, caller(guardian_id), "b1", hold_id))
            again = made and holding.confirm(self.store, caller(guardian_id), "b1", hold_id)
            assert again == made, "sent again, it is the same"

    @rule(place=places)
    def give_back(self, place: int) -> None:
        if self.holds:
            hold_id, guardian_id = self.holds[place % len(self.holds)]
            holding.give_back(self.store, caller(guardian_id), "b1", hold_id)

    @rule(place=places)
    def cancel(self, place: int) -> None:
        if chosen := self.one_of("booked", place):
            changing.cancel(self.store, caller(chosen["guardian_id"]), "b1", chosen["_id"])

    @rule(place=places, number=st.integers(0, TIMES - 1))
    def move(self, place: int, number: int) -> None:
        if chosen := self.one_of("booked", place):
            by, slot_id = caller(chosen["guardian_id"]), f"{chosen['teacher_id']}+{number}"
            self.may_conflict(lambda: changing.move(self.store, by, "b1", chosen["_id"], slot_id, None))

    @rule(who=who, teacher_id=st.sampled_from(TEACHERS))
    def wait(self, who: tuple[str, str], teacher_id: str) -> None:
        request = {"student_id": who[1], "guardian_id": None, "teacher_id": teacher_id, "way": None, "times": []}
        self.may_conflict(lambda: waiting.join(self.store, caller(who[0]), "b1", "d", request, new_id()))

    @rule(place=places)
    def accept(self, place: int) -> None:
        if chosen := self.one_of("offered", place):
            by = caller(chosen["guardian_id"])
            assert waiting.accept(self.store, by, "b1", chosen["_id"])["state"] == "booked", "an offer is kept"

    @rule(place=places)
    def refuse(self, place: int) -> None:
        if chosen := self.one_of("offered", place):
            waiting.refuse(self.store, caller(chosen["guardian_id"]), "b1", chosen["_id"])

    @rule(state=st.sampled_from(("held", "offered")))
    def run_out(self, state: str) -> None:
        past = {"held_until": clock.now() - timedelta(seconds=1)}
        self.store.bookings.change_all(WHOLE_CHAIN, {**LIVE, "state": state}, past)

    @rule()
    def timer(self) -> None:
        offering.freed(self.store, freeing.holds_that_ran_out(self.store))
        offering.offers_that_ran_out(self.store)
        offering.wherever_free(self.store)

    @invariant()
    def nobody_is_doubled(self) -> None:
        live = self.store.bookings.find(WHOLE_CHAIN, LIVE)
        for whose in ("slot_id", "guardian_id", "student_id", "teacher_id"):
            minutes = Counter((each[whose], minute) for each in live for minute in each["minutes"])
            assert not [key for key, count in minutes.items() if count > 1], whose
        assert all(len(each["minutes"]) == 10 for each in live)
        assert len({(each["student_id"], each["teacher_id"]) for each in live}) == len(live)
        of_teacher = Counter(each["teacher_id"] for each in live)
        of_household = Counter("first" if each["student_id"] in ("s1", "s2") else each["student_id"] for each in live)
        assert max(of_teacher.values(), default=0) <= MOST_PER_TEACHER
        assert max(of_household.values(), default=0) <= MOST_PER_HOUSEHOLD

    @invariant()
    def offers_and_those_who_wait_belong_together(self) -> None:
        offered = {each["_id"] for each in self.store.bookings.find(WHOLE_CHAIN, {**LIVE, "state": "offered"})}
        entries = self.store.waiting.find(WHOLE_CHAIN, LIVE)
        assert {each["booking_id"] for each in entries if each["state"] == "offered"} == offered
        booked = self.store.bookings.find(WHOLE_CHAIN, {**LIVE, "state": "booked"})
        met = {(each["student_id"], each["teacher_id"]) for each in booked}
        assert not [each for each in entries if (each["student_id"], each["teacher_id"]) in met], "who is booked waits no more"

    def one_of(self, state: str, place: int) -> dict[str, Any] | None:
        found = self.store.bookings.find(branch("b1"), {**LIVE, "state": state})
        return found[place % len(found)] if found else None

    @staticmethod
    def may_conflict(action: Any) -> Any:
        try:
            return action()
        except Conflict:
            return None


def caller(guardian_id: str) -> Caller:
    return using(guardian(guardian_id), "book meetings")


def test_whatever_families_do(kept_database: Any) -> None:
    machine: Any = type("OfThisDatabase", (Families,), {"begun": staticmethod(lambda: furnished(kept_database))})
    quick = settings(max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))
    run_state_machine_as_test(machine, settings=quick)
