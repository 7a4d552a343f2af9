"""The association meets, writes minutes, and decides what somebody is to do."""

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.pta import (
    PtaDecisionDue,
    PtaDecisionMade,
    PtaDecisionSettled,
    PtaMeetingCalled,
    PtaMeetingCancelled,
    PtaMeetingReminder,
    PtaMinutesPublished,
)
from schoolbus.store import connect
from services.meetings.pta import reminding
from services.meetings.pta.decisions import first_reminder, next_reminder
from services.meetings.store import Store
from tests.meetings.association import Association, ahead, day, meeting
from tests.meetings.story import Meetings, at_once
from tests.support.waiting import eventually


@pytest.fixture
def pta(meetings: Meetings, kept: Database) -> Association:
    made = Association(meetings, kept)
    made.join("g1", "g3", "t1")
    made.appoints("g1", "secretary")
    return made


def said(pta: Association, *kinds: type) -> list[Any]:
    """Of these kinds, one kind after the other."""
    events = [event for kind in kinds for event in pta.meetings.service.heard(kind)]
    return [event.data for event in events if event.branch_id == pta.id]


def heard(pta: Association, count: int, *kinds: type) -> list[Any]:
    """As `said`, once there are so many."""
    return eventually(lambda: found if len(found := said(pta, *kinds)) >= count else None)


def test_members_are_called_moved_and_called_off_with_one_entry_in_their_calendars(pta: Association) -> None:
    secretary = pta.guardian("g1")
    called = pta.calls(secretary)
    moved_to = meeting(place="Hall", version=called["version"])
    moved = pta.does("PUT", f"/meetings/{called['pta_meeting_id']}", secretary, json=moved_to)
    agenda = {**moved_to, "version": moved["version"], "agenda": [{"title": "Budget", "presenter_id": "t1"}]}
    planned = pta.does("PUT", f"/meetings/{called['pta_meeting_id']}", secretary, json=agenda)
    assert (planned["edition"], planned["agenda"][0]["presenter"]) == (1, "T1 Khan"), "an agenda is no news"
    off = pta.does("POST", f"/meetings/{called['pta_meeting_id']}/cancellation", secretary)
    assert pta.does("POST", f"/meetings/{called['pta_meeting_id']}/cancellation", secretary) == off
    events = heard(pta, 3, PtaMeetingCalled, PtaMeetingCancelled)
    entries = [Calendar.from_ical(event["calendar"]) for event in events]
    assert [event["edition"] for event in events] == [0, 1, 2]
    assert [str(entry["method"]) for entry in entries] == ["PUBLISH", "PUBLISH", "CANCEL"]
    shown = [entry.walk("VEVENT")[0] for entry in entries]
    assert {str(entry["uid"]) for entry in shown} == {f"{called['pta_meeting_id']}@meetings.rabta.pk"}
    assert [entry["sequence"] for entry in shown] == [0, 1, 2]
    assert [str(entry["location"]) for entry in shown] == ["Library", "Hall", "Hall"]
    assert all(event["person_ids"] == ["g1", "g3", "t1"] for event in events)
    file = pta.ask("GET", f"/meetings/{called['pta_meeting_id']}/calendar", pta.guardian("g4"))
    assert (file.text, file.headers["Content-Type"]) == (events[2]["calendar"], "text/calendar; charset=utf-8; method=CANCEL")


def test_the_associations_meetings_are_in_its_members_calendars(pta: Association) -> None:
    called = pta.calls()
    in_calendar = f"{called['pta_meeting_id']}@meetings.rabta.pk"
    shown = {}
    callers = {"member": pta.guardian("g3"), "none": pta.guardian("g4"), "teacher": pta.teacher("t1")}
    callers["teacher by a code"] = replace(pta.teacher("t1"), how="code")
    for who, caller in callers.items():
        made = pta.meetings.service.call("POST", "/v1/my-calendar", caller).json()["address"]
        file = pta.meetings.service.call("GET", f"/v1/calendar-feeds/{made.rsplit('/', 1)[1]}")
        entries = {str(entry["uid"]): entry for entry in Calendar.from_ical(file.text).walk("VEVENT")}
        shown[who] = in_calendar in entries
    assert shown == {"member": True, "none": False, "teacher": True, "teacher by a code": False}


def test_a_meeting_sent_again_is_one(pta: Association) -> None:
    wanted = meeting()
    answers = at_once(*[lambda: pta.ask("POST", "/meetings", pta.guardian("g1"), "the-first-call", json=wanted)] * 8)
    assert {answer.status_code for answer in answers} == {201}, [answer.text for answer in answers]
    assert len({answer.json()["pta_meeting_id"] for answer in answers}) == 1
    assert pta.refused("POST", "/meetings", pta.guardian("g1"), "the-first-call", json=meeting()) == (422, "key-used-before")
    assert len(pta.does("GET", "/meetings")["items"]) == 1


