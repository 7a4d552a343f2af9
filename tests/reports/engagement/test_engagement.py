"""The report through the service: counted by the worker from what others have said and from reports' own documents."""

import csv
import io
import uuid
from typing import Any
from xml.etree import ElementTree

import pytest
from pypdf import PdfReader

from schoolbus.contracts.reports import AccessNoted
from services.reports.engagement import months
from tests.reports.attending import Attendance
from tests.reports.conftest import PUBLIC_URL
from tests.reports.engagement.story import FAMILIES, NOW, School, share
from tests.reports.story import Branch, in_days, slug
from tests.support.people import guardian, head, office, operator, teacher
from tests.support.services import Service
from tests.support.waiting import eventually

ALL = tuple(f"ge{n}" for n in range(1, FAMILIES + 1))


@pytest.fixture(scope="module")
def quick(started: Any) -> Service:
    service: Service = started("reports", ENGAGEMENT_QUIET="1", PUBLIC_URL=PUBLIC_URL)
    return service


@pytest.fixture(scope="module")
def school(quick: Service) -> School:
    return School(Branch(quick, f"branch-{uuid.uuid4().hex[:6]}"))


@pytest.fixture(scope="module")
def month(school: School) -> dict[str, Any]:
    """Eight of fourteen have read something, of the seventeen families of the branch; three had a meeting of eleven."""
    school.tells(*ALL[:8])
    school.tells(*ALL[8:], read=0, unread_since=in_days(-30))
    school.tells("gf1", "gf3", read=0, contact="none", told=0, delivered=0)
    school.takes_part(*ALL[:11], invited=1, met=0)
    school.takes_part(*ALL[:3], invited=1, booked=1, met=1)
    school.takes_part("e1", "e2", role="student", activities=1)
    return school.counted("activities", 2, 16)


def test_shares_have_their_counts_and_intervals(month: dict[str, Any]) -> None:
    """Of 12 families told: the small branch's (s1 and s2 are one, s3 another) were told nothing."""
    assert month["families"] == FAMILIES + 4
    read = share(month, "read")
    assert (read["count"], read["of"], read["percent"], read["suppressed"]) == (8, 12, "66.7", False)
    assert float(read["low"]) < 66.7 < float(read["high"])
    assert share(month, "met") | {"low": None, "high": None} == {
        **{"measure": "met", "count": 3, "of": 11, "percent": "27.3", "low": None, "high": None, "suppressed": False},
    }
    assert (share(month, "unreached")["count"], share(month, "unreached_unread")["count"]) == (6, 4)
    assert month["sums"]["told"] == 48
    assert share(month, "signed")["of"] == 0
    assert share(month, "attendance")["n"] == 0


def test_reports_own_documents_are_counted_too(school: School, month: dict[str, Any]) -> None:
    branch, t1 = school.branch, school.branch.teacher()
    registers = Attendance(branch)
    entries = [{"student_id": "e1", "status": "absent"}]
    assert registers.sends(entries, 0, class_id="e1", others="present").status_code == 200
    homework = branch.sets_homework(t1, class_id="e1", due_on=in_days(0)).json()
    answer = {"edition": 0, "done": "yes", "signed": True}
    path = f"homework/{homework['homework_id']}/answers/e2"
    assert branch.call("PUT", path, guardian("ge2", branch.id), json=answer).status_code == 200
    note = {"student_id": "e3", "kind": "strengths", "text": "She draws."}
    assert branch.call("POST", "home-notes", guardian("ge3", branch.id), json=note).status_code == 201
    rows = [{"student_id": f"e{n}", "score": str(n), "out_of": "20"} for n in range(1, 13)]
    sheet = {"class_id": "e1", "term": "First", "subject": "English", "marks": rows}
    assert branch.call("PUT", "marks", t1, json=sheet).status_code == 200

    def all_there() -> Any:
        found = school.read(since=NOW, until=NOW)["months"][-1]
        return found if share(found, "marks")["n"] and share(found, "home_notes")["count"] else None

    found = eventually(all_there)
    assert (share(found, "attendance")["n"], share(found, "attendance")["mean"]) == (12, "91.7")
    assert (share(found, "signed")["count"], share(found, "signed")["of"]) == (1, 12)
    assert (share(found, "marks")["n"], share(found, "marks")["mean"]) == (12, "32.5")
    assert share(found, "homework_done")["suppressed"], "of one child it is known"


