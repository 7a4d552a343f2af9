"""What the office counts and looks through: the desk's numbers, a timetable of a large branch, people by name."""

from typing import Any

import pytest

from tests.portal.office import API, AT, EMPTY, head_of
from tests.portal.support import Browser, Stage
from tests.portal.test_office_again import DAY, PERSON

RUN: dict[str, Any] = {
    "timetable_id": "t1",
    "state": "solved",
    "publication": None,
    "published": None,
    "reason": None,
    "asked_at": "2026-11-26T10:00:00+00:00",
    "seconds": 60,
    "wishes": 2400,
    "placed": 2380,
    "families_without": 7,
    "without": 20,
    "pinned": 3,
    "dates": [{"on": "2026-12-01", "placements": 1}, {"on": "2026-12-02", "placements": 2379}],
}
PLACEMENT: dict[str, Any] = {
    "placement_id": "x1",
    "student_name": "Zoya Khan",
    "teacher_name": "Sana Malik",
    "teacher_id": "t1",
    "slot_id": "s1",
    "starts_at": "2026-12-02T11:00:00+00:00",
    "place": "Room 3",
    "pinned_slot_id": None,
    "priority": False,
    "reason": None,
    "words": None,
    "remedies": [],
}


@pytest.fixture
def head(stage: Stage) -> Browser:
    return head_of(stage)


def test_the_desk_counts_and_says_where_it_stopped(stage: Stage, head: Browser) -> None:
    today = {"on": "2026-11-26", "absent": 180, "late": 12}
    some, many = {"count": 3, "more": False}, {"count": 999, "more": True}
    stage.says("reports", f"{API}/reports-waiting", {"review": some, "approve": some, "reasons": many, "today": today})
    page = head.get(AT).text
    assert "<strong>999+</strong> absences without a reason" in page
    assert "<strong>180</strong> <span>children absent</span>" in page
    asked = [each.path for each in stage.asked if each.path.startswith(API)]
    assert len(asked) == 5, "a question of each service, and the days"
    assert not stage.of(f"{API}/absences")


def test_a_large_timetable_is_read_a_date_at_a_time(stage: Stage, head: Browser) -> None:
    here = f"{API}/meeting-days/d1/timetables/t1"
    stage.says("meetings", f"{API}/meeting-days/d1", DAY)
    stage.says("meetings", here, RUN)
    stage.says("meetings", f"{here}/placements", {"items": [PLACEMENT] * 500, "next": "more"})
    page = head.get(f"{AT}/meeting-days/d1/timetables/t1?on=2026-12-02").text
    asked = [each.path.partition("?")[2] for each in stage.of(f"{here}/placements")]
    assert all("on=2026-12-02" in each or "placed=false" in each for each in asked)
    assert "There are more times on this date than a page can show." in page
    assert f"{AT}/meeting-days/d1/timetables/t1/without" in page
    assert "<strong>20</strong> <span>without a place</span>" in page
    assert "More" in head.get(f"{AT}/meeting-days/d1/timetables/t1/without").text


def test_one_placement_is_asked_for_alone(stage: Stage, head: Browser) -> None:
    here = f"{API}/meeting-days/d1/timetables/t1/placements/x1"
    stage.says("meetings", here, PLACEMENT)
    slots = [{"slot_id": "s2", "starts_at": "2026-12-02T12:00:00+00:00", "free": True, "booking": None}]
    stage.says("meetings", f"{API}/meeting-days/d1/slots", {"items": slots, "next": None})
    assert 'value="s2"' in head.get(f"{AT}/meeting-days/d1/timetables/t1/placements/x1").text
    assert not stage.of(f"{API}/meeting-days/d1/timetables/t1/placements")


@pytest.mark.parametrize("view", ["grid", "board"])
def test_a_day_is_looked_at_a_date_at_a_time(stage: Stage, head: Browser, view: str) -> None:
    stage.says("meetings", f"{API}/meeting-days/d1", DAY)
    stage.says("meetings", f"{API}/meeting-days/d1/slots", EMPTY)
    assert head.get(f"{AT}/meeting-days/d1/{view}").status_code == 200
    [asked] = stage.of(f"{API}/meeting-days/d1/slots")
    assert "on=2026-12-01" in asked.path


def test_exports_are_those_of_the_person(stage: Stage, head: Browser) -> None:
    stage.says("roster", f"{API}/people/p9", PERSON)
    stage.says("roster", "/v1/me/exports", {"items": [], "next": None})
    assert head.get(f"{AT}/people/p9/export").status_code == 200
    assert "person_id=p9" in stage.of("/v1/me/exports")[0].path


def test_a_name_stands_in_no_address(stage: Stage, head: Browser) -> None:
    stage.says("roster", f"{API}/people", {"items": [PERSON], "next": "further"})
    stage.says("roster", f"{API}/people/p9", PERSON)
    stage.says("meetings", f"{API}/meeting-days/d1", DAY)
    for path in ("people", "people/p9/guardians/new", "meeting-days/d1/desk"):
        page = head.get(f"{AT}/{path}")
        assert 'type="search"' in page.text
        found = head.post(f"{AT}/{path}", {"name": "Zoya"})
        assert found.status_code == 200
        assert "Zoya" in found.text
        assert 'name="after" value="further"' in found.text, "the next page is asked for the same way"
        assert "name=Zoya" not in found.text
    assert head.post(f"{AT}/people", {"name": "", "role": "teacher"}).headers["Location"] == f"{AT}/people?role=teacher"
