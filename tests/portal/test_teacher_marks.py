"""The mark sheet: what is sent, what somebody else entered meanwhile, what is pasted."""

import json
from typing import Any

import pytest

from schoolbus.ids import effect_id
from tests.portal.support import Browser, Stage
from tests.portal.teaching import AT, BRANCH, EMPTY, gone_on, invalid

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


# What a colleague does at the same time


def test_a_cell_is_cleared_as_it_was_seen(stage: Stage, teacher: Browser) -> None:
    has_marks(stage, result("s1", "7", 1))
    stage.says("reports", f"{BRANCH}/line-items/i1/results/s1", b"", 204)
    teacher.get(f"{AT}/marks")
    assert "Kept: 1 mark." in teacher.follow(teacher.post(f"{AT}/marks", {**SHEET, "s1.i1": ""})).text
    [asked] = stage.of(f"{BRANCH}/line-items/i1/results/s1")
    assert (asked.method, asked.path.partition("?")[2]) == ("DELETE", "edition=1")


def test_what_a_colleague_entered_is_not_cleared(stage: Stage, teacher: Browser) -> None:
    has_marks(stage, result("s1", "9", 2))
    stage.says("reports", f"{BRANCH}/line-items/i1/results/s1", gone_on(2), 409)
    teacher.get(f"{AT}/marks")
    answer = teacher.post(f"{AT}/marks", {**SHEET, "s1.i1": ""})
    assert answer.status_code == 409
    assert "Somebody entered 9 meanwhile; you –." in answer.text
    assert "Kept:" not in answer.text
    assert 'name="s1.i1" value=""' in answer.text
    assert "&#34;s1&#34;:[&#34;9&#34;,2]" in answer.text, "cleared again, it is what was seen that goes"


def test_whoever_saves_between_two_tries_hides_nothing(stage: Stage, teacher: Browser) -> None:
    has_marks(stage, result("s1", "9", 2), result("s2", "3", 2))
    tries: list[list[str]] = []

    def answers(sent: Any) -> tuple[Any, int]:
        tries.append([row["student_id"] for row in sent["results"]])
        return invalid({"results": {"0": {"edition": ["Somebody has changed it meanwhile: it is 2 now."]}}}), 422

    stage.says("reports", f"{BRANCH}/line-items/i1/results", answers)
    teacher.get(f"{AT}/marks")
    seen = json.dumps({"i1": {"s1": ["7", 1], "s2": ["7", 1]}})
    page = teacher.post(f"{AT}/marks", {**SHEET, "seen": seen, "s1.i1": "8", "s2.i1": "6"}).text
    assert tries == [["s1", "s2"], ["s2"]]
    assert "Somebody entered 9 meanwhile; you 8." in page
    assert "Somebody entered 3 meanwhile; you 6." in page


@pytest.mark.parametrize("errors", [{}, {"results": {}}, {"results": {"x": ["?"]}}, {"results": ["?"]}, None])
def test_a_refusal_that_names_no_row_is_of_all(stage: Stage, teacher: Browser, errors: Any) -> None:
    has_marks(stage)
    stage.says("reports", f"{BRANCH}/line-items/i1/results", invalid(errors), 422)
    teacher.get(f"{AT}/marks")
    page = teacher.post(f"{AT}/marks", {**SHEET, "seen": "", "s1.i1": "8", "s2.i1": "6"}).text
    assert "2 marks were not kept" in page
    assert len([each for each in stage.of(f"{BRANCH}/line-items/i1/results") if each.method == "PUT"]) == 1


# Columns


def test_a_column_that_is_refused_keeps_its_new_category(stage: Stage, teacher: Browser) -> None:
    has_marks(stage)
    made: list[str] = []
    category = {"category_id": "", "title": "Quizzes", "weight": "100"}
    teacher.get(f"{AT}/marks/new")
    fields = {"title": "Quiz 9", "subject": "Urdu", "term": "First term", "kind": "quiz", "result_max": "0", "edition": "0"}
    id = effect_id("k1", "category")
    stage.says("reports", f"{BRANCH}/categories/{id}", lambda _: (made.append(id) or category, 200))
    stage.says("reports", f"{BRANCH}/categories", {"items": [{**category, "category_id": id}], "next": None})
    stage.says("reports", f"{BRANCH}/line-items/k1", invalid({"result_max": ["Must be above result_min."]}), 422)
    page = teacher.post(f"{AT}/marks/new", {**fields, "category_id": "", "category": "Quizzes", "key": "k1"})
    assert page.status_code == 422
    assert f'<option value="{id}" selected>' in page.text, "once mended it is not made again under another key"
    assert 'id="result_max-error">Must be above result_min.' in page.text
    assert made == [id]


def test_a_step_that_is_none_is_not_there(stage: Stage, teacher: Browser) -> None:
    teacher.get("/classes")
    assert teacher.post(f"{AT}/marks/items/i1/burn").status_code == 404
    assert not stage.changes()


def test_a_lock_that_is_refused_says_why(stage: Stage, teacher: Browser) -> None:
    has_marks(stage)
    stage.says("reports", f"{BRANCH}/term-locks", {"type": "x", "title": "Not now", "detail": "Later.", "status": 409}, 409)
    teacher.get(f"{AT}/marks")
    answer = teacher.post(f"{AT}/marks/lock?term=First+term", {"term": "First term", "locked": "yes"})
    assert (answer.status_code, "Not now" in answer.text, "Quiz 1" in answer.text) == (409, True, True)


def test_what_was_typed_outlives_a_gradebook_that_does_not_answer(stage: Stage, teacher: Browser) -> None:
    has_marks(stage, result("s1", "7", 1))
    teacher.get(f"{AT}/marks")
    page = {"student_ids": ["s1", "s2"], "categories": [], "locked": False, "next": None}
    shown = {**page, "items": [{"line_item": ITEM, "results": [result("s1", "9", 2)]}]}
    answers = [({"type": "x", "title": "Later", "status": 503}, 503), (shown, 200)]
    stage.says("reports", f"{BRANCH}/gradebook", lambda _: answers.pop(0))
    answer = teacher.post(f"{AT}/marks", {**SHEET, "s1.i1": "8"})
    assert (answer.status_code, 'name="s1.i1" value="8"' in answer.text) == (503, True)
    assert "&#34;s1&#34;:[&#34;7&#34;,1]" in answer.text, "as it was seen: what a colleague entered is not overwritten"
