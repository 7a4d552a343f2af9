"""A teacher's meeting day, conversations and steps with families that are not reached: what each tap asks of the API."""

from typing import Any

import pytest

from gateway.portal.teacher.meeting_day import next_family
from schoolbus.clock import today
from tests.portal.support import Browser, Stage
from tests.portal.test_teacher import AT, BRANCH, teacher  # noqa: F401  (the same teacher)

DAY, AT_DAY = f"{BRANCH}/meeting-days/d1", "/meeting-day/b1/d1"
BOOKING, AT_MEETING = f"{BRANCH}/bookings/k1", f"{AT_DAY}/meetings/k1"
MEETING = {
    "state": "booked",
    "booking_id": "k1",
    "student_id": "s1",
    "student_name": "Ahsan Jatoi",
    "student_name_ur": "احسن جتوئی",
    "guardian_id": "g1",
    "guardian_name": "Nasreen Bibi",
    "meeting_day_id": "d1",
    "teacher_id": "t1",
    "way": "visit",
    "place": "Room 4",
    "starts_at": "2026-12-06T12:00:00+00:00",
    "ends_at": "2026-12-06T12:10:00+00:00",
    "arrived_at": None,
    "expected_at": None,
    "needs": {"companion": "Her brother", "interpreter": "ps", "wheelchair": True, "known": ["evening"]},
    "prepared": {
        "prompts": [{"prompt_id": "p", "en": "Reading", "ur": "پڑھائی"}],
        "own_prompt": None,
        "questions": "How is <she>?",
    },
    "brief": None,
    "commitments": [],
    "notes": None,
    "call_wish": None,
}


@pytest.fixture
def day(stage: Stage, teacher: Browser) -> Browser:  # noqa: F811
    """With one family on the list."""
    stage.says(
        "meetings", f"{DAY}/list", {"title": "Parents' evening", "teacher_id": "t1", "minutes_late": 0, "meetings": [MEETING]}
    )
    return teacher


def sent(stage: Stage, path: str) -> Any:
    [asked] = [each for each in stage.of(path) if each.method != "GET"]
    return asked.body


def test_today_begins_with_the_list(stage: Stage, day: Browser) -> None:
    open_day = {
        "meeting_day_id": "d1",
        "title": "Parents' evening",
        "state": "open",
        "held_on": today().isoformat(),
        "until": today().isoformat(),
    }
    dates = [{"on": today().isoformat(), "starts": "17:00", "ends": "19:00"}]
    teachers = [{"teacher_id": "t1", "place": "Room 4"}]
    stage.says(
        "meetings", f"{BRANCH}/meeting-days", {"items": [{**open_day, "dates": dates, "teachers": teachers}], "next": None}
    )
    page = day.get("/meeting-day").text
    assert "Next: Ahsan Jatoi" in page
    assert "wants an interpreter" in page
    assert "The list" in day.get("/meeting-day?all=yes").text


def test_a_meeting_shows_what_the_family_wants(day: Browser) -> None:
    page = day.get(AT_MEETING).text
    for said in ("Reading", "How is &lt;she&gt;?", "brings Her brother", "Nasreen Bibi"):
        assert said in page


def test_a_meeting_that_is_gone_says_so(day: Browser) -> None:
    answer = day.get(f"{AT_DAY}/meetings/k2")
    assert (answer.status_code, "not in your list" in answer.text) == (404, True)


@pytest.mark.parametrize(
    ("step", "path", "body"),
    [
        ("arrived", "arrival", b""),
        ("attended", "attendance", {"state": "attended"}),
        ("missed", "attendance", {"state": "missed"}),
    ],
)
def test_who_is_here_and_who_came(stage: Stage, day: Browser, step: str, path: str, body: Any) -> None:
    stage.says("meetings", f"{BOOKING}/{path}", MEETING)
    day.get(AT_DAY)
    assert day.post(f"{AT_MEETING}/{step}").status_code == 303
    assert sent(stage, f"{BOOKING}/{path}") == body


