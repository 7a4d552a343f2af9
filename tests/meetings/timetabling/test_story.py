"""From wishes to bookings: made by a real worker, looked at, pinned, made again, published, and killed in the middle."""

from typing import Any

import pytest
from pymongo.database import Database

from schoolbus.contracts.meetings import MeetingDayOpened, MeetingMoved, SlotBooked
from tests.meetings.story import Meetings, slug
from tests.meetings.timetabling.story import TWO, Document, Timetables
from tests.support.people import guardian, teacher
from tests.support.waiting import eventually


@pytest.fixture
def tables(meetings: Meetings) -> Timetables:
    """Three families' wishes."""
    made = Timetables(meetings)
    assert made.wishes("g1", ("s1", "t1 t2"), ("s2", "t1")).status_code == 200
    assert made.wishes("g3", ("s3", "t1"), fits=[made.fit("16:00", "16:10")]).status_code == 200
    return made


def at(placements: list[Document]) -> dict[tuple[str, str], str | None]:
    return {(each["student_id"], each["teacher_id"]): each["slot_id"] for each in placements}


def of_day(events: list[Any], tables: Timetables) -> list[Any]:
    return [event for event in events if event.data["meeting_day_id"] == tables.day["meeting_day_id"]]


def test_from_wishes_to_bookings(meetings: Meetings, tables: Timetables) -> None:
    answers = [tables.ask("make-it-1") for _ in range(2)]
    assert {(answer.status_code, answer.json()["timetable_id"]) for answer in answers} == {
        (201, answers[0].json()["timetable_id"])
    }
    run = tables.ready(answers[0].json())
    assert (run["state"], run["wishes"], run["placed"], run["bound"], run["families_without"]) == ("solved", 4, 4, 4, 0)
    placements = tables.placements(run)
    assert [each["starts_at"] for each in placements] == sorted(each["starts_at"] for each in placements)
    assert at(placements)["s3", "t1"] == tables.slots("t1")[0]["slot_id"], "when they can come"
    assert {each["teacher_id"] for each in tables.placements(run, teacher_id="t2")} == {"t2"}
    assert len(tables.placements(run, guardian_id="g1")) == 3
    assert tables.placements(run, placed=False) == []
    published = tables.published(run)
    assert published["published"] == {"booked": 4, "taken": 0, "cancelled": 0}
    booked = eventually(lambda: found if len(found := of_day(meetings.service.heard(SlotBooked), tables)) == 4 else None)
    assert {(event.data["student_id"], event.data["teacher_id"]): event.data["slot_id"] for event in booked} == at(placements)
    assert tables.publish(run).json()["publication"] == "published", "published twice is once"
    assert meetings.call("GET", tables.path, guardian("g1")).json()["mode"] == "booking", "what is left can be booked"
    free = next(slot for slot in tables.slots("t2") if slot["free"] and slot["starts_at"] > placements[-1]["starts_at"])
    assert meetings.books(free, "g3", "s3").status_code == 201
    assert len(meetings.slots(tables.day)) == 12


def test_one_date_and_one_placement_are_asked_for_alone(meetings: Meetings) -> None:
    tables = Timetables(meetings, held_on="2091-11-13", until="2091-11-14", teachers=TWO[:1])
    first, second = (each["on"] for each in tables.day["dates"])
    tables.wishes("g1", ("s1", "t1"), fits=[{"on": first, "from": "00:00", "to": "23:59"}])
    tables.wishes("g3", ("s3", "t1"), fits=[{"on": second, "from": "00:00", "to": "23:59"}])
    run = tables.made()
    assert run["dates"] == [{"on": first, "placements": 1}, {"on": second, "placements": 1}]
    assert (run["without"], run["pinned"]) == (0, 0)
    [placed] = tables.placements(run, on=second)
    assert placed["student_id"] == "s3"
    path = f"timetables/{run['timetable_id']}"
    one = tables.call("GET", f"{path}/placements/{placed['placement_id']}").json()
    assert one == placed
    assert tables.call("GET", f"{path}/placements/another").status_code == 404
    assert tables.pin(run, placed).status_code == 200
    assert tables.call("GET", path).json()["pinned"] == 1
    on = {slot["starts_at"][:10] for slot in meetings.slots(tables.day, on=first)}
    assert on == {first}
    assert len(meetings.slots(tables.day, on=first, free=True, teacher_id="t1")) == len(meetings.slots(tables.day, on=first))