def test_a_small_class_is_hidden_and_what_would_give_it_away(school: School, month: dict[str, Any]) -> None:
    classes = {each["class_id"]: each for each in school.read("/classes", month=NOW)["items"]}
    assert classes["e2"]["suppressed"]
    assert classes["e2"]["families"] is None
    assert classes["e1"]["suppressed"], "the branch less this class would be the other two"
    assert school.read("/classes/e2", since=NOW, until=NOW)["months"][0]["suppressed"]


def test_who_may_see_what(school: School, month: dict[str, Any]) -> None:
    branch = school.branch
    for path in ("", "/classes", "/beside", "/strategies", "/report.csv", "/chart"):
        for caller in (office("o1", branch.id), operator()):
            assert school.get(path, caller).status_code == 200, path
        for caller in (guardian("ge1", branch.id), teacher("t1", branch.id), school.class_teacher()):
            assert school.get(path, caller).status_code == 403, path
    for path in ("/families", "/families/e1", "/unreached", "/steps"):
        assert school.get(path, operator()).status_code == 403, "the operator sees no family"
        assert school.get(path, teacher("t1", branch.id)).status_code == 403
    assert school.get("/families/e1", school.class_teacher()).status_code == 200
    assert school.get("/families/f1", school.class_teacher()).status_code == 404
    assert school.get("/families", school.class_teacher(), class_id="e2").status_code == 404
    assert school.get("/classes/e2", school.class_teacher()).status_code == 404
    assert school.get("/classes/e1", school.class_teacher()).status_code == 200
    assert school.steps("f1", by=school.class_teacher()).status_code == 404
    mine = school.read("/families", school.class_teacher(), month=NOW, limit=100)["items"]
    assert {child["person_id"] for row in mine for child in row["children"]} == {f"e{n}" for n in range(1, 13)}


def test_families_by_name(school: School, month: dict[str, Any]) -> None:
    first = school.read("/families", month=NOW, limit=3)
    assert len(first["items"]) == 3
    rest = school.read("/families", month=NOW, limit=100, after=first["next"])["items"]
    of = {row["family_id"]: row for row in [*first["items"], *rest]}
    assert len(of) == FAMILIES + 4
    assert [child["name"] for child in of["f1"]["children"]] == ["F1 Khan", "F2 Khan"]
    assert (of["e1"]["counts"]["read"], of["e1"]["counts"]["met"]) == (2, 1)
    one = school.read("/families/f2", since=NOW, until=NOW)
    assert one["family_id"] == "f1"
    assert [reason["reason"] for reason in one["months"][0]["reasons"]] == ["no_contact"]


def test_who_saw_families_by_name_is_noted(school: School, month: dict[str, Any]) -> None:
    looker = head("another-head", school.branch.id)
    school.read("/families", looker, month=NOW, limit=100)
    school.read("/unreached", looker)

    def noted() -> bool:
        items = [item for event in school.branch.service.heard(AccessNoted) for item in event.data["items"]]
        seen = [set(item["student_ids"]) for item in items if item["person_id"] == "another-head"]
        return any({"e1", "f2"} <= each for each in seen) and any("e9" in each and "e1" not in each for each in seen)

    eventually(noted)


def test_those_who_are_not_reached_and_what_to_try(school: School, month: dict[str, Any]) -> None:
    def listed(**query: Any) -> dict[str, Any]:
        return {row["family_id"]: row for row in school.read("/unreached", limit=100, **query)["items"]}

    found = listed()
    assert set(found) == {"e9", "e10", "e11", "e12", "f1", "f3"}
    assert [each["reason"] for each in found["e9"]["reasons"]] == ["unread"]
    assert set(listed(reason="no_contact")) == {"f1", "f3"}
    assert set(listed(class_id="e1")) == {"e9", "e10", "e11", "e12"}
    suggested = [each["strategy"] for each in found["e9"]["next"]]
    assert suggested == ["other_channel", "call", "evening_slot", "letter", "home_visit"], (
        "asked to a meeting, and came to none"
    )
    assert "evening_slot" not in [each["strategy"] for each in found["e12"]["next"]]
    page = school.read("/unreached", limit=2)
    assert len(page["items"]) == 2
    assert page["next"]

    step = school.steps("e9", note="Her number is out of use.").json()
    again = listed()["e9"]
    assert "call" not in [each["strategy"] for each in again["next"]]
    assert [each["strategy"] for each in again["tried"]] == ["call"]
    assert school.outcome(step["step_id"], "reached").json()["outcome_on"] == in_days(0)
    assert "call" in [each["strategy"] for each in listed()["e9"]["next"]]