def test_too_early_says_when(stage: Stage, day: Browser) -> None:
    early = {
        "type": "https://rabta.pk/problems/not-begun",
        "title": "The meeting has not begun",
        "detail": "It is at five.",
        "status": 409,
    }
    stage.says("meetings", f"{BOOKING}/attendance", early, 409)
    day.get(AT_DAY)
    answer = day.post(f"{AT_MEETING}/attended")
    assert (answer.status_code, "The meeting has not begun" in answer.text) == (409, True)


def test_running_late_tells_families(stage: Stage, day: Browser) -> None:
    stage.says("meetings", f"{DAY}/teachers/t1/delay", {"teacher_id": "t1", "minutes": 10, "families_told": 2})
    day.get(AT_DAY)
    assert "2 families are told." in day.follow(day.post(f"{AT_DAY}/delay", {"minutes": "10"})).text
    assert sent(stage, f"{DAY}/teachers/t1/delay") == {"minutes": 10}


def test_notes_and_what_was_agreed(stage: Stage, day: Browser) -> None:
    stage.says("meetings", f"{BOOKING}/notes", {})
    stage.says("meetings", BOOKING, MEETING)
    stage.says("meetings", f"{BRANCH}/commitments", {})
    day.get(AT_MEETING)
    day.post(f"{AT_MEETING}/notes", {"shared": "Reads well.", "private": "", "edition": "0"})
    assert sent(stage, f"{BOOKING}/notes") == {"shared": "Reads well.", "private": "", "edition": 0}
    day.post(f"{AT_MEETING}/commitments", {"text": "Reads daily", "due_on": "2026-12-20", "owners": "guardian"})
    made = sent(stage, f"{BRANCH}/commitments")
    assert (made["guardian_id"], made["owners"], made["booking_id"]) == ("g1", ["guardian"], "k1")


def test_a_family_without_a_time(stage: Stage, day: Browser) -> None:
    family = {
        "guardians": [{"person_id": "g1", "given_name": "Nasreen", "family_name": "Bibi", "may_receive_reports": True}],
        "siblings": [],
    }
    stage.says("roster", f"{BRANCH}/people/s1/family", family)
    free = {"teacher_id": "t1", "next_free": None, "booking_id": None, "meets_at": None}
    stage.says("meetings", f"{DAY}/desk", {"teachers": [free]})
    stage.says("meetings", f"{DAY}/walk-ins", MEETING, 201)
    assert "Whose family is here?" in day.get(f"{AT_DAY}/walk-in").text
    assert "No time is free any more" in day.get(f"{AT_DAY}/walk-in?student_id=s1").text
    assert day.post(f"{AT_DAY}/walk-in", {"student_id": "s1", "guardian_id": "g1"}).status_code == 303
    assert sent(stage, f"{DAY}/walk-ins") == {"teacher_id": "t1", "student_id": "s1", "guardian_id": "g1"}


def test_hours_of_the_week_and_days_away(stage: Stage, day: Browser) -> None:
    path = f"{BRANCH}/availability/t1"
    away = {"on": "2026-12-01", "until_on": None, "hours": []}
    stage.says("meetings", path, {"teacher_id": "t1", "patterns": [], "exceptions": [away]})
    desk = {"days": [0, 1], "from": "08:00", "to": "14:00", "answer_within_hours": 6, "own": False}
    stage.says("notifications", f"{BRANCH}/desk/mine", desk)
    day.get("/meeting-day/b1/availability")
    day.post("/meeting-day/b1/availability", {"starts0": "16:00", "ends0": "18:00", "drop": "0", "away_on": "2026-12-24"})
    assert sent(stage, path) == {
        "patterns": [{"starts": "16:00", "ends": "18:00", "weekdays": [0], "from_on": today().isoformat()}],
        "exceptions": [{"on": "2026-12-24", "until_on": None, "hours": []}],
    }


