"""Parents' pages at their edges: whose child, what is not subscribed to, what is refused, what is sent twice."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.portal.parent import days, leads, marks, preferences, recordings
from schoolbus import sound
from schoolbus.contracts import roster
from tests.gateway.support import PUBLIC_URL
from tests.portal.support import ME, Browser, Stage

B1, B2 = {"branch_id": "b1", "name": "Gulberg"}, {"branch_id": "b2", "name": "Johar Town"}
CLASS = {"class_id": "c1", "title": "Class 1A", "grade": "01", "subject": None, "homeroom": True}
ZOYA = {"person_id": "z", "given_name": "Zoya", "family_name": "Khan", "name_ur": "زویا", "branch": B1, "classes": [CLASS]}
BILAL = {**ZOYA, "person_id": "y", "given_name": "Bilal", "name_ur": None, "branch": B2}
AT, V1 = "/children/b1/z", "/v1/branches/b1"
NONE: dict[str, Any] = {"items": [], "next": None}
TODAY: dict[str, Any] = {
    "date": "2026-11-26",
    **{name: [] for name in ("homework", "diary", "goals", "expectations", "results", "report_cards", "home_notes")},
    **{name: [] for name in ("attendance", "reasons_wanted", "behaviour")},
    "tonight": {"homework_ids": [], "talking_points": []},
}
HOMEWORK = {
    **{"homework_id": "h1", "class_title": "Class 1A", "subject": None, "title": "<b>Plants</b>", "text": "Draw one."},
    **{"due_on": "2026-11-29", "edition": 3, "done": None, "signed": False, "checked": None},
}
SLOT = {"slot_id": "s9", "teacher_id": "t1", "teacher_name": "Riffat Dar", "starts_at": "2026-12-06T12:30:00+00:00"}
DAY = {
    **{"meeting_day_id": "d1", "title": "Parents' evening", "state": "open", "mode": "booking"},
    "teachers": [{"teacher_id": "t1", "name": "Riffat Dar", "ways": [{"way": "visit", "place": ""}]}],
}


def problem(slug: str, title: str, status: int, **more: Any) -> dict[str, Any]:
    return {"type": f"https://rabta.pk/problems/{slug}", "title": title, "detail": "A way out.", "status": status, **more}


@pytest.fixture
def parent(stage: Stage) -> Browser:
    """Of Zoya in a branch with everything, and of Bilal in one that subscribes to meetings alone."""
    guardian = [{**branch, "roles": ["guardian"]} for branch in (B1, B2)]
    stage.says("roster", "/v1/me", {**ME, "branches": guardian, "children": [ZOYA, BILAL]})
    stage.says("reports", f"{V1}/today/z", TODAY)
    stage.says("notifications", "/v1/feed", NONE)
    stage.says("notifications", f"{V1}/conversations", NONE)
    for branch in ("b1", "b2"):
        for path in ("permission-slips", "meeting-days", "bookings", "activities", "volunteering"):
            stage.says("meetings", f"/v1/branches/{branch}/{path}", NONE)
    return stage.signed_in(roles={"b1": ["guardian"], "b2": ["guardian"]})


def today(stage: Stage, **more: Any) -> None:
    stage.says("reports", f"{V1}/today/z", {**TODAY, **more})


# Whose child


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


# A branch that does not subscribe


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


# The day, and one tap


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


# Booking


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


# Home notes


def note(stage: Stage, parent: Browser, files: Any, **fields: str) -> Any:
    stage.says("reports", f"{V1}/home-note-choices", {"items": []})
    parent.get(f"{AT}/notes/new")
    given = {"csrf": parent.mark, "key": "5f6f8f6e-4a52-4c38-9a63-6ad1a83f7f0a", "kind": "learning", **fields}
    headers = {"Sec-Fetch-Site": "same-origin", "Origin": PUBLIC_URL}
    return parent._call("POST", f"{AT}/notes/new", headers=headers, data=given, files=files)


def test_a_voice_goes_on_as_phones_play_it_under_the_note_s_own_id(stage: Stage, parent: Browser) -> None:
    stage.says("reports", f"{V1}/home-note-voices", {"voice_id": "v1"}, status=201)
    stage.says("reports", f"{V1}/home-notes", {}, status=201)
    answer = note(stage, parent, {"voice": ("voice", webm([b"\x78abc"] * 120), "audio/webm")})
    assert answer.status_code == 303
    (upload,), (sent,) = stage.of(f"{V1}/home-note-voices"), stage.of(f"{V1}/home-notes")
    assert bytes(upload.body).startswith(b"OggS")
    note(stage, parent, {"voice": ("voice", webm([b"\x78abc"] * 120), "audio/webm")})
    note(stage, parent, {"voice": ("voice", webm([b"\x78abd"] * 120), "audio/webm")})
    paths = [each.path for each in stage.of(f"{V1}/home-note-voices")]
    assert paths[0] == paths[1] != paths[2], "the same is stored once, another is another"
    assert (sent.body["home_note_id"], sent.body["voice_id"]) == ("5f6f8f6e-4a52-4c38-9a63-6ad1a83f7f0a", "v1")


def test_a_refused_note_keeps_what_was_said_and_written(stage: Stage, parent: Browser) -> None:
    stage.says("reports", f"{V1}/home-note-voices", {"voice_id": "v1"}, status=201)
    invalid = problem("invalid", "The input is not what is wanted", 422, errors={"text": ["Say something."]})
    stage.says("reports", f"{V1}/home-notes", invalid, status=422)
    page = note(stage, parent, {"voice": ("voice", b"OggS", "audio/ogg")}, text="She reads")
    assert page.status_code == 422
    assert 'name="voice_id" value="v1" checked' in page.text
    assert ">She reads</textarea>" in page.text
    assert 'name="key" value="5f6f8f6e-4a52-4c38-9a63-6ad1a83f7f0a"' not in page.text, "a voice recorded anew is another"
    assert "Say something." in page.text


# Messages


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


# Preferences


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


# Plain values


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


# Recordings


def webm(packets: list[bytes], codec: bytes = b"A_OPUS") -> bytes:
    """As a browser writes it: the sizes of segment and clusters are not known yet."""
    head = b"OpusHead\x01\x01" + (312).to_bytes(2, "little") + (48000).to_bytes(4, "little") + b"\0\0\0"
    track = element(b"\xae", element(b"\x86", codec) + element(b"\x63\xa2", head))
    begins = element(b"\x1aE\xdf\xa3", b"") + b"\x18\x53\x80\x67\x01" + b"\xff" * 7 + element(b"\x16\x54\xae\x6b", track)
    blocks = b"".join(element(b"\xa3", b"\x81\0\0\x80" + packet) for packet in packets)
    return begins + b"\x1f\x43\xb6\x75\x01" + b"\xff" * 7 + element(b"\xe7", b"\0") + blocks


def element(id: bytes, body: bytes) -> bytes:
    return id + (len(body) | 1 << 56).to_bytes(8, "big") + body


# One frame of 20 ms each (0x78). What reads the length looks for the mark of a page: none is in a packet.
PACKETS = st.binary(min_size=1, max_size=700).filter(lambda rest: b"OggS" not in rest).map(lambda rest: b"\x78" + rest)


@given(st.lists(PACKETS, min_size=1, max_size=300))
def test_what_chromium_records_is_as_long_as_ogg(packets: list[bytes]) -> None:
    made = recordings.playable(webm(packets))
    assert made.startswith(b"OggS")
    assert sound.seconds(made, "audio/ogg") == (round(len(packets) * 0.02 - 312 / 48000, 2) or None)
    assert all(packet in made for packet in packets)


@given(st.binary(max_size=300))
def test_whatever_it_is_it_goes_on_as_it_is(content: bytes) -> None:
    assert recordings.playable(content) == content
    broken = b"\x1aE\xdf\xa3" + content
    assert recordings.playable(broken) == broken


def test_another_codec_and_a_recording_that_breaks_off_go_on_as_they_are() -> None:
    for odd in (webm([b"\x78abc"], codec=b"A_AAC"), webm([b"\x78abc"])[:-2], webm([])):
        assert recordings.playable(odd) == odd
