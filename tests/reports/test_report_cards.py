"""Report cards are asked for, made by the worker, and read by the child's people and nobody else."""

import uuid

import pytest

from schoolbus.contracts.reports import ReportCardIssued
from tests.reports.story import Branch, slug, text_of
from tests.support.people import head, office, operator
from tests.support.roster import related
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def card(branch: Branch) -> dict:
    """s1's card of the first term; s3 has no marks."""
    branch.marks("First Term", s1="45", s2="30")
    branch.marks("First Term", subject="Maths", s1="50")
    run = branch.issues("First Term")
    assert (run["asked"], run["issued"]) == (3, 2)
    assert run["failed"] == [{"student_id": "s3", "reason": "There are no marks for this term."}]
    (issued,) = branch.cards("s1", branch.guardian())
    return issued


def test_an_issued_card_has_its_result_and_is_said(branch: Branch, card: dict) -> None:
    assert (card["version"], card["percent"], card["grade"], card["term"]) == (1, "95.0", "A+", "First Term")
    (said,) = eventually(lambda: [event for event in branch.heard(ReportCardIssued) if event.subject == card["report_card_id"]])
    assert (said.data["student_id"], said.data["term"]) == ("s1", "First Term")


def test_it_is_a_pdf_in_english_urdu_and_both(branch: Branch, card: dict) -> None:
    path = f"report-cards/{card['report_card_id']}/pdf"
    for language in ("en", "ur", "both"):
        answer = branch.call("GET", f"{path}?language={language}", branch.guardian("g2"))
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf")
        assert answer.headers["Content-Disposition"] == f'inline; filename="report-card-first-term-1-{language}.pdf"'
        assert ("AyeshaKhan" in text_of(answer.content)) == (language != "ur")
        again = branch.call(
            "GET", f"{path}?language={language}", branch.guardian(), headers={"If-None-Match": answer.headers["ETag"]}
        )
        assert again.status_code == 304
    assert branch.call("GET", f"{path}?language=fr", branch.guardian()).status_code == 422


def test_for_its_people_and_nobody_else(branch: Branch, elsewhere: Branch, card: dict) -> None:
    path = f"report-cards/{card['report_card_id']}/pdf"
    for caller in (branch.guardian(), branch.teacher("t2"), head(branch_id=branch.id), office(branch_id=branch.id)):
        assert branch.call("GET", path, caller).status_code == 200
    unknown = branch.call("GET", "report-cards/unknown/pdf", branch.guardian("g3"))
    for caller in (branch.guardian("g3"), branch.guardian("g4"), branch.teacher("t9")):
        answer = branch.call("GET", path, caller)
        assert (answer.status_code, answer.json()) == (404, unknown.json())
        assert branch.call("GET", "report-cards?student_id=s1", caller).status_code == 404
    assert branch.call("GET", path, None).status_code == 401
    assert branch.call("GET", path, operator()).status_code == 403
    assert branch.call("GET", path, elsewhere.guardian()).status_code == 403
    for caller in (elsewhere.guardian(), elsewhere.teacher(), head(branch_id=elsewhere.id)):
        assert elsewhere.call("GET", path, caller).status_code == 404
    assert elsewhere.cards("s1", elsewhere.guardian()) == []


def test_a_guardian_who_may_not_receive_reports(elsewhere: Branch) -> None:
    elsewhere.marks("First Term", s1="1")
    elsewhere.issues("First Term", student_ids=["s1"])
    (issued,) = elsewhere.cards("s1", elsewhere.guardian("g2"))
    elsewhere.knows(related(elsewhere.id, ("g2", "s1"), version=2, may_receive_reports=False))
    assert elsewhere.call("GET", f"report-cards/{issued['report_card_id']}/pdf", elsewhere.guardian("g2")).status_code == 404
    assert elsewhere.call("GET", "report-cards?student_id=s1", elsewhere.guardian("g2")).status_code == 404


def test_today_shows_a_new_card(branch: Branch, card: dict) -> None:
    shown = branch.today("s1", branch.guardian())["report_cards"]
    assert card["report_card_id"] in [new["report_card_id"] for new in shown]


