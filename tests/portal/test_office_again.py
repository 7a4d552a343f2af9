"""Forms of the office that were refused: they come back where they stand, and a second try makes nothing twice."""

from typing import Any

import pytest

from tests.portal.office import API, AT, EMPTY, REFUSED, head_of
from tests.portal.support import Browser, Stage
from tests.portal.test_office import ANNOUNCEMENT

PERSON: dict[str, Any] = {
    "person_id": "p9",
    "given_name": "Zoya",
    "family_name": "Khan",
    "name_ur": None,
    "roles": ["student"],
    "granted_roles": [],
    "phone": None,
    "email": None,
    "language": "en",
    "channels": [],
    "guardians": [],
    "children": [],
    "contacts_to_repair": [],
    "active": True,
    "version": 1,
    "source": "hand",
    "status": "active",
}
DAY: dict[str, Any] = {
    "meeting_day_id": "d1",
    "title": "Evening",
    "held_on": "2026-12-01",
    "dates": [{"on": "2026-12-01", "starts": "16:00", "ends": "18:00"}],
    "teachers": [],
}


@pytest.fixture
def head(stage: Stage) -> Browser:
    return head_of(stage)


def test_an_announcement_that_can_t_be_counted_is_there_and_goes_on(stage: Stage, head: Browser) -> None:
    stage.says("notifications", f"{API}/announcements", ANNOUNCEMENT)
    stage.says("notifications", f"{API}/announcements/a1", ANNOUNCEMENT)
    asked = {"type": "busy", "title": "Too much is counted", "detail": "Try again soon.", "status": 409}
    answers = iter([409])  # to the POST; then nobody has counted
    stage.says("notifications", f"{API}/announcements/a1/preview", lambda sent: (asked, next(answers, 404)))
    head.get(f"{AT}/announcements/new")
    page = head.post(f"{AT}/announcements/new", {"key": "k1", "subject_en": "Sports day", "body_en": "Come."})
    assert "Sports &lt;day&gt;" in page.text, "the announcement's own page"
    assert page.status_code == 409
    assert "Too much is counted" in page.text
    assert f'action="{AT}/announcements/a1/steps/preview"' in page.text
    assert f'name="back" value="{AT}/announcements/a1"' in page.text, "the other language"


def test_somebody_who_can_t_sit_in_a_class_is_added_once(stage: Stage, head: Browser) -> None:
    full = {"type": "class-full", "title": "This class is full", "detail": "Choose another class.", "status": 409}
    stage.says("roster", f"{API}/people", lambda sent: ({"people": [PERSON]}, 201) if sent else (EMPTY, 200))
    stage.says("roster", f"{API}/people/p9", PERSON)
    stage.says("roster", f"{API}/people/p9/history", {"classes": [], "transfers": []})
    stage.says("roster", f"{API}/enrollments", lambda sent: (full, 409) if sent else (EMPTY, 200))
    head.get(f"{AT}/people/new")
    page = head.post(f"{AT}/people/new", {"key": "k1", "given_name": "Zoya", "roles": "student", "class_id": "c1"})
    assert page.status_code == 409
    assert "This class is full" in page.text
    assert f'action="{AT}/people/p9/enrolment"' in page.text, "their own page, on which another class can be chosen"
    assert len([each for each in stage.of(f"{API}/people") if each.method == "POST"]) == 1
    seat = next(each for each in stage.of(f"{API}/enrollments") if each.method == "POST").body["enrollments"][0]
    assert (seat["person_id"], seat["role"]) == ("p9", "student")


