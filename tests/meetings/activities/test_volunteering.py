"""Those who help: shifts taken, given back, never over-filled."""

import random
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
import requests
from icalendar import Calendar
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts import activities as said
from schoolbus.ids import new_id
from schoolbus.problems import Conflict
from schoolbus.scope import branch
from schoolbus.store import run_again_while_busy
from services.meetings.activities.volunteering import helping
from services.meetings.store import Store
from tests.meetings.activities.story import Class
from tests.meetings.activities.test_races import all_at_once
from tests.meetings.story import Meetings, slug
from tests.support.people import guardian, office
from tests.support.waiting import eventually

SCOPE = branch("b1")


@pytest.fixture
def school(meetings: Meetings) -> Class:
    return Class(meetings)


def shift(day: str, starts: str, ends: str, places: int = 2, **more: Any) -> dict[str, Any]:
    return {"held_on": day, "starts": starts, "ends": ends, "place": "Gate", "places": places, **more}


def draft(school: Class, *shifts: dict[str, Any], **more: Any) -> dict[str, Any]:
    day = school.draft()["sessions"][0]["held_on"]
    shifts = shifts or (shift(day, "08:00", "10:00"), shift(day, "10:00", "12:00", 1))
    return {
        "title": "Book fair",
        "title_ur": "کتاب میلہ",
        "shifts": list(shifts),
        "audience": {"class_ids": [school.id]},
        **more,
    }


def wants(school: Class, *shifts: dict[str, Any], **more: Any) -> dict[str, Any]:
    answer = school.call("POST", "volunteering", json=draft(school, *shifts, **more))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def helps(school: Class, task: dict[str, Any], number: int, which: int, **body: Any) -> requests.Response:
    path = f"volunteering/{task['volunteer_task_id']}/shifts/{task['shifts'][which]['shift_id']}/helper"
    return school.call("PUT", path, school.guardian(number), json=body)


def gives_back(school: Class, task: dict[str, Any], number: int, which: int) -> requests.Response:
    path = f"volunteering/{task['volunteer_task_id']}/shifts/{task['shifts'][which]['shift_id']}/helper"
    return school.call("DELETE", path, school.guardian(number))


def sees(school: Class, task: dict[str, Any], caller: Any = None) -> dict[str, Any]:
    answer = school.call("GET", f"volunteering/{task['volunteer_task_id']}", caller)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def heard(school: Class, event: Any, task: dict[str, Any]) -> list[Any]:
    found = school.meetings.service.heard(event)
    return [each for each in found if each.data["volunteer_task_id"] == task["volunteer_task_id"]]


def test_guardians_choose_shifts_and_give_them_back(school: Class) -> None:
    task = wants(school)
    [asked] = eventually(lambda: heard(school, said.VolunteersWanted, task))
    assert set(asked.data["student_ids"]) == set(school.children)
    for _ in range(2):
        assert helps(school, task, 0, 1).status_code == 200, "a repeated click"
    full = helps(school, task, 1, 1)
    assert (full.status_code, slug(full), full.json()["free_shift_ids"]) == (409, "shift-full", [task["shifts"][0]["shift_id"]])
    assert [each["free"] for each in sees(school, task)["shifts"]] == [2, 0]
    assert [each["mine"] for each in sees(school, task, school.guardian(0))["shifts"]] == [False, True]
    [thanked] = eventually(lambda: heard(school, said.ShiftTaken, task))
    file = Calendar.from_ical(thanked.data["calendar"])
    assert (file["METHOD"], file.walk("VEVENT")[0]["SUMMARY"]) == ("PUBLISH", "Book fair")
    for _ in range(2):
        assert gives_back(school, task, 0, 1).status_code == 204
    assert helps(school, task, 1, 1).status_code == 200
    [gone] = eventually(lambda: heard(school, said.ShiftGivenBack, task))
    assert Calendar.from_ical(gone.data["calendar"])["METHOD"] == "CANCEL"


def test_a_shift_is_swapped_in_one_step_or_not_at_all(school: Class) -> None:
    task = wants(school)
    first, second = (each["shift_id"] for each in task["shifts"])
    assert helps(school, task, 0, 0).status_code == 200
    assert helps(school, task, 1, 1).status_code == 200
    full = helps(school, task, 0, 1, instead_of=first)
    assert (full.status_code, slug(full)) == (409, "shift-full")
    assert [each["mine"] for each in sees(school, task, school.guardian(0))["shifts"]] == [True, False], "kept"
    assert helps(school, task, 1, 0, instead_of=second).status_code == 200
    assert [each["free"] for each in sees(school, task)["shifts"]] == [0, 1]


