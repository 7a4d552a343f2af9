"""What an office and a head do at a PC: announce, arrange a meeting day, approve cards and print, read engagement.

The head is signed in in the browser alone: a password that is given anew would end it, so others ask the API what came of it.
"""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.browser.support.zooming import fits
from tests.e2e.school import School
from tests.support.waiting import eventually

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])
PAGES = (
    "", "more", "announcements", "announcements/new", "people", "people/new", "class-lists", "contacts", "matches", "transfers",
    "meeting-days", "meeting-days/new", "report-cards", "report-cards/issued", "card-templates/new", "printing",
    "letters", "certificates", "engagement", "engagement/classes", "engagement/unreached", "engagement/steps",
    "engagement/compare", "attendance", "audit", "erasures", "subscription", "classes", "terms", "holidays", "subjects",
    "rules", "rules/absence_recorded", "answers", "hours", "webhooks", "guides", "activities", "pta",
    "pta/members", "pta/decisions",
)  # fmt: skip
WAIT = 30_000  # milliseconds


def at(school: School, path: str = "") -> str:
    return f"/branches/{school.branch.rpartition('/')[2]}{path and '/'}{path}"


def press(page: Page, action: str) -> None:
    """The button of the form that goes there."""
    with page.expect_navigation():
        page.locator(f"main form[action$='{action}'] button").first.click()


@pytest.mark.sweep
@LANGUAGES
@pytest.mark.parametrize("half", [0, 1])
def test_no_page_has_faults(
    school: School, open_page: Opener, people: People, no_faults: Callable, language: str, half: int
) -> None:
    page = open_page(device="phone", language=language, person=people.head)
    for path in PAGES[half::2]:
        page.goto(at(school, path))
        assert page.locator("h1").count() == 1, path
        no_faults(page)


@LANGUAGES
def test_an_office_announces(
    school: School, open_page: Opener, people: People, shots: Callable, no_faults: Callable, language: str
) -> None:
    page = open_page(at(school, "announcements/new"), device="desk", language=language, person=people.head)
    page.locator("[name=subject_en]").fill("Sports day")
    page.locator("[name=body_en]").fill("Sports day is on Friday at nine. Please come.")
    page.locator("[name=subject_ur]").fill("کھیلوں کا دن")
    page.locator("[name=body_ur]").fill("کھیلوں کا دن جمعہ کو نو بجے ہے۔ تشریف لائیں۔")
    press(page, "announcements/new")
    expect(page.locator("#cost")).to_be_visible(timeout=WAIT)
    expect(page.locator(".figures").first).to_contain_text(re.compile(r"Rs|روپے"))
    expect(page.locator("blockquote[lang=ur]").first).to_contain_text("کھیلوں کا دن")
    no_faults(page)
    shots(page, "office-announcement")
    press(page, "steps/send")
    sent = page.url.rpartition("/")[2]
    eventually(lambda: school.operator.get(f"{school.branch}/announcements/{sent}")["state"] == "sent")
    page.reload()
    expect(page.locator("a[href$='/recipients.csv']")).to_be_visible()
    no_faults(page)
    shots(page, "office-announcement-sent")
    page.goto(f"{at(school, 'announcements')}/{sent}/recipients")
    assert page.locator("tbody tr").count() > 0
    no_faults(page)


@LANGUAGES
def test_an_office_sets_up_a_meeting_day(
    school: School, open_page: Opener, people: People, shots: Callable, no_faults: Callable, language: str
) -> None:
    held_on = date.today() + timedelta(days=20 if language == "en" else 21)
    page = open_page(at(school, "meeting-days/new"), device="desk", language=language, person=people.head)
    page.locator("[name=title]").fill("Evening for families")
    page.locator("[name=held_on]").fill(held_on.isoformat())
    press(page, "meeting-days/new")
    expect(page.locator(".notice.good")).to_be_visible()
    no_faults(page)
    shots(page, "office-meeting-day-preview")
    with page.expect_navigation():
        page.locator("button[name=do][value=open]").click()
    no_faults(page)
    shots(page, "office-meeting-day")
    page.goto(f"{page.url}/grid")
    assert page.locator(".grid tbody tr").count() > 0
    no_faults(page)
    shots(page, "office-timetable")


@pytest.fixture(scope="module")
def marks(school: School) -> None:
    """What two children have reached, so that there is something to print."""
    children = [school.child("urdu_sms"), school.child("apart")]
    rows: list[dict[str, Any]] = [{"student_id": child, "score": "42", "out_of": "50"} for child in children]
    sheet = {"class_id": school.class_id, "term": "First term", "subject": "English", "marks": rows}
    school.teacher.put(f"{school.branch}/marks", sheet)


@LANGUAGES
def test_a_head_approves_cards_and_prints_the_class(
    school: School, marks: None, open_page: Opener, people: People, shots: Callable, no_faults: Callable, language: str
) -> None:
    child = school.child("urdu_sms" if language == "ur" else "apart")
    asked = {"class_id": school.class_id, "term": "First term", "student_ids": [child]}
    run = school.teacher.post(f"{school.branch}/report-card-runs", asked)["run_id"]
    page = open_page(at(school, f"report-cards/runs/{run}"), device="desk", language=language, person=people.head)
    for step in ("review", "approval"):
        with page.expect_navigation():
            page.locator(f"button[name=do][value={step}]").click()
    eventually(lambda: school.teacher.get(f"{school.branch}/report-card-runs/{run}")["issued"] == 1)
    page.goto(page.url)
    no_faults(page)
    shots(page, "office-report-cards")
    page.goto(at(school, f"printing?class_id={school.class_id}"))
    no_faults(page)
    press(page, "/printing")
    expect(page.locator("a[href$='/pdf']")).to_be_visible(timeout=WAIT)  # by itself, once the file is made
    no_faults(page)
    shots(page, "office-print-run")
    with page.expect_download() as download:
        page.locator("a[href$='/pdf']").click()
    assert download.value.suggested_filename == "print-run.pdf"


@LANGUAGES
def test_a_head_reads_engagement(
    school: School, open_page: Opener, people: People, shots: Callable, no_faults: Callable, language: str
) -> None:
    page = open_page(at(school, "engagement"), device="desk", language=language, person=people.head)
    assert page.locator("h1").count() == 1
    assert page.locator("main .card, main .empty").count(), "numbers, or why there are none yet"
    no_faults(page)
    shots(page, "office-engagement")


def test_the_desk_without_scripts_by_keyboard_and_large(
    school: School, open_page: Opener, people: People, keyboard: Callable, shots: Callable
) -> None:
    page = open_page(at(school), device="zoomed", language="ur", person=people.head)
    fits(page)
    keyboard(page)
    page = open_page(at(school), device="desk", language="en", javascript=False, person=people.head)
    shots(page, "office-desk")
    page.goto(at(school, "people"))
    page.locator("[name=name]").fill("a")
    press(page, "/people")
    assert "name" not in page.url, "a name stands in no address"
    assert page.locator(".rows li").count() > 0
    page.goto(at(school, "people/new"))
    page.locator("[name=given_name]").fill("Zoya")
    press(page, "people/new")
    expect(page.locator("h1")).to_contain_text("Zoya")
