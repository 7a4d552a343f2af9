"""A branch opens a meeting day, through HTTP and the real database."""

import pytest

from schoolbus.contracts.meetings import MeetingDayOpened
from tests.meetings.story import Meetings, at_once, draft, slug
from tests.support.people import guardian, head, office, operator, teacher
from tests.support.roster import branch, closed_on, enrolled, people, related, someone
from tests.support.waiting import eventually


def opened(meetings: Meetings, day_id: str) -> list[MeetingDayOpened]:
    return [event for event in meetings.service.heard(MeetingDayOpened) if event.subject == day_id]


def test_a_day_has_its_slots_and_families_hear_of_it(meetings: Meetings) -> None:
    day = meetings.opens(
        held_on="2090-12-01", break_minutes=5, teachers=[{"teacher_id": id, "place": f"{id}'s room"} for id in ("t1", "t2")]
    )
    slots = meetings.slots(day)
    assert day["slot_count"] == len(slots) == 8
    assert [slot["starts_at"] for slot in slots if slot["teacher_id"] == "t2"] == [
        f"2090-12-01T11:{minute}:00+00:00" for minute in ("00", "15", "30", "45")
    ]
    assert {slot["place"] for slot in slots} == {"t1's room", "t2's room"}
    assert all(slot["free"] and slot["booking"] is None for slot in slots)
    [event] = eventually(lambda: opened(meetings, day["meeting_day_id"]))
    assert (event.branch_id, event.data["title"], str(event.data["held_on"])) == ("b1", "Autumn meetings", "2090-12-01")
    assert [id for id in event.data["student_ids"] if "child-" not in id] == ["s1", "s2", "s3"]  # and other tests' families


def test_the_same_day_sent_again_is_one_day(meetings: Meetings) -> None:
    long = {"starts": "10:00", "ends": "18:00", "slot_minutes": 1}
    wanted = draft(meeting_day_id="office-made-id-1", booking_opens_at="2026-01-01T00:00:00.123456+05:00", **long)
    answers = at_once(*[lambda: meetings.call("POST", "meeting-days", office(), json=wanted)] * 6)
    answers.append(meetings.call("POST", "meeting-days", head(), json=wanted))
    assert [answer.status_code for answer in answers] == [201] * 7, [answer.text for answer in answers]
    assert len({answer.text for answer in answers}) == 1
    listed = meetings.call("GET", "meeting-days", head(), params={"limit": 500}).json()["items"]
    assert [day["meeting_day_id"] for day in listed].count("office-made-id-1") == 1
    assert len(meetings.slots(answers[0].json())) == 480
    eventually(lambda: opened(meetings, "office-made-id-1"))
    other = meetings.call("POST", "meeting-days", head(), json={**wanted, "title": "Winter meetings"})
    assert (other.status_code, slug(other)) == (409, "already-there")
    elsewhere = meetings.call("POST", "meeting-days", head(branch_id="b2"), "b2", json=wanted)
    assert (elsewhere.status_code, slug(elsewhere)) == (409, "already-there")
    assert "Autumn" not in elsewhere.text, "nothing of another branch"
    assert len(opened(meetings, "office-made-id-1")) == 1


def test_a_large_school_is_told_in_chunks(meetings: Meetings) -> None:
    students = tuple(f"big-{number:04}" for number in range(1201))
    crowd = [enrolled("b3", "c9", students=students[first : first + 400]) for first in range(0, 1201, 400)]
    meetings.knows(branch("b3"), people("b3", someone("t9", "teacher")), enrolled("b3", "c9", teachers=("t9",)), *crowd)
    day = meetings.opens("b3", teachers=[{"teacher_id": "t9", "place": "Hall"}])
    events = eventually(lambda: len(found := opened(meetings, day["meeting_day_id"])) == 3 and found)
    assert [len(event.data["student_ids"]) for event in events] == [500, 500, 201]
    assert sorted(id for event in events for id in event.data["student_ids"]) == list(students)


def test_who_has_two_children_in_a_large_school_hears_once(meetings: Meetings) -> None:
    students = tuple(f"many-{number:03}" for number in range(501))
    meetings.knows(branch("b6"), people("b6", someone("t6", "teacher")), enrolled("b6", "c6", teachers=("t6",)))
    meetings.knows(enrolled("b6", "c6", students=students[:400]), enrolled("b6", "c6", students=students[400:]))
    meetings.knows(related("b6", ("mother", students[0]), ("mother", students[500]), ("father", students[500])))
    day = meetings.opens("b6", teachers=[{"teacher_id": "t6", "place": "Hall"}])
    events = eventually(lambda: len(found := opened(meetings, day["meeting_day_id"])) == 2 and found)
    assert sorted(id for event in events for id in event.data["student_ids"]) == list(students)
    assert [{students[0], students[500]} <= set(event.data["student_ids"]) for event in events] == [True, False]