def test_steps_and_what_came_of_them(school: School, month: dict[str, Any]) -> None:
    id = str(uuid.uuid4())
    first = school.steps("e10", "home_visit", step_id=id)
    assert (first.status_code, school.steps("e10", "home_visit", step_id=id).status_code) == (201, 201)
    assert len(school.read("/steps", family_id="e10")["items"]) == 1
    assert slug(school.steps("e10", "call", step_id=id)) == "already-there"
    assert school.steps("e10", taken_on=in_days(1)).status_code == 422
    assert school.steps("nobody").status_code == 404
    assert school.steps("e10", "shout").status_code == 422
    assert [each["step_id"] for each in school.read("/steps", open="true", family_id="e10")["items"]] == [id]
    assert school.outcome(id, "no_answer", on=in_days(-1)).status_code == 422, "before the step"
    assert school.outcome(id, "no_answer", note="Nobody was in.").json()["outcome_by"] == "h1"
    assert school.read("/steps", open="true", family_id="e10")["items"] == []
    assert school.outcome("unknown", "reached").status_code == 404
    assert school.outcome(id, "reached", by=school.class_teacher()).status_code == 200
    assert {each["step_id"] for each in school.read("/steps", school.class_teacher())["items"]} >= {id}


def test_strategies_from_ten_on(school: School, month: dict[str, Any]) -> None:
    taken_on = in_days(-29)
    for n in range(1, 13):
        step = school.steps(f"e{n}", "letter", taken_on=taken_on).json()
        assert school.outcome(step["step_id"], "reached" if n < 4 else "not_reached").status_code == 200
    for other in {in_days(-1)[:7]} - {NOW}:  # the four weeks may lie in the month before
        school.tells(*ALL, month=other)
    school.tells("ge1", last_read_on=in_days(-15))

    def measured() -> Any:
        letter = next(each for each in school.read("/strategies")["items"] if each["strategy"] == "letter")
        return letter if letter["read_after"]["count"] else None

    letter = eventually(measured)
    assert (letter["reached"]["count"], letter["reached"]["of"], letter["reached"]["percent"]) == (3, 12, "25.0")
    assert (letter["read_after"]["count"], letter["read_after"]["of"]) == (1, 12)
    visit = next(each for each in school.read("/strategies")["items"] if each["strategy"] == "own_language")
    assert visit["reached"]["percent"] is visit["outcomes"] is None
    assert "not tried with like families" in school.read("/strategies")["note"]


def test_beside_each_other_and_before_and_after(school: School, month: dict[str, Any]) -> None:
    beside = school.read("/beside", month=NOW)
    assert {each["kind"] for each in beside["items"]} == {"met", "read", "home_notes", "took_part"}
    assert all(each["have"]["suppressed"] and each["others"]["suppressed"] for each in beside["items"]), "three and eight"
    assert "can't show" in beside["note"]


def test_before_and_after_are_of_months_that_are_over(school: School, month: dict[str, Any]) -> None:
    """Of twelve children of one class, each of its own family, one month before and two months after are counted; then two."""
    past = [months.shifted(NOW, -n) for n in range(4, 0, -1)]
    on = f"{past[2]}-01"
    for each in past[1:]:
        school.tells(*ALL, month=each)
    for each in past[1:]:
        school.counted("read", 12, 12, month=each)
    paths = (("/before-and-after", school.head), ("/classes/e1/before-and-after", school.class_teacher()))
    for path, by in paths:
        assert school.get(path, by, on=on).status_code == 422, "one month before it is counted"
        assert school.get(path, by, on=f"{past[3]}-01").status_code == 422, "the month that goes on is not over"
        assert school.get(path, by, on=in_days(400)).status_code == 422
    school.tells(*ALL, month=past[0])
    school.counted("read", 12, 12, month=past[0])
    whole = school.read("/before-and-after", on=on, months=6)
    assert (whole["before"], whole["after"]) == (past[:2], past[2:]), "as many on both sides, and it says which"
    assert (whole["families"], share(whole, "read")["both"]) == (FAMILIES + 4, 12)
    assert "can't show" in whole["note"]
    chart = {"chart": "before_and_after", "on": on, "measure": "read"}
    table = school.read("/chart", **chart)
    assert [(row["count"], row["of"], row["label"].split(":")[0]) for row in table["rows"]] == [
        (12, 12, "Before"),
        (12, 12, "After"),
    ]
    assert table["note"] == whole["note"]
    assert "100.0 % (12/12)" in school.get("/chart.svg", **chart).text
    assert school.get("/chart", chart="before_and_after").status_code == 422, "it wants a date"
    of_class = school.read("/classes/e1/before-and-after", school.class_teacher(), on=on)
    assert of_class["class_id"] == "e1"
    assert of_class["suppressed"], "the branch less this class would be the other two"
    assert school.get("/before-and-after").status_code == 422