def test_a_request_that_was_on_its_way_for_long_takes_nothing(school: Class) -> None:
    task = wants(school)
    path = f"volunteering/{task['volunteer_task_id']}/shifts/{task['shifts'][0]['shift_id']}/helper"
    headers = {"Idempotency-Key": f"key-of-{school.id}"}
    assert school.call("PUT", path, school.guardian(), json={}, headers=headers).status_code == 200
    assert gives_back(school, task, 0, 0).status_code == 204
    assert school.call("PUT", path, school.guardian(), json={}, headers=headers).status_code == 200
    assert sees(school, task)["shifts"][0]["free"] == 2
    other = wants(school)
    elsewhere = f"volunteering/{other['volunteer_task_id']}/shifts/{task['shifts'][0]['shift_id']}/helper"
    assert school.call("DELETE", elsewhere, school.guardian()).status_code == 404
    assert helps(school, other, 0, 0, instead_of=task["shifts"][0]["shift_id"]).status_code == 404


def test_a_key_puts_one_guardian_down_and_no_other(school: Class) -> None:
    task = wants(school)
    path = f"volunteering/{task['volunteer_task_id']}/shifts/{task['shifts'][1]['shift_id']}/helpers"
    headers = {"Idempotency-Key": f"office-of-{school.id}"}
    for _ in range(2):
        answer = school.call("PUT", f"{path}/{school.guardians[0]}", office(), headers=headers)
        assert answer.json()["guardian_id"] == school.guardians[0]
    other = school.call("PUT", f"{path}/{school.guardians[1]}", office(), headers=headers)
    assert (other.status_code, slug(other)) == (422, "key-used-before")


def test_nobody_helps_in_two_places_at_once(school: Class) -> None:
    one, other = wants(school), None
    day = clock.BRANCH_ZONE and datetime.fromisoformat(one["shifts"][0]["starts_at"]).astimezone(clock.BRANCH_ZONE)
    other = wants(school, shift(day.date().isoformat(), "09:30", "11:00"))
    assert helps(school, one, 0, 0).status_code == 200
    clash = helps(school, other, 0, 0)
    assert (clash.status_code, slug(clash), clash.json()["shift_id"]) == (409, "time-clash", one["shifts"][0]["shift_id"])
    assert helps(school, one, 0, 1).status_code == 200, "one after the other"


def test_it_is_too_late_to_give_a_shift_back_but_the_office_can(school: Class, kept: Database[Any]) -> None:
    task = wants(school, give_back_minutes=14 * 24 * 60)
    assert helps(school, task, 0, 0).status_code == 200
    soon = clock.now() + timedelta(days=1)
    kept.stints.update_one({"shift_id": task["shifts"][0]["shift_id"]}, {"$set": {"starts_at": soon}})
    late = gives_back(school, task, 0, 0)
    assert (late.status_code, slug(late)) == (409, "too-late-to-give-back")
    path = f"volunteering/{task['volunteer_task_id']}/shifts/{task['shifts'][0]['shift_id']}/helpers"
    assert school.call("DELETE", f"{path}/{school.guardians[0]}", office()).status_code == 204
    assert school.call("PUT", f"{path}/{school.guardians[1]}", office()).json()["guardian_id"] == school.guardians[1]
    assert school.call("PUT", f"{path}/t1", office()).status_code == 404


def test_another_time_and_a_shift_that_is_not_needed_are_told(school: Class) -> None:
    task = wants(school)
    for which in (0, 1):
        assert helps(school, task, which, which).status_code == 200
    day = datetime.fromisoformat(task["shifts"][0]["starts_at"]).astimezone(clock.BRANCH_ZONE).date().isoformat()
    first = shift(day, "08:30", "10:30", shift_id=task["shifts"][0]["shift_id"])
    path = f"volunteering/{task['volunteer_task_id']}"
    few = school.call("PUT", path, json=draft(school, {**first, "places": 1}, {**first, "shift_id": None, "places": 1}))
    assert few.status_code == 200, few.text
    assert few.json()["edition"] == 1
    told = eventually(lambda: [each for each in heard(school, said.ShiftTaken, task) if each.data["edition"] == 1])
    assert [each.data["person_ids"] for each in told] == [[school.guardians[0]]]
    [off] = eventually(lambda: heard(school, said.ShiftCancelled, task))
    assert off.data["person_ids"] == [school.guardians[1]]
    assert helps(school, task, 1, 1).status_code == 404


def test_fewer_places_than_helpers_are_refused(school: Class) -> None:
    day = "2063-05-01"
    task = wants(school, shift(day, "08:00", "10:00", 2))
    for number in (0, 1):
        assert helps(school, task, number, 0).status_code == 200
    fewer = draft(school, shift(day, "08:00", "10:00", 1, shift_id=task["shifts"][0]["shift_id"]))
    refused = school.call("PUT", f"volunteering/{task['volunteer_task_id']}", json=fewer)
    assert (refused.status_code, slug(refused)) == (409, "shift-taken")


