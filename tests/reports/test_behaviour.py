"""Behaviour: noted of one child or several, praise as easily as concern, and shown as a course over weeks."""

from datetime import date, timedelta
from typing import Any

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.reports import BehaviourNoted, BehaviourNotesWithdrawn
from services.reports.behaviour.aspects import ALWAYS
from services.reports.behaviour.course import course, monday, mondays
from services.reports.behaviour.schemas import TONES
from tests.meetings.story import at_once
from tests.reports.story import Body, Branch, in_days, slug
from tests.support.people import head, office
from tests.support.waiting import eventually

OWN = "7a1b6f9e-0000-4000-8000-00000000000"


def notes(branch: Branch, *students: str, by: Caller | None = None, **more: Any) -> requests.Response:
    body = {"class_id": "c1", "student_ids": list(students), "aspect_id": "listening", "tone": "praise", **more}
    return branch.call("POST", "behaviour/notes", by or branch.teacher(), json=body)


def seen(branch: Branch, path: str, by: Caller, **query: Any) -> Body:
    answer = branch.call("GET", f"behaviour/{path}", by, params=query)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def of(branch: Branch, student_id: str, by: Caller | None = None) -> list[Body]:
    return list(seen(branch, "notes", by or branch.teacher(), student_id=student_id)["items"])


def test_praise_is_one_tap_of_several_children_at_once(branch: Branch) -> None:
    answer = notes(branch, "s1", "s2", "s1")
    assert answer.status_code == 201, answer.text
    made = answer.json()["notes"]
    assert [(note["student_id"], note["aspect"], note["text"]) for note in made] == [
        ("s1", "Listening", None),
        ("s2", "Listening", None),
    ]
    said = eventually(lambda: len(found := branch.heard(BehaviourNoted)) == 2 and found)
    assert {event.data["behaviour_note_id"] for event in said} == {note["behaviour_note_id"] for note in made}
    assert "praise" not in said[0].encode()
    [mine] = of(branch, "s2", branch.guardian("g1"))
    assert mine["answer"] == {"path": f"/v1/branches/{branch.id}/conversations", "student_id": "s2", "teacher_id": "t1"}


def test_a_concern_says_what_was_seen(branch: Branch) -> None:
    assert list(notes(branch, "s1", tone="concern").json()["errors"]) == ["text"]
    written = notes(branch, "s1", tone="concern", level=2, text_ur="آج بہت تھکی ہوئی تھی۔").json()["notes"][0]
    assert (written["level"], written["text_ur"]) == (2, "آج بہت تھکی ہوئی تھی۔")


def test_sent_again_it_is_there(branch: Branch) -> None:
    sent = at_once(*[lambda: notes(branch, "s1", "s3", noting_id=f"{OWN}1", text="Shared her pens.")] * 3)
    assert {each.status_code for each in sent} == {201}
    ids = [[note["behaviour_note_id"] for note in each.json()["notes"]] for each in sent]
    assert ids[0] == ids[1] == ids[2]
    assert slug(notes(branch, "s1", noting_id=f"{OWN}1", text="Something else.")) == "already-there"
    assert len([note for note in of(branch, "s3") if note["text"] == "Shared her pens."]) == 1


@pytest.mark.parametrize(
    "more",
    [
        {"student_ids": []},
        {"student_ids": ["s1", "t1"]},
        {"aspect_id": "unknown"},
        {"tone": "rank"},
        {"level": 5},
        {"noted_on": in_days(1)},
        {"noted_on": in_days(-15)},
    ],
)
def test_what_it_refuses(branch: Branch, more: Body) -> None:
    assert notes(branch, "s1", **more).status_code == 422


def test_whose_child_it_is(branch: Branch, elsewhere: Branch) -> None:
    note_id = notes(branch, "s3", text="Helped.").json()["notes"][0]["behaviour_note_id"]
    assert seen(branch, f"notes/{note_id}", branch.guardian("g3"))["text"] == "Helped."
    for stranger in (branch.guardian("g1"), branch.teacher("t9")):
        answer = branch.call("GET", f"behaviour/notes/{note_id}", stranger)
        assert (answer.status_code, answer.json()["title"]) == (404, "Behaviour note is not here")
        for path in ("notes", "course"):
            assert branch.call("GET", f"behaviour/{path}", stranger, params={"student_id": "s3"}).status_code == 404
    assert notes(branch, "s3", by=branch.teacher("t9")).status_code == 403
    assert notes(branch, "s3", by=branch.guardian("g3")).status_code == 403
    assert branch.call("GET", "behaviour/notes", branch.guardian("g3"), params={"class_id": "c1"}).status_code == 403
    assert elsewhere.call("GET", f"behaviour/notes/{note_id}", elsewhere.teacher()).status_code == 404
    assert branch.call("GET", "behaviour/notes", branch.teacher()).status_code == 422
    assert note_id in [
        each["behaviour_note_id"] for each in seen(branch, "notes", branch.teacher("t2"), class_id="c1")["items"]
    ]