@pytest.mark.parametrize(
    ("path", "page", "service", "api"),
    [
        ("packs", "guides", "notifications", "packs"),
        ("report-cards/withdrawal", "report-cards/issued", "reports", "report-cards/x/withdrawal"),
        ("report-cards/correction", "report-cards/issued", "reports", "report-card-runs"),
        ("meeting-days/d1/bookings/x/arrival", "meeting-days/d1/board", "meetings", "bookings/x/arrival"),
        ("meeting-days/d1/teachers/t1/delay", "meeting-days/d1/board", "meetings", "meeting-days/d1/teachers/t1/delay"),
        ("meeting-days/d1/walk-ins", "meeting-days/d1/desk", "meetings", "meeting-days/d1/walk-ins"),
        ("meeting-days/d1/reminders", "meeting-days/d1/waiting", "meetings", "meeting-days/d1/wish-reminders"),
        ("people/p9/guardians", "people/p9/guardians/new", "roster", "people/p9/guardians"),
    ],
)
def test_a_form_comes_back_on_the_page_that_it_stands_on(
    stage: Stage, head: Browser, path: str, page: str, service: str, api: str
) -> None:
    stage.says("roster", f"{API}/people/p9", PERSON)
    stage.says("meetings", f"{API}/meeting-days/d1", DAY)
    stage.says("meetings", f"{API}/meeting-days/d1/slots", EMPTY)
    for part in ("wishes", "priorities", "waiting"):
        stage.says("meetings", f"{API}/meeting-days/d1/{part}", EMPTY)
    heading = head.get(f"{AT}/{page}").text.partition("<h1")[2].partition("</h1>")[0]
    assert heading
    stage.says(service, f"{API}/{api}", lambda sent: (REFUSED, 422) if sent or "packs" not in api else (EMPTY, 200))
    again = head.post(f"{AT}/{path}", {"report_card_id": "x", "name": "Pack", "key": "k1"})
    assert again.status_code == 422
    assert again.text.partition("<h1")[2].partition("</h1>")[0] == heading
    assert "The input is not what is wanted" in again.text
    assert head.get(f"{AT}/{path}").headers.get("Location", f"{AT}/{page}") == f"{AT}/{page}", "a reload, the other language"


def test_what_the_api_calls_otherwise_stands_at_its_field(stage: Stage, head: Browser) -> None:
    errors = {"texts": {"ur": {"value": {"body": ["Write something."]}}}}
    head.get(f"{AT}/announcements/new")
    stage.says("notifications", f"{API}/announcements", {**REFUSED, "errors": errors}, status=422)
    page = head.post(f"{AT}/announcements/new", {"subject_ur": "چھٹی", "body_en": "Come."})
    assert page.status_code == 422
    assert 'id="body_ur-error"' in page.text
    assert "Come." in page.text


@pytest.mark.parametrize(
    "path",
    [
        "guides/g1/x",
        "packs/k1/x",
        "activities/x/x",
        "webhooks/w1/x",
        "answers/a1/x",
        "report-cards/runs/r1",
        "meeting-days/d1/timetables/t1/steps/x",
    ],
)
def test_a_step_that_is_none_does_nothing(stage: Stage, head: Browser, path: str) -> None:
    head.get(f"{AT}/people/new")
    assert head.post(f"{AT}/{path}", {"do": "x"}).status_code == 404
    assert stage.changes() == []


def test_what_stands_in_an_address_stays_one_part_of_it(stage: Stage, head: Browser) -> None:
    head.get(f"{AT}/people/new")
    stage.says("meetings", f"{API}/meeting-days/x%3Fy%23z/absences", {})
    answer = head.post(f"{AT}/meeting-days/x%3Fy%23z/absences", {"teacher_id": "t1"})
    assert answer.headers["Location"] == f"{AT}/meeting-days/x%3Fy%23z"


def test_events_of_a_webhook_are_chosen_and_not_typed(stage: Stage, head: Browser) -> None:
    page = head.get(f"{AT}/webhooks").text
    assert 'type="checkbox" name="events" value="reports.homework_set"' in page
    assert "A teacher set homework." in page
    hook = {"webhook_id": "w1", "url": "https://school.pk/x", "events": ["reports.homework_set"], "active": True}
    stage.says("notifications", f"{API}/webhooks/w1", {**hook, "stopped_because": None})
    stage.says("notifications", f"{API}/webhooks/w1/deliveries", EMPTY)
    assert 'value="reports.homework_set" checked' in head.get(f"{AT}/webhooks/w1").text
    head.post(f"{AT}/webhooks/w1", {"url": "https://school.pk/y", "events": "reports.homework_set", "active": "no"})
    [sent] = [each for each in stage.of(f"{API}/webhooks/w1") if each.method == "PATCH"]
    assert sent.body == {"url": "https://school.pk/y", "events": ["reports.homework_set"], "active": False}
    stage.says(
        "notifications", f"{API}/webhooks/w1", lambda sent: (REFUSED, 422) if sent else ({**hook, "stopped_because": None}, 200)
    )
    again = head.post(f"{AT}/webhooks/w1", {"url": "", "active": "no"})
    assert again.status_code == 422
    assert 'value="reports.homework_set" checked' not in again.text, "what was ticked, and no other"
