"""The teacher's pages at their edges: what is refused, what somebody else did meanwhile, what is not theirs, what is empty."""

import json
import re
from typing import Any

import pytest

from schoolbus.clock import today
from tests.portal.support import ME, Browser, Stage

BRANCH = "/v1/branches/b1"
CLASS, AT = f"{BRANCH}/classes/c1", "/classes/b1/c1"
EMPTY = {"items": [], "next": None}
AHSAN = {"person_id": "s1", "given_name": "Ahsan", "family_name": "Jatoi", "name_ur": "احسن جتوئی", "given_name_ur": "احسن"}
ALIZA = {"person_id": "s2", "given_name": "Aliza", "family_name": "Hussain", "name_ur": None, "given_name_ur": None}
TEACHER = {"person_id": "t1", "given_name": "Riffat", "family_name": "Dar", "name_ur": "رفعت ڈار", "given_name_ur": "رفعت"}
GROUP = {"class_id": "c1", "title": "Class 1A", "grade": "01", "subject": None, "homeroom": True}
ROOM = {**GROUP, "teachers": [TEACHER], "students": [AHSAN, ALIZA]}
GONE_ON = {
    "type": "https://rabta.pk/problems/gone-on",
    "title": "Somebody has sent this register already",
    "detail": "Read it, and send your change with its edition.",
    "status": 409,
    "edition": 1,
}


def invalid(errors: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "https://rabta.pk/problems/invalid",
        "title": "The input is not what is wanted",
        "status": 422,
        "errors": errors,
    }


@pytest.fixture
def teacher(stage: Stage) -> Browser:
    """Of one class with two children, in a branch where nothing has happened yet."""
    branch = {"branch_id": "b1", "name": "Gulberg", "name_ur": "گلبرگ"}
    me = {**ME, "person": TEACHER, "branches": [{**branch, "roles": ["teacher", "class_teacher"]}]}
    stage.says("roster", "/v1/me", {**me, "classes": [{**GROUP, "branch": branch}]})
    stage.says("roster", CLASS, ROOM)
    for path in ("terms", "holidays"):
        stage.says("roster", f"{BRANCH}/{path}", EMPTY)
    lists = ("homework", "home-notes", "registers", "absences", "line-items", "categories", "report-card-runs", "remark-bank")
    for path in (*lists, "behaviour/notes", "engagement/unreached", "engagement/steps", "learning-goals", "teaching-methods"):
        stage.says("reports", f"{BRANCH}/{path}", EMPTY)
    stage.says(
        "reports", f"{BRANCH}/attendance/missing-registers", {"on": "2026-11-26", "closed": None, "taken": 0, "missing": []}
    )
    stage.says("reports", f"{BRANCH}/attendance/week", {"days": [{"weekday": day, "ends": "13:30"} for day in range(6)]})
    stage.says("reports", f"{BRANCH}/behaviour/aspects", {"aspects": []})
    for path in ("conversations", "unclear-answers", "guides"):
        stage.says("notifications", f"{BRANCH}/{path}", EMPTY)
    for path in ("meeting-days", "bookings", "call-wishes", "commitments"):
        stage.says("meetings", f"{BRANCH}/{path}", EMPTY)
    return stage.signed_in(person_id="t1", roles={"b1": ["teacher", "class_teacher"]})


def register(edition: int = 0, **statuses: str) -> dict[str, Any]:
    entries = [
        {"student_id": id, "status": statuses.get(id, "present"), "minutes": None, "note": None, "absence_id": None}
        for id in ("s1", "s2")
    ]
    by = {"taken_by": "t1" if edition else None, "taken_at": "2026-11-26T04:00:00Z" if edition else None}
    more = {
        "changed_by": None,
        "changed_at": None,
        "ends_at": "2026-11-26T08:30:00Z",
        "lesson": None,
        "class_title": "Class 1A",
    }
    return {
        "register_id": "r1",
        "class_id": "c1",
        "held_on": today().isoformat(),
        "edition": edition,
        "entries": entries,
        **by,
        **more,
    }


def keeps_registers(stage: Stage, there: dict[str, Any], answer: Any, status: int = 200) -> str:
    path = f"{BRANCH}/registers/c1/{today().isoformat()}"
    stage.says("reports", path, lambda sent: (answer, status) if sent else (there, 200))
    return path


