"""Print runs: papers of a class, a grade, a branch as one PDF, for who may print them."""

import io
import uuid
from typing import Any

import pytest
from pypdf import PdfReader

from schoolbus import clock
from schoolbus.caller import Caller
from schoolbus.contracts.notifications import ContactFailed
from schoolbus.contracts.roster import ClassesChanged, ContactConfirmed
from schoolbus.ids import fingerprint
from services.reports.printruns import clearing
from tests.reports.classrooms import Classroom
from tests.reports.printing import asks, outline, over, pages, prints, run_of
from tests.reports.story import Branch, in_days, slug
from tests.support.people import head, office
from tests.support.roster import enrolled, people, related, someone
from tests.support.services import Service
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def branch(reports: Service) -> Branch:
    """c1 of grade 5 has s1, s2, s3; c2 of grade 10 has s4 and s1, too; s3 has no card."""
    branch = Branch(reports, f"branch-{uuid.uuid4().hex[:6]}")
    row = {"version": 1, "active": True, "subject": None, "homeroom": True}
    made = [
        {**row, "class_id": "c2", "title": "Class 10-A", "grade": "10"},
        {**row, "class_id": "c1", "version": 2, "title": "Class 5-A", "grade": "05"},
    ]
    branch.knows(
        ClassesChanged(branch_id=branch.id, subject="classes", items=made),
        people(branch.id, someone("s4", "student", given_name="Zara", family_name="Ali")),
        enrolled(branch.id, "c2", students=("s4", "s1"), teachers=("t2",)),
    )
    branch.marks("First Term", s1="45", s2="30")
    branch.issues("First Term", student_ids=["s1", "s2"])
    return branch


def test_a_class_as_one_pdf_in_register_order(branch: Branch) -> None:
    run, pdf = prints(branch)
    assert (run["state"], run["asked"], run["done"], run["parts"], run["parts_done"]) == ("made", 3, 2, 1, 1)
    assert run["failed"] == [{"student_id": "s3", "class_id": "c1", "reason": "No report card of this term is issued."}]
    assert outline(pdf) == [("Class 5-A", ["Ayesha Khan", "Bilal Khan"])]
    assert pages(pdf) == run["pages"] == 3


def test_it_is_the_family_s_card_and_nothing_is_set_anew(branch: Branch) -> None:
    branch.marks("Second Term", s1="10")
    for score in ("10", "40"):
        branch.marks("Second Term", s1=score)
        branch.issues("Second Term", student_ids=["s1"])
    _, pdf = prints(branch, term="second term", language="en")
    text = "".join(page for page in _texts(pdf))
    assert "80.0" in text
    assert "20.0%" not in text


def test_the_branch_and_a_grade(branch: Branch) -> None:
    run, pdf = prints(branch, of="branch")
    assert [title for title, _ in outline(pdf)] == ["Class 5-A", "Class 10-A"], "by grade, each child once"
    assert (run["asked"], run["done"]) == (4, 2)
    run, pdf = prints(branch, office(branch_id=branch.id), of="grade", grade="5")
    assert outline(pdf) == [("Class 5-A", ["Ayesha Khan", "Bilal Khan"])]
    run, _ = prints(branch, of="grade", grade="10", term="Never")
    assert (run["state"], run["done"]) == ("failed", 0)
    assert {each["student_id"] for each in run["failed"]} == {"s1", "s4"}
    assert slug(asks(branch, of="grade", grade="7")) == "invalid"