def test_a_cancelled_activity_needs_no_helpers(school: Class) -> None:
    activity = school.publishes()
    task = wants(school, activity_id=activity["activity_id"])
    assert helps(school, task, 0, 0).status_code == 200
    assert school.call("POST", f"activities/{activity['activity_id']}/cancellation", json={}).status_code == 200
    [off] = eventually(lambda: heard(school, said.ShiftCancelled, task))
    assert off.data["person_ids"] == [school.guardians[0]]
    assert sees(school, task)["state"] == "cancelled"
    refused = helps(school, task, 1, 0)
    assert (refused.status_code, slug(refused)) == (409, "cancelled")


def test_helpers_are_reminded_and_noted(school: Class, kept: Database[Any]) -> None:
    task = wants(school)
    assert helps(school, task, 0, 0).status_code == 200
    id, shift_id = task["volunteer_task_id"], task["shifts"][0]["shift_id"]
    starts_at = datetime.fromisoformat(task["shifts"][0]["starts_at"])
    due = {"remind_at": clock.now(), "reminded_at": clock.now() - timedelta(hours=1)}
    soon = clock.now() + timedelta(minutes=24 * 60 - 1)
    kept.volunteer_tasks.update_one({"_id": id}, {"$set": {**due, "shifts.0.starts_at": soon}})
    [reminder] = eventually(lambda: heard(school, said.ShiftReminder, task))
    assert reminder.data["person_ids"] == [school.guardians[0]]
    path = f"volunteering/{id}/shifts/{shift_id}/attendance"
    early = school.call("PUT", path, json={"guardian_ids": [school.guardians[0]]})
    assert (early.status_code, slug(early)) == (409, "not-begun")
    kept.volunteer_tasks.update_one({"_id": id}, {"$set": {"shifts.0.starts_at": clock.now() - timedelta(hours=1)}})
    assert school.call("PUT", path, json={"guardian_ids": [school.guardians[1]]}).status_code == 422
    assert school.call("PUT", path, json={"guardian_ids": [school.guardians[0]]}).status_code == 204
    [helper] = school.call("GET", f"volunteering/{id}/helpers", params={"shift_id": shift_id}).json()["items"]
    assert (helper["guardian_id"], helper["came"], len(helper["children"])) == (school.guardians[0], True, 2)
    assert starts_at > clock.now()


def test_who_is_not_asked_finds_nothing(school: Class, meetings: Meetings) -> None:
    task, other = wants(school), Class(meetings)
    for caller in (guardian("g3"), other.guardian()):
        assert school.call("GET", f"volunteering/{task['volunteer_task_id']}", caller).status_code == 404
        listed = school.call("GET", "volunteering", caller, params={"limit": 500}).json()["items"]
        assert task["volunteer_task_id"] not in {each["volunteer_task_id"] for each in listed}
    assert helps(other, task, 0, 0).status_code == 404
    mine = school.call("GET", "volunteering", school.guardian(), params={"limit": 500}).json()["items"]
    assert [each["volunteer_task_id"] for each in mine] == [task["volunteer_task_id"]]
    for below in ("helpers",):
        assert school.call("GET", f"volunteering/{task['volunteer_task_id']}/{below}", school.guardian()).status_code == 403


def test_a_shift_is_never_over_filled_and_nobody_is_in_two(store: Store) -> None:
    at = clock.now() + timedelta(days=2)
    hours = [(0, 2, 5), (1, 3, 5), (2, 4, 3)]
    shifts = [
        {
            "shift_id": f"f{number}",
            "starts_at": at + timedelta(hours=begins),
            "ends_at": at + timedelta(hours=ends),
            **{"place": "Gate", "places": places, "free": places},
        }
        for number, (begins, ends, places) in enumerate(hours)
    ]
    about = {"title": "Fair", "title_ur": None, "edition": 0, "sequence": 0, "version": 1, "state": "published"}
    store.volunteer_tasks.add({"_id": "v1", "branch_id": "b1", **about, "shifts": shifts, "give_back_minutes": 0})

    def restless(number: int) -> None:
        dice = random.Random(number)
        for _ in range(5):
            wanted, instead = dice.choice("012"), dice.choice(["f0", "f1", "f2", None])
            try:
                run_again_while_busy(
                    lambda wanted=wanted, instead=instead: helping._take(  # type: ignore[misc]
                        store, SCOPE, "v1", f"f{wanted}", f"g{number}", [f"s{number}"], instead, new_id(), "g"
                    ),
                    times=30,
                )
            except Conflict:
                continue

    all_at_once([lambda number=number: restless(number) for number in range(24)])  # type: ignore[misc]
    live = store.stints.find(SCOPE, {"live": True})
    for each in store.volunteer_tasks.one(SCOPE, "v1")["shifts"]:
        there = [stint for stint in live if stint["shift_id"] == each["shift_id"]]
        assert each["free"] == each["places"] - len(there) >= 0
        assert len({stint["guardian_id"] for stint in there}) == len(there)
    for number in range(24):
        own = sorted((s["starts_at"], s["ends_at"]) for s in live if s["guardian_id"] == f"g{number}")
        assert all(begins >= ended for (_, ended), (begins, _) in pairwise(own))
