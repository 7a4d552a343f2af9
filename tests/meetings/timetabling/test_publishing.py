"""A worker dies between any two writes of publishing: whoever takes over ends with the same bookings, each said once."""

import json
from datetime import timedelta
from typing import Any

import pytest

from schoolbus.clock import now
from schoolbus.scope import branch
from services.meetings.days import telling
from services.meetings.store import Store
from services.meetings.timetable import period
from services.meetings.timetabling import moving, publishing
from services.meetings.timetabling.gathering import gather
from services.meetings.timetabling.publishing import booking_id, publish
from tests.meetings.story import TERMS
from tests.support.people import office

SCOPE = branch("b1")
WISHES = 5
STARTS = (now() + timedelta(days=9)).replace(minute=0, second=0, microsecond=0)


class Killed(Exception):
    """The worker is no more."""


@pytest.fixture
def store(store: Store) -> Store:
    """A timetable of five wishes for one teacher, about to be published."""
    day = {"_id": "d", "branch_id": "b1", "title": "Day", "held_on": "2026-12-01", "state": "open"}
    nobody = {"grades": [], "class_ids": [], "student_ids": []}
    store.meeting_days.add({**TERMS, "mode": "timetable", **day, "invited": nobody, "teachers": [{"teacher_id": "t1"}]})
    names = {"active": True, "given_name": "Zoya", "family_name": "Khan", "name_ur": None, "branch_id": "b1"}
    for number in range(WISHES):
        store.people.collection.insert_one({"_id": f"p{number}", "person_id": f"s{number}", "roles": ["student"], **names})
        store.relations.collection.insert_one({"_id": f"r{number}", **relation(number)})
        store.slots.add(slot(number))
        store.placements.add(placement(number, number))
    store.slots.add(slot(WISHES))
    store.timetables.add(run())
    return store


def relation(number: int, **more: Any) -> dict[str, Any]:
    rights = {"active": True, "may_book": True}
    return {"branch_id": "b1", "guardian_id": f"g{number}", "student_id": f"s{number}", **rights, **more}


def run(id: str = "r", **more: Any) -> dict[str, Any]:
    state = {"state": "solved", "made_as": "1", "publication": "publishing", "current": True, "attempts": 1, "base_id": None}
    whose = {"branch_id": "b1", "meeting_day_id": "d", "published_by": "o1", "asked_at": now()}
    return {"_id": id, **whose, **state, **more}


def slot(number: int) -> dict[str, Any]:
    begins = STARTS + timedelta(minutes=10 * number)
    when = {"starts_at": begins, "ends_at": begins + timedelta(minutes=10)}
    whose = {"branch_id": "b1", "meeting_day_id": "d", "teacher_id": "t1"}
    return {"_id": f"l{number}", **whose, **when, "ways": {"visit": "Room 4"}}


def placement(number: int, at: int, id: str = "r", held: int | None = None) -> dict[str, Any]:
    who = {"wish_id": f"w{number}", "student_id": f"s{number}", "guardian_id": f"g{number}", "teacher_id": "t1"}
    where = {"slot_id": f"l{at}", "way": "visit", "held_slot_id": None if held is None else f"l{held}", "outcome": None}
    of_run = {"branch_id": "b1", "meeting_day_id": "d", "timetable_id": id, "made_as": "1", "order": number}
    return {"_id": f"{id}{number}", **of_run, **who, **where}


def bookings(store: Store) -> dict[str, tuple[str, int, int]]:
    """Slot, edition and how many events, by child."""
    found = store.bookings.collection.find({"live": True})
    return {each["student_id"]: (each["slot_id"], each["edition"], len(each["outbox"])) for each in found}


