"""Remarks, review, approval: a class's cards go their way, and none is issued that the head has not approved."""

import uuid

import pytest

from tests.reports.carding import CardRun
from tests.reports.story import Branch, slug, text_of
from tests.support.people import head, office, person, teacher
from tests.support.roster import classes, enrolled, people, someone
from tests.support.waiting import eventually


def test_a_class_goes_its_way(branch: Branch) -> None:
    run = CardRun(branch, "Way", "s1", "s2")
    assert run.states() == {"drafted": 2}
    assert [each["kind"] for each in run.cards()["s1"]["missing"]] == ["subject", "class_teacher"]
    rows = [
        {"student_id": "s1", "subject": "English", "text": "Reads whole books"},
        {"student_id": "s2", "subject": "english", "text_ur": "شوق سے پڑھتا ہے"},
        {"student_id": "s1", "kind": "class_teacher", "text": "A joy to teach.", "text_ur": "پڑھانا خوشی ہے۔"},
        {"student_id": "s1", "kind": "home", "text": "Read together each evening."},
    ]
    answer = run.remarks(branch.teacher(), *rows)
    assert (answer.status_code, answer.json()) == (200, {"cards": 2})
    assert run.cards()["s1"]["missing"] == []
    assert run.cards()["s1"]["percent"] == "80.0"
    run.review()
    assert run.states() == {"reviewed": 2}
    assert run.remarks(run.head, {"student_id": "s1", "kind": "head", "text": "Well done."}).status_code == 200
    assert branch.cards("s1", branch.guardian()) == [] or branch.cards("s1", branch.guardian())[0]["term"] != "Way"
    run.approve()
    assert run.settled() == {"issued": 2}
    card = next(card for card in branch.cards("s1", branch.guardian()) if card["term"] == "Way")
    said = text_of(branch.call("GET", f"report-cards/{card['report_card_id']}/pdf?language=en", branch.guardian()).content)
    for words in ("Readswholebooks", "Ajoytoteach.", "Welldone.", "Readtogethereachevening."):
        assert words in said


def test_who_may_what(branch: Branch) -> None:
    run = CardRun(branch, "Rights", "s1")
    subject_teacher, guardian = branch.teacher("t2"), branch.guardian()
    for name, callers in {
        "review": (subject_teacher, guardian),
        "approval": (subject_teacher, run.class_teacher, office(branch_id=branch.id), guardian),
        "return": (subject_teacher, guardian),
    }.items():
        for caller in callers:
            assert run.step(name, caller, edition=0, reason="x").status_code == 403
    assert run.remarks(branch.teacher("t9"), {"student_id": "s1", "subject": "English", "text": "x"}).status_code == 403
    refused = run.remarks(branch.teacher(), {"student_id": "s1", "kind": "head", "text": "x"})
    assert refused.json()["errors"] == {"remarks": {"0": {"kind": ["The head's alone."]}}}
    approved = branch.asks_for_cards("Rights", branch.teacher(), approved=True)
    assert (approved.status_code, slug(approved)) == (403, "not-yours-to-approve")
    assert branch.asks_for_cards("Rights", office(branch_id=branch.id), approved=True).status_code == 403
    assert branch.call("GET", f"report-cards/{run.id_of('s1')}", guardian).status_code == 404
    assert branch.call("GET", f"report-cards/{run.id_of('s1')}/preview?language=en", guardian).status_code == 403
    assert branch.call("GET", f"report-cards/{run.id_of('s1')}/preview?language=en", branch.teacher("t9")).status_code == 404
    assert run.states() == {"drafted": 1}


def test_a_teacher_of_one_subject_in_another_class_writes_for_the_children_they_teach(branch: Branch) -> None:
    branch.knows(
        people(branch.id, someone("t5", "teacher")),
        classes(branch.id, "c5"),
        enrolled(branch.id, "c5", students=("s1",), teachers=("t5",)),
    )
    run = CardRun(branch, "Subject", "s1", "s2")
    row = {"subject": "English", "text": "Asks good questions"}
    assert set(run.cards(branch.teacher("t5"))) == {"s1"}
    seen = run.cards(branch.teacher("t5"))["s1"]
    assert (seen["percent"], seen["grade"], seen["missing"]) == (None, None, [])
    assert branch.call("GET", f"report-cards/{run.id_of('s1')}/preview", branch.teacher("t5")).status_code == 404
    assert run.remarks(branch.teacher("t5"), {"student_id": "s1", **row}).status_code == 200
    answer = run.remarks(branch.teacher("t5"), {"student_id": "s1", **row}, {"student_id": "s2", **row})
    assert set(answer.json()["errors"]["remarks"]) == {"1"}
    answer = run.remarks(branch.teacher("t5"), {"student_id": "s1", "kind": "class_teacher", "text": "x"})
    assert answer.json()["errors"]["remarks"] == {"0": {"kind": ["Who teaches the class writes it."]}}


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"student_id": "s404", "subject": "English", "text": "x"}, "student_id"),
        ({"student_id": "s1", "text": "x"}, "subject"),
        ({"student_id": "s1", "kind": "class_teacher", "subject": "English", "text": "x"}, "subject"),
        ({"student_id": "s1", "subject": "English", "remark_id": "unknown"}, "remark_id"),
        ({"student_id": "s1", "subject": "English", "remark_id": "a", "text": "x"}, "remark_id"),
        ({"student_id": "s1", "subject": "English", "text": "x" * 121}, "text"),
        ({"student_id": "s1", "kind": "mother", "text": "x"}, "kind"),
        ("s1", "_schema"),
    ],
    ids=str,
)
def test_all_rows_or_none(branch: Branch, rows_run: CardRun, row: object, field: str) -> None:
    good = {"student_id": "s2", "subject": "English", "text": "Good"}
    answer = rows_run.remarks(branch.teacher(), good, row)  # type: ignore[arg-type]
    assert answer.status_code == 422
    assert list(answer.json()["errors"]["remarks"]) == ["1"]
    assert field in answer.json()["errors"]["remarks"]["1"]
    assert rows_run.cards()["s2"]["remarks"] == []