def test_a_teacher_is_not_in_two_days_at_once(meetings: Meetings) -> None:
    wanted = draft()
    answers = at_once(*[lambda: meetings.call("POST", "meeting-days", office(), json=wanted)] * 4)
    assert sorted(answer.status_code for answer in answers) == [201, 409, 409, 409], [answer.text for answer in answers]
    [there] = [answer.json()["meeting_day_id"] for answer in answers if answer.ok]
    lost = next(answer for answer in answers if not answer.ok)
    assert (slug(lost), lost.json()["detail"]) == (
        "teacher-has-a-day",
        "In “Autumn meetings”: choose other hours, or other teachers.",
    )
    assert (lost.json()["teacher_ids"], lost.json()["meeting_day_ids"]) == (["t1"], [there])
    again = meetings.call("POST", "meeting-days", head(), json={**wanted, "starts": "16:55", "ends": "17:30"})
    assert again.status_code == 409, "five minutes"
    elsewhere = meetings.call("POST", "meeting-days", head(branch_id="b2"), "b2", json=wanted)
    assert (elsewhere.status_code, elsewhere.json()["meeting_day_ids"]) == (409, [])
    assert "Autumn" not in elsewhere.text, "nothing of another branch"
    assert meetings.call("POST", "meeting-days", head(), json={**wanted, "starts": "17:00", "ends": "18:00"}).status_code == 201
    other = [{"teacher_id": "t2", "place": "Room 2"}]
    assert meetings.call("POST", "meeting-days", head(), json={**wanted, "teachers": other}).status_code == 201


@pytest.mark.parametrize(
    ("wrong", "where"),
    [
        ({"title": None}, "title"),
        ({"title": " \t "}, "title"),
        ({"title": "two\nlines"}, "title"),
        ({"title": "x" * 121}, "title"),
        ({"held_on": "2026-02-30"}, "held_on"),
        ({"held_on": "2020-01-01"}, "held_on"),
        ({"held_on": "9999-12-31"}, "held_on"),
        ({"starts": "25:00"}, "starts"),
        ({"ends": "16:00"}, "ends"),
        ({"slot_minutes": 0}, "slot_minutes"),
        ({"slot_minutes": 61}, "slot_minutes"),
        ({"slot_minutes": 10.5}, "slot_minutes"),
        ({"slot_minutes": True}, "slot_minutes"),
        ({"break_minutes": -1}, "break_minutes"),
        ({"booking_opens_at": "2026-11-01T08:00:00"}, "booking_opens_at"),
        ({"booking_opens_at": "0001-01-01T00:00:00+23:59"}, "booking_opens_at"),
        ({"booking_opens_at": "2099-01-01T00:00:00Z"}, "booking_opens_at"),
        ({"meeting_day_id": "../../etc"}, "meeting_day_id"),
        ({"teachers": []}, "teachers"),
        ({"teachers": "t1"}, "teachers"),
        ({"teachers": [{"teacher_id": {"$gt": ""}, "place": "x"}]}, "teachers"),
        ({"teachers": [{"teacher_id": "t1", "place": "x"}] * 2}, "teachers"),
        ({"teachers": [{"teacher_id": "t1"}]}, "teachers"),
        ({"teachers": [{"teacher_id": "t1", "place": "x"}, {"teacher_id": "t2", "place": "X "}]}, "teachers"),
        ({"teachers": [{"teacher_id": "t1", "place": "x", "hours": {"starts": "18:00", "ends": "19:00"}}]}, "teachers"),
        ({"breaks": [{"starts": "16:00", "ends": "17:00"}]}, "teachers"),
        ({"until": "2026-01-01"}, "until"),
        ({"until": "2090-12-01"}, "until"),
        ({"weekdays": [7]}, "weekdays"),
        ({"other_hours": [{"starts": "16:00", "ends": "17:00"}]}, "other_hours"),
        ({"early_opens_at": "2027-01-01T00:00:00Z"}, "early_opens_at"),
        ({"invited": {"grade": ["5"]}}, "invited"),
        ({"surprise": 1}, "surprise"),
    ],
)
def test_a_wrong_day_is_refused_and_nothing_is_stored(meetings: Meetings, wrong: dict[str, object], where: str) -> None:
    wanted = {"meeting_day_id": "never-made", **draft(), **wrong}
    answer = meetings.call("POST", "meeting-days", head(), json=wanted)
    assert (answer.status_code, slug(answer)) == (422, "invalid"), answer.text
    assert list(answer.json()["errors"]) == [where]
    assert meetings.call("GET", "meeting-days/never-made", head()).status_code == 404


