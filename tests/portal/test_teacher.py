"""The teacher's pages at their edges: what is empty, what is not theirs, forms of others."""

import html
import re
from pathlib import Path
from typing import Any

import pytest

import gateway.portal.teacher
from gateway.portal.areas import AREAS
from gateway.portal.pages import Finder, Page
from gateway.portal.teacher import PAGES, meeting_day
from tests.portal.support import ME, Browser, Stage
from tests.portal.teaching import AT, BRANCH


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


# Lists that go on


@pytest.mark.parametrize(
    ("path", "service", "listed", "one"),
    [
        (
            f"{AT}/homework",
            "reports",
            "homework",
            {"homework_id": "h1", "title": "Read", "subject": None, "due_on": "2026-11-27", "kind": "homework"},
        ),
        (
            f"{AT}/behaviour",
            "reports",
            "behaviour/notes",
            {
                "student_id": "s1",
                "tone": "praise",
                "aspect": "Listening",
                "noted_on": "2026-11-26",
                "withdrawn_at": "2026-11-26",
            },
        ),
        (f"{AT}/goals", "reports", "learning-goals", None),
        (f"{AT}/methods", "reports", "teaching-methods", None),
        (f"{AT}/remarks", "reports", "report-card-runs", None),
        (f"{AT}/unreached", "reports", "engagement/unreached", None),
        ("/inbox/notes", "reports", "home-notes", None),
        ("/inbox/unclear", "notifications", "unclear-answers", None),
    ],
)
def test_a_list_that_goes_on_says_so(stage: Stage, teacher: Browser, path: str, service: str, listed: str, one: Any) -> None:
    stage.says(service, f"{BRANCH}/{listed}", {"items": [one] if one else [], "next": "n&2"})
    [more] = re.findall(r'href="([^"]*after=[^"]*)"', teacher.get(path).text)
    teacher.get(html.unescape(more))
    assert "after=n%262" in stage.of(f"{BRANCH}/{listed}")[-1].path


# Forms lead to their pages


def forms_of_teachers() -> list[Page]:
    return [page for pages in PAGES for page in pages if page.method == "POST"]


@pytest.mark.parametrize("form", forms_of_teachers(), ids=lambda form: form.pattern)
def test_a_form_stands_on_a_page_of_its_own_subject(form: Page) -> None:
    finder = Finder(page for area in AREAS for page in area)
    path = re.sub(r"\{(\w+)\}", r"\1", form.pattern)
    found = finder.find("GET", finder.page_of(path))
    assert found, "a reload of its address"
    shown, of_form = found[0].handler.__module__, form.handler.__module__
    settles = "settle_one_of_all"  # what was agreed in a meeting, on the page of all meetings
    assert shown == of_form or (form.handler.__name__, shown) == (settles, meeting_day.__name__)


# Addresses


def test_no_address_is_put_together_of_what_was_sent() -> None:
    """`address`, `below`, `Room.page` and `urlencode` quote."""
    wrong = re.compile(r"""f["'][^"']*/[^"']*\{[^}]*(params|form\[|query)""")
    folder = Path(gateway.portal.teacher.__file__).parent
    found = [
        f"{path.name}: {line.strip()}"
        for path in folder.glob("*.py")
        for line in path.read_text().splitlines()
        if wrong.search(line)
    ]
    assert not found


@pytest.mark.parametrize("id", ["x%3Fy", "x%0D%0ASet-Cookie%3A%20a", "x%23y"])
def test_an_id_stays_one_part_of_a_path(stage: Stage, teacher: Browser, id: str) -> None:
    stage.says("roster", f"{BRANCH}/classes/{id}", {"type": "x", "title": "Class is not here", "status": 404}, 404)
    teacher.get("/classes")
    for path in (
        f"/classes/b1/{id}/register",
        f"/classes/b1/{id}/marks/items/i1/adjustments",
        f"{AT}/remarks/{id}",
        f"/inbox/b1/{id}",
    ):
        answer = teacher.post(path, {"on": "2026-11-26", "taken_back": "x?y=1", "text": "Hello"})
        assert answer.status_code in (303, 404), path
        assert answer.headers.get("Location", id).count(id) == 1, path
        assert "a" not in answer.cookies


# Forms are ours


@pytest.mark.parametrize(
    "path", [f"{AT}/register", f"{AT}/homework/new", f"{AT}/marks", f"{AT}/behaviour", f"{AT}/remarks/u1", "/inbox/b1/v1"]
)
def test_a_form_of_another_site_does_nothing(stage: Stage, teacher: Browser, path: str) -> None:
    assert teacher.post(path, {"csrf": "guessed"}).status_code == 403
    teacher.get("/classes")
    assert teacher.post(path, **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert not stage.changes()