def test_a_room_is_the_associations_until_it_moves(pta: Association) -> None:
    first = pta.calls(place="Room 9")
    times = {name: first[name] for name in ("starts_at", "ends_at")}
    assert pta.refused("POST", "/meetings", json=meeting(place="room  9", **times)) == (409, "room-taken")
    pta.calls(place="Room 9", reserves_room=False, **times)
    pta.does("PUT", f"/meetings/{first['pta_meeting_id']}", json=meeting(place="Room 8", version=1, **times))
    second = pta.calls(place="Room 9", **times)
    pta.does("POST", f"/meetings/{second['pta_meeting_id']}/cancellation")
    pta.calls(place="Room 9", **times)


def test_who_changes_what_somebody_else_has_changed_looks_again(pta: Association) -> None:
    called = pta.calls()
    path = f"/meetings/{called['pta_meeting_id']}"
    answers = at_once(*[lambda: pta.ask("PUT", path, json=meeting(version=1))] * 4)
    assert sorted(answer.status_code for answer in answers) == [200, 409, 409, 409]


@pytest.mark.parametrize(
    "more",
    [
        {"starts_at": "2020-01-01T10:00:00+00:00"},
        {"ends_at": ahead(1).isoformat()},
        {"title": "  "},
        {"title": "a\nb"},
        {"agenda": [{"title": ""}]},
    ],
)
def test_a_meeting_that_is_none(pta: Association, more: dict[str, Any]) -> None:
    assert pta.ask("POST", "/meetings", json=meeting(**more)).status_code == 422


def held(pta: Association) -> str:
    """A meeting that has begun."""
    id = str(pta.calls()["pta_meeting_id"])
    pta.kept["pta_meetings"].update_one({"_id": id}, {"$set": {"starts_at": clock.now() - timedelta(hours=1)}})
    return id


def test_who_came_is_noted_by_name_for_officers_alone(pta: Association) -> None:
    called = pta.calls()
    early = {"version": 1, "present": ["g1"]}
    assert pta.refused("PUT", f"/meetings/{called['pta_meeting_id']}/attendance", json=early) == (409, "not-yet")
    id = held(pta)
    noted = pta.does(
        "PUT", f"/meetings/{id}/attendance", pta.guardian("g1"), json={**early, "present": ["g1", "t1"], "guests": 3}
    )
    assert ([each["name"] for each in noted["present"]], noted["came"]) == (["G1 Khan", "T1 Khan"], 5)
    seen = pta.does("GET", f"/meetings/{id}", pta.guardian("g3"))
    assert (seen["present"], seen["came"]) == ([], 5)
    unknown = pta.ask("PUT", f"/meetings/{id}/attendance", json={"version": 2, "present": ["stranger"]})
    assert unknown.status_code == 422
    assert pta.refused("POST", f"/meetings/{id}/cancellation") == (409, "time-passed")


def test_minutes_are_written_published_and_adopted(pta: Association) -> None:
    id, secretary = held(pta), pta.guardian("g1")
    path = f"/meetings/{id}/minutes"
    draft = pta.does("PUT", path, secretary, json={"text": "We met.", "version": 0})
    assert (draft["version"], draft["state"]) == (1, "draft")
    assert pta.refused("GET", path, pta.guardian("g3")) == (404, "not-found")
    assert pta.refused("PUT", path, secretary, json={"text": "Lost", "version": 0}) == (409, "gone-on")
    assert pta.refused("POST", f"{path}/adoption", secretary, json={"version": 1}) == (409, "not-published")
    for _ in range(2):
        pta.does("POST", f"{path}/publication", secretary, json={"version": 1})
    assert pta.does("GET", path, pta.guardian("g3"))["text"] == "We met."
    pta.does("PUT", path, secretary, json={"text": "We met.\nAnd ate.", "version": 1})
    assert pta.does("GET", path, pta.guardian("g3"))["version"] == 1, "a draft is the officers'"
    assert pta.does("GET", path, secretary)["state"] == "draft"
    assert pta.refused("POST", f"{path}/publication", secretary, json={"version": 1}) == (409, "gone-on")
    pta.does("POST", f"{path}/publication", secretary, json={"version": 2})
    adopted = pta.does("POST", f"{path}/adoption", secretary, json={"version": 2})
    assert (adopted["state"], adopted["adopted_on"]) == ("adopted", clock.today().isoformat())
    assert pta.refused("PUT", path, secretary, json={"text": "No", "version": 2}) == (409, "minutes-adopted")
    versions = pta.does("GET", f"{path}/versions", secretary)["items"]
    assert [(each["version"], each["state"]) for each in versions] == [(2, "adopted"), (1, "replaced")]
    assert pta.ask("GET", f"{path}/versions", pta.guardian("g3")).status_code == 403
    events = heard(pta, 2, PtaMinutesPublished)
    assert [(event["pta_minutes_id"], event["edition"]) for event in events] == [(id, 1), (id, 2)]


def decision(**more: Any) -> dict[str, Any]:
    return {"title": "Three quotes", "text": "For the fence", "owner_id": "g3", "due_on": day(9), **more}