# What stands where nothing is


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/classes", "Class 1A"),
        (AT, "Children"),
        (f"{AT}/homework", "No homework is set."),
        (f"{AT}/marks", "the calendar has none"),
        (f"{AT}/behaviour", "Tap the child"),
        (f"{AT}/remarks", "No report cards are being made"),
        (f"{AT}/unreached", "All families of this class are reached."),
        (f"{AT}/goals", "No goal is open."),
        (f"{AT}/methods", "Nothing is written yet."),
        ("/inbox", "No family has written yet."),
        ("/inbox/notes", "Nothing to read."),
        ("/inbox/unclear", "All answers are in their place."),
        ("/meeting-day", "No meeting day is set."),
    ],
)
def test_an_empty_page_says_what_it_is_for(teacher: Browser, path: str, says: str) -> None:
    answer = teacher.get(path)
    assert answer.status_code == 200, answer.text
    assert says in answer.text
    teacher.accept_language = "ur"
    assert says not in teacher.get(path).text or says == "Class 1A"


def test_who_teaches_nothing_is_told_whom_to_ask(stage: Stage, teacher: Browser) -> None:
    stage.says("roster", "/v1/me", ME)
    assert "No class is known as yours" in teacher.get("/classes").text


@pytest.mark.parametrize("page", ["", "/register", "/homework/new", "/marks", "/behaviour", "/remarks", "/unreached", "/diary"])
def test_another_class_is_not_there(stage: Stage, teacher: Browser, page: str) -> None:
    gone = {
        "type": "https://rabta.pk/problems/not-found",
        "title": "Class is not here",
        "detail": "It is not yours.",
        "status": 404,
    }
    stage.says("roster", f"{BRANCH}/classes/c2", gone, 404)
    answer = teacher.get(f"/classes/b1/c2{page}")
    assert (answer.status_code, "Class is not here" in answer.text) == (404, True)


# The register


def test_everybody_is_there_but_who_was_tapped(stage: Stage, teacher: Browser) -> None:
    path = keeps_registers(stage, register(), register(1, s2="late"))
    page = teacher.get(f"{AT}/register")
    assert "All are there. Tap whoever is not" in page.text
    fields = {"on": today().isoformat(), "edition": "0", "key": "k1", "away": "s2", "state-s2": "late", "minutes-s2": "۱۵"}
    answer = teacher.post(f"{AT}/register", fields)
    assert (answer.status_code, answer.headers["Location"]) == (303, AT)
    sent = next(each for each in stage.of(path) if each.method == "PUT")
    assert sent.body == {
        "entries": [{"student_id": "s2", "status": "late", "minutes": 15}],
        "others": "present",
        "edition": 0,
        "reason": None,
    }
    assert sent.headers["Idempotency-Key"] == "k1"


def test_of_two_teachers_the_second_sees_both(stage: Stage, teacher: Browser) -> None:
    keeps_registers(stage, register(1, s1="absent"), GONE_ON, 409)
    teacher.get(f"{AT}/register")
    answer = teacher.post(f"{AT}/register", {"on": today().isoformat(), "edition": "0", "away": "s2"})
    assert answer.status_code == 409
    assert "Somebody has sent this register already" in answer.text
    assert answer.text.count("There it says:") == 2, "of Ahsan, who is absent there, and of Aliza, who is present there"
    assert re.search(r'value="s2" checked', answer.text), "what was tapped is still there"
    assert not re.search(r'value="s1" checked', answer.text)
    assert 'name="edition" value="1"' in answer.text, "sent again it is a correction of what was seen"


def test_a_planned_absence_is_marked_before(stage: Stage, teacher: Browser) -> None:
    keeps_registers(stage, register(s1="excused"), register(1))
    page = teacher.get(f"{AT}/register").text
    assert re.search(r'value="s1" checked', page)
    assert "the family told the school beforehand" in page