def test_who_may_print(branch: Branch, elsewhere: Branch) -> None:
    run, _ = prints(branch, branch.teacher())
    path = f"report-print-runs/{run['report_print_run_id']}"
    for caller in (branch.teacher("t2"), head(branch_id=branch.id), office(branch_id=branch.id)):
        assert branch.call("GET", path, caller).status_code == 200
    assert branch.call("GET", path, branch.teacher("t9")).status_code == 404
    assert branch.call("GET", f"{path}/pdf", branch.teacher("t9")).status_code == 404
    assert branch.call("GET", path, branch.guardian()).status_code == 403
    assert elsewhere.call("GET", path, head(branch_id=elsewhere.id)).status_code == 404
    assert asks(branch, branch.teacher("t9")).status_code == 403
    assert slug(asks(branch, branch.teacher(), of="branch")) == "not-your-class"
    of_branch, _ = prints(branch, of="branch")
    assert branch.call("GET", f"report-print-runs/{of_branch['report_print_run_id']}", branch.teacher()).status_code == 404
    shown = branch.call("GET", "report-print-runs", branch.teacher()).json()["items"]
    assert run["report_print_run_id"] in {each["report_print_run_id"] for each in shown}
    assert {each["of"] for each in shown} == {"class"}


def test_letters_are_for_who_teaches_what_is_in_them(branch: Branch) -> None:
    """t5 teaches s1 in both classes, t6 in one: on t5's letters stand marks that t6 sees nowhere."""
    branch.knows(enrolled(branch.id, "c1", teachers=("t5", "t6")), enrolled(branch.id, "c2", teachers=("t5",)))
    runs = {}
    for who in (branch.teacher("t5"), branch.teacher("t6"), head(branch_id=branch.id)):
        runs[who.person_id] = asks(branch, who, what="letters").json()["report_print_run_id"]
        eventually(lambda id=runs[who.person_id]: over(branch, id))

    def seen(by: Caller) -> set[str]:
        listed = {each["report_print_run_id"] for each in branch.call("GET", "report-print-runs", by).json()["items"]}
        of_class = branch.call("GET", "report-print-runs?class_id=c1", by).json()["items"]
        assert {each["report_print_run_id"] for each in of_class} & {*runs.values()} == listed & {*runs.values()}
        for id in runs.values():
            assert branch.call("GET", f"report-print-runs/{id}", by).status_code == (200 if id in listed else 404)
            if id not in listed:
                assert branch.call("GET", f"report-print-runs/{id}/pdf", by).json()["title"] == "Print run is not here"
                assert branch.call("DELETE", f"report-print-runs/{id}", by).status_code == 404
        return listed & {*runs.values()}

    assert seen(head(branch_id=branch.id)) == {*runs.values()}
    assert seen(branch.teacher("t5")) == {runs["t5"], runs["t6"]}
    assert seen(branch.teacher("t6")) == {runs["t6"]}


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": "registers", "month": "2026-13"},
        {"what": "registers", "month": "2026-11", "only_paper": True},
        {"what": "letters", "term": None},
        {"what": "diary_weeks", "term": "First Term", "week": "2026-11-26"},
        {"of": "branch", "class_id": "c1"},
        {"of": "grade"},
        {"what": "books"},
        {"language": "fr"},
    ],
)
def test_what_does_not_fit_is_refused(branch: Branch, wrong: dict) -> None:
    answer = asks(branch, **wrong)
    assert (answer.status_code, slug(answer)) == (422, "invalid"), answer.text


def test_asked_twice_with_one_id_it_is_one_run(branch: Branch) -> None:
    id = str(uuid.uuid4())
    first, again = (asks(branch, report_print_run_id=id).json() for _ in range(2))
    assert first["report_print_run_id"] == again["report_print_run_id"] == id
    assert slug(asks(branch, report_print_run_id=id, language="ur")) == "already-there"
    eventually(lambda: over(branch, id))


