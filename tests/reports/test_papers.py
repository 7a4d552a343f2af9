"""Single papers: a letter, a diary week, a register, a certificate, each for who may see what is on it."""

import io
import uuid

import pytest
from pypdf import PdfReader

from tests.reports.attending import Attendance
from tests.reports.classrooms import Classroom
from tests.reports.story import Branch, in_days, slug
from tests.support.people import head, office, person
from tests.support.roster import enrolled

LANGUAGES = ("en", "ur", "both")


def text_of(pdf: bytes) -> str:
    return "".join("".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(pdf)).pages)


def publishes(branch: Branch, term: str) -> None:
    found = branch.call("GET", "line-items", branch.teacher(), params={"class_id": "c1", "term": term}).json()
    for item in found["items"]:
        assert branch.call("POST", f"line-items/{item['line_item_id']}/publication", head(branch_id=branch.id)).ok


@pytest.fixture(scope="module")
def letter(branch: Branch) -> str:
    """The path of s1's, of a second term; Art is not published."""
    branch.marks("First Term", s1="25")
    publishes(branch, "First Term")
    branch.marks("Second Term", s1="45", s2="30")
    publishes(branch, "Second Term")
    branch.marks("Second Term", subject="Art", s1="10")
    return "progress-letters/s1/pdf?term=second%20term&language="


def test_a_progress_letter_in_each_language(branch: Branch, letter: str) -> None:
    for language in LANGUAGES:
        answer = branch.call("GET", letter + language, branch.guardian())
        assert (answer.status_code, answer.headers["Content-Type"]) == (200, "application/pdf"), answer.text
        assert answer.headers["Content-Disposition"] == f'inline; filename="progress-letter-{language}.pdf"'
        text = text_of(answer.content)
        assert ("AyeshaKhan" in text) == (language != "ur")
        assert "90.0" in text
        assert "50.0" in text, "the term before"
        assert "Art" not in text, "families don't see it yet"
        assert len(PdfReader(io.BytesIO(answer.content)).pages) == 1


def test_it_is_for_who_sees_the_results(branch: Branch, elsewhere: Branch, letter: str) -> None:
    path = letter + "en"
    for caller in (branch.guardian("g2"), branch.teacher(), head(branch_id=branch.id), office(branch_id=branch.id)):
        assert branch.call("GET", path, caller).status_code == 200
    for caller in (branch.guardian("g3"), branch.teacher("t9")):
        assert branch.call("GET", path, caller).status_code == 404
    assert branch.call("GET", path, None).status_code == 401
    assert elsewhere.call("GET", path, elsewhere.guardian()).status_code == 404
    assert branch.call("GET", "progress-letters/s1/pdf?term=Third", branch.guardian()).status_code == 404
    assert branch.call("GET", "progress-letters/s1/pdf", branch.guardian()).status_code == 422


def test_a_diary_week(branch: Branch, elsewhere: Branch) -> None:
    room = Classroom(branch)
    entry = {"text": "How plants drink.", "text_ur": "پودے کیسے پیتے ہیں", "talking_point": "Ask how plants drink"}
    room.ask("PUT", f"diary/c1/{in_days(0)}", json=entry)
    path = f"diary/c1/weeks/{in_days(0)}/pdf?paper=letter&language="
    for language in LANGUAGES:
        answer = branch.call("GET", path + language, branch.guardian("g3"))
        assert answer.status_code == 200, answer.text
        assert ("Howplantsdrink" in text_of(answer.content)) == (language != "ur")
    assert PdfReader(io.BytesIO(answer.content)).pages[0].mediabox.width == 612
    assert branch.call("GET", path + "en", branch.guardian("g4")).status_code == 404
    assert branch.call("GET", path + "en", branch.teacher("t9")).status_code == 403
    assert branch.call("GET", "diary/c1/weeks/tomorrow/pdf", branch.guardian()).status_code == 404
    assert branch.call("GET", path + "fr", branch.guardian()).status_code == 422


def test_a_register_of_a_month(branch: Branch) -> None:
    attendance = Attendance(branch)
    assert attendance.takes("s1").ok
    assert attendance.takes("s2", lesson="Maths").ok
    path = f"registers/c1/months/{in_days(0)[:7]}/pdf?language="
    for language in LANGUAGES:
        answer = branch.call("GET", path + language, branch.teacher())
        assert answer.status_code == 200, answer.text
    text = text_of(branch.call("GET", path + "en", office(branch_id=branch.id)).content)
    assert text.index("AyeshaKhan") < text.index("BilalKhan") < text.index("SanaMalik")
    assert branch.call("GET", path + "en", branch.guardian()).status_code == 403
    assert branch.call("GET", path + "en", branch.teacher("t9")).status_code == 403
    for month in ("2020-01", "2026-13", "2026-1", "x"):
        assert branch.call("GET", f"registers/c1/months/{month}/pdf", branch.teacher()).status_code == 404


def certificate(branch: Branch, **more: object) -> dict:
    draft = {"class_id": "c1", "student_ids": ["s1", "s2"], "title": "Star of the week", "text": "For helping others."}
    return {**draft, "text_ur": "دوسروں کی مدد پر۔", **more}


def test_certificates_are_given_once_and_kept(branch: Branch) -> None:
    draft = certificate(branch, giving_id=str(uuid.uuid4()), given_on="2026-11-20")
    given = [branch.call("POST", "certificates", head(branch_id=branch.id), json=draft) for _ in range(2)]
    assert [answer.status_code for answer in given] == [201, 201], given[0].text
    assert given[0].json() == given[1].json()
    one, other = given[0].json()["items"]
    assert one["number"] != other["number"]
    again = branch.call("POST", "certificates", head(branch_id=branch.id), json=draft | {"title": "Another"})
    assert (again.status_code, slug(again)) == (409, "already-there")
    shown = branch.call("GET", "certificates?student_id=s1", branch.guardian()).json()["items"]
    assert shown == [one]
    for language in LANGUAGES:
        answer = branch.call("GET", f"certificates/{one['certificate_id']}/pdf?language={language}", branch.guardian("g2"))
        assert answer.status_code == 200, answer.text
        assert one["number"].replace("-", "") in text_of(answer.content).replace("-", ""), "to find it again"
    for caller in (branch.guardian("g3"), branch.teacher("t9")):
        for path in ("", "/pdf"):
            assert branch.call("GET", f"certificates/{one['certificate_id']}{path}", caller).status_code == 404
        assert branch.call("GET", "certificates?student_id=s1", caller).status_code == 404


def test_who_gives_certificates(branch: Branch) -> None:
    draft = certificate(branch)
    assert branch.call("POST", "certificates", branch.teacher(), json=draft).status_code == 403
    assert branch.call("POST", "certificates", branch.guardian(), json=draft).status_code == 403
    class_teacher = person("t1", branch.id, "teacher", "class_teacher")
    assert branch.call("POST", "certificates", class_teacher, json=draft).status_code == 201
    branch.knows(enrolled(branch.id, "c1", students=("s9",)))
    refused = branch.call("POST", "certificates", office(branch_id=branch.id), json=certificate(branch, student_ids=["s404"]))
    assert refused.json()["errors"]["student_ids"] == {"0": ["Not in this class."]}