def test_a_day_without_school_says_so(stage: Stage, teacher: Browser) -> None:
    closed = {"on": "2026-11-29", "closed": "No school on this day of the week", "taken": 0, "missing": []}
    stage.says("reports", f"{BRANCH}/attendance/missing-registers", closed)
    stage.says("reports", f"{BRANCH}/registers/c1/2026-11-29", invalid({"held_on": ["There is no school."]}), 422)
    page = teacher.get(f"{AT}/register?on=2026-11-29")
    assert page.status_code == 200
    assert "No register is taken on this day" in page.text
    assert 'name="away"' not in page.text


def test_a_day_that_is_none_is_today(stage: Stage, teacher: Browser) -> None:
    keeps_registers(stage, register(), register(1))
    assert "All are there. Tap" in teacher.get(f"{AT}/register?on=yesterday").text


# Homework


def test_homework_with_its_day_by_a_tap(stage: Stage, teacher: Browser) -> None:
    made: list[Any] = []
    stage.says("reports", f"{BRANCH}/homework", lambda sent: (made.append(sent) or sent, 201) if sent else (EMPTY, 200))
    teacher.get(f"{AT}/homework/new")
    answer = teacher.post(f"{AT}/homework/new", {"title": "Read page 4", "due": "2026-11-27", "key": "h1", "text": ""})
    assert answer.headers["Location"] == f"{AT}/homework/h1"
    assert made[0] == {
        "kind": "homework",
        "title": "Read page 4",
        "text": "Read page 4",
        "subject": None,
        "due_on": "2026-11-27",
        "steps": [],
        "class_id": "c1",
        "homework_id": "h1",
        "attachment_ids": [],
    }


def test_what_was_typed_stays_when_it_is_refused(stage: Stage, teacher: Browser) -> None:
    refused = invalid({"due_on": ["Before today."]})
    stage.says("reports", f"{BRANCH}/homework", lambda sent: (refused, 422) if sent else (EMPTY, 200))
    teacher.get(f"{AT}/homework/new")
    answer = teacher.post(f"{AT}/homework/new", {"title": "<b>Read</b>", "due": "other", "due_on": "2020-01-01", "key": "h2"})
    assert answer.status_code == 422
    assert "Before today." in answer.text
    assert "&lt;b&gt;Read&lt;/b&gt;" in answer.text
    assert 'name="key" value="h2"' not in answer.text, "it was not taken: once mended it is another"


# Marks

ITEM = {
    "line_item_id": "i1",
    "class_id": "c1",
    "subject": "Urdu",
    "term": "First term",
    "title": "Quiz 1",
    "kind": "quiz",
    "due_on": "2026-11-20",
    "result_min": "0",
    "result_max": "10",
    "state": "open",
    "published_at": None,
    "edition": 1,
}


def result(student: str, score: str, edition: int) -> dict[str, Any]:
    return {
        "student_id": student,
        "status": "fully graded",
        "score": score,
        "entered_score": score,
        "text_score": None,
        "edition": edition,
    }


def has_marks(stage: Stage, *results: dict[str, Any], locked: bool = False) -> None:
    term = {"term_id": "x", "title": "First term", "kind": "term", "starts_on": "2026-08-01", "ends_on": "2026-12-31"}
    stage.says("roster", f"{BRANCH}/terms", {"items": [term], "next": None})
    page = {
        "student_ids": ["s1", "s2"],
        "categories": [],
        "locked": locked,
        "items": [{"line_item": ITEM, "results": list(results)}],
        "next": None,
    }
    stage.says("reports", f"{BRANCH}/gradebook", page)
    stage.says("reports", f"{BRANCH}/line-items", {"items": [ITEM], "next": None})
    stage.says("reports", f"{BRANCH}/term-results", EMPTY)


SEEN = json.dumps({"i1": {"s1": ["7", 1]}})
SHEET = {"term": "First term", "subject": "", "after": "", "seen": SEEN}


def test_what_was_changed_alone_is_sent_with_what_was_seen(stage: Stage, teacher: Browser) -> None:
    has_marks(stage, result("s1", "7", 1))
    stage.says("reports", f"{BRANCH}/line-items/i1/results", {"line_item": ITEM, "results": []})
    page = teacher.get(f"{AT}/marks")
    assert 'name="s1.i1" value="7"' in page.text
    answer = teacher.post(f"{AT}/marks", {**SHEET, "s1.i1": "7.0", "s2.i1": "abs"})
    assert answer.status_code == 303
    [sent] = [each for each in stage.of(f"{BRANCH}/line-items/i1/results") if each.method == "PUT"]
    assert sent.body["results"] == [{"student_id": "s2", "edition": 0, "status": "not submitted", "score": None}]


