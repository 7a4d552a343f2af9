"""A branch's calendar, and which families take part in what it offers."""

import itertools
from datetime import date, timedelta
from typing import Any

import pytest
from pymongo.database import Database

from schoolbus import clock
from schoolbus.contracts.roster import CalendarChanged
from tests.meetings.story import Meetings, draft
from tests.support.people import guardian, head, office, teacher
from tests.support.roster import small_branch

NOW = clock.now()
_numbers = itertools.count(1)


@pytest.fixture
def branch_id(meetings: Meetings) -> str:
    """s1 and s2 with g1 and g2 are a family, s3 with g3 another."""
    id = f"season{next(_numbers)}"
    meetings.knows(*small_branch(id))
    return id


def day(days: int) -> str:
    return (clock.today() + timedelta(days=days)).isoformat()


def terms(branch_id: str, *rows: tuple[str, str, int, int], holidays: list[dict[str, Any]] | None = None) -> CalendarChanged:
    shown = [
        {
            "term_id": id,
            "title": id,
            "kind": kind,
            "starts_on": day(starts),
            "ends_on": day(ends),
            "parent_id": None,
            "year": None,
        }
        for id, kind, starts, ends in rows
    ]
    return CalendarChanged(branch_id=branch_id, subject=f"{branch_id}.calendar", terms=shown, holidays=holidays or [])


def measured(meetings: Meetings, branch_id: str, **query: Any) -> dict[str, Any]:
    answer = meetings.call("GET", "participation", head(branch_id=branch_id), branch_id, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def families(meetings: Meetings, branch_id: str, took_part: bool, **query: Any) -> list[Any]:
    asked = {"took_part": str(took_part).lower(), **query}
    answer = meetings.call("GET", "participation/families", office(branch_id=branch_id), branch_id, params=asked)
    assert answer.status_code == 200, answer.text
    return [([child["person_id"] for child in each["children"]], each["kinds"]) for each in answer.json()["items"]]


def was_at(kept: Database[Any], branch_id: str, collection: str, days_ago: int, **more: Any) -> None:
    when = {"starts_at": NOW - timedelta(days=days_ago), "held_at": NOW - timedelta(days=days_ago)}
    kept[collection].insert_one({"_id": f"{branch_id}-{next(_numbers)}", "branch_id": branch_id, **when, **more})


def test_a_family_took_part_when_one_of_it_was_there(meetings: Meetings, kept: Database[Any], branch_id: str) -> None:
    assert families(meetings, branch_id, False) == [(["s1", "s2"], []), (["s3"], [])]
    was_at(kept, branch_id, "bookings", 3, state="attended", guardian_id="g2", student_id="s1", slot_id=branch_id)
    was_at(kept, branch_id, "bookings", 3, state="missed", guardian_id="g3", student_id="s3", slot_id=branch_id)
    assert families(meetings, branch_id, True) == [(["s1", "s2"], ["meetings"])]
    shown = measured(meetings, branch_id)
    assert (shown["families"], shown["took_part"], shown["in_nothing_yet"], shown["term"]) == (2, 1, 1, None)
    was_at(kept, branch_id, "pta_meetings", 9, present=["g1", "t1"], state="called")
    was_at(kept, branch_id, "attendances", 2, session_id=branch_id, student_ids=["s3"])
    was_at(kept, branch_id, "stints", 1, live=True, guardian_id="g3", shift_id=branch_id, minutes=[next(_numbers)])
    was_at(kept, branch_id, "stints", -1, live=True, guardian_id="g1", shift_id=f"{branch_id}-to-come", minutes=[0])
    assert families(meetings, branch_id, True) == [
        (["s1", "s2"], ["meetings", "pta"]),
        (["s3"], ["activities", "volunteering"]),
    ]
    kinds = {each["kind"]: each["families"] for each in measured(meetings, branch_id)["kinds"]}
    assert kinds.items() >= dict.fromkeys(("meetings", "activities", "volunteering", "pta"), 1).items()
    assert families(meetings, branch_id, False) == []


def test_this_term_is_what_the_roster_says(meetings: Meetings, kept: Database[Any], branch_id: str) -> None:
    was_at(kept, branch_id, "pta_meetings", 40, present=["g1"], state="called")
    assert measured(meetings, branch_id)["took_part"] == 1, "within 120 days"
    rows = (("2026", "schoolYear", -200, 100), ("autumn", "term", -30, 60), ("first", "term", -100, -31))
    meetings.knows(terms(branch_id, *rows))
    assert (measured(meetings, branch_id)["term"], measured(meetings, branch_id)["took_part"]) == ("autumn", 0)
    assert measured(meetings, branch_id, term_id="first")["took_part"] == 1
    assert measured(meetings, branch_id, starts_on=day(-41), ends_on=day(-39))["took_part"] == 1
    assert families(meetings, branch_id, False, term_id="first") == [(["s3"], [])]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ({"term_id": "unknown"}, 404),
        ({"term_id": "x", "starts_on": "2026-01-01"}, 422),
        ({"ends_on": "2026-01-01"}, 422),
        ({"starts_on": "2026-01-02", "ends_on": "2026-01-01"}, 422),
    ],
)
def test_a_season_that_is_none(meetings: Meetings, query: dict[str, str], status: int) -> None:
    assert meetings.call("GET", "participation", head(), params=query).status_code == status


