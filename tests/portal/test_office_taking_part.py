"""What the office runs with families: who was at an activity, the association's minutes and officers."""

from typing import Any

import pytest

from tests.portal.office import API, AT, EMPTY, REFUSED, head_of
from tests.portal.support import Browser, Stage

SESSION: dict[str, Any] = {
    "session_id": "s1",
    "starts_at": "2026-11-26T11:00:00+00:00",
    "ends_at": "2026-11-26T13:00:00+00:00",
    "place": "Hall",
    "shared": False,
}
ACTIVITY: dict[str, Any] = {"activity_id": "x1", "title": "Reading day", "title_ur": None, "sessions": [SESSION]}
CHILD = {"student_id": "c1", "name": "Zoya Khan", "name_ur": None}


def sign_up(id: str, heads: int, came: int | None = None) -> dict[str, Any]:
    return {"sign_up_id": id, "guardian_name": f"Guardian {id}", "children": [CHILD], "heads": heads, "came": came}


MEETING: dict[str, Any] = {
    "pta_meeting_id": "m1",
    "title": "Autumn <meeting>",
    "starts_at": "2026-11-20T11:00:00+00:00",
    "ends_at": "2026-11-20T13:00:00+00:00",
    "place": "Library",
    "state": "called",
    "agenda": [],
    "coming": 4,
    "not_coming": 1,
    "came": 0,
    "quorum": None,
    "decisions": [],
    "to_follow_up": [],
}
MINUTES: dict[str, Any] = {
    "version": 2,
    "state": "draft",
    "text": "We spoke of <books>.",
    "written_at": "2026-11-21T11:00:00+00:00",
}
NOT_THERE = {"type": "https://rabta.pk/problems/not-found", "title": "Not found", "status": 404}


@pytest.fixture
def head(stage: Stage) -> Browser:
    browser = head_of(stage)
    stage.says("meetings", f"{API}/activities/x1", ACTIVITY)
    stage.says("meetings", f"{API}/activities/x1/sign-ups", {"items": [sign_up("a", 3), sign_up("b", 2, 0)], "next": "more"})
    stage.says("meetings", f"{API}/activities/x1/sessions/s1/attendance", EMPTY)
    stage.says("meetings", f"{API}/pta/meetings/m1", MEETING)
    stage.says("meetings", f"{API}/pta/meetings/m1/minutes", NOT_THERE, status=404)
    return browser


HERE = f"{AT}/activities/x1/sessions/s1"


def noted(stage: Stage) -> list[Any]:
    asked = stage.of(f"{API}/activities/x1/sessions/s1/attendance")
    return [each.body["families"] for each in asked if each.method == "PUT"]


def test_who_was_at_an_activity(stage: Stage, head: Browser) -> None:
    page = head.get(HERE).text
    assert 'name="heads_b" type="number" value="0"' in page, "what is noted already"
    assert "More" in page
    fields = {"announced_a": "3", "announced_b": "2", "heads_a": "", "heads_b": "1"}
    head.post(HERE, fields)
    head.post(HERE, {**fields, "rest": "yes"})
    one, other = {"sign_up_id": "b", "heads": 1}, {"sign_up_id": "a", "heads": 3}
    assert noted(stage) == [[one], [other, one]]
    answer = head.post(f"{HERE}?after=more", fields)
    assert answer.headers["Location"] == f"{HERE}?after=more", "the same families"
    assert head.post(HERE, {"heads_a": "", "announced_a": "3"}).status_code == 303
    assert len(noted(stage)) == 3, "nothing was filled in"


def test_a_family_that_just_came(stage: Stage, head: Browser) -> None:
    child = {"person_id": "c9", "given_name": "Ali", "family_name": "Raza"}
    stage.says("roster", f"{API}/people", {"items": [child], "next": None})
    head.get(HERE)
    found = head.post(f"{HERE}/search", {"name": "Ali"})
    assert 'name="student_id" value="c9"' in found.text
    head.post(f"{HERE}/walk-in", {"student_id": "c9", "heads": "2"})
    assert noted(stage) == [[{"student_id": "c9", "heads": 2}]]
    early = {**REFUSED, "title": "It has not begun", "status": 409}
    stage.says("meetings", f"{API}/activities/x1/sessions/s1/attendance", early, status=409)
    again = head.post(f"{HERE}/walk-in", {"student_id": "c9", "heads": "2"})
    assert again.status_code == 409
    assert "It has not begun" in again.text
    assert "Who is here" in again.text
    assert head.get(f"{AT}/activities/x1/sessions/another").status_code == 404


