"""Each page of a parent with something on it: no English in Urdu but what people wrote, and a way on where a list goes on."""

from typing import Any

import pytest

from tests.portal.families import AT, B1, HOMEWORK, NONE, TODAY, V1, ZOYA
from tests.portal.reading import english_in
from tests.portal.support import ME, Browser, Stage

THEN = "2026-11-26T10:00:00+00:00"
AWAY = {"status": "absent", "reason_kind": "ill", "reason_text": "Fever", "accepted": True, "reason_by": "p1"}
COUNTS = {name: {"count": 2} for name in ("absent", "excused", "late", "left_early")}
NAMED = {"id": "t1", "name": "Riffat Dar", "name_ur": None, "classes": ["Class 1A"], "class_teacher": True}
TALK = {
    **{"conversation_id": "k", "unread": 2, "number": 3, "last_at": THEN, "expected_by": THEN, "answering": NAMED},
    "student": {"id": "z", "name": "Zoya"},
}
LETTER = {
    **{"message_id": "l1", "role": "teacher", "writer": NAMED, "at": THEN, "text": "Hello there", "translations": None},
    "attachments": [{"attachment_id": "f1", "content_type": "image/png", "size": 9000, "state": "kept"}],
}
MESSAGE = {
    **{"message_id": "m1", "branch_id": "b1", "student_ids": ["z"], "subject": "Plants", "body": "Draw", "state": "delivered"},
    **{"about_type": "attendance", "about_id": "h1", "path": f"{V1}/today/z", "calendar": "x", "audio": None},
    "created_at": THEN,
}
DAY = {
    **TODAY,
    "homework": [{**HOMEWORK, "title": "Plants", "done": "help", "checked": "not_done"}],
    "diary": [{"subject": "Science", "text": "Roots", "text_ur": None}],
    "goals": [{"text": "Reads alone", "text_ur": None}],
    "expectations": [{"expectations_id": "c1", "class_title": "Class 1A"}],
    "results": [{"subject": "Science", "title": "Quiz", "score": "4", "out_of": "5", "text_score": None}],
    "report_cards": [{"term": "Spring"}],
    "home_notes": [{"acknowledged_at": THEN, "answer": None}],
    "attendance": [{"status": each, "lesson": None, "minutes": 5} for each in ("late", "excused", "left_early", "absent")],
    "reasons_wanted": [{"absence_id": "a1", "held_on": "2026-11-25"}],
    "behaviour": [{"aspect": "Listening", "aspect_ur": None, "tone": "concern", "text": None, "text_ur": None}],
    "tonight": {"homework_ids": [], "talking_points": [{"talking_point": "Why rain?", "talking_point_ur": None}]},
}
NOTE = {
    **{"home_note_id": "n1", "student_id": "z", "kind": "routines", "written_at": THEN, "choices": [], "text": "Sleeps"},
    **{"voice": None, "acknowledged": True, "answer": "Thanks"},
}
KEPT = {"language": "ur", "channels": ["sms"], "hours": None, "literacy": "reads", "shared_phone": False, "meeting_needs": []}
SAYS: dict[str, tuple[str, Any]] = {
    f"{V1}/today/z": ("reports", DAY),
    f"{V1}/attendance/students/z": (
        "reports",
        {**COUNTS, "term": None, "since": "2026-11-01", "until": "2026-11-26", "days": 20, "minutes_late": 7},
    ),
    f"{V1}/absences": ("reports", {"items": [{**AWAY, "absence_id": "a1", "held_on": "2026-11-25"}], "next": "x"}),
    f"{V1}/planned-absences": ("reports", NONE),
    f"{V1}/home-notes": ("reports", {"items": [NOTE], "next": None}),
    f"{V1}/home-note-choices": ("reports", {"items": [{"key": "a", "text": "A b", "text_ur": "الف"}]}),
    f"{V1}/home-note-prompts": ("reports", {"prompt_every": 2}),
    f"{V1}/results": ("reports", NONE),
    f"{V1}/terms": ("roster", NONE),
    "/v1/feed": ("notifications", {"items": [MESSAGE], "next": "x"}),
    f"{V1}/conversations": ("notifications", {"items": [TALK], "next": "x"}),
    f"{V1}/conversations/partners": ("notifications", {"items": [NAMED]}),
    f"{V1}/conversations/k": ("notifications", {**TALK, "unread": 0}),
    f"{V1}/conversations/k/messages": ("notifications", {"items": [LETTER], "next": None}),
    f"{V1}/desk": ("notifications", {"phone": "+92421234567", "from": "08:00", "to": "14:00"}),
    "/v1/opt-outs": ("notifications", {"items": [{"channel": "sms", "branch_id": None, "opt_out_id": "o1"}]}),
    f"{V1}/guides": ("notifications", {"items": []}),
    "/v1/me/preferences": ("roster", KEPT),
    "/v1/me/preferences/proposals": ("roster", {"items": []}),
    **{
        f"{V1}/{word}": ("meetings", NONE)
        for word in ("permission-slips", "meeting-days", "bookings", "activities", "volunteering", "written-meetings")
    },
    f"{V1}/commitments": ("meetings", NONE),
    f"{V1}/pta": ("meetings", {"member": False, "members": 3, "officers": []}),
    "/v1/my-calendar": ("meetings", {"as_staff": False, "made_at": THEN, "read_at": None}),
}
PAGES = (
    *("/family", AT, f"{AT}/attendance", f"{AT}/notes", f"{AT}/notes/new?kind=routines", f"{AT}/marks", "/preferences"),
    *("/messages", "/messages/b1/k", "/messages/b1/conversations", "/messages/b1/write/z", "/messages/b1/office"),
    *("/meetings", "/meetings/calendar", "/meetings/b1/commitments/new/z", "/meetings/b1/written/new/z", "/events", "/guides"),
    *("/account", "/offline", "/nowhere"),
)


