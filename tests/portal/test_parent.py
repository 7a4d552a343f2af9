"""Parents' pages at their edges: whose child, what is not subscribed to, what is refused, what is sent twice."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.portal.parent import days, marks, preferences
from schoolbus.contracts import roster
from tests.gateway.support import PUBLIC_URL
from tests.portal.families import AT, B1, B2, BILAL, HOMEWORK, NONE, V1, ZOYA, problem, today
from tests.portal.support import ME, Browser, Stage

SLOT = {"slot_id": "s9", "teacher_id": "t1", "teacher_name": "Riffat Dar", "starts_at": "2026-12-06T12:30:00+00:00"}
DAY = {
    **{"meeting_day_id": "d1", "title": "Parents' evening", "state": "open", "mode": "booking"},
    "teachers": [{"teacher_id": "t1", "name": "Riffat Dar", "ways": [{"way": "visit", "place": ""}]}],
}


@pytest.mark.parametrize(
    "path", ["/children/b1/stranger", "/children/b2/z", "/children/b9/z", "/children/b1/z/report-cards/r1/xx"]
)
def test_what_is_not_theirs_is_not_here_and_nothing_is_asked_for(stage: Stage, parent: Browser, path: str) -> None:
    answer = parent.get(path)
    assert answer.status_code == 404
    assert {each.path for each in stage.asked} == {"/v1/me"}


def test_who_has_no_child_here_reads_what_to_do(stage: Stage) -> None:
    stage.says("notifications", "/v1/feed", NONE)
    assert "Ask the school's office" in stage.signed_in().get("/family").text


def test_nothing_leads_where_the_branch_does_not_subscribe(parent: Browser) -> None:
    page = parent.get("/children/b2/y").text
    assert "does not send homework and marks through Rabta" in page
    assert "/homework" not in page
    assert "/messages/b2/write" not in page
    both = parent.get("/family").text
    assert '<span class="note">Class 1A, Johar Town</span>' in both, "which school it is, where there are several"
    assert f'href="{AT}/notes"' in both
    assert 'href="/children/b2/y/notes"' not in both


def test_events_of_a_branch_without_meetings_say_so(stage: Stage, parent: Browser) -> None:
    stage.platform.subscribe({"b1": ["reports"], "b2": ["reports"]})
    try:
        refused = problem("subscription-required", "The branch does not subscribe", 403)
        for branch in ("b1", "b2"):
            for path in ("activities", "permission-slips", "volunteering", "pta"):
                stage.says("meetings", f"/v1/branches/{branch}/{path}", refused, status=403)
        assert "does not announce events" in parent.get("/events").text
    finally:
        stage.platform.subscribe({"b1": ["meetings", "reports", "notifications"], "b2": ["meetings"]})


def test_what_teachers_wrote_is_shown_and_never_run(stage: Stage, parent: Browser) -> None:
    today(stage, homework=[HOMEWORK])
    page = parent.get("/family").text
    assert "&lt;b&gt;Plants&lt;/b&gt;" in page
    assert "<b>Plants" not in page


def test_a_reason_is_one_tap_and_leads_back(stage: Stage, parent: Browser) -> None:
    today(stage, reasons_wanted=[{"absence_id": "a1", "held_on": "2026-11-25"}])
    stage.says("reports", f"{V1}/absences/a1/reason", {})
    assert f'action="{AT}/attendance/a1/reason"' in parent.get("/family").text
    answer = parent.post(f"{AT}/attendance/a1/reason", {"kind": "ill", "back": "/family"})
    assert (answer.status_code, answer.headers["Location"]) == (303, "/family")
    assert stage.of(f"{V1}/absences/a1/reason")[0].body == {"kind": "ill", "text": None}
    assert "The teacher knows it" in parent.follow(answer).text


@pytest.mark.parametrize("back", ["https://elsewhere.example", "//elsewhere.example", "/\\elsewhere.example", ""])
def test_no_form_leads_away(stage: Stage, parent: Browser, back: str) -> None:
    stage.says("reports", f"{V1}/absences/a1/reason", {})
    parent.get("/family")
    answer = parent.post(f"{AT}/attendance/a1/reason", {"kind": "ill", "back": back})
    assert answer.headers["Location"] == f"{AT}/attendance"


def test_homework_is_signed_as_it_was_seen(stage: Stage, parent: Browser) -> None:
    today(stage, homework=[HOMEWORK])
    answers = f"{V1}/homework/h1/answers/z"
    stage.says("reports", answers, {})
    assert 'name="edition" value="3"' in parent.get("/family").text
    parent.post(f"{AT}/homework/h1", {"edition": "3", "signed": "yes", "done": "yes", "back": "/family"})
    assert stage.of(answers)[0].body == {"edition": 3, "done": "yes", "signed": True}
    stage.says("reports", answers, problem("gone-on", "It has changed meanwhile", 409), status=409)
    stage.says("reports", f"{V1}/homework/h1", {**HOMEWORK, "state": "set", "steps": [], "attachments": [], "teacher_id": "t1"})
    refused = parent.post(f"{AT}/homework/h1", {"edition": "2", "signed": "yes"})
    assert refused.status_code == 409
    assert "A way out." in refused.text


def test_a_form_of_another_site_does_nothing(stage: Stage, parent: Browser) -> None:
    parent.get("/family")
    assert parent.post(f"{AT}/attendance/a1/reason", {"csrf": "guessed", "kind": "ill"}).status_code == 403
    assert stage.changes() == []


def book(stage: Stage, parent: Browser, body: Any, status: int) -> Any:
    stage.says("meetings", f"{V1}/meeting-days/d1", DAY)
    stage.says("meetings", f"{V1}/meeting-days/d1/slots", {"items": [{**SLOT, "slot_id": "s1"}], "next": None})
    stage.says("meetings", f"{V1}/slots/s1/booking", body, status=status)
    parent.get("/meetings/b1/days/d1/z/t1")
    return parent.post("/meetings/b1/days/d1/z/t1", {"slot": "s1", "key": "k1"})


def test_a_booking_has_the_key_of_its_form(stage: Stage, parent: Browser) -> None:
    answer = book(stage, parent, {"booking_id": "k1"}, 201)
    assert answer.headers["Location"] == "/meetings/b1/bookings/k1"
    (asked,) = stage.of(f"{V1}/slots/s1/booking")
    assert (asked.headers["Idempotency-Key"], asked.body) == ("k1", {"student_id": "z", "way": None})


def test_when_a_time_has_gone_others_are_one_tap_away(stage: Stage, parent: Browser) -> None:
    taken = problem("slot-taken", "That time has just gone", 409, free_slots=[SLOT])
    answer = book(stage, parent, taken, 409)
    assert answer.status_code == 409
    assert "That time has just gone" in answer.text
    assert '<input type="hidden" name="slot" value="s9">' in answer.text
    assert "Book Sun 6 Dec, 5:30" in answer.text


def test_preferences_are_kept_whole_and_the_pages_follow_the_language(stage: Stage, parent: Browser) -> None:
    kept = {
        "language": "en",
        "channels": ["sms"],
        "hours": None,
        "literacy": "reads",
        "shared_phone": False,
        "meeting_needs": [],
    }
    stage.says("roster", "/v1/me/preferences", kept)
    for path in ("/v1/me/preferences/proposals", "/v1/opt-outs"):
        stage.says("roster" if "me" in path else "notifications", path, {"items": []})
    stage.says("reports", f"{V1}/home-note-prompts", {"prompt_every": 1})
    parent.get("/preferences")
    form = {"language": "ur", "channel 1": "whatsapp", "channel 2": "sms", "channel 3": "whatsapp", "literacy": "voice"}
    parent.post("/preferences", {**form, "from": "16:00", "to": "20:00", "shared_phone": "yes", "prompt_every": "2"})
    (sent,) = [each.body for each in stage.of("/v1/me/preferences") if each.method == "PUT"]
    assert sent == {
        **{"language": "ur", "channels": ["whatsapp", "sms"], "hours": {"from": "16:00", "to": "20:00"}},
        **{"literacy": "voice", "shared_phone": True, "meeting_needs": []},
    }
    assert [each.body for each in stage.of(f"{V1}/home-note-prompts") if each.method == "PUT"] == [{"prompt_every": 2}]
    assert parent.cookies["__Host-language"] == "ur-latn"


def test_the_words_of_preferences_are_the_roster_s() -> None:
    assert tuple(preferences.OWN_NAMES) == roster.LANGUAGES
    assert (preferences.CHANNELS, preferences.LITERACY) == (roster.CHANNELS, roster.LITERACY)
    assert preferences.MEETING_NEEDS == roster.MEETING_NEEDS


def test_a_day_asks_for_an_answer_while_it_is_open_and_not_answered() -> None:
    day = {"meeting_day_id": "d1", "state": "open", "until": "2999-01-01", "mode": "booking"}
    day |= {"booking_opens_at": None, "early_opens_at": None, "wishes_until": None}
    later = "2999-01-01T00:00:00+00:00"
    assert days.to_answer([day], []) == [day]
    assert days.to_answer([day], [{"meeting_day_id": "d1"}]) == []
    for shut in ({"state": "cancelled"}, {"until": "2020-01-01"}, {"booking_opens_at": later}):
        assert days.to_answer([{**day, **shut}], []) == []
    assert days.to_answer([{**day, "mode": "timetable", "wishes_until": "2020-01-01T00:00:00+00:00"}], []) == []


@given(st.lists(st.one_of(st.none(), st.decimals(0, 120, places=1)), max_size=40))
def test_a_course_stays_in_its_picture(percents: list[Any]) -> None:
    results = [{"percent": None if each is None else str(each)} for each in percents]
    points = marks.course(results)
    assert len(points) in (0, sum(each is not None for each in percents))
    assert all(0 <= x <= marks.WIDTH and 0 <= y <= marks.HEIGHT for x, y in points)
    assert [x for x, _ in points] == sorted(x for x, _ in points)


def test_the_weekly_question_is_of_the_branch_that_takes_notes(stage: Stage, parent: Browser) -> None:
    """The first one does not."""
    guardian = [{**branch, "roles": ["guardian"]} for branch in (B2, B1)]
    stage.says("roster", "/v1/me", {**ME, "branches": guardian, "children": [BILAL, ZOYA]})
    kept = {"language": "en", "channels": ["sms"], "hours": None, "literacy": "reads", "shared_phone": False}
    stage.says("roster", "/v1/me/preferences", {**kept, "meeting_needs": []})
    stage.says("reports", f"{V1}/home-note-prompts", {"prompt_every": 4})
    for path in ("/v1/me/preferences/proposals", "/v1/opt-outs"):
        stage.says("roster" if "me" in path else "notifications", path, {"items": []})
    assert 'name="prompt_every" value="4" checked' in parent.get("/preferences").text
    parent.post("/preferences", {"language": "en", "prompt_every": "2"})
    assert [each.body for each in stage.of(f"{V1}/home-note-prompts") if each.method == "PUT"] == [{"prompt_every": 2}]


def test_the_calendar_s_address_has_the_key_of_its_form(stage: Stage, parent: Browser) -> None:
    feed = {"as_staff": False, "made_at": "2026-11-26T10:00:00Z", "read_at": None}
    made = {**feed, "address": f"{PUBLIC_URL}/v1/calendar-feeds/x.ics"}
    stage.says("meetings", "/v1/my-calendar", made)
    parent.get("/meetings/calendar")
    assert "x.ics" in parent.post("/meetings/calendar", {"key": "key-1"}).text
    assert stage.of("/v1/my-calendar")[-1].headers["Idempotency-Key"] == "key-1"


def test_a_reason_that_is_refused_comes_back_beside_its_own_day(stage: Stage, parent: Browser) -> None:
    counts = {name: {"count": 0} for name in ("absent", "excused", "late", "left_early")}
    span = {"term": None, "since": "2026-11-01", "until": "2026-11-26", "days": 20, "minutes_late": 0}
    stage.says("reports", f"{V1}/attendance/students/z", {**counts, **span})
    away = {"status": "absent", "reason_kind": None, "reason_text": None, "accepted": False, "reason_by": None}
    days_away = [{**away, "absence_id": id, "held_on": "2026-11-25"} for id in ("a1", "a2")]
    stage.says("reports", f"{V1}/absences", {"items": days_away, "next": None})
    stage.says("reports", f"{V1}/planned-absences", NONE)
    parent.get(f"{AT}/attendance")
    wrong = problem("invalid", "The input is not what is wanted", 422, errors={"text": ["Too long."]})
    stage.says("reports", f"{V1}/absences/a1/reason", wrong, status=422)
    page = parent.post(f"{AT}/attendance/a1/reason", {"kind": "travel", "text": "We went to Multan"})
    assert page.status_code == 422
    assert page.text.count('value="We went to Multan"') == 1
    assert page.text.count("Too long.") == 1
    assert 'id="text-a1" name="text" type="text" value="We went to Multan"' in page.text