def test_nobody_is_noted_yet(head: Browser) -> None:
    assert "Nobody is noted yet." in head.get(f"{HERE}/here").text


def test_minutes_are_written_published_and_adopted(stage: Stage, head: Browser) -> None:
    at, path = f"{AT}/pta/meetings/m1", f"{API}/pta/meetings/m1/minutes"
    page = head.get(at).text
    assert "Nothing is written yet." in page
    assert "Autumn &lt;meeting&gt;" in page
    refused = {**REFUSED, "title": "It has changed meanwhile", "status": 409}
    stage.says("meetings", path, lambda sent: (refused, 409) if sent else (NOT_THERE, 404))
    again = head.post(f"{at}/minutes", {"version": "0", "text": "What I wrote"})
    assert again.status_code == 409
    assert "What I wrote</textarea>" in again.text, "words are kept"
    stage.says("meetings", path, MINUTES)
    assert head.post(f"{at}/minutes", {"version": "0", "text": "One\r\ntwo"}).headers["Location"] == at
    assert stage.of(path)[-1].body == {"text": "One\ntwo", "version": 0}
    shown = head.get(at).text
    assert "We spoke of &lt;books&gt;." in shown
    assert f'action="{at}/minutes/publication"' in shown
    assert "/minutes/adoption" not in shown
    stage.says("meetings", f"{path}/publication", MINUTES)
    head.post(f"{at}/minutes/publication", {"version": "2"})
    assert stage.of(f"{path}/publication")[0].body == {"version": 2}
    assert head.post(f"{at}/minutes/burning", {"version": "2"}).status_code == 404
    stage.says("meetings", path, {**MINUTES, "state": "published"})
    assert f'action="{at}/minutes/adoption"' in head.get(at).text
    stage.says("meetings", path, {**MINUTES, "state": "adopted"})
    assert "<textarea" not in head.get(at).text, "nobody changes them any more"
    stage.says("meetings", f"{path}/versions", {"items": [MINUTES]})
    assert "We spoke of" in head.get(f"{at}/versions").text


def test_lists_of_the_association_go_on(stage: Stage, head: Browser) -> None:
    member = {"person_id": "g1", "name": "Sana Malik", "name_ur": None, "role": "guardian", "active": True, "is_here": True}
    stage.says("meetings", f"{API}/pta/members", {"items": [member], "next": "more"})
    page = head.get(f"{AT}/pta/members").text
    assert f'href="{AT}/pta/members/g1"' in page
    assert "after=more" in page
    stage.says("meetings", f"{API}/pta/decisions", EMPTY)
    assert "What meetings of the association decide" in head.get(f"{AT}/pta/decisions").text
    offices = [{"key": "chair", "name": "Chair", "name_ur": None}]
    stage.says("meetings", f"{API}/pta", {"offices": offices, "officers": [], "members": 900, "quorum_percent": None})
    stage.says("roster", f"{API}/people/g1", {"person_id": "g1", "given_name": "Sana", "family_name": "Malik"})
    assert 'value="chair"' in head.get(f"{AT}/pta/members/g1").text
    stage.says("meetings", f"{API}/pta/officers", {})
    head.post(f"{AT}/pta/members/g1", {"office_key": "chair", "starts_on": "2026-12-01", "ends_on": "2027-11-30"})
    assert stage.of(f"{API}/pta/officers")[0].body["person_id"] == "g1"
    for part in ("meetings", "elections"):
        stage.says("meetings", f"{API}/pta/{part}", EMPTY)
    assert "Nobody yet." in head.get(f"{AT}/pta").text