def test_who_sees_the_measure(meetings: Meetings, branch_id: str) -> None:
    for caller in (guardian("g1", branch_id), teacher("t1", branch_id)):
        assert meetings.call("GET", "participation", caller, branch_id).status_code == 403
        assert meetings.call("GET", "participation/families", caller, branch_id).status_code == 403


def test_the_branchs_calendar(meetings: Meetings, branch_id: str) -> None:
    closed = {"holiday_id": "h", "title": "Eid", "title_ur": "عید", "starts_on": day(401), "ends_on": day(403)}
    meetings.knows(terms(branch_id, holidays=[closed]))
    held = meetings.opens(branch_id, **draft(held_on=day(405)))
    session = {"held_on": day(404), "starts": "23:00", "ends": "00:30", "place": "Hall"}
    about = {"kind": "event", "title": "Stars at night", "title_ur": None, "sessions": [session], "audience": {}}
    made = meetings.call("POST", "activities", head(branch_id=branch_id), branch_id, json=about).json()
    before = shown(meetings, branch_id)
    assert [entry["kind"] for entry in before] == ["holiday", "meeting_day"], "a draft is the office's"
    told = meetings.call("POST", f"activities/{made['activity_id']}/publication", head(branch_id=branch_id), branch_id)
    assert told.status_code == 200, told.text
    found = shown(meetings, branch_id)
    assert [(entry["kind"], entry["title"]) for entry in found] == [
        ("holiday", "Eid"),
        ("activity", "Stars at night"),
        ("meeting_day", held["title"]),
    ]
    assert (found[1]["starts_on"], found[1]["ends_on"]) == (day(404), day(405)), "over midnight, of the branch's days"
    assert [entry["kind"] for entry in shown(meetings, branch_id, day(405), day(405))] == ["activity", "meeting_day"]
    assert [entry["kind"] for entry in shown(meetings, branch_id, day(403), day(403))] == ["holiday"]
    assert shown(meetings, branch_id, day(406), day(410)) == []


@pytest.mark.parametrize("span", [("2026-05-02", "2026-05-01"), ("2026-01-01", "2028-01-01")])
def test_a_span_that_is_none(meetings: Meetings, span: tuple[str, str]) -> None:
    asked = dict(zip(("starts_on", "ends_on"), span, strict=True))
    assert meetings.call("GET", "activity-calendar", head(), params=asked).status_code == 422


def shown(meetings: Meetings, branch_id: str, starts_on: str = day(395), ends_on: str = day(420)) -> list[dict[str, Any]]:
    asked = {"starts_on": date.fromisoformat(starts_on).isoformat(), "ends_on": ends_on}
    answer = meetings.call("GET", "activity-calendar", guardian("g1", branch_id), branch_id, params=asked)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["items"])