def test_those_who_are_no_teachers_here_are_named(meetings: Meetings) -> None:
    meetings.knows(people("b2", someone("t7", "teacher"), someone("t8", "teacher", active=False)))
    wanted = [{"teacher_id": id, "place": f"Room {id}"} for id in ("t1", "s1", "t7", "t8", "nobody")]
    errors = meetings.call("POST", "meeting-days", head(), json=draft(teachers=wanted)).json()["errors"]["teachers"]
    assert {place: error["teacher_id"][0] for place, error in errors.items()} == {
        str(place): f"{id} is no teacher of this branch."
        for place, id in enumerate(("t1", "s1", "t7", "t8", "nobody"))
        if place
    }


def test_no_day_is_opened_on_a_holiday(meetings: Meetings) -> None:
    meetings.knows(branch("b4"), people("b4", someone("t1", "teacher")), closed_on("b4", "Eid", "2091-03-10", "2091-03-12"))
    for day, status in (("2091-03-09", 201), ("2091-03-10", 422), ("2091-03-12", 422), ("2091-03-13", 201)):
        answer = meetings.call("POST", "meeting-days", head(branch_id="b4"), "b4", json=draft(held_on=day))
        assert answer.status_code == status, f"{day}: {answer.text}"
        if status == 422:
            assert answer.json()["errors"] == {"held_on": ["The branch is closed: Eid."]}
    assert meetings.call("POST", "meeting-days", head(), json=draft(held_on="2091-03-11")).status_code == 201, "b1 is open"
    meetings.service.say(closed_on("b4", "Eid", "2092-01-01"), sequence=2)
    meetings.service.say(closed_on("b4", "old news", "2091-03-10"), sequence=1)
    moved = draft(held_on="2091-03-10")
    eventually(lambda: meetings.call("POST", "meeting-days", head(branch_id="b4"), "b4", json=moved).status_code == 201)


def test_a_day_has_a_largest_size(meetings: Meetings) -> None:
    every_minute = draft(
        starts="00:00",
        ends="23:59",
        slot_minutes=1,
        teachers=[{"teacher_id": id, "place": f"Room {id}"} for id in ("t1", "t2", "g1", "g2")],
    )
    answer = meetings.call("POST", "meeting-days", head(), json=every_minute)
    assert answer.status_code == 422
    assert "5000" in str(answer.json()["errors"]["slot_minutes"])


def test_who_may_open_a_day(meetings: Meetings) -> None:
    for caller in (teacher("t1"), guardian("g1")):
        assert meetings.call("POST", "meeting-days", caller, json=draft()).status_code == 403
    assert meetings.call("POST", "meeting-days", head(branch_id="b2"), json=draft()).status_code == 403
    assert meetings.call("POST", "meeting-days", None, json=draft()).status_code == 401
    assert meetings.call("POST", "meeting-days", operator(), json=draft()).status_code == 201


def test_reading_days(meetings: Meetings) -> None:
    day = meetings.opens(held_on="2095-01-05")
    path = f"meeting-days/{day['meeting_day_id']}"
    listed = meetings.call("GET", "meeting-days", teacher("t1"), params={"limit": 1}).json()
    assert listed["items"] == [day], "the latest day first"
    assert listed["next"]
    room = {"place": "Room 4", "ways": [{"way": "visit", "place": "Room 4"}], "shared": False}
    times = {"slot_minutes": 10, "break_minutes": 0, "hours": None, "breaks": []}
    assert day["teachers"] == [{"teacher_id": "t1", "name": "T1 Khan", "name_ur": None, **room, **times}]
    assert meetings.call("GET", path, head()).json() == day
    for_families = {name: each for name, each in day.items() if name not in ("invited", "absences")}
    assert meetings.call("GET", path, guardian("g1")).json() == for_families
    assert meetings.call("GET", path, guardian("g1", "b2")).status_code == 403
    assert meetings.call("GET", path, guardian("g1", "b2"), "b2").status_code == 404, "another branch's"
    assert meetings.call("GET", f"{path}/slots", head(branch_id="b2"), "b2").status_code == 404


def test_slots_are_found_by_teacher_and_page(meetings: Meetings) -> None:
    day = meetings.opens(teachers=[{"teacher_id": id, "place": f"{id}'s room"} for id in ("t1", "t2")])
    path = f"meeting-days/{day['meeting_day_id']}/slots"
    pages, after = [], None
    while True:
        page = meetings.call("GET", path, guardian("g1"), params={"limit": 5, "after": after}).json()
        pages.append(page["items"])
        if not (after := page["next"]):
            break
    assert [len(page) for page in pages] == [5, 5, 2]
    assert [slot for page in pages for slot in page] == meetings.slots(day)
    assert {slot["teacher_id"] for slot in meetings.slots(day, teacher_id="t2")} == {"t2"}
    assert meetings.call("GET", path, guardian("g1"), params={"free": "perhaps"}).status_code == 422
    assert meetings.call("GET", path, guardian("g1"), params={"after": "nonsense"}).status_code == 422