def test_charts_with_their_tables(school: School, month: dict[str, Any]) -> None:
    table = school.read("/chart", since=NOW, until=NOW)
    read = next(row for row in table["rows"] if row["label"] == "Read something")
    assert (read["count"], read["of"]) == (8, 12)
    for chart in ("measures", "months", "classes"):
        for language in ("en", "ur"):
            answer = school.get("/chart.svg", chart=chart, language=language)
            assert answer.headers["Content-Type"].startswith("image/svg+xml")
            assert ElementTree.fromstring(answer.text).get("role") == "img"
    beside = school.read("/chart", chart="beside")
    assert [row["label"] for row in beside["rows"]][:2] == ["Had a meeting", "Were asked and had none"]
    assert "can't show" in beside["note"]
    drawn = school.get("/chart.svg", chart="beside", measure="marks").text
    assert "These numbers stand beside each other and no more." in drawn, "what it can't show is on the drawing too"
    assert school.get("/chart", chart="beside", measure="read").status_code == 422, "a mean"
    assert school.get("/chart", chart="pie").status_code == 422
    assert school.get("/chart", since="2026-13").status_code == 422
    assert school.get("/chart", since="2020-01", until="2026-01").status_code == 422


def test_as_a_spreadsheet(school: School, month: dict[str, Any]) -> None:
    answer = school.get("/report.csv", since=NOW, until=NOW)
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    assert [row["class_id"] for row in rows][:1] == ["all"]
    assert (rows[0]["read_count"], rows[0]["read_of"], rows[0]["read_percent"]) == ("8", "12", "66.7")
    hidden = next(row for row in rows if row["class_id"] == "e2")
    assert hidden["families"] == hidden["read_of"] == ""


@pytest.mark.parametrize("language", ["en", "ur"])
def test_on_paper(school: School, month: dict[str, Any], language: str) -> None:
    answer = school.get("/report.pdf", month=NOW, language=language)
    assert answer.headers["Content-Type"] == "application/pdf"
    reader = PdfReader(io.BytesIO(answer.content))
    assert reader.trailer["/Root"]["/Lang"].startswith(language)  # type: ignore[index]
    assert "66.7" in "".join(page.extract_text() for page in reader.pages)


def test_the_chain(school: School, month: dict[str, Any], quick: Service) -> None:
    def read(path: str = "", **query: Any) -> Any:
        answer = quick.call("GET", f"/v1/engagement{path}", operator(), params=query)
        assert answer.status_code == 200, answer.text
        return answer

    (shown,) = read(since=NOW, until=NOW).json()["months"]
    assert (shown["branches"], share(shown, "read")["of"], share(shown, "read")["left_out"]) == (1, 12, 0)
    (branch,) = read("/branches", month=NOW).json()["items"]
    assert (branch["name"], branch["families"]) == ("Gulberg", FAMILIES + 4)
    assert read("/beside", month=NOW).json()["items"][0]["have"]["families"] == 0, "no branch has ten of both"
    rows = list(csv.DictReader(io.StringIO(read("/report.csv", month=NOW).content.decode("utf-8-sig"))))
    assert [row["branch_id"] for row in rows] == ["all", school.branch.id]
    assert read("/report.pdf", month=NOW, language="ur").content.startswith(b"%PDF")
    assert ElementTree.fromstring(read("/chart.svg", chart="months").text) is not None
    assert read("/chart").json()["rows"]
    assert len(read("/chart", chart="beside").json()["rows"]) == 8
    for caller in (school.head, guardian("ge1", school.branch.id)):
        assert quick.call("GET", "/v1/engagement", caller).status_code == 403
    names = ("E1", "Khan", "ge1", '"e1"')
    for path in ("", "/branches", "/chart", "/report.csv"):
        assert not any(name in read(path).text for name in names), "no family is in what the operator sees"