def test_a_decision_is_followed_up_by_whoever_is_to_do_it(pta: Association) -> None:
    id = held(pta)
    wanted = decision(votes={"in_favour": 7, "against": 1})
    made = pta.does("POST", f"/meetings/{id}/decisions", pta.guardian("g1"), "three-quotes", json=wanted)
    assert pta.does("POST", f"/meetings/{id}/decisions", pta.guardian("g1"), "three-quotes", json=wanted) == made
    assert (made["owner"], made["state"], made["votes"]["abstained"]) == ("G3 Khan", "open", 0)
    path = f"/decisions/{made['pta_decision_id']}"
    next_meeting = pta.calls()
    assert [each["title"] for each in next_meeting["to_follow_up"]] == ["Three quotes"]
    done = {"state": "done", "note": "Cheaper than thought", "edition": 0}
    assert pta.refused("POST", f"{path}/state", pta.teacher("t1"), json=done) == (403, "not-an-officer")
    settled = pta.does("POST", f"{path}/state", pta.guardian("g3"), json=done)
    assert (settled["state"], [each["state"] for each in settled["history"]]) == ("done", ["open", "done"])
    assert pta.refused("POST", f"{path}/state", json={**done, "state": "dropped"}) == (409, "gone-on")
    assert pta.does("GET", path, pta.guardian("g4"))["history"] == [], "what is noted is the officers'"
    assert pta.does("GET", f"/meetings/{next_meeting['pta_meeting_id']}")["to_follow_up"] == []
    changed = pta.does("PUT", path, json=decision(owner_id="t1", edition=1))
    assert (changed["owner_id"], changed["edition"]) == ("t1", 2)
    events = heard(pta, 2, PtaDecisionMade, PtaDecisionSettled)
    assert [event["edition"] for event in events] == [0, 1], "who has nothing to do is told nothing"


def test_decisions_are_found_by_what_is_left_to_do(pta: Association) -> None:
    id = held(pta)
    late = pta.does("POST", f"/meetings/{id}/decisions", json=decision(due_on=day(-3)))
    pta.does("POST", f"/meetings/{id}/decisions", json=decision(owner_id="t1"))
    pta.does("POST", f"/meetings/{id}/decisions", json={"title": "We like the fence"})
    assert late["is_overdue"]
    for query, count in (({}, 3), ({"overdue": True}, 1), ({"state": "open"}, 3), ({"state": "done"}, 0)):
        assert len(pta.does("GET", "/decisions", params=query)["items"]) == count, query
    assert len(pta.does("GET", "/decisions", pta.guardian("g3"), params={"mine": True})["items"]) == 1
    without_day = pta.ask("POST", f"/meetings/{id}/decisions", json={"title": "x", "owner_id": "g1"})
    assert without_day.status_code == 422
    assert pta.ask("POST", f"/meetings/{id}/decisions", json=decision(owner_id="s1")).status_code == 404


def test_reminders_are_said_once_however_many_remind(pta: Association) -> None:
    called = pta.calls()
    id = held(pta)
    made = pta.does("POST", f"/meetings/{id}/decisions", json=decision())
    pta.kept["pta_meetings"].update_one({"_id": called["pta_meeting_id"]}, {"$set": {"remind_at": clock.now()}})
    pta.kept["pta_decisions"].update_one({"_id": made["pta_decision_id"]}, {"$set": {"remind_on": day(0)}})
    service = pta.meetings.service
    with connect(service.infrastructure.mongodb_uri, "test") as client:
        store = Store(client[service.database])
        at_once(*[lambda: reminding.remind(store)] * 4)  # type: ignore[list-item]
        [of_meeting, of_decision] = heard(pta, 2, PtaMeetingReminder, PtaDecisionDue)
        reminding.remind(store)
    assert len(said(pta, PtaMeetingReminder, PtaDecisionDue)) == 2
    assert (of_meeting["pta_meeting_id"], of_meeting["person_ids"]) == (called["pta_meeting_id"], ["g1", "g3", "t1"])
    assert (of_decision["pta_decision_id"], of_decision["person_ids"]) == (made["pta_decision_id"], ["g3"])
    kept = pta.kept["pta_decisions"].find_one({"_id": made["pta_decision_id"]})
    assert kept["remind_on"] == day(7), "two days before it is due"


@given(st.dates(date(2026, 1, 1), date(2027, 1, 1)), st.integers(-60, 60))
def test_reminders_come_to_an_end(due: date, days: int) -> None:
    today = due + timedelta(days=days)
    told, on = [], first_reminder(due.isoformat(), today)
    while on is not None:
        told.append(on)
        on = next_reminder(due.isoformat(), date.fromisoformat(on))
    assert told == sorted(set(told))
    assert all(on >= today.isoformat() for on in told)
    assert (due.isoformat() in told) == (today <= due)
    assert len(told) <= 6
    assert first_reminder(None, today) is None


def test_times_are_kept_to_the_minute(pta: Association) -> None:
    starts = datetime.fromisoformat(meeting()["starts_at"]).replace(second=31)
    called = pta.calls(starts_at=starts.isoformat(), ends_at=(starts + timedelta(hours=1)).isoformat())
    assert datetime.fromisoformat(called["starts_at"]) == starts.replace(second=0)
