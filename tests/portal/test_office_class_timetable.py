"""A class's week, as the office writes it: a day at a time, the other days kept, what is wrong at its row."""

from typing import Any

import pytest

from tests.portal.office import API, AT, REFUSED, head_of
from tests.portal.support import Browser, Stage

HERE, PATH = f"{AT}/classes/c1/timetable", f"{API}/class-timetables/c1"
ROOM = {"class_id": "c1", "title": "5 A", "students": [], "teachers": [], "homeroom": True}
MATHS = {"weekday": 0, "number": 1, "starts": "08:00", "ends": "08:40", "subject": "Maths", "teacher_id": "t1", "room": None}
URDU = {**MATHS, "weekday": 3, "subject": "Urdu", "teacher_id": None}
WEEK: dict[str, Any] = {
    "class_id": "c1",
    "class_title": "5 A",
    "valid_from": "2026-09-01",
    "valid_until": None,
    "periods": [MATHS, URDU],
    "edition": 4,
    "holiday": None,
    "others": ["2026-04-01"],
}
NONE = {**WEEK, "valid_from": None, "periods": [], "edition": 0, "others": []}


@pytest.fixture
def head(stage: Stage) -> Browser:
    teacher = {"person_id": "t1", "given_name": "Sana", "family_name": "Malik", "roles": ["teacher"]}
    browser = head_of(stage)
    stage.says("roster", f"{API}/classes/c1", ROOM)
    stage.says("roster", f"{API}/people", {"items": [teacher], "next": None})
    stage.says("reports", PATH, WEEK)
    stage.says("reports", f"{PATH}/2026-09-01", WEEK)
    return browser


def test_the_week_and_an_empty_one(stage: Stage, head: Browser) -> None:
    page = head.get(HERE).text
    assert "Maths" in page
    assert "Sana Malik" in page
    assert f'href="{HERE}?on=2026-04-01"' in page
    stage.says("reports", PATH, NONE)
    assert "This class has no timetable yet." in head.get(HERE).text


def test_a_day_is_put_and_the_others_stay(stage: Stage, head: Browser) -> None:
    page = head.get(f"{HERE}/2026-09-01/0").text
    assert 'name="subject_0" type="text" value="Maths"' in page
    rows = {"starts_0": "08:40", "ends_0": "09:20", "subject_0": "Maths", "teacher_id_0": "t1"}
    rows |= {"starts_1": "08:00", "ends_1": "08:40", "subject_1": "English", "starts_2": "", "subject_2": ""}
    answer = head.post(f"{HERE}/2026-09-01/0", {"edition": "4", "also": "1", **rows})
    assert answer.headers["Location"] == f"{HERE}?on=2026-09-01"
    [sent] = [each.body for each in stage.of(f"{PATH}/2026-09-01") if each.method == "PUT"]
    assert sent["edition"] == 4
    assert [(each["weekday"], each["number"], each["subject"]) for each in sent["periods"]] == [
        *((0, 2, "Maths"), (0, 1, "English"), (1, 2, "Maths"), (1, 1, "English")),
        (3, 1, "Urdu"),
    ]


def test_what_is_wrong_stands_at_its_row(stage: Stage, head: Browser) -> None:
    head.get(f"{HERE}/2026-09-01/0")
    errors = {"periods": {"0": {"ends": ["It ends after it has begun."]}, "1": ["Sana Malik is in 6 B then."]}}
    stage.says("reports", f"{PATH}/2026-09-01", {**REFUSED, "errors": errors}, status=422)
    rows = {"starts_0": "", "subject_0": "", "starts_1": "09:00", "ends_1": "08:00", "subject_1": "Maths"}
    rows |= {"starts_2": "10:00", "ends_2": "10:40", "subject_2": "Art", "teacher_id_2": "t1"}
    page = head.post(f"{HERE}/2026-09-01/0", rows)
    assert page.status_code == 422
    assert 'id="ends_1-error">It ends after it has begun.' in page.text
    assert 'id="subject_2-error">Sana Malik is in 6 B then.' in page.text
    assert 'value="Art"' in page.text


def test_another_begins_as_the_one_before(stage: Stage, head: Browser) -> None:
    stage.says("reports", f"{PATH}/2026-12-01", WEEK)
    head.get(HERE)
    assert head.post(HERE, {"valid_from": "2026-12-01"}).headers["Location"] == f"{HERE}?on=2026-12-01"
    assert stage.of(f"{PATH}/2026-12-01")[0].body == {"periods": [MATHS, URDU], "edition": 0}
    stage.says("reports", PATH, NONE)
    assert head.post(HERE, {"valid_from": "2026-12-02"}).headers["Location"] == f"{HERE}/2026-12-02/0"


@pytest.mark.parametrize("path", ["2026-09-01/7", "soon/0", "2026-09-01/x"])
def test_what_is_no_day_is_not_there(head: Browser, path: str) -> None:
    assert head.get(f"{HERE}/{path}").status_code == 404