@pytest.fixture(scope="module")
def rows_run(branch: Branch) -> CardRun:
    return CardRun(branch, "Rows", "s1", "s2")


def test_a_remark_of_the_bank_takes_the_place_of_another_and_goes(branch: Branch) -> None:
    remark = {"text": "Reads with joy.", "text_ur": "شوق سے پڑھتی ہے۔", "tags": []}
    remark_id = branch.call("POST", "remark-bank", head(branch_id=branch.id), json=remark).json()["remark_id"]
    run = CardRun(branch, "Bank", "s1")
    assert run.remarks(branch.teacher(), {"student_id": "s1", "subject": "English", "text": "First"}).status_code == 200
    assert run.remarks(branch.teacher("t2"), {"student_id": "s1", "subject": "ENGLISH", "remark_id": remark_id}).ok
    (said,) = run.cards()["s1"]["remarks"]
    assert (said["text"], said["text_ur"], said["by"]) == ("Reads with joy.", "شوق سے پڑھتی ہے۔", "t2")
    assert run.remarks(branch.teacher(), {"student_id": "s1", "subject": "English"}).ok
    assert run.cards()["s1"]["remarks"] == []


def test_given_back_with_a_reason_it_is_written_on_again(branch: Branch) -> None:
    run = CardRun(branch, "Back", "s1", "s2")
    run.review()
    row = {"student_id": "s1", "subject": "English", "text": "x"}
    late = run.remarks(branch.teacher(), row)
    assert late.json()["errors"]["remarks"]["0"]["student_id"] == ["The card is reviewed: it is given back first."]
    assert run.step("return", run.head, "s1").status_code == 422  # without a reason
    assert run.step("return", run.head, "s1", reason="A word is missing").status_code == 200
    assert run.states() == {"drafted": 1, "reviewed": 1}
    card = run.cards()["s1"]
    assert (card["returned_reason"], card["returned_by"]) == ("A word is missing", "h1")
    assert run.remarks(branch.teacher(), row).status_code == 200
    run.review("s1")
    assert run.cards()["s1"]["returned_reason"] is None
    run.approve()
    assert run.settled() == {"issued": 2}
    answer = run.step("return", run.head, "s1", reason="Too late")
    assert answer.json()["errors"]["report_card_ids"] == {"0": ["Is issued."]}


def test_all_cards_or_none_and_each_refused_one_is_named(branch: Branch) -> None:
    run = CardRun(branch, "Named", "s1", "s2")
    run.review("s1")
    answer = run.step("approval", run.head, "s1", "s2")
    assert (answer.status_code, answer.json()["errors"]["report_card_ids"]) == (422, {"1": ["Is not reviewed."]})
    assert run.states() == {"drafted": 1, "reviewed": 1}
    draft = {"edition": 1, "report_card_ids": ["unknown"]}
    answer = branch.call("POST", f"{run.path}/review", run.class_teacher, json=draft)
    assert answer.json()["errors"]["report_card_ids"] == {"0": ["Not in this run."]}


def test_sent_again_it_is_done_once_and_late_it_does_nothing(branch: Branch) -> None:
    run = CardRun(branch, "Late", "s1")
    for _ in range(2):
        answer = run.step("review", run.class_teacher, edition=0)
        assert (answer.status_code, answer.json()["edition"]) == (200, 1)
    assert run.step("return", run.head, edition=1, reason="Look again").json()["edition"] == 2
    assert run.step("review", run.class_teacher, edition=2).json()["edition"] == 3
    late = run.step("approval", run.head, edition=1)  # of what was reviewed the first time
    assert (late.status_code, slug(late), late.json()["edition"]) == (409, "gone-on", 3)
    assert run.states() == {"reviewed": 1}