def test_who_is_here_comes_before_who_is_next() -> None:
    past = {**MEETING, "booking_id": "past", "ends_at": "2000-01-01T00:00:00+00:00"}
    coming = {**MEETING, "booking_id": "coming", "ends_at": "2999-01-01T00:00:00+00:00"}
    here = {**coming, "booking_id": "here", "arrived_at": "2026-12-06T12:00:00+00:00"}
    for waiting, expected in (([past, coming, here], "here"), ([past, coming], "coming"), ([past], "past"), ([], None)):
        found = next_family(waiting)
        assert (found and found["booking_id"]) == expected


# Conversations


TALK = {
    "conversation_id": "v1",
    "student": {"id": "s1", "name": "Ahsan Jatoi"},
    "guardian": {"id": "g1", "name": "Nasreen Bibi"},
    "answering": {"id": "t1", "name": "Riffat Dar"},
    "members": [],
    "state": "open",
    "number": 3,
    "unread": 1,
    "last_at": "2026-11-26T08:00:00Z",
    "hours": {"open_now": False},
}
MESSAGE = {
    "number": 3,
    "writer": {"id": "g1", "name": "Nasreen Bibi"},
    "channel": "sms",
    "at": "2026-11-26T08:00:00Z",
    "attachments": [],
}


@pytest.fixture
def talk(stage: Stage, teacher: Browser) -> Browser:  # noqa: F811
    path = f"{BRANCH}/conversations/v1"
    stage.says("notifications", path, TALK)
    message = {
        **MESSAGE,
        "message_id": "m1",
        "text": "<b>Kab</b>?",
        "translations": {"en": {"text": "When?", "made_by": "machine"}},
    }
    stage.says(
        "notifications", f"{path}/messages", lambda sent: ({}, 201) if sent else ({"items": [message], "next": None}, 200)
    )
    stage.says("notifications", f"{path}/read", TALK)
    return teacher


def test_what_is_opened_is_read_and_shown_with_its_translation(stage: Stage, talk: Browser) -> None:
    page = talk.get("/inbox/b1/v1").text
    assert sent(stage, f"{BRANCH}/conversations/v1/read") == {"number": 3}
    assert "&lt;b&gt;Kab&lt;/b&gt;?" in page
    assert "Translated by a machine:" in page
    assert "Outside your hours" in page


def test_an_answer_has_the_key_of_its_form(stage: Stage, talk: Browser) -> None:
    talk.get("/inbox/b1/v1")
    assert talk.post("/inbox/b1/v1", {"text": "On Monday.", "key": "k7"}).status_code == 303
    wanted = {"client_id": "k7", "text": "On Monday.", "attachment_ids": []}
    assert sent(stage, f"{BRANCH}/conversations/v1/messages") == wanted


def test_an_answer_that_is_not_sure_is_put_in_its_place(stage: Stage, teacher: Browser) -> None:  # noqa: F811
    who = {"guardian": {"id": "g1", "name": "Nasreen Bibi"}, "student": {"id": "s1", "name": "Ahsan Jatoi"}}
    answer = {
        "unclear_answer_id": "a1",
        "text": "ji",
        "channel": "sms",
        "received_at": "2026-11-26T08:00:00Z",
        "candidates": [who],
    }
    stage.says("notifications", f"{BRANCH}/unclear-answers", {"items": [answer], "next": None})
    stage.says("notifications", f"{BRANCH}/unclear-answers/a1/sorting", answer)
    assert "Nasreen Bibi, about Ahsan Jatoi" in teacher.get("/inbox/unclear").text
    teacher.post("/inbox/unclear/b1/a1", {"whose": "g1 s1"})
    assert sent(stage, f"{BRANCH}/unclear-answers/a1/sorting") == {"student_id": "s1", "guardian_id": "g1"}


# Families that are not reached