def test_issued_again_it_is_a_new_version(branch: Branch) -> None:
    branch.marks("Second Term", s2="10")
    branch.issues("Second Term", student_ids=["s2"])
    branch.today("s2", branch.guardian())
    branch.marks("second term", s2="40")
    branch.issues("second term", student_ids=["s2"])
    cards = [card for card in branch.cards("s2", branch.guardian()) if card["term"].casefold() == "second term"]
    assert [(card["version"], card["percent"]) for card in cards] == [(2, "80.0"), (1, "20.0")]
    assert {card["report_card_id"] for card in cards} <= {
        new["report_card_id"] for new in branch.today("s2", branch.guardian())["report_cards"]
    }


def test_runs_at_once_give_versions_without_a_gap(branch: Branch) -> None:
    branch.marks("Third Term", s1="10")
    runs = [branch.asks_for_cards("Third Term", student_ids=["s1"]).json()["run_id"] for _ in range(4)]
    assert len(set(runs)) == 4
    done = eventually(lambda: [c for c in branch.cards("s1", branch.guardian()) if c["term"] == "Third Term"][3:] and True)
    assert done
    assert sorted(c["version"] for c in branch.cards("s1", branch.guardian()) if c["term"] == "Third Term") == [1, 2, 3, 4]


def test_asked_twice_with_one_id_it_is_one_run(branch: Branch) -> None:
    branch.marks("Fourth Term", s1="10")
    run_id = str(uuid.uuid4())
    for _ in range(2):
        run = branch.issues("Fourth Term", student_ids=["s1"], run_id=run_id)
        assert (run["run_id"], run["asked"], run["issued"]) == (run_id, 1, 1)
    assert len([card for card in branch.cards("s1", branch.guardian()) if card["term"] == "Fourth Term"]) == 1
    other = branch.asks_for_cards("Fifth Term", run_id=run_id)
    assert (other.status_code, slug(other)) == (409, "already-there")


def test_every_refused_student_is_named_and_nothing_is_asked(branch: Branch, elsewhere: Branch) -> None:
    answer = branch.asks_for_cards("First Term", student_ids=["s1", "s404", "s1"])
    assert (answer.status_code, slug(answer)) == (422, "invalid")
    assert answer.json()["errors"]["student_ids"] == {"1": ["Not in this class."], "2": ["Named twice."]}
    assert branch.asks_for_cards("First Term", student_ids=[]).status_code == 422
    assert branch.asks_for_cards("First Term", student_ids="s1").status_code == 422
    assert branch.asks_for_cards("First Term", class_id="c404").status_code == 404
    assert branch.asks_for_cards("First Term", branch.guardian()).status_code == 403
    assert branch.asks_for_cards("First Term", elsewhere.teacher()).status_code == 403


def test_a_run_is_for_the_class_teachers(branch: Branch, elsewhere: Branch, card: dict) -> None:
    run_id = branch.asks_for_cards("First Term").json()["run_id"]
    assert branch.call("GET", f"report-card-runs/{run_id}", branch.teacher("t9")).status_code == 403
    assert branch.call("GET", f"report-card-runs/{run_id}", branch.guardian()).status_code == 403
    assert elsewhere.call("GET", f"report-card-runs/{run_id}", elsewhere.teacher()).status_code == 404


def test_hostile_text_is_printed_as_it_is(branch: Branch) -> None:
    hostile = '#eval(1) [*b*] $x$ "\\'
    row = {"student_id": "s1", "score": "1", "out_of": "2", "remark": hostile}
    sheet = {"class_id": "c1", "term": 'T"\r\nX: #panic()', "subject": hostile, "marks": [row]}
    assert branch.call("PUT", "marks", branch.teacher(), json=sheet).status_code == 200
    branch.issues(sheet["term"], student_ids=["s1"])
    newest = branch.cards("s1", branch.guardian())[0]
    answer = branch.call("GET", f"report-cards/{newest['report_card_id']}/pdf?language=en", branch.guardian())
    assert answer.headers["Content-Disposition"] == 'inline; filename="report-card-t-x-panic-1-en.pdf"'
    assert "#eval(1)[*b*]$x$" in text_of(answer.content)