def test_marks_that_change_after_the_review_bring_it_back(branch: Branch) -> None:
    run = CardRun(branch, "Changed", "s1", "s2")
    run.review()
    branch.marks("Changed", s1="45")
    assert [card["changed_since_review"] for card in run.cards().values()] == [True, False]
    run.approve()
    assert run.settled() == {"drafted": 1, "issued": 1}
    card = run.cards()["s1"]
    assert (card["returned_reason"], card["returned_by"]) == ("Marks have changed since it was reviewed.", None)
    run.review()
    run.approve()
    assert run.settled() == {"issued": 2}
    assert next(c for c in branch.cards("s1", branch.guardian()) if c["term"] == "Changed")["percent"] == "90.0"


def test_a_failed_card_is_given_back_and_made(branch: Branch) -> None:
    run = CardRun(branch, "No marks yet", student_ids=["s3"])
    run.review()
    run.approve()
    assert run.settled() == {"failed": 1}
    branch.marks("No marks yet", s3="30")
    assert run.step("return", run.class_teacher, reason="Marks are in").status_code == 200
    run.review()
    run.approve()
    assert run.settled() == {"issued": 1}


def test_whose_turn_it_is(branch: Branch) -> None:
    run = CardRun(branch, "Turn", "s1")
    run_id = run.asked.json()["run_id"]

    def waiting(caller: object, state: str) -> bool:
        found = branch.call("GET", f"report-card-runs?state={state}&limit=500", caller).json()["items"]  # type: ignore[arg-type]
        return run_id in [each["run_id"] for each in found]

    assert waiting(branch.teacher(), "drafted")
    assert not waiting(run.head, "reviewed")
    run.review()
    assert waiting(run.head, "reviewed")
    assert not waiting(branch.teacher("t9"), "reviewed")
    assert branch.call("GET", "report-card-runs?state=lost", run.head).status_code == 422
    missing = run.cards()["s1"]["missing"]
    assert missing[0] == {"kind": "subject", "subject": "English", "teacher_ids": ["t1", "t2"]}


def test_a_draft_can_be_looked_at(branch: Branch) -> None:
    run = CardRun(branch, "Look", "s1")
    path = f"report-cards/{run.id_of('s1')}/preview?language=en"
    shown = branch.call("GET", path, run.class_teacher)
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "application/pdf")
    assert "DRAFT" in text_of(shown.content)
    empty = CardRun(branch, "Empty", student_ids=["s3"])
    assert branch.call("GET", f"report-cards/{empty.id_of('s3')}/preview", run.head).status_code == 409


def test_only_the_class_teacher_of_a_homeroom_reviews(branch: Branch) -> None:
    subject = {"class_id": "c7", "version": 1, "active": True, "title": "Physics", "grade": "5", "subject": "Physics"}
    event = classes(branch.id, "c7")
    event.data["items"][0] |= subject | {"homeroom": False}
    branch.knows(event, enrolled(branch.id, "c7", students=("s1",), teachers=("t1",)))
    asked = branch.asks_for_cards("Physics", branch.teacher(), class_id="c7", student_ids=["s1"]).json()
    path, class_teacher = f"report-card-runs/{asked['run_id']}/review", person("t1", branch.id, "teacher", "class_teacher")
    assert branch.call("POST", path, class_teacher, json={"edition": 0}).status_code == 403
    assert branch.call("POST", path, office(branch_id=branch.id), json={"edition": 0}).status_code == 200


def test_of_another_branch_nothing_is_found(branch: Branch, elsewhere: Branch) -> None:
    run = CardRun(branch, "Elsewhere", "s1")
    boss = head(branch_id=elsewhere.id)
    for method, path, body in (
        ("GET", f"{run.path}/cards", None),
        ("POST", f"{run.path}/review", {"edition": 0}),
        ("POST", f"{run.path}/approval", {"edition": 0}),
        ("PUT", f"{run.path}/remarks", {"remarks": [{"student_id": "s1", "kind": "head", "text": "x"}]}),
        ("GET", f"report-cards/{run.id_of('s1')}/preview", None),
        ("POST", f"report-cards/{run.id_of('s1')}/withdrawal", {"reason": "x"}),
    ):
        assert elsewhere.call(method, path, boss, json=body).status_code == 404, path
    assert branch.call("POST", f"{run.path}/review", teacher("t1", elsewhere.id), json={"edition": 0}).status_code == 403


def test_a_run_sent_twice_is_one(branch: Branch) -> None:
    run_id = str(uuid.uuid4())
    runs = [CardRun(branch, "Twice", "s1", run_id=run_id) for _ in range(2)]
    assert [run.asked.json()["run_id"] for run in runs] == [run_id, run_id]
    assert eventually(runs[0].states) == {"drafted": 1}