def test_a_step_with_a_family_and_what_came_of_it(stage: Stage, teacher: Browser) -> None:  # noqa: F811
    family = {
        "family_id": "s1",
        "children": [{"person_id": "s1", "name": "Ahsan Jatoi", "name_ur": None, "class_ids": ["c1"]}],
        "guardians": [{"person_id": "g1", "name": "Nasreen Bibi", "name_ur": None}],
        "reasons": [{"reason": "no_contact", "text": "No working contact", "text_ur": "کوئی درست رابطہ نہیں"}],
        "contacts": [{"guardian_id": "g1", "contact": "none", "language": "ur", "last_read_on": None, "channels": ["app"]}],
        "next": [{"strategy": "ask_for_contact", "text": "Ask for a number that works", "text_ur": "نمبر معلوم کریں"}],
        "tried": [{"strategy": "letter", "on": "2026-11-20", "outcome": "no_answer"}],
    }
    step = {"step_id": "x1", "student_ids": ["s1"], "strategy": "letter", "note": None, "taken_on": "2026-11-20"}
    stage.says("reports", f"{BRANCH}/engagement/unreached", {"items": [family], "next": None})
    steps: list[Any] = []
    stage.says(
        "reports",
        f"{BRANCH}/engagement/steps",
        lambda sent: (steps.append(sent) or step, 201) if sent else ({"items": [step], "next": None}, 200),
    )
    stage.says("reports", f"{BRANCH}/engagement/steps/x1/outcome", step)
    page = teacher.get(f"{AT}/unreached").text
    assert "No working contact" in page
    assert "What came of it?" in page
    teacher.post(f"{AT}/unreached", {"family_id": "s1", "strategy": "ask_for_contact", "key": "k9", "note-s1": ""})
    assert steps == [{"step_id": "k9", "family_id": "s1", "strategy": "ask_for_contact", "note": None}]
    teacher.post(f"{AT}/unreached/steps/x1", {"outcome": "reached", "note-x1": "He has a new phone."})
    assert sent(stage, f"{BRANCH}/engagement/steps/x1/outcome") == {"outcome": "reached", "note": "He has a new phone."}


# In writing


WRITTEN = {
    "written_meeting_id": "w1",
    "student_name": "Ahsan Jatoi",
    "guardian_name": "Nasreen Bibi",
    "teacher_id": "t1",
    "state": "answered",
    "form": {"teacher": [{"id": "goes_well", "en": "What goes well?", "ur": "کیا اچھا ہے؟"}], "guardian": []},
    "answers": {},
    "answered": ["guardian"],
    "answer_by": "2026-12-03T18:59:00Z",
}


def test_a_meeting_in_writing_is_answered(stage: Stage, teacher: Browser) -> None:  # noqa: F811
    stage.says("meetings", f"{BRANCH}/written-meetings", {"items": [WRITTEN], "next": None})
    stage.says("meetings", f"{BRANCH}/written-meetings/w1", WRITTEN)
    stage.says("meetings", f"{BRANCH}/written-meetings/w1/answers", WRITTEN)
    assert "What goes well?" in teacher.get("/meeting-day/written").text
    assert teacher.post("/meeting-day/written/b1/w1", {"goes_well-w1": "She reads."}).status_code == 303
    assert sent(stage, f"{BRANCH}/written-meetings/w1/answers") == {"answers": {"goes_well": "She reads."}}


def test_both_sides_are_read_when_both_have_answered(stage: Stage, teacher: Browser) -> None:  # noqa: F811
    answers = {"teacher": {"goes_well": "She <reads>."}, "guardian": {}}
    done = {**WRITTEN, "state": "done", "answered": ["guardian", "teacher"], "answers": answers}
    stage.says("meetings", f"{BRANCH}/written-meetings", {"items": [done], "next": None})
    page = teacher.get("/meeting-day/written").text
    assert "She &lt;reads&gt;." in page
    assert "Send my answers" not in page
