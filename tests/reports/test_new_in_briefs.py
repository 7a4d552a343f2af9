"""Attendance and behaviour where families and teachers look: a child's "today", and the brief before a meeting."""

from datetime import timedelta
from typing import Any

import pytest

from schoolbus import clock
from schoolbus.contracts.reports import StudentsBriefed
from schoolbus.scope import branch as of_branch
from services.reports import briefs
from services.reports.attendance import absences, queries
from services.reports.store import Store
from tests.reports.attending import Attendance
from tests.reports.story import Branch, in_days
from tests.reports.test_behaviour import notes
from tests.reports.test_briefs import newest, told_at_once
from tests.support.roster import small_branch
from tests.support.waiting import eventually


def test_today_has_the_days_attendance_and_asks_why(branch: Branch) -> None:
    school = Attendance(branch)
    assert branch.today("s1", branch.guardian())["attendance"] == []
    school.takes("s1")
    school.sends([{"student_id": "s1", "status": "late", "minutes": 9}], lesson="2", ends="09:20", others="present")
    today = branch.today("s1", branch.guardian())
    assert [(each["lesson"], each["status"], each["minutes"]) for each in today["attendance"]] == [
        (None, "absent", None),
        ("2", "late", 9),
    ]
    [wanted] = today["reasons_wanted"]
    assert wanted["held_on"] == in_days(0)
    assert school.explains(wanted["absence_id"], branch.guardian()).status_code == 200
    assert branch.today("s1", branch.guardian("g2"))["reasons_wanted"] == []
    school.corrects("s1", "present")
    assert branch.today("s1", branch.guardian())["attendance"][0]["status"] == "present"
    assert branch.today("s2", branch.guardian())["attendance"][0]["status"] == "present"


def test_today_has_what_was_noted_lately(branch: Branch) -> None:
    note = notes(branch, "s2", text="Led her group.").json()["notes"][0]
    shown = branch.today("s2", branch.guardian())["behaviour"]
    assert [(each["text"], each["tone"], each["aspect"]) for each in shown] == [("Led her group.", "praise", "Listening")]
    assert "noted_by" not in shown[0]
    branch.call("POST", f"behaviour/notes/{note['behaviour_note_id']}/withdrawal", branch.teacher())
    assert branch.today("s2", branch.guardian())["behaviour"] == []


def test_a_brief_has_the_terms_attendance_and_the_weeks_behaviour(branch: Branch) -> None:
    school = Attendance(branch)
    school.takes("s3", day=-2)
    school.sends([{"student_id": "s3", "status": "late", "minutes": 9}], -1, others="present")
    notes(branch, "s3", "s3")
    notes(branch, "s3", tone="concern", text="x" * 400)
    brief = eventually(lambda: (found := newest(branch, "s3")).get("behaviour") and found["attendance"]["days"] >= 3 and found)
    assert {name: brief["attendance"][name] for name in ("absent", "excused", "late")} == {"absent": 1, "excused": 0, "late": 1}
    assert [(each["aspect_id"], each["praise"], each["concern"]) for each in brief["behaviour"]["counts"]] == [
        ("listening", 1, 1)
    ]
    assert len(brief["behaviour"]["notes"][0]["text"]) == 300


@pytest.fixture
def store(store: Store) -> Store:
    for event in small_branch("b1"):
        store.keep_branch(event) if "branch_changed" in event.type else store.keep(event)
    return store


def _register(day: int, lesson: str | None, **statuses: str) -> dict[str, Any]:
    entries = [{"student_id": id, "status": status, "minutes": None, "note": None} for id, status in statuses.items()]
    of = {"class_id": "c1", "class_title": "C", "held_on": in_days(day), "lesson": lesson}
    return {
        "_id": f"{day}{lesson}",
        "branch_id": "b1",
        **of,
        "entries": entries,
        "taken_at": clock.now(),
        "ends_at": clock.now(),
    }


def test_counts_of_many_are_those_of_each(store: Store) -> None:
    store.registers.add(_register(-1, None, s1="absent", s2="present", s3="late"))
    store.registers.add(_register(-1, "1", s1="absent", s2="absent", s3="present"))
    store.registers.add(_register(-2, "1", s1="absent", s2="present", s3="excused"))
    store.registers.add(_register(-2, "2", s1="excused", s2="absent", s3="excused"))
    store.registers.add(_register(-400, None, s1="absent", s2="absent", s3="absent"))
    found = queries.briefs(store, "b1", ["s1", "s2", "s3", "s9"])
    counts = {id: tuple(row[name] for name in ("days", "absent", "excused", "late")) for id, row in found.items()}
    assert counts == {"s1": (2, 2, 0, 0), "s2": (2, 0, 0, 0), "s3": (2, 0, 1, 1)}


def test_who_was_there_as_ever_is_told_of_at_night(store: Store) -> None:
    store.registers.add(_register(0, None, s1="absent", s2="present"))
    store.touch_briefs("b1", ["s1"])
    briefs.touch_at_night(store, "b1", "c1", ["s1", "s2"])
    waiting = {row["student_id"]: row for row in store.briefs.find(of_branch("b1"))}
    assert waiting["s1"]["touched_at"] <= clock.now(), "what is due before stays so"
    assert waiting["s1"]["changes"] == 2
    night = waiting["s2"]["touched_at"].astimezone(clock.BRANCH_ZONE)
    assert (night.date() - clock.today(), 1 <= night.hour < 4) == (timedelta(days=1), True)
    store.touch_briefs("b1", ["s2"])
    assert store.briefs.first(of_branch("b1"), {"_id": "b1:s2"})["touched_at"] <= clock.now()  # type: ignore[index]
    assert told_at_once(store) == [["s1", "s2"]]
    briefs.touch_at_night(store, "b1", "c1", ["s2"])
    assert store.briefs.first(of_branch("b1"), {"_id": "b1:s2"})["due"] is True  # type: ignore[index]
    assert briefs.claim(store) is None, "not before the night"


def test_an_event_says_how_a_child_was_and_is_read_as_it_was_written(store: Store) -> None:
    store.registers.add(_register(0, None, s1="absent"))
    absence = absences.new("b1", in_days(0), "s1")
    store.absences.add({**absence, "status": "absent"})
    items = [{**brief, "version": 1} for brief in briefs.gather(store, "b1", ["s1"]).values()]
    event = StudentsBriefed(branch_id="b1", subject="b1.briefs", items=items)
    assert StudentsBriefed.decode(event.encode()).data["items"][0]["attendance"]["absent"] == 1
    assert queries.reasons_wanted(store, "b1", "s1") == [{"absence_id": absence["_id"], "held_on": in_days(0)}]
