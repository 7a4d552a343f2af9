"""What the school has sent, conversations with teachers, and the office's box."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.portal.language import Language
from gateway.portal.parent import leads, threads
from tests.gateway.support import PUBLIC_URL
from tests.portal.families import AT, NONE, V1, problem
from tests.portal.support import Browser, Stage

MESSAGE = {
    **{
        "message_id": "m1",
        "branch_id": "b1",
        "student_ids": ["z"],
        "subject": "Homework",
        "body": "Plants",
        "state": "delivered",
    },
    **{"about_type": "homework", "about_id": "h1", "path": f"{V1}/homework/h1", "calendar": None, "audio": None},
    "created_at": "2026-11-26T10:00:00+00:00",
}


def test_to_open_a_message_is_to_have_read_it(stage: Stage, parent: Browser) -> None:
    stage.says("notifications", "/v1/feed", {"items": [MESSAGE], "next": None})
    stage.says("notifications", "/v1/feed/m1/read", {**MESSAGE, "state": "read"})
    assert 'action="/messages/m1/open"' in parent.get("/messages").text
    assert parent.post("/messages/m1/open").headers["Location"] == f"{AT}/homework/h1"


def test_an_answer_goes_to_who_is_behind_the_message(stage: Stage, parent: Browser) -> None:
    stage.says("notifications", "/v1/feed/m1/read", MESSAGE)
    stage.says("reports", f"{V1}/homework/h1", {"teacher_id": "t7"})
    stage.says("notifications", f"{V1}/conversations", lambda sent: ({"conversation_id": "k"} if sent else NONE, 200))
    parent.get("/messages")
    answer = parent.post("/messages/m1/answer", {"words": "Thank you.", "key": "k1"})
    assert answer.headers["Location"] == "/messages/b1/k"
    sent = [each.body for each in stage.of(f"{V1}/conversations") if each.body]
    assert sent == [{"client_id": "k1", "text": "Homework\nThank you.", "student_id": "z", "teacher_id": "t7"}]


@pytest.mark.parametrize(
    ("path", "place"),
    [
        ("today/z", "/children/b1/z/behaviour"),
        ("report-cards/r1", "/children/b1/z/report-cards"),
        ("class-expectations/c1", "/children/b1/z/expectations?class=c1"),
        ("bookings/k1", "/meetings/b1/bookings/k1"),
        ("permission-slips/p1", "/events/b1/slips/p1"),
        ("pta/meetings/m1/minutes", "/events/b1/pta/meetings/m1"),
        ("pta/officers/o1", "/events/b1/pta"),
        ("guides/g1", "/guides/b1/g1"),
        ("unclear-answers/u1", ""),
    ],
)
def test_where_messages_lead(path: str, place: str) -> None:
    message = {"path": f"{V1}/{path}", "student_ids": ["z"], "about_type": "behaviour_note"}
    assert leads.place(message) == place
    assert leads.place({**message, "path": "/v1/feed"}) == ""


def test_an_answer_that_is_refused_stays_where_it_was_written(stage: Stage, parent: Browser) -> None:
    stage.says("notifications", "/v1/feed", {"items": [MESSAGE, {**MESSAGE, "message_id": "m2"}], "next": None})
    stage.says("notifications", "/v1/feed/m1/read", problem("quiet", "Not at this hour", 409), status=409)
    parent.get("/messages")
    page = parent.post("/messages/m1/answer", {"text": "Will do."})
    assert page.status_code == 409
    assert "Not at this hour" in page.text
    assert page.text.count(">Will do.</textarea>") == 1, "the other message's form is as it was"
    assert page.text.count("<details open>") == 1


# Conversations


TALK = {
    **{"conversation_id": "k", "unread": 0, "number": 3, "last_at": "2026-11-26T10:00:00+00:00", "expected_by": None},
    **{"student": {"id": "z", "name": "Zoya"}, "answering": {"id": "t1", "name": "Riffat Dar"}},
}


def talking(stage: Stage) -> None:
    stage.says("notifications", f"{V1}/conversations/k", TALK)
    stage.says("notifications", f"{V1}/conversations/k/messages", lambda sent: ({} if sent else NONE, 200))


def write(parent: Browser, files: Any, **fields: str) -> Any:
    given = {"csrf": parent.mark, "key": "key-1", "text": "Here it is.", **fields}
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": PUBLIC_URL}
    return parent._call("POST", "/messages/b1/k", headers=headers, data=given, files=files)


def test_what_was_uploaded_goes_along_when_the_message_is_mended(stage: Stage, parent: Browser) -> None:
    talking(stage)
    stage.says("notifications", f"{V1}/attachments", {"attachment_id": "f1"}, status=201)
    parent.get("/messages/b1/k")
    refused = problem("invalid", "The input is not what is wanted", 422, errors={"text": ["Too long."]})
    stage.says("notifications", f"{V1}/conversations/k/messages", lambda sent: (refused, 422) if sent else (NONE, 200))
    page = write(parent, {"file": ("a.png", b"\x89PNG", "image/png")})
    assert page.status_code == 422
    assert 'name="attached" value="f1" checked' in page.text
    talking(stage)
    assert write(parent, {"file": ("", b"", "")}, key="key-2", attached="f1").status_code == 303
    assert stage.of(f"{V1}/conversations/k/messages")[-1].body["attachment_ids"] == ["f1"]
    assert len(stage.of(f"{V1}/attachments")) == 1


def test_a_file_chosen_anew_under_the_same_key_is_another(stage: Stage, parent: Browser) -> None:
    talking(stage)
    stage.says("notifications", f"{V1}/attachments", {"attachment_id": "f1"}, status=201)
    parent.get("/messages/b1/k")
    for content in (b"\x89PNG 1", b"\x89PNG 1", b"\x89PNG 2"):
        write(parent, {"file": ("a.png", content, "image/png")})
    first, again, other = [each.path for each in stage.of(f"{V1}/attachments")]
    assert first == again != other


def test_what_is_unread_is_counted(stage: Stage, parent: Browser) -> None:
    stage.says("notifications", f"{V1}/conversations", {"items": [{**TALK, "unread": 2}], "next": "more"})
    page = parent.get("/messages").text
    assert '<span class="note">2+ not read yet</span>' in page
    assert 'href="/messages/b1/conversations"' in page, "where the others are"
    assert 'href="/messages/b2/conversations"' not in page
    assert "From teachers, not read yet: 2+" in parent.get("/family").text
    stage.says("notifications", f"{V1}/conversations", {"items": [TALK], "next": "more"})
    all_of_them = parent.get("/messages/b1/conversations").text
    assert "?after=more" in all_of_them
    assert "Riffat Dar about Zoya" in all_of_them


@given(st.lists(st.tuples(st.lists(st.integers(0, 9), max_size=5), st.booleans()), max_size=4))
def test_unread_is_the_sum_of_all_branches(branches: list[tuple[list[int], bool]]) -> None:
    pages = [({}, {"items": [{"unread": each} for each in talks], "next": goes_on or None}) for talks, goes_on in branches]
    shown = threads.unread(Language(), pages)
    total = sum(sum(talks) for talks, _ in branches)
    assert shown.rstrip("+") == (str(total) if total else "")
    assert shown.endswith("+") == bool(total and any(goes_on and talks and talks[-1] for talks, goes_on in branches))


def test_a_word_in_an_address_stays_one_part_of_a_path(stage: Stage, parent: Browser) -> None:
    parent.get("/messages")
    parent.post("/messages/b1/k/messages/x%3Fy/translation")
    assert [each for each in stage.changes() if "translation" in each] == [
        f"POST {V1}/conversations/k/messages/x%3Fy/translation"
    ]


# The office


@pytest.fixture(autouse=True)
def _desk(stage: Stage) -> None:
    stage.says("notifications", f"{V1}/desk", {"phone": "+92421234567", "from": "08:00", "to": "14:00"})


def test_a_suggestion_is_made_once_and_its_form_is_empty_after_it(stage: Stage, parent: Browser) -> None:
    stage.says("notifications", f"{V1}/suggestions", {"code": "AAAA-BBBB"}, status=201)
    parent.get("/messages/b1/office")
    page = parent.post("/messages/b1/office", {"text": "More shade.", "anonymous": "yes", "key": "key-1"})
    assert "AAAA-BBBB" in page.text
    assert "More shade." not in page.text
    assert stage.of(f"{V1}/suggestions")[0].headers["Idempotency-Key"] == "key-1"
    assert 'name="key" value="key-1"' not in page.text, "what is sent next is another"


def test_a_suggestion_that_is_refused_is_still_there(stage: Stage, parent: Browser) -> None:
    stage.says("notifications", f"{V1}/suggestions", problem("full", "The box is full for today", 429), status=429)
    parent.get("/messages/b1/office")
    page = parent.post("/messages/b1/office", {"text": "More shade."})
    assert (page.status_code, ">More shade.</textarea>" in page.text) == (429, True)
