"""Lists come in with a preview: a branch's office sends a sheet of a class, the operator a roster."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from demo.roster import write_chain
from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.e2e.school import School
from tests.support.waiting import eventually

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])
WAIT = 60_000  # milliseconds


def press(page: Page, action: str) -> None:
    """The button of the form that goes there."""
    with page.expect_navigation():
        page.locator(f"main form[action$='{action}'] button").first.click()


def sheet(language: str) -> bytes:
    """As Excel saves it, with a line that is wrong."""
    number, phone = (7001, "0300 7117001") if language == "en" else (7101, "۰۳۰۰ ۷۱۱۷۱۰۱")
    titles = "Class;Admission no;Student;Student in Urdu;Guardian;Guardian phone"
    lines = [
        f"Nursery {language};{number};Areeba Noor;اریبہ نور;Noor Ahmed;{phone}",
        f"Nursery {language};{number};Areeba Noor;;Saima Noor;{phone}",
        f"Nursery {language};{number + 1};Rayan Noor;ریان نور;Noor Ahmed;12",
    ]
    return ("\ufeff" + "\r\n".join([titles, *lines]) + "\r\n").encode()


@LANGUAGES
def test_an_office_sends_a_class_list_looks_goes_ahead_and_takes_it_back(
    school: School, open_page: Opener, people: People, shots: Callable, no_faults: Callable, language: str
) -> None:
    at = f"/branches/{school.branch.rpartition('/')[2]}"
    page = open_page(f"{at}/people", device="desk", language=language, person=people.office)
    page.locator(f"a[href='{at}/class-lists']").first.click()
    no_faults(page)
    with page.expect_download() as download:
        page.locator("a[href$='/template.csv']").click()
    assert download.value.suggested_filename == "class-list.csv"
    shots(page, "office-class-lists")
    page.locator("[name=file]").set_input_files({"name": "nursery.csv", "mimeType": "text/csv", "buffer": sheet(language)})
    page.locator("[name=new_classes]").check()
    press(page, "/class-lists")

    expect(page.locator("form[action$='/steps/confirmation']")).to_be_visible(timeout=WAIT)  # by itself
    expect(page.locator("main")).to_contain_text(f"Nursery {language}")
    expect(page.locator(".notice.bad")).to_have_count(1)
    no_faults(page)
    shots(page, "office-class-list")
    branch = school.branch
    before = school.operator.get(f"{branch}/people?name=Areeba")["items"]
    press(page, "/steps/confirmation")
    expect(page.locator("details.confirm")).to_be_visible(timeout=WAIT)
    (areeba,) = [each for each in _named(school, "Areeba") if each not in before]
    assert len(school.operator.get(f"{branch}/people/{areeba['person_id']}")["guardians"]) == 2
    no_faults(page)

    page.locator("a[href$='/rows']").click()
    assert page.locator("tbody tr").count() == 3
    no_faults(page)
    shots(page, "office-class-list-rows")
    page.go_back()
    page.locator("details.confirm summary").click()
    press(page, "/steps/undo")
    expect(page.locator("main")).to_contain_text(re.compile("taken back|واپس لے لی گئی"), timeout=WAIT)
    eventually(lambda: areeba["person_id"] not in [each["person_id"] for each in _named(school, "Areeba")])
    no_faults(page)


def test_a_sheet_is_sent_without_scripts_and_the_page_fits_a_phone(
    school: School, open_page: Opener, people: People, no_faults: Callable
) -> None:
    at = f"/branches/{school.branch.rpartition('/')[2]}/class-lists"
    page = open_page(at, device="phone", language="ur", javascript=False, person=people.office)
    page.locator("[name=file]").set_input_files({"name": "x.csv", "mimeType": "text/csv", "buffer": b"PK\x03\x04"})
    press(page, "/class-lists")
    path = f"{school.branch}/class-lists/{page.url.rpartition('/')[2]}"
    eventually(lambda: school.operator.get(path)["state"] == "refused")
    page.reload()
    expect(page.locator("main")).to_contain_text("CSV UTF-8")


def _named(school: School, name: str) -> list[dict[str, str]]:
    return list(school.operator.get(f"{school.branch}/people?name={name}")["items"])


@LANGUAGES
def test_an_operator_imports_with_a_preview(
    school: School, open_page: Opener, people: People, shots: Callable, no_faults: Callable, language: str
) -> None:
    page = open_page("/chain/imports", device="desk", language=language, person=people.operator)
    small = school.platform.folder / f"another-{language}.zip"  # a set that changes nothing is done at once
    write_chain(small, branches=1, students=20, seed=9)
    page.locator("[name=file]").set_input_files(small)
    page.locator("[name=source]").fill(f"another-{language}")
    press(page, "/chain/imports")
    path = f"/v1/imports/{page.url.rpartition('/')[2]}"
    eventually(lambda: school.operator.get(path)["state"] == "waiting")
    page.goto(page.url)
    no_faults(page)
    shots(page, "office-import")
    press(page, "/steps/confirmation")
    eventually(lambda: school.operator.get(path)["state"] == "done")
    page.goto(page.url)
    expect(page.locator(".tag.good").first).to_be_visible()
    no_faults(page)
