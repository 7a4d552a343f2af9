"""What comes from families: conversations, notes from home, answers that are not sure."""

import pytest

from tests.portal.support import Browser, Stage
from tests.portal.teaching import BRANCH

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
def talk(stage: Stage, teacher: Browser) -> Browser:
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
    assert stage.sent(f"{BRANCH}/conversations/v1/read") == {"number": 3}
    assert "&lt;b&gt;Kab&lt;/b&gt;?" in page
    assert "Translated by a machine:" in page
    assert "Outside your hours" in page


def test_an_answer_has_the_key_of_its_form(stage: Stage, talk: Browser) -> None:
    talk.get("/inbox/b1/v1")
    assert talk.post("/inbox/b1/v1", {"text": "On Monday.", "key": "k7"}).status_code == 303
    wanted = {"client_id": "k7", "text": "On Monday.", "attachment_ids": []}
    assert stage.sent(f"{BRANCH}/conversations/v1/messages") == wanted


def test_an_answer_that_is_not_sure_is_put_in_its_place(stage: Stage, teacher: Browser) -> None:
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
    assert stage.sent(f"{BRANCH}/unclear-answers/a1/sorting") == {"student_id": "s1", "guardian_id": "g1"}


def test_a_note_that_is_read_already_says_so(stage: Stage, teacher: Browser) -> None:
    title = "A teacher has read this note already"
    read = {"type": "https://rabta.pk/problems/already-answered", "title": title, "detail": "Write.", "status": 409}
    stage.says("reports", f"{BRANCH}/home-notes/n1/acknowledgement", read, 409)
    teacher.get("/inbox/notes")
    answer = teacher.post("/inbox/notes/b1/n1", {"answer": "Thank you"})
    assert (answer.status_code, title in answer.text) == (409, True)