def test_only_families_who_want_paper(branch: Branch) -> None:
    """Who says so; who has no address; whose address is bad, until staff say that it is right or there is another one."""
    assert prints(branch, only_paper=True)[0]["reason"] == "No family wants paper."

    def those() -> list[str]:
        run, _ = prints(branch, what="letters", term="Third", only_paper=True)
        return sorted(each["student_id"] for each in run["failed"])

    paper = {"literacy": "paper", "hours": None, "shared_phone": False, "meeting_needs": []}
    g2 = {"phone": "+923001110002", "channels": ["sms"]}
    branch.knows(people(branch.id, someone("g2", "guardian", version=2, **g2, preferences=paper)))
    assert those() == ["s1"]
    branch.knows(people(branch.id, someone("g2", "guardian", version=3, **g2)))
    branch.knows(people(branch.id, someone("g3", "guardian", version=2, channels=["email"])))
    assert those() == ["s3"]
    bad: dict[str, Any] = {"person_id": "g2", "channel": "sms", "reason": "unknown", "failed_at": clock.now()}
    hash = fingerprint(g2["phone"])
    branch.service.say(ContactFailed(branch_id=branch.id, subject="g2", address_hash=hash, **bad))
    eventually(lambda: those() == ["s1", "s3"])
    branch.service.say(ContactConfirmed(branch_id=branch.id, subject="g2", person_id="g2", channel="sms"))
    eventually(lambda: those() == ["s3"])
    bad["failed_at"] = clock.now()
    branch.service.say(ContactFailed(branch_id=branch.id, subject="g2", address_hash=hash, **bad))
    eventually(lambda: those() == ["s1", "s3"])
    branch.knows(people(branch.id, someone("g2", "guardian", version=4, phone="+923009990002", channels=["sms"])))
    assert those() == ["s3"], "another number"
    branch.knows(related(branch.id, ("g3", "s3"), version=2, may_receive_reports=False))
    assert prints(branch, what="letters", only_paper=True)[0]["reason"] == "No family wants paper."


def test_diary_weeks_registers_and_certificates(branch: Branch) -> None:
    room = Classroom(branch)
    entry = {"text": "How plants drink.", "text_ur": "پودے کیسے پیتے ہیں", "subject": "Science"}
    room.ask("PUT", f"diary/c1/{in_days(0)}", json=entry)
    run, pdf = prints(branch, what="diary_weeks", week=in_days(0))
    assert (run["asked"], run["done"], pages(pdf)) == (3, 3, 4), "a copy for each child"
    assert run["about"] == in_days(0)
    assert branch.call("PUT", "attendance/week", head(branch_id=branch.id), json=_EVERY_DAY).ok
    sheet = {"entries": [{"student_id": "s1", "status": "absent"}], "others": "present"}
    assert branch.call("PUT", f"registers/c1/{in_days(0)}", branch.teacher(), json=sheet).ok
    run, pdf = prints(branch, what="registers", of="branch", month=in_days(0)[:7])
    assert (run["asked"], run["done"], outline(pdf)) == (1, 1, [("Class 5-A", [])])
    draft = {"class_id": "c1", "student_ids": ["s2"], "title": "Star of the week", "text": "For helping others."}
    assert branch.call("POST", "certificates", head(branch_id=branch.id), json=draft).status_code == 201
    run, pdf = prints(branch, what="certificates", of="branch", title="star of the WEEK", paper="letter")
    assert outline(pdf) == [("Class 5-A", ["Bilal Khan"])]


def test_cancelled_it_stops_and_made_its_file_goes(branch: Branch) -> None:
    run, _ = prints(branch)
    path = f"report-print-runs/{run['report_print_run_id']}"
    for _ in range(2):
        gone = branch.call("DELETE", path, branch.teacher())
        assert (gone.status_code, gone.json()["state"], gone.json()["size"]) == (200, "removed", 0)
    answer = branch.call("GET", f"{path}/pdf", branch.teacher())
    assert (answer.status_code, slug(answer)) == (409, "pdf-gone")
    assert run_of(branch, run["report_print_run_id"])["failed"] == run["failed"]
    worker = branch.service.processes["worker"]
    worker.kill()
    try:
        path = f"report-print-runs/{asks(branch).json()['report_print_run_id']}"
        assert branch.call("DELETE", path, branch.teacher()).json()["state"] == "cancelled"
    finally:
        worker.start()
    assert clearing.KEPT.days == 7


def _texts(pdf: bytes) -> list[str]:
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


_EVERY_DAY = {"days": [{"weekday": weekday, "ends": "23:59"} for weekday in range(7)]}