def test_who_has_no_place_and_why(meetings: Meetings) -> None:
    tables = Timetables(meetings)
    tables.wishes("g1", ("s1", "t1"), fits=[tables.fit("16:00", "16:10")])
    tables.wishes("g3", ("s3", "t1"), fits=[tables.fit("16:00", "16:10")])
    run = tables.made()
    assert (run["placed"], run["bound"], run["families_without"]) == (1, 1, 1)
    [left] = tables.placements(run, placed=False)
    assert (left["reason"], left["remedies"][0]["kind"]) == ("teacher_full", "other_time")
    assert left["words"] == "More families want T1 Khan at the times that fit than there are times."
    assert left["remedies"][0]["words"].startswith("T1 Khan at 16:10 on ")
    also = [tables.fit("16:00", "16:10"), tables.fit("16:10", "16:20")]
    tables.wishes(left["guardian_id"], (left["student_id"], "t1"), fits=also)
    again = tables.made(from_id=run["timetable_id"])
    assert (again["placed"], again["moved"]) == (2, 0), "what it named did free a place"
    tables.published(again)
    eventually(lambda: len(of_day(meetings.service.heard(SlotBooked), tables)) == 2)
    [opened] = eventually(lambda: of_day(meetings.service.heard(MeetingDayOpened), tables))
    assert opened.data["student_ids"] == ["s2"], "who has no meeting hears that there are times left"


def test_pins_are_kept_and_nothing_else_moves(tables: Timetables) -> None:
    run = tables.made()
    placements = tables.placements(run)
    again = tables.made(from_id=run["timetable_id"])
    assert (at(tables.placements(again)), again["moved"]) == (at(placements), 0)
    one = next(each for each in placements if each["teacher_id"] == "t2")
    last = tables.slots("t2")[-1]
    pinned = tables.pin(again, tables.placements(again, teacher_id="t2")[0], slot_id=last["slot_id"])
    assert (pinned.status_code, pinned.json()["pinned_slot_id"]) == (200, last["slot_id"]), pinned.text
    third = tables.made(from_id=again["timetable_id"])
    [moved] = tables.placements(third, moved=True)
    assert (moved["slot_id"], moved["moved_from"]["slot_id"]) == (last["slot_id"], one["slot_id"])
    assert tables.pin(third, moved, pinned=False).json()["pinned_slot_id"] is None
    assert tables.pin(third, moved, slot_id=tables.slots("t1")[0]["slot_id"]).status_code == 422
    assert tables.placements(third, pinned=True) == []


def test_what_is_booked_by_hand_stays(meetings: Meetings, tables: Timetables) -> None:
    first = tables.slots("t1")[0]
    assert meetings.books(first, by=teacher("t1"), on_behalf_of="g1").status_code == 201
    run = tables.made()
    assert (run["kept"], run["wishes"], run["placed"]) == (1, 3, 2), "g3 can come at that time alone"
    assert at(tables.placements(run))["s1", "t1"] == first["slot_id"]
    assert tables.published(run)["published"]["booked"] == 3


def test_after_publishing_as_few_as_possible_move(meetings: Meetings, tables: Timetables) -> None:
    tables.wishes("g3", ("s3", "t1"))
    run = tables.made()
    tables.published(run)
    eventually(lambda: len(of_day(meetings.service.heard(SlotBooked), tables)) == 4)
    before = at(tables.placements(run))
    unrelated = tables.made()
    taken = next(each for each in tables.placements(run) if each["student_id"] == "s3")
    swap = next(each for each in tables.placements(run) if each["teacher_id"] == "t1" and each["student_id"] != "s3")
    tables.pin(run, taken, slot_id=swap["slot_id"])
    again = tables.made(from_id=run["timetable_id"])
    assert again["placed"] == 4
    assert 1 <= again["moved"] <= 2
    after = at(tables.placements(again))
    assert after["s3", "t1"] == before[swap["student_id"], "t1"]
    assert tables.published(again)["published"]["booked"] == 4
    assert tables.until(run, lambda found: found["publication"] == "replaced")
    moved = eventually(
        lambda: found if len(found := of_day(meetings.service.heard(MeetingMoved), tables)) == again["moved"] else None
    )
    assert {event.data["edition"] for event in moved} == {1}
    held = {(s["booking"]["student_id"], s["teacher_id"]): s["slot_id"] for s in meetings.slots(tables.day) if s["booking"]}
    assert held == after, "two changed places"
    assert slug(tables.publish(unrelated)) == "not-from-published"