@pytest.mark.parametrize("after", range(3))
def test_a_worker_dies_while_it_books(store: Store, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    monkeypatch.setattr(publishing, "PART", 2)
    left = iter([True] * after)

    def renew(*_: object) -> None:
        if next(left, None) is None:
            raise Killed

    with monkeypatch.context() as killed:
        killed.setattr(publishing, "_renew", renew)
        with pytest.raises(Killed):
            publish(store, store.timetables.one(SCOPE, "r"))
    assert len(bookings(store)) == min(WISHES, 2 * after + 2)
    publish(store, store.timetables.one(SCOPE, "r"))
    assert bookings(store) == {f"s{number}": (f"l{number}", 0, 1) for number in range(WISHES)}
    done = store.timetables.one(SCOPE, "r")
    assert (done["publication"], done["published"]) == ("published", {"booked": 5, "cancelled": 0, "taken": 0})
    assert store.meeting_days.one(SCOPE, "d")["mode"] == "booking"


@pytest.mark.parametrize("lost", ["active", "may_book"])
def test_who_may_book_for_the_child_no_more_gets_no_meeting(store: Store, lost: str) -> None:
    store.relations.collection.update_one({"_id": "r1"}, {"$set": {lost: False}})
    publish(store, store.timetables.one(SCOPE, "r"))
    assert set(bookings(store)) == {"s0", "s2", "s3", "s4"}
    assert store.timetables.one(SCOPE, "r")["published"] == {"booked": 4, "cancelled": 0, "taken": 1}


def test_a_worker_that_was_too_slow_ends_nothing(store: Store) -> None:
    slow = store.timetables.one(SCOPE, "r")
    store.timetables.change(SCOPE, "r", {"attempts": 2})
    publish(store, slow)
    assert store.timetables.one(SCOPE, "r")["publication"] == "publishing"
    assert len(bookings(store)) == WISHES, "each is where it is to be, whoever made it"


def test_a_family_that_cancelled_meanwhile_is_not_booked_again(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(store, store.timetables.one(SCOPE, "r"))
    gone = booking_id({"_id": "r"}, {"wish_id": "w0"})
    store.bookings.change(SCOPE, gone, {"state": "cancelled", "live": False, "minutes": []})
    store.timetables.change(SCOPE, "r", {"publication": "publishing"})
    store.placements.change_all(SCOPE, {}, {"outcome": None})
    publish(store, store.timetables.one(SCOPE, "r"))
    assert "s0" not in bookings(store)
    assert store.timetables.one(SCOPE, "r")["published"] == {"booked": 4, "cancelled": 1, "taken": 0}


def test_a_ring_changes_places_together(store: Store) -> None:
    """Three in a ring, and one who goes where nobody is; a fifth whose place somebody took stays."""
    publish(store, store.timetables.one(SCOPE, "r"))
    store.timetables.change(SCOPE, "r", {"current": False, "publication": "replaced"})
    to = {0: 1, 1: 2, 2: 0, 3: 5}
    for number in range(WISHES):
        store.placements.add(placement(number, to.get(number, number), "q", held=number))
    store.timetables.add(run("q", base_id="r"))
    publish(store, store.timetables.one(SCOPE, "q"))
    moved = {f"s{number}": (f"l{at}", 1, 2) for number, at in to.items()}
    assert bookings(store) == {**moved, "s4": ("l4", 0, 1)}
    publish(store, {**store.timetables.one(SCOPE, "q"), "publication": "publishing"})
    assert bookings(store) == {**moved, "s4": ("l4", 0, 1)}, "twice is once"


def test_who_can_not_move_stays_with_all_who_wait_for_them(store: Store) -> None:
    publish(store, store.timetables.one(SCOPE, "r"))
    day = store.meeting_days.one(SCOPE, "d")
    stranger = {**slot(5), "_id": "k", "slot_id": "l5", "guardian_id": "gx", "student_id": "sx", "state": "booked"}
    store.bookings.add({**stranger, "live": True, "minutes": period(slot(5)).minutes(), "edition": 0})
    rows = [
        placement(0, 5, "q", held=0),
        placement(1, 0, "q", held=1),
        placement(2, 4, "q", held=2),
        placement(4, 2, "q", held=4),
    ]
    parts = moving.parts(store, SCOPE, day, {"_id": "q"}, rows)
    assert sorted(map(len, parts)) == [2, 2]
    assert sorted(moving.move(store, SCOPE, part) for part in parts) == [False, True]
    where = {student: each[0] for student, each in bookings_of(store).items()}
    assert where == {"s0": "l0", "s1": "l1", "s2": "l4", "s3": "l3", "s4": "l2", "sx": "l5"}


def test_who_has_a_meeting_is_not_told_that_they_may_book(store: Store) -> None:
    """Neither by the publication nor by a later look at the day; who joins afterwards is."""
    for student in ("sx", "sy"):
        whose = {"person_id": student, "roles": ["student"], "active": True, "branch_id": "b1"}
        store.people.collection.insert_one({"_id": f"p{student}", **whose})
    invited = {"grades": [], "class_ids": [], "student_ids": ["s0", "sx"]}
    terms = {"booking_opens_at": None, "early_opens_at": None}
    store.meeting_days.change(SCOPE, "d", {"invited": invited, **terms})
    asked = telling.Telling([["s0"]], None)
    with store.transaction():
        telling.keep(store, SCOPE, store.meeting_days.one(SCOPE, "d"), asked)
    publish(store, store.timetables.one(SCOPE, "r"))
    day = store.meeting_days.collection.find_one({"_id": "d"}) or {}
    assert [json.loads(each["body"])["data"]["student_ids"] for each in day["outbox"]] == [["sx"]]
    day = {**store.meeting_days.one(SCOPE, "d"), "invited": {**invited, "student_ids": ["s0", "sx", "sy"]}}
    assert telling.due(store, SCOPE, day, store.told_of(SCOPE, "d", "booking")).told == [["sy"]]


@pytest.mark.parametrize("before", ["_outcomes", "_without_meeting"])
def test_a_day_that_is_cancelled_meanwhile_is_not_said_to_be_open(
    store: Store, monkeypatch: pytest.MonkeyPatch, before: str
) -> None:
    """Just before the worker looks at it again, and just after."""
    store.people.add({"_id": "px", "person_id": "sx", "roles": ["student"], "active": True, "branch_id": "b1"})
    everybody = {"grades": [], "class_ids": [], "student_ids": ["sx", "s0"]}
    store.meeting_days.change(SCOPE, "d", {"invited": everybody})
    former = getattr(publishing, before)

    def and_cancelled(*given: Any) -> Any:
        store.meeting_days.change(SCOPE, "d", {"state": "cancelled"})
        return former(*given)

    monkeypatch.setattr(publishing, before, and_cancelled)
    publish(store, store.timetables.one(SCOPE, "r"))
    assert store.timetables.one(SCOPE, "r")["publication"] == "published"
    day = store.meeting_days.collection.find_one({"_id": "d"}) or {}
    assert (day["mode"], day.get("outbox", [])) == ("timetable", []), "nobody is told that they may book"


def test_what_cannot_be_published_is_given_up(store: Store) -> None:
    """Then what was published before holds again, and the day is free for another one."""
    publish(store, store.timetables.one(SCOPE, "r"))
    store.timetables.change(SCOPE, "r", {"current": False, "publication": "replaced"})
    store.timetables.add(run("q", base_id="r", attempts=publishing.MOST_ATTEMPTS))
    claimed = publishing.claim(store)
    assert claimed is not None
    publish(store, claimed)
    failed = store.timetables.one(SCOPE, "q")
    assert (failed["publication"], failed["current"]) == ("failed", False)
    assert failed["reason"].startswith("It could not be published in 5 attempts")
    before = store.timetables.one(SCOPE, "r")
    assert (before["publication"], before["current"]) == ("published", True)
    assert len(bookings(store)) == WISHES
    assert publishing.claim(store) is None
    store.timetables.add({**run("p", base_id="r", publication=None, current=False, attempts=3)})
    asked = publishing.ask(store, office(), "b1", "d", "p")
    assert asked["publication"] == "publishing"
    assert (publishing.claim(store) or {})["attempts"] == 1, "those in which it was made count no more"


def test_a_hold_that_ran_out_is_in_nobodys_way(store: Store) -> None:
    publish(store, store.timetables.one(SCOPE, "r"))
    gone = now() - timedelta(minutes=1)
    held = {**slot(5), "_id": "k", "slot_id": "l5", "guardian_id": "gx", "student_id": "sx", "state": "held"}
    minutes = period(slot(5)).minutes()
    store.bookings.add({**held, "live": True, "minutes": minutes, "edition": 0, "held_until": gone})
    rows = [placement(0, 5, "q", held=0), placement(1, 0, "q", held=1)]
    [part] = moving.parts(store, SCOPE, store.meeting_days.one(SCOPE, "d"), {"_id": "q"}, rows)
    assert moving.move(store, SCOPE, part)
    assert {student: each[0] for student, each in bookings_of(store).items()} == {
        **{f"s{number}": f"l{number}" for number in range(2, WISHES)},
        **{"s0": "l5", "s1": "l0"},
    }


def test_a_household_is_joined_by_children_without_wishes(store: Store) -> None:
    """s0 and s1 share no guardian, but each has one who is a guardian of s9 too."""
    store.meeting_days.change(SCOPE, "d", {"most_per_household": 1})
    for guardian, student in (("g0", "s0"), ("g0", "s9"), ("g1", "s1"), ("g1", "s9"), ("g2", "s2")):
        related = {"guardian_id": guardian, "student_id": student, "active": True, "branch_id": "b1"}
        store.relations.collection.insert_one({"_id": f"{guardian}{student}", **related})
    for number in range(3):
        child = {"student_id": f"s{number}", "teacher_ids": ["t1"]}
        said = {"children": [child], "fits": [], "ways": [], "together": True, "put_at": now()}
        store.wishes.add({"_id": f"w{number}", "branch_id": "b1", "meeting_day_id": "d", "guardian_id": f"g{number}", **said})
    question = gather(store, run("q", unanswered="leave_out", from_id=None))
    of = {wish.student: wish.household for wish in question.instance.wishes}
    assert of["s0"] == of["s1"] != of["s2"]


def bookings_of(store: Store) -> dict[str, list[str]]:
    return {each["student_id"]: [each["slot_id"]] for each in store.bookings.find(SCOPE, {"live": True})}
