"""Members say whether they come; who came makes a quorum or doesn't; and what was decided without one says so."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.pta import PtaMeetingReminder
from schoolbus.scope import WHOLE_CHAIN
from services.meetings.pta import reminding
from services.meetings.pta.quorum import needed
from services.meetings.store import Store
from tests.meetings.association import Association, meeting
from tests.meetings.story import Meetings, at_once
from tests.support.waiting import eventually


@pytest.fixture
def pta(meetings: Meetings, kept: Database[Any]) -> Association:
    """Of four members, of whom g1 is the secretary."""
    made = Association(meetings, kept)
    made.join("g1", "g2", "g3", "t1")
    made.appoints("g1", "secretary")
    return made


def says(pta: Association, id: str, called: Any, *, coming: bool = True) -> Any:
    caller = pta.teacher(id) if id.startswith("t") else pta.guardian(id)
    return pta.ask("PUT", f"/meetings/{called['pta_meeting_id']}/answer", caller, json={"coming": coming})


def held(pta: Association) -> str:
    """A meeting that has begun."""
    id = str(pta.calls()["pta_meeting_id"])
    pta.kept["pta_meetings"].update_one({"_id": id}, {"$set": {"starts_at": clock.now() - timedelta(hours=1)}})
    return id


def came(pta: Association, id: str, *present: str, version: int = 1) -> Any:
    return pta.does("PUT", f"/meetings/{id}/attendance", json={"version": version, "present": list(present), "guests": 2})


def test_members_say_whether_they_come(pta: Association) -> None:
    called = pta.calls()
    path = f"/meetings/{called['pta_meeting_id']}"
    assert (called["coming"], called["not_coming"], called["my_answer"]) == (0, 0, None)
    for id, coming in (("g1", True), ("t1", False), ("g3", True), ("g3", False)):
        answer = says(pta, id, called, coming=coming)
        assert (answer.status_code, answer.json()["my_answer"]) == (200, coming), answer.text
    seen = pta.does("GET", path, pta.guardian("g4"))
    assert (seen["coming"], seen["not_coming"], seen["my_answer"]) == (1, 2, None)
    [row] = pta.does("GET", "/meetings", pta.guardian("g3"))["items"]
    assert (row["coming"], row["my_answer"]) == (1, False)
    by_name = pta.does("GET", f"{path}/answers", pta.guardian("g1"))["items"]
    said = {("G1 Khan", True), ("T1 Khan", False), ("G3 Khan", False)}
    assert {(each["name"], each["coming"]) for each in by_name} == said
    assert pta.refused("GET", f"{path}/answers", pta.guardian("g3")) == (403, "not-an-officer")


def test_who_is_asked_and_until_when(pta: Association) -> None:
    called = pta.calls()
    stranger = {"json": {"coming": True}}
    path = f"/meetings/{called['pta_meeting_id']}"
    assert pta.refused("PUT", f"{path}/answer", pta.guardian("g4"), **stranger) == (403, "not-a-member")
    assert pta.refused("PUT", f"/meetings/{held(pta)}/answer", pta.guardian("g1"), **stranger) == (409, "time-passed")
    pta.does("POST", f"{path}/cancellation")
    assert pta.refused("PUT", f"{path}/answer", pta.guardian("g1"), **stranger) == (409, "meeting-cancelled")


def test_what_was_said_of_another_time_counts_no_more(pta: Association) -> None:
    called = pta.calls()
    says(pta, "g1", called)
    says(pta, "g3", called)
    path = f"/meetings/{called['pta_meeting_id']}"
    agenda = {**meeting(), **{name: called[name] for name in ("starts_at", "ends_at")}, "agenda": []}
    planned = pta.does("PUT", path, json={**agenda, "version": 1})
    assert planned["coming"] == 2, "an agenda is no news"
    moved = pta.does("PUT", path, json=meeting(version=2))
    assert (moved["coming"], pta.does("GET", path, pta.guardian("g1"))["my_answer"]) == (0, None)
    assert says(pta, "g1", called).json()["coming"] == 1


def test_who_does_not_come_is_not_reminded(pta: Association, own: Store) -> None:
    called = pta.calls()
    says(pta, "g1", called)
    says(pta, "g3", called, coming=False)
    own.pta_meetings.change(WHOLE_CHAIN, called["pta_meeting_id"], {"remind_at": clock.now()})
    eventually(lambda: reminding.remind(own) or reminders(pta))
    [event] = reminders(pta)
    assert event.data["person_ids"] == ["g1", "g2", "t1"]


def reminders(pta: Association) -> list[Any]:
    return [event for event in pta.meetings.service.heard(PtaMeetingReminder) if event.branch_id == pta.id]


def test_eight_answers_at_once_are_one(pta: Association) -> None:
    called = pta.calls()
    answers = at_once(*[lambda: says(pta, "g1", called)] * 8)
    assert {answer.status_code for answer in answers} == {200}
    assert pta.does("GET", f"/meetings/{called['pta_meeting_id']}")["coming"] == 1


def test_without_a_quorum_whoever_comes_decides(pta: Association) -> None:
    id = held(pta)
    assert came(pta, id, "g1")["quorum"] is None
    decided = pta.does("POST", f"/meetings/{id}/decisions", json={"title": "A fence"})
    pta.does("PUT", "/quorum", json={"percent": 100})
    assert came(pta, id, "g1", version=2)["quorum"] is None, "a share that is set later is of later meetings"
    assert not pta.does("GET", f"/decisions/{decided['pta_decision_id']}")["without_quorum"]


def test_what_too_few_decided_says_so(pta: Association) -> None:
    assert pta.does("PUT", "/quorum", json={"percent": 60}) == {"percent": 60}
    own = {"key": "chair", "name": "President"}
    pta.does("PUT", "/offices", json={"offices": [own, {"key": "secretary", "name": "Secretary"}]})
    page = pta.does("GET", "", pta.guardian("g3"))
    assert (page["quorum_percent"], page["offices"][0]["name"]) == (60, "President")
    assert pta.refused("PUT", "/quorum", pta.guardian("g1"), json={"percent": 1}) == (403, "not-allowed")
    id = held(pta)
    decided = pta.does("POST", f"/meetings/{id}/decisions", json={"title": "A fence"})
    assert not decided["without_quorum"], "nobody has noted who came"
    counted = came(pta, id, "g1", "g3", "g4")["quorum"]
    assert counted == {"percent": 60, "members": 4, "needed": 3, "present": 2, "reached": False}, "g4 is no member"
    path = f"/decisions/{decided['pta_decision_id']}"
    assert pta.does("GET", path, pta.guardian("g4"))["without_quorum"]
    [in_meeting] = pta.does("GET", f"/meetings/{id}")["decisions"]
    assert in_meeting["without_quorum"]
    pta.join("g4")
    pta.does("PUT", "/quorum", json={"percent": 10})
    corrected = came(pta, id, "g1", "g2", "g3", version=2)["quorum"]
    assert corrected == {"percent": 60, "members": 4, "needed": 3, "present": 3, "reached": True}
    assert not pta.does("GET", path)["without_quorum"]


def test_minutes_say_who_was_there_and_stay_as_they_are(pta: Association) -> None:
    pta.does("PUT", "/quorum", json={"percent": 50})
    id, secretary = held(pta), pta.guardian("g1")
    came(pta, id, "g1")
    path = f"/meetings/{id}/minutes"
    first = pta.does("PUT", path, secretary, json={"text": "We met.", "version": 0})
    assert ([each["name"] for each in first["present"]], first["came"], first["quorum"]["reached"]) == (["G1 Khan"], 3, False)
    came(pta, id, "g1", "t1", version=2)
    assert not pta.does("GET", path, secretary)["quorum"]["reached"], "as it was noted when they were written"
    pta.does("PUT", path, secretary, json={"text": "We met, all of us.", "version": 1})
    pta.does("POST", f"{path}/publication", secretary, json={"version": 2})
    seen = pta.does("GET", path, pta.guardian("g3"))
    assert (seen["present"], seen["came"], seen["quorum"]["present"], seen["quorum"]["reached"]) == ([], 4, 2, True)
    pta.does("POST", f"{path}/adoption", secretary, json={"version": 2})
    late = {"version": 3, "present": [], "guests": 0}
    assert pta.refused("PUT", f"/meetings/{id}/attendance", secretary, json=late) == (409, "minutes-adopted")


@given(st.integers(0, 5000), st.integers(1, 100))
def test_a_quorum_is_the_smallest_number_that_is_the_share(members: int, percent: int) -> None:
    enough = needed(members, percent)
    assert 1 <= enough <= max(1, members)
    assert enough * 100 >= members * percent
    assert enough == 1 or (enough - 1) * 100 < members * percent
