"""What an office writes for the school: a class's timetable, the association's minutes, who was at an activity."""

from collections.abc import Callable
from datetime import date, datetime, timedelta

from playwright.sync_api import expect

from schoolbus.clock import BRANCH_ZONE
from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.browser.test_office import LANGUAGES, at, press
from tests.e2e.school import School


@LANGUAGES
def test_an_office_writes_a_class_s_timetable(
    school: School, open_page: Opener, people: People, shots: Callable, no_faults: Callable, language: str
) -> None:
    page = open_page(at(school, f"classes/{school.class_id}/timetable"), device="desk", language=language, person=people.head)
    no_faults(page)
    begins = date.today() + timedelta(days=30 if language == "en" else 60)
    page.locator("[name=valid_from]").fill(begins.isoformat())
    press(page, "/timetable")
    if language == "ur":  # it begins as the one before
        page.locator(f"main a[href$='/{begins.isoformat()}/0']").click()
    page.locator("[name=starts_0]").fill("08:00")
    page.locator("[name=ends_0]").fill("08:40")
    page.locator("[name=subject_0]").fill("Mathematics" if language == "en" else "ریاضی")
    page.locator("[name=also][value='2']").check()
    no_faults(page)
    shots(page, "office-class-timetable-day")
    press(page, "/0")
    assert page.locator("main tbody td").filter(has_text="Mathematics" if language == "en" else "ریاضی").count() == 2
    no_faults(page)
    shots(page, "office-class-timetable")


@LANGUAGES
def test_an_office_calls_a_meeting_and_writes_its_minutes(
    school: School, open_page: Opener, people: People, shots: Callable, no_faults: Callable, language: str
) -> None:
    page = open_page(at(school, "pta"), device="desk", language=language, person=people.head)
    no_faults(page)
    begins = datetime.now(BRANCH_ZONE).replace(minute=0) + timedelta(days=9 if language == "en" else 10)
    page.locator("summary", has_text="Call a meeting" if language == "en" else "اجلاس").first.click()
    page.locator("[name=title]").fill("Autumn meeting")
    page.locator("[name=starts_at]").fill(begins.strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=ends_at]").fill((begins + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"))
    page.locator("[name=place]").fill(f"Library {language}")
    press(page, "/pta/meetings")
    expect(page.locator("h1")).to_contain_text("Autumn meeting")
    page.locator("[name=text]").fill("We spoke of books.\nThe library opens on Saturdays.")
    press(page, "/minutes")
    no_faults(page)
    shots(page, "office-minutes")
    press(page, "/minutes/publication")
    expect(page.locator("form[action$='/minutes/adoption']")).to_have_count(1)
    no_faults(page)
    page.goto(f"{page.url.partition('?')[0]}/versions")
    expect(page.locator("blockquote")).to_contain_text("The library opens on Saturdays.")
    for path in ("pta/members", "pta/decisions"):
        page.goto(at(school, path))
        no_faults(page)