def test_what_somebody_took_meanwhile_is_reported(meetings: Meetings, tables: Timetables) -> None:
    run = tables.made()
    lost = next(each for each in tables.placements(run) if each["teacher_id"] == "t2")
    slot = next(slot for slot in tables.slots("t2") if slot["slot_id"] == lost["slot_id"])
    assert meetings.books(slot, "g1", "s2", by=teacher("t2"), on_behalf_of="g1").status_code == 201
    assert tables.published(run)["published"] == {"booked": 3, "taken": 1, "cancelled": 0}
    assert [each["outcome"] for each in tables.placements(run, teacher_id="t2")] == ["taken"]
    again = tables.made(from_id=run["timetable_id"])
    assert (again["placed"], again["moved"]) == (4, 1)
    assert tables.published(again)["published"]["booked"] == 4


def test_a_worker_that_is_killed(meetings: Meetings, tables: Timetables, kept: Database[Any]) -> None:
    """While it looks, and while it publishes: half of the bookings are there already, and are not made again."""
    worker = meetings.service.processes["worker"]
    worker.kill()
    asked = tables.ask().json()
    one = {"_id": asked["timetable_id"]}
    kept.timetables.update_one(one, {"$set": {"attempts": 1}})  # one that had it and died; its lease is over
    worker.start()
    worker.wait_ready()
    run = tables.ready(asked)
    assert (run["state"], run["placed"]) == ("solved", 4)
    tables.published(run)
    there = {each["_id"] for each in kept.bookings.find({"timetable_id": run["timetable_id"]})}
    assert len(there) == 4
    eventually(lambda: len(of_day(meetings.service.heard(SlotBooked), tables)) == 4)
    half = sorted(there)[:2]
    kept.bookings.delete_many({"_id": {"$in": half}})
    kept.timetables.update_one(one, {"$set": {"publication": "publishing", "leased_until": None}})
    kept.placements.update_many({"timetable_id": run["timetable_id"]}, {"$set": {"outcome": None}})
    tables.until(run, lambda found: found["publication"] == "published")
    assert {each["_id"] for each in kept.bookings.find({"timetable_id": run["timetable_id"]})} == there
    booked = eventually(lambda: found if len(found := of_day(meetings.service.heard(SlotBooked), tables)) >= 6 else None)
    assert len({event.id for event in booked}) == 4, "who hears twice hears the same event, which is dealt with once"


def test_what_is_asked_too_early_or_twice(meetings: Meetings, tables: Timetables, kept: Database[Any]) -> None:
    worker = meetings.service.processes["worker"]
    worker.kill()
    asked = tables.ask().json()
    assert slug(tables.ask()) == "timetable-under-way"
    assert slug(tables.publish(asked)) == "timetable-not-ready"
    assert tables.call("POST", f"timetables/{asked['timetable_id']}/stop").json()["stop"] is True
    assert tables.ask(from_id=asked["timetable_id"]).status_code == 422, "it is not ready"
    assert tables.call("GET", "timetables/unknown").status_code == 404
    worker.start()
    worker.wait_ready()
    run = tables.ready(asked)
    assert (run["state"], run["placed"]) == ("solved", 4), "the best that was found until then"
    assert [each["timetable_id"] for each in tables.call("GET", "timetables").json()["items"]] == [run["timetable_id"]]


def test_families_who_have_not_answered_come_at_any_time(meetings: Meetings) -> None:
    tables = Timetables(meetings)
    tables.wishes("g1", ("s1", "t1"))
    assert tables.made()["wishes"] == 1
    run = tables.made(unanswered="any_time")
    assert sorted((each["student_id"], each["teacher_id"]) for each in tables.placements(run)) == [
        ("s1", "t1"),
        ("s3", "t1"),
        ("s3", "t2"),
    ], "s2 is of a family that has answered"


def test_a_day_that_allows_each_family_one_meeting(meetings: Meetings) -> None:
    tables = Timetables(meetings, most_per_household=1)
    tables.wishes("g1", ("s1", "t1"), ("s2", "t2"))
    run = tables.made()
    assert (run["placed"], run["bound"]) == (1, 1)
    assert [each["reason"] for each in tables.placements(run, placed=False)] == ["family_cap"]
    assert tables.published(run)["published"]["booked"] == 1


def test_the_process_that_answers_does_not_load_the_solver(meetings: Meetings) -> None:
    pid = meetings.service.processes["serve"].popen.pid  # type: ignore[union-attr]
    with open(f"/proc/{pid}/maps") as maps:
        assert "ortools" not in maps.read()
