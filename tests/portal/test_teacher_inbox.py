"""What comes from families: conversations, notes from home, answers that are not sure."""

import pytest

from tests.portal.support import Browser, Stage
from tests.portal.teaching import BRANCH, EMPTY, invalid, post_files

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


def test_a_note_that_is_refused_comes_back_with_the_answer(stage: Stage, teacher: Browser) -> None:
    note = {"home_note_id": "n1", "student_id": "s1", "guardian_id": "g1", "kind": "learning", "choices": [], "text": "Reads."}
    note |= {"voice": None, "acknowledged": None, "written_at": "2026-11-26T08:00:00Z"}
    stage.says("reports", f"{BRANCH}/home-notes", {"items": [note], "next": None})
    stage.says("roster", f"{BRANCH}/people/s1/family", {"guardians": [], "siblings": []})
    stage.says("reports", f"{BRANCH}/home-notes/n1/acknowledgement", invalid({"answer": ["Too long."]}), 422)
    teacher.get("/inbox/notes")
    page = teacher.post("/inbox/notes/b1/n1", {"answer-n1": "Thank you"}).text
    assert "<h1>Notes from home</h1>" in page
    assert 'id="answer-n1-error">Too long.' in page
    assert ">Thank you</textarea>" in page
    assert teacher.get("/inbox/notes/b1/n1").headers["Location"] == "/inbox/notes"


def test_a_file_of_an_answer_goes_along_when_the_words_are_mended(stage: Stage, talk: Browser) -> None:
    refusals = [(invalid({"text": ["Say something."]}), 422), ({}, 201)]
    path = f"{BRANCH}/conversations/v1/messages"
    stage.says("notifications", path, lambda sent: refusals.pop(0) if sent else (EMPTY, 200))
    stage.says("notifications", f"{BRANCH}/attachments", {"attachment_id": "a1"}, 201)
    talk.get("/inbox/b1/v1")
    page = post_files(talk, "/inbox/b1/v1", {"text": "", "key": "k1"}, file1=("timetable.pdf", b"%PDF-"))
    assert 'name="stored" value="a1 timetable.pdf" checked' in page.text
    assert talk.post("/inbox/b1/v1", {"text": "Here.", "key": "k2", "stored": "a1 timetable.pdf"}).status_code == 303
    made = [each.body for each in stage.of(path) if each.method == "POST"]
    assert [each["attachment_ids"] for each in made] == [["a1"], ["a1"]]
    assert len(stage.of(f"{BRANCH}/attachments")) == 1


def test_a_file_keeps_the_name_that_the_api_gives(stage: Stage, talk: Browser) -> None:
    named = {"Content-Disposition": 'attachment; filename="a1.ogg"'}
    stage.says("notifications", f"{BRANCH}/attachments/a1", b"Ogg", 200, **named)
    assert talk.get("/inbox/b1/files/a1").headers["Content-Disposition"] == named["Content-Disposition"]


def test_a_step_that_is_none_closes_nothing(stage: Stage, talk: Browser) -> None:
    talk.get("/inbox/b1/v1")
    assert talk.post("/inbox/b1/v1/steps/burn").status_code == 404
    assert [each for each in stage.changes() if not each.endswith("/read")] == []
