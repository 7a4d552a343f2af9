"""A class's register: who was tapped, what somebody else sent meanwhile, days without school."""

import re
from typing import Any

from schoolbus.clock import today
from tests.portal.support import Browser, Stage
from tests.portal.teaching import AT, BRANCH, invalid

GONE_ON = {
    "type": "https://rabta.pk/problems/gone-on",
    "title": "Somebody has sent this register already",
    "detail": "Read it, and send your change with its edition.",
    "status": 409,
    "edition": 1,
}


def register(edition: int = 0, **statuses: str) -> dict[str, Any]:
    entries = [
        {"student_id": id, "status": statuses.get(id, "present"), "minutes": None, "note": None, "absence_id": None}
        for id in ("s1", "s2")
    ]
    by = {"taken_by": "t1" if edition else None, "taken_at": "2026-11-26T04:00:00Z" if edition else None}
    more = {
        "changed_by": None,
        "changed_at": None,
        "ends_at": "2026-11-26T08:30:00Z",
        "lesson": None,
        "class_title": "Class 1A",
    }
    return {
        "register_id": "r1",
        "class_id": "c1",
        "held_on": today().isoformat(),
        "edition": edition,
        "entries": entries,
        **by,
        **more,
    }


def keeps_registers(stage: Stage, there: dict[str, Any], answer: Any, status: int = 200) -> str:
    path = f"{BRANCH}/registers/c1/{today().isoformat()}"
    stage.says("reports", path, lambda sent: (answer, status) if sent else (there, 200))
    return path


def test_everybody_is_there_but_who_was_tapped(stage: Stage, teacher: Browser) -> None:
    path = keeps_registers(stage, register(), register(1, s2="late"))
    page = teacher.get(f"{AT}/register")
    assert "All are there. Tap whoever is not" in page.text
    fields = {"on": today().isoformat(), "edition": "0", "key": "k1", "away": "s2", "state-s2": "late", "minutes-s2": "۱۵"}
    answer = teacher.post(f"{AT}/register", fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, AT)
    sent = next(each for each in stage.of(path) if each.method == "PUT")
    assert sent.body == {
        "entries": [{"student_id": "s2", "status": "late", "minutes": 15}],
        "others": "present",
        "edition": 0,
        "reason": None,
    }
    assert sent.headers["Idempotency-Key"] == "k1"


def test_of_two_teachers_the_second_sees_both(stage: Stage, teacher: Browser) -> None:
    keeps_registers(stage, register(1, s1="absent"), GONE_ON, 409)
    teacher.get(f"{AT}/register")
    answer = teacher.post(f"{AT}/register", {"on": today().isoformat(), "edition": "0", "away": "s2"})
    assert answer.status_code == 409
    assert "Somebody has sent this register already" in answer.text
    assert answer.text.count("There it says:") == 2, "of Ahsan, who is absent there, and of Aliza, who is present there"
    assert re.search(r'value="s2" checked', answer.text), "what was tapped is still there"
    assert not re.search(r'value="s1" checked', answer.text)
    assert 'name="edition" value="1"' in answer.text, "sent again it is a correction of what was seen"


def test_a_planned_absence_is_marked_before(stage: Stage, teacher: Browser) -> None:
    keeps_registers(stage, register(s1="excused"), register(1))
    page = teacher.get(f"{AT}/register").text
    assert re.search(r'value="s1" checked', page)
    assert "the family told the school beforehand" in page


def test_a_day_without_school_says_so(stage: Stage, teacher: Browser) -> None:
    closed = {"on": "2026-11-29", "closed": "No school on this day of the week", "taken": 0, "missing": []}
    stage.says("reports", f"{BRANCH}/attendance/missing-registers", closed)
    stage.says("reports", f"{BRANCH}/registers/c1/2026-11-29", invalid({"held_on": ["There is no school."]}), 422)
    page = teacher.get(f"{AT}/register?on=2026-11-29")
    assert page.status_code == 200
    assert "No register is taken on this day" in page.text
    assert 'name="away"' not in page.text


def test_a_day_that_is_none_is_today(stage: Stage, teacher: Browser) -> None:
    keeps_registers(stage, register(), register(1))
    assert "All are there. Tap" in teacher.get(f"{AT}/register?on=yesterday").text


def test_a_refused_row_says_why_at_its_child(stage: Stage, teacher: Browser) -> None:
    keeps_registers(stage, register(), invalid({"entries": {"0": {"minutes": ["Of who is late or left early."]}}}), 422)
    teacher.get(f"{AT}/register")
    page = teacher.post(f"{AT}/register", {"on": today().isoformat(), "edition": "0", "away": "s2"}).text
    assert re.search(r'value="s2" checked.*?Of who is late or left early', page, re.DOTALL)


def test_of_a_register_that_was_not_shown_the_edition_stays(stage: Stage, teacher: Browser) -> None:
    keeps_registers(stage, register(2), invalid({"reason": ["Say why."]}), 422)
    teacher.get(f"{AT}/register")
    page = teacher.post(f"{AT}/register", {"on": today().isoformat(), "edition": "۱", "away": "s2"}).text
    assert 'name="edition" value="1"' in page, "sent again it is refused, and then shows what is there"


def test_a_reason_that_can_not_be_accepted_stands_on_the_register(stage: Stage, teacher: Browser) -> None:
    keeps_registers(stage, register(1, s1="absent"), {})
    stage.says("reports", f"{BRANCH}/absences/a1/acceptance", {"type": "x", "title": "It was taken back", "status": 409}, 409)
    teacher.get(f"{AT}/register")
    answer = teacher.post(f"{AT}/absences/a1/acceptance", {"on": today().isoformat(), "accepted": "yes"})
    assert (answer.status_code, "It was taken back" in answer.text) == (409, True)
    assert re.search(r'value="s1" checked', answer.text), "the register as it is"
    assert teacher.get(f"{AT}/absences/a1/acceptance").headers["Location"] == f"{AT}/register", "a reload"