def test_a_conflict_shows_both_and_the_rest_is_kept(stage: Stage, teacher: Browser) -> None:
    has_marks(stage, result("s1", "9", 2))

    def answers(sent: Any) -> tuple[Any, int]:
        late = [at for at, row in enumerate(sent["results"]) if row["student_id"] == "s1"]
        refused = {str(at): {"edition": ["Somebody has changed it meanwhile: it is 2 now."]} for at in late}
        return (invalid({"results": refused}), 422) if late else ({"line_item": ITEM, "results": []}, 200)

    stage.says("reports", f"{BRANCH}/line-items/i1/results", answers)
    teacher.get(f"{AT}/marks")
    answer = teacher.post(f"{AT}/marks", {**SHEET, "s1.i1": "8", "s2.i1": "6"})
    assert answer.status_code == 409
    assert "Somebody entered 9 meanwhile; you 8." in answer.text
    assert "Kept: 1 mark." in answer.text, "the other child's"
    assert 'name="s1.i1" value="8"' in answer.text
    assert "&#34;s1&#34;:[&#34;9&#34;,2]" in answer.text, "saved again it takes the place of what is there now"


def test_what_is_no_mark_is_not_sent(stage: Stage, teacher: Browser) -> None:
    has_marks(stage)
    teacher.get(f"{AT}/marks")
    answer = teacher.post(f"{AT}/marks", {**SHEET, "seen": "", "s1.i1": "11", "s2.i1": "good"})
    assert answer.status_code == 422
    assert "Not between 0 and what it is out of." in answer.text
    assert "A number, A for absent" in answer.text
    assert not stage.changes()


def test_a_block_with_names_is_put_into_cells_and_not_stored(stage: Stage, teacher: Browser) -> None:
    has_marks(stage)
    teacher.get(f"{AT}/marks")
    answer = teacher.post(
        f"{AT}/marks", {**SHEET, "seen": "", "paste": "yes", "block": "Aliza Hussain\t6\nSomebody Else\t3\nاحسن جتوئی\tA"}
    )
    assert answer.status_code == 200
    assert 'name="s2.i1" value="6"' in answer.text
    assert 'name="s1.i1" value="A"' in answer.text
    assert "Somebody Else" in answer.text
    assert not stage.changes()


@pytest.mark.parametrize("seen", ["", "[]", "{", '{"i1": 3}', '{"i1": {"s1": "x"}}', '{"i1": {"s1": ["7", "x"]}}'])
def test_a_form_that_says_nonsense_is_no_fault(stage: Stage, teacher: Browser, seen: str) -> None:
    has_marks(stage)
    stage.says("reports", f"{BRANCH}/line-items/i1/results", {"line_item": ITEM, "results": []})
    teacher.get(f"{AT}/marks")
    assert teacher.post(f"{AT}/marks", {**SHEET, "seen": seen, "s1.i1": "8"}).status_code == 303


def test_in_a_locked_term_nothing_can_be_typed(stage: Stage, teacher: Browser) -> None:
    has_marks(stage, result("s1", "7", 1), locked=True)
    page = teacher.get(f"{AT}/marks").text
    assert "This term is locked." in page
    assert 'name="s1.i1"' not in page


# Behaviour, remarks, home notes


def test_praise_is_a_tap_and_can_be_undone(stage: Stage, teacher: Browser) -> None:
    note = {"behaviour_note_id": "n1"}
    stage.says("reports", f"{BRANCH}/behaviour/notes", lambda sent: ({"notes": [note]}, 201) if sent else (EMPTY, 200))
    stage.says("reports", f"{BRANCH}/behaviour/notes/n1/withdrawal", note)
    teacher.get(f"{AT}/behaviour")
    answer = teacher.post(f"{AT}/behaviour", {"child": "s1", "praise": "listening", "key": "k", "text": ""})
    page = teacher.follow(answer)
    assert "Noted for Ahsan Jatoi." in page.text
    assert 'name="note" value="n1"' in page.text
    assert teacher.post(f"{AT}/behaviour/withdrawal", {"note": "n1"}).status_code == 303
    assert len(stage.of(f"{BRANCH}/behaviour/notes/n1/withdrawal")) == 1
    posted = next(each for each in stage.of(f"{BRANCH}/behaviour/notes") if each.method == "POST")
    assert (posted.body["tone"], posted.body["student_ids"], posted.body["noting_id"]) == ("praise", ["s1"], "k")