def test_other_words_and_a_mistake_taken_back(branch: Branch) -> None:
    note = notes(branch, "s2", tone="concern", text="Was loud.").json()["notes"][0]
    id, path = note["behaviour_note_id"], f"behaviour/notes/{note['behaviour_note_id']}"
    words = {"tone": "concern", "text": "Found it hard to wait for her turn.", "edition": 0}
    assert slug(branch.call("PUT", path, branch.teacher("t2"), json=words)) == "not-your-note"
    assert branch.call("PUT", path, branch.teacher(), json=words).json()["edition"] == 1
    assert branch.call("PUT", path, branch.teacher(), json=words).json()["edition"] == 1, "sent again, it is there"
    assert slug(branch.call("PUT", path, branch.teacher(), json=words | {"text": "Else."})) == "gone-on"
    gone = branch.call("POST", f"{path}/withdrawal", head("h1", branch.id)).json()
    assert (gone["text"], gone["edition"], gone["withdrawn_at"] is None) == (None, 2, False)
    assert branch.call("POST", f"{path}/withdrawal", branch.teacher()).json() == gone
    assert id not in [each["behaviour_note_id"] for each in of(branch, "s2")]
    assert seen(branch, f"notes/{id}", branch.guardian("g1"))["text"] is None, "the link in a message still leads there"
    assert slug(branch.call("PUT", path, branch.teacher(), json=words | {"edition": 2})) == "withdrawn"
    [event] = eventually(lambda: branch.heard(BehaviourNotesWithdrawn))
    assert event.data["items"] == [
        {"behaviour_note_id": id, "edition": 2, "student_id": "s2", "class_id": "c1", "teacher_id": "t1"}
    ]


def test_a_school_adds_its_own_aspects(elsewhere: Branch) -> None:
    chief, path = head("h1", elsewhere.id), "behaviour/aspects"
    draft = {"title": "Helping others", "title_ur": "دوسروں کی مدد", "aspect_id": f"{OWN}2"}
    own = elsewhere.call("POST", path, chief, json=draft)
    assert (own.status_code, own.json()["own"]) == (201, True)
    assert elsewhere.call("POST", path, chief, json=draft).json() == own.json()
    assert elsewhere.call("POST", path, elsewhere.teacher(), json=draft).status_code == 403
    id = own.json()["aspect_id"]
    assert notes(elsewhere, "s1", aspect_id=id).json()["notes"][0]["aspect_ur"] == "دوسروں کی مدد"
    assert elsewhere.call("PATCH", f"{path}/{id}", chief, json={"active": False}).json()["active"] is False
    assert notes(elsewhere, "s1", aspect_id=id).status_code == 422
    shown = seen(elsewhere, "course", elsewhere.guardian("g1"), student_id="s1")["aspects"]
    assert [each["title"] for each in shown][-1] == "Helping others", "what was noted stays to be seen"
    fixed = elsewhere.call("PATCH", f"{path}/listening", chief, json={"active": False})
    assert (fixed.status_code, slug(fixed)) == (409, "always-there")
    assert elsewhere.call("PATCH", f"{path}/unknown", chief, json={"active": False}).status_code == 404
    for number in range(19):
        assert elsewhere.call("POST", path, office(branch_id=elsewhere.id), json={"title": f"A{number}"}).status_code == 201
    assert slug(elsewhere.call("POST", path, chief, json={"title": "One more"})) == "enough-aspects"


def test_a_course_over_weeks(elsewhere: Branch) -> None:
    notes(elsewhere, "s2", "s3")
    notes(elsewhere, "s2", tone="concern", text="Late with her map.", aspect_id="finishing_tasks", noted_on=in_days(-7))
    shown = seen(elsewhere, "course", elsewhere.guardian("g1"), student_id="s2", weeks=3)
    assert [(week["praise"], week["concern"]) for week in shown["weeks"]] == [(0, 0), (0, 1), (1, 0)]
    assert shown["weeks"][-1]["begins_on"] == monday(clock.today()).isoformat()
    by_aspect = {each["aspect_id"]: each for each in shown["aspects"]}
    assert (by_aspect["listening"]["praise"], by_aspect["finishing_tasks"]["weeks"][1]["concern"]) == (1, 1)
    assert "s3" not in str(shown), "nobody else's beside it"
    assert set(shown) == {"student_id", "weeks", "aspects"}


@given(
    st.lists(
        st.tuples(st.sampled_from([each["_id"] for each in ALWAYS]), st.integers(0, 40), st.sampled_from(TONES)), max_size=30
    ),
    st.integers(1, 12),
)
def test_counts_of_weeks_and_of_aspects_add_up(said: list[tuple[Any, int, str]], weeks: int) -> None:
    today = date(2026, 11, 26)
    begins = mondays(today, weeks)[0]
    rows = [
        {"aspect_id": aspect, "noted_on": (today - timedelta(days=ago)).isoformat(), "tone": tone}
        for aspect, ago, tone in said
        if today - timedelta(days=ago) >= begins
    ]
    found = course(rows, ALWAYS, today, weeks)
    for tone in TONES:
        of_weeks = sum(week[tone] for week in found["weeks"])
        assert of_weeks == sum(each[tone] for each in found["aspects"]) == sum(row["tone"] == tone for row in rows)
        assert of_weeks == sum(week[tone] for each in found["aspects"] for week in each["weeks"])
    assert len(found["weeks"]) == weeks
