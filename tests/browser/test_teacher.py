"""A teacher between two lessons, on a phone: attendance and homework; and all pages of a class."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from schoolbus.clock import today
from schoolbus.ids import new_id
from tests.browser.support.teaching import Classroom, called, press
from tests.browser.support.zooming import fits
from tests.e2e.school import School
from tests.support.waiting import eventually

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])


# Attendance


@LANGUAGES
def test_attendance_is_one_tap_for_each_who_is_not_there(
    classroom: Classroom, shots: Callable, no_faults: Callable, language: str
) -> None:
    taught = classroom.taught
    first, second = taught.children[0], taught.children[1]
    page = classroom.show("register", language=language)
    row = page.locator(".tap", has=page.locator(f"[value='{first['person_id']}']"))
    late = page.locator(".tap", has=page.locator(f"[value='{second['person_id']}']"))
    if language == "en":  # in Urdu the same register is corrected
        row.locator("label").click()
    expect(row.locator(".tag")).to_have_text({"en": "absent", "ur": "غیر حاضر"}[language])
    if language == "en":
        late.locator("label").click(click_count=2)
        expect(late.locator(".tag")).to_have_text("late")
    shots(page, "teacher-register")
    no_faults(page)
    press(page, {"en": "Send", "ur": "تصحیح بھیجیں"}[language])
    expect(page).to_have_url(re.compile(re.escape(taught.at) + "$"))
    assert taught.register() == {first["person_id"]: ("absent", None), second["person_id"]: ("late", None)}


def test_attendance_without_scripts(classroom: Classroom) -> None:
    taught = classroom.taught
    page = classroom.show("register", javascript=False)
    for child in taught.children:
        page.locator(f"[value='{child['person_id']}']").set_checked(child is taught.children[2])
        page.locator(f"[name='state-{child['person_id']}']").select_option("")
    page.locator(f"[name='state-{taught.children[1]['person_id']}']").select_option("late")
    page.locator(f"[name='minutes-{taught.children[1]['person_id']}']").fill("12")
    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page).to_have_url(re.compile(re.escape(taught.at) + "$"))
    assert taught.register() == {
        taught.children[2]["person_id"]: ("absent", None),
        taught.children[1]["person_id"]: ("late", 12),
    }


def test_what_was_tapped_without_a_network_is_sent_later(classroom: Classroom, expects: Callable[..., None]) -> None:
    taught = classroom.taught
    expects("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
    page = classroom.show("register")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.locator(f".tap:has([value='{taught.children[3]['person_id']}']) label").click()
    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page.locator("#later .notice")).to_be_visible()
    page.context.set_offline(False)
    eventually(lambda: taught.register().get(taught.children[3]["person_id"]) == ("absent", None))


@LANGUAGES
def test_what_attendance_comes_to_and_the_register_on_paper(
    classroom: Classroom, shots: Callable, no_faults: Callable, language: str
) -> None:
    page = classroom.show("register", language=language)
    page.get_by_role("link", name={"en": "How attendance comes out", "ur": "حاضری کا خلاصہ"}[language]).click()
    expect(page.locator("tbody th a", has_text=called(classroom.taught.children[0], language)).first).to_be_visible()
    shots(page, "teacher-attendance")
    no_faults(page)
    page.go_back()
    with page.expect_download() as download:
        page.get_by_role("link", name="PDF").click()
    assert download.value.suggested_filename == f"class-register-{today():%Y-%m}.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF-")


@LANGUAGES
def test_a_register_of_a_lesson(classroom: Classroom, shots: Callable, no_faults: Callable, language: str) -> None:
    taught = classroom.taught
    school, child = taught.school, taught.children[4]["person_id"]
    hours = [("08:00", "08:40"), ("08:40", "09:20")]
    periods = [
        {"weekday": day, "number": number, "starts": starts, "ends": ends, "subject": "Urdu"}
        for day in range(7)
        for number, (starts, ends) in enumerate(hours, 1)
    ]
    path = f"{school.branch}/class-timetables/{school.class_id}"
    if not taught.teacher.get(path)["periods"]:
        school.head.put(f"{path}/{today().isoformat()}", {"periods": periods})
    lesson = {"en": "1", "ur": "2"}[language]
    page = classroom.show("register", language=language)
    page.locator(f"a[href$='lesson={lesson}']").click()
    page.locator(f".tap:has([value='{child}']) label").click()
    shots(page, "teacher-lesson")
    no_faults(page)
    press(page, {"en": "Send", "ur": "بھیجیں"}[language])
    assert taught.register(lesson) == {child: ("absent", None)}


# Homework


@LANGUAGES
def test_homework_in_a_title_and_a_tap(
    classroom: Classroom, school: School, shots: Callable, no_faults: Callable, language: str
) -> None:
    taught = classroom.taught
    page = classroom.show("homework/new", language=language)
    title = f"Read page {new_id()[:4]}"
    page.locator("#title").fill(title)
    page.locator("[name=due]").nth(1).check()
    shots(page, "teacher-homework-new")
    no_faults(page)
    press(page, {"en": "Set it", "ur": "دے دیں"}[language])
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    shots(page, "teacher-homework")
    no_faults(page)
    listed = taught.teacher.get(f"{school.branch}/homework", params={"class_id": school.class_id})["items"]
    assert title in [each["title"] for each in listed]


# All pages


PAGES = (
    "/classes",
    "",
    "register",
    "attendance",
    "homework",
    "diary",
    "goals",
    "expectations",
    "methods",
    "marks/new",
    "remarks",
    "unreached",
    "/meeting-day",
)


@pytest.mark.sweep
@LANGUAGES
def test_all_pages_are_for_everybody(classroom: Classroom, shots: Callable, no_faults: Callable, language: str) -> None:
    taught = classroom.taught
    page = classroom.show("/classes", language=language)
    more = (
        f"students/{taught.children[0]['person_id']}",
        f"marks/items/{taught.quizzes[0]}",
        "/inbox/unclear",
        "/meeting-day/written",
        f"/meeting-day/{taught.at.split('/')[2]}/availability",
    )
    for path in (*PAGES, *more):
        page.goto(classroom.address(path))
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        no_faults(page)
        if path in ("/classes", "", "unreached"):
            shots(page, f"teacher-{path.strip('/') or 'class'}")


def test_the_register_by_keyboard(classroom: Classroom, keyboard: Callable) -> None:
    order = keyboard(classroom.show("register", javascript=False)).order
    assert order[0] == "link To the content"
    assert any(each.startswith("checkbox ") for each in order)


@pytest.mark.sweep
def test_all_pages_fit_at_400_percent(classroom: Classroom) -> None:
    page = classroom.show("/classes", device="narrow", language="ur")
    for path in PAGES:
        page.goto(classroom.address(path))
        fits(page)