def has_cards(stage: Stage) -> None:
    states = {"drafted": 2, "reviewed": 0, "asked": 0, "issued": 0, "failed": 0, "withdrawn": 0}
    stage.says(
        "reports", f"{BRANCH}/report-card-runs/u1", {"run_id": "u1", "term": "First term", "states": states, "edition": 3}
    )
    blank = {"state": "drafted", "percent": None, "grade": None, "missing": [], "returned_reason": None}
    cards = [{**blank, "report_card_id": f"card-{id}", "student_id": id, "remarks": []} for id in ("s1", "s2")]
    stage.says("reports", f"{BRANCH}/report-card-runs/u1/cards", {"items": cards, "next": None})
    bank = {"remark_id": "m1", "text": "{name} reads well.", "text_ur": "{name} خوب پڑھتا ہے۔", "tags": []}
    stage.says("reports", f"{BRANCH}/remark-bank", {"items": [bank], "next": None})


def test_a_remark_of_the_bank_has_the_childs_name(stage: Stage, teacher: Browser) -> None:
    has_cards(stage)
    stage.says("reports", f"{BRANCH}/report-card-runs/u1/remarks", {"cards": 1})
    assert "0 of 2 written" in teacher.get(f"{AT}/remarks/u1").text
    fields = {
        "about": "class_teacher",
        "text-s1": "",
        "text_ur-s1": "",
        "bank-s1": "m1",
        "text-s2": "",
        "text_ur-s2": "",
        "bank-s2": "",
    }
    assert teacher.post(f"{AT}/remarks/u1", fields).status_code == 303
    [sent] = stage.of(f"{BRANCH}/report-card-runs/u1/remarks")
    assert sent.body["remarks"] == [
        {
            "student_id": "s1",
            "kind": "class_teacher",
            "subject": None,
            "text": "Ahsan reads well.",
            "text_ur": "احسن خوب پڑھتا ہے۔",
        }
    ]


def test_a_refused_remark_says_why_at_its_child(stage: Stage, teacher: Browser) -> None:
    has_cards(stage)
    refused = invalid({"remarks": {"0": {"student_id": ["The card is reviewed: it is given back first."]}}})
    stage.says("reports", f"{BRANCH}/report-card-runs/u1/remarks", refused, 422)
    teacher.get(f"{AT}/remarks/u1")
    answer = teacher.post(f"{AT}/remarks/u1", {"about": "class_teacher", "text-s2": "Works hard.", "text_ur-s2": ""})
    assert answer.status_code == 422
    assert "The card is reviewed: it is given back first." in answer.text
    assert "Works hard." in answer.text


def test_a_note_that_is_read_already_says_so(stage: Stage, teacher: Browser) -> None:
    title = "A teacher has read this note already"
    read = {"type": "https://rabta.pk/problems/already-answered", "title": title, "detail": "Write.", "status": 409}
    stage.says("reports", f"{BRANCH}/home-notes/n1/acknowledgement", read, 409)
    teacher.get("/inbox/notes")
    answer = teacher.post("/inbox/notes/b1/n1", {"answer": "Thank you"})
    assert (answer.status_code, title in answer.text) == (409, True)


# Forms are ours


@pytest.mark.parametrize(
    "path", [f"{AT}/register", f"{AT}/homework/new", f"{AT}/marks", f"{AT}/behaviour", f"{AT}/remarks/u1", "/inbox/b1/v1"]
)
def test_a_form_of_another_site_does_nothing(stage: Stage, teacher: Browser, path: str) -> None:
    assert teacher.post(path, {"csrf": "guessed"}).status_code == 403
    teacher.get("/classes")
    assert teacher.post(path, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not stage.changes()
