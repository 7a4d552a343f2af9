"""The part of the tour in which home and school come together: a timetable of wishes, a workshop, a calendar."""

from datetime import date
from typing import Any

from demo.visiting import Person, in_days, keep, say, wait_for


def together(head: Person, teacher: Person, mother: Person, branch: str, child: Any) -> None:
    _timetable(head, teacher, mother, branch, child)
    _workshop(head, mother, branch)
    _calendar(mother)


def _timetable(head: Person, teacher: Person, mother: Person, branch: str, child: Any) -> None:
    """Families say when they can come; a worker makes the timetable, and the head publishes it."""
    teacher_id = teacher.ask("GET", "/v1/me")["person"]["person_id"]
    day = {
        "meeting_day_id": f"timetable-of-{date.today().isoformat()}",  # a tour of the same day finds it open
        "title": "Second parents' evening",
        "mode": "timetable",
        "held_on": in_days(17),
        "starts": "17:00",
        "ends": "19:00",
        "slot_minutes": 10,
        "teachers": [{"teacher_id": teacher_id, "place": "Room 4", "telephone": "The teacher calls you"}],
    }
    answer = head.try_to("POST", f"{branch}/meeting-days", json=day)
    if answer.status_code == 409 or answer.json()["mode"] != day["mode"]:  # by now its free times are booked
        say("A timetable was made and published by an earlier tour")
        return
    path = f"{branch}/meeting-days/{answer.json()['meeting_day_id']}"
    fits = [{"on": in_days(17), "from": "18:00", "to": "18:30"}]
    wishes = {"children": [{"student_id": child["person_id"], "teacher_ids": [teacher_id]}], "fits": fits}
    mother.ask("PUT", f"{path}/wishes", json=wishes)
    run = f"{path}/timetables/{head.ask('POST', f'{path}/timetables', json={'seconds': 2})['timetable_id']}"
    solved = wait_for(lambda: found if (found := head.ask("GET", run))["state"] == "solved" else None)
    head.ask("POST", f"{run}/publication")
    booking = wait_for(lambda: _of_day(mother, branch, day["meeting_day_id"]))
    say(f"A timetable places {solved['placed']} of {solved['wishes']} wishes; published, it says: {booking['starts_at']}")


def _of_day(mother: Person, branch: str, meeting_day_id: str) -> Any:
    found = mother.ask("GET", f"{branch}/bookings", params={"limit": 500})["items"]
    return next((booking for booking in found if booking["meeting_day_id"] == meeting_day_id), None)


def _workshop(head: Person, mother: Person, branch: str) -> None:
    session = {"held_on": in_days(24), "starts": "16:00", "ends": "17:30", "place": "Library", "shared": True}
    about = {"kind": "workshop", "title": "Reading at home", "title_ur": "گھر پر پڑھنا", "places": 30}
    made = head.ask("POST", f"{branch}/activities", json={**about, "sessions": [session]})
    path = f"{branch}/activities/{made['activity_id']}"
    head.ask("POST", f"{path}/publication")
    mother.ask("PUT", f"{path}/sign-up", json={"coming": True, "heads": 2})
    left = head.ask("GET", path)["places_left"]
    say(f"A workshop of {about['places']} places is published; a family of two signs up, {left} are left")


def _calendar(mother: Person) -> None:
    made = mother.ask("POST", "/v1/my-calendar")
    text = mother.try_to("GET", made["address"].removeprefix(mother.address)).text
    keep("my-calendar.ics", text.encode())
    say(f"Her calendar program can subscribe to all of it: {text.count('BEGIN:VEVENT')} entries")