@pytest.fixture
def parent(stage: Stage) -> Browser:
    stage.says("roster", "/v1/me", {**ME, "branches": [{**B1, "roles": ["guardian"]}], "children": [ZOYA]})
    for asked, (service, body) in SAYS.items():
        stage.says(service, asked, body)
    return stage.signed_in()


@pytest.mark.parametrize("path", PAGES)
def test_an_urdu_page_holds_no_english(parent: Browser, path: str) -> None:
    parent.cookies["__Host-language"] = "ur-arabext"
    page = parent.get(path)
    assert page.status_code == (404 if path == "/nowhere" else 200)
    assert english_in(page.text, [body for _, body in SAYS.values()] + [ME, ZOYA, B1]) == []


@pytest.mark.parametrize(
    ("path", "asked", "leads"),
    [
        (f"{AT}/attendance", f"{V1}/absences", f"{AT}/attendance?after=further"),
        (f"{AT}/notes", f"{V1}/home-notes", f"{AT}/notes?after=further"),
        (f"{AT}/homework", f"{V1}/homework", f"{AT}/homework?class=c1"),
        (f"{AT}/homework?class=c1", f"{V1}/homework", f"{AT}/homework?class=c1&amp;after=further"),
        ("/messages", "/v1/feed", "/messages?after=further"),
        ("/messages", f"{V1}/conversations", "/messages/b1/conversations"),
        ("/messages/b1/conversations", f"{V1}/conversations", "/messages/b1/conversations?after=further"),
        ("/messages/b1/k", f"{V1}/conversations/k/messages", "/messages/b1/k?after=further"),
    ],
)
def test_where_a_list_goes_on_the_page_leads_on(stage: Stage, parent: Browser, path: str, asked: str, leads: str) -> None:
    service, body = SAYS.get(asked, ("reports", NONE))
    stage.says(service, asked, {**body, "next": "further"})
    assert f'href="{leads}"' in parent.get(path).text
    stage.says(service, asked, {**body, "next": None})
    assert f'href="{leads}"' not in parent.get(path).text


@pytest.mark.parametrize("word", ["bookings", "meeting-days", "written-meetings", "commitments"])
def test_lists_that_are_shown_whole_are_read_to_their_end(stage: Stage, parent: Browser, word: str) -> None:
    ends = iter(["further", None])
    stage.says("meetings", f"{V1}/{word}", lambda sent: ({"items": [], "next": next(ends)}, 200))
    assert parent.get("/meetings").status_code == 200
    assert ["after=further" in each.path for each in stage.of(f"{V1}/{word}")] == [False, True]
