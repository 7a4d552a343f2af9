"""A teacher between two lessons: on a phone, and at the staff room's old PC."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from schoolbus.clock import today
from schoolbus.ids import new_id
from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.browser.support.zooming import fits
from tests.e2e.school import PASSWORD, School
from tests.support.platform import Client
from tests.support.waiting import eventually

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])
Show = Callable[..., Page]
SUBJECT = "Botany"  # whose columns stand beside each other, whatever else the class is marked in
MARKS = f"marks?subject={SUBJECT}"


@pytest.fixture(scope="module")
def at(school: School) -> str:
    """The class's page. There is school on each day of the week, so that these tests have a day."""
    branch_id = school.branch.rpartition("/")[2]
    school.head.put(f"{school.branch}/attendance/week", {"days": [{"weekday": day, "ends": "23:59"} for day in range(7)]})
    return f"/classes/{branch_id}/{school.class_id}"


@pytest.fixture(scope="module")
def teacher(people: People, school: School) -> Client:
    """The same teacher by the API. The browser signs in first: it gives them their password, which ends other sessions."""
    assert people.teacher
    return school.platform.staff(school.chain.teacher.username, PASSWORD)


@pytest.fixture(scope="module")
def children(school: School, teacher: Client) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = teacher.get(f"{school.branch}/classes/{school.class_id}")["students"]
    return found


@pytest.fixture
def show(open_page: Opener, people: People, at: str) -> Show:
    """A page of the class, as its teacher sees it."""
    return lambda path="", **look: open_page(
        path if path.startswith("/") else f"{at}/{path}".rstrip("/"), person=people.teacher, **look
    )


def called(child: dict[str, Any], language: str = "en") -> str:
    whole = f"{child['given_name']} {child['family_name']}".strip()
    return str(child["name_ur"] or whole) if language == "ur" else whole


def press(page: Page, name: str) -> None:
    """A button of the page itself, and the page that it leads to."""
    with page.expect_navigation():
        page.locator("main").get_by_role("button", name=name, exact=True).first.click()


# Attendance


@LANGUAGES
def test_attendance_is_one_tap_for_each_who_is_not_there(
    show: Show,
    school: School,
    teacher: Client,
    children: list[dict[str, Any]],
    at: str,
    shots: Callable,
    no_faults: Callable,
    language: str,
) -> None:
    first, second = children[0], children[1]
    page = show("register", language=language)
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
    expect(page).to_have_url(re.compile(re.escape(at) + "$"))
    taken = teacher.get(f"{school.branch}/registers/{school.class_id}/{today().isoformat()}")
    there = {each["student_id"]: each["status"] for each in taken["entries"] if each["status"] != "present"}
    assert there == {first["person_id"]: "absent", second["person_id"]: "late"}


def test_attendance_without_scripts(
    show: Show, school: School, teacher: Client, children: list[dict[str, Any]], at: str
) -> None:
    page = show("register", javascript=False)
    for child in children:
        page.locator(f"[value='{child['person_id']}']").set_checked(child is children[2])
        page.locator(f"[name='state-{child['person_id']}']").select_option("")
    page.locator(f"[name='state-{children[1]['person_id']}']").select_option("late")
    page.locator(f"[name='minutes-{children[1]['person_id']}']").fill("12")
    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page).to_have_url(re.compile(re.escape(at) + "$"))
    taken = teacher.get(f"{school.branch}/registers/{school.class_id}/{today().isoformat()}")
    there = {each["student_id"]: (each["status"], each["minutes"]) for each in taken["entries"] if each["status"] != "present"}
    assert there == {children[2]["person_id"]: ("absent", None), children[1]["person_id"]: ("late", 12)}


def test_what_was_tapped_without_a_network_is_sent_later(
    show: Show, school: School, teacher: Client, children: list[dict[str, Any]], expects: Callable[..., None]
) -> None:
    expects("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "Failed to fetch")
    page = show("register")
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    page.context.set_offline(True)
    page.locator(f".tap:has([value='{children[3]['person_id']}']) label").click()
    page.get_by_role("button", name=re.compile("^Send")).click()
    expect(page.locator("#later .notice")).to_be_visible()
    page.context.set_offline(False)

    def is_there() -> bool:
        taken = teacher.get(f"{school.branch}/registers/{school.class_id}/{today().isoformat()}")
        return {each["student_id"]: each["status"] for each in taken["entries"]}[children[3]["person_id"]] == "absent"

    eventually(is_there)


# Homework


@LANGUAGES
def test_homework_in_a_title_and_a_tap(
    show: Show, school: School, teacher: Client, shots: Callable, no_faults: Callable, language: str
) -> None:
    page = show("homework/new", language=language)
    title = f"Read page {new_id()[:4]}"
    page.locator("#title").fill(title)
    page.locator("[name=due]").nth(1).check()
    shots(page, "teacher-homework-new")
    no_faults(page)
    press(page, {"en": "Set it", "ur": "دے دیں"}[language])
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    shots(page, "teacher-homework")
    no_faults(page)
    listed = teacher.get(f"{school.branch}/homework", params={"class_id": school.class_id})["items"]
    assert title in [each["title"] for each in listed]


# Marks


@pytest.fixture(scope="module")
def quizzes(school: School, teacher: Client) -> list[str]:
    """Two columns."""
    terms = teacher.get(f"{school.branch}/terms")["items"]
    begun = [each for each in terms if each["kind"] != "schoolYear" and each["starts_on"] <= today().isoformat()]
    term = max(begun, key=lambda each: each["starts_on"])["title"]
    category = new_id()
    draft = {"class_id": school.class_id, "title": "Quizzes", "weight": 100}
    teacher.put(f"{school.branch}/categories/{category}", draft)
    ids = [new_id(), new_id()]
    for number, id in enumerate(ids, 1):
        item = {
            "class_id": school.class_id,
            "subject": SUBJECT,
            "term": term,
            "category_id": category,
            "title": f"Quiz {number}",
        }
        teacher.put(f"{school.branch}/line-items/{id}", {**item, "kind": "quiz", "result_max": 10})
    return ids


def results(school: School, teacher: Client, item: str) -> dict[str, tuple[str, str | None]]:
    found = teacher.get(f"{school.branch}/line-items/{item}/results")["results"]
    return {each["student_id"]: (each["status"], each["score"]) for each in found}


@LANGUAGES
def test_marks_by_keyboard(
    show: Show,
    school: School,
    teacher: Client,
    children: list[dict[str, Any]],
    quizzes: list[str],
    shots: Callable,
    no_faults: Callable,
    language: str,
) -> None:
    page = show(MARKS, language=language, device="desk")
    first, second, third = (each["person_id"] for each in children[:3])
    cell = page.locator(f"[name='{first}.{quizzes[0]}']")
    cell.click()
    typed = {"en": ("7", "8.5", "A"), "ur": ("۶", "۸٫۵", "E")}[language]
    for text in typed:
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"[name='{third}.{quizzes[0]}']")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.insert_text("99")
    expect(page.locator(f"[name='{second}.{quizzes[0]}']")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    page.keyboard.insert_text("9")
    shots(page, "teacher-marks")
    no_faults(page)
    press(page, {"en": "Save", "ur": "محفوظ کریں"}[language])
    kept = results(school, teacher, quizzes[0])
    assert [kept[each] for each in (first, second, third)] == [
        ("fully graded", {"en": "7", "ur": "6"}[language]),
        ("fully graded", "9"),
        ({"en": "not submitted", "ur": "exempt"}[language], None),
    ]


def paste(page: Page, block: str) -> None:
    """As a spreadsheet hands it over."""
    page.evaluate(
        """block => { const clipboardData = new DataTransfer(); clipboardData.setData('text/plain', block);
        const pasted = new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true });
        document.activeElement.dispatchEvent(pasted) }""",
        block,
    )


def test_marks_by_paste(
    show: Show, school: School, teacher: Client, children: list[dict[str, Any]], quizzes: list[str], shots: Callable
) -> None:
    page = show(MARKS, device="desk")
    ids = [each["person_id"] for each in children]
    names = page.locator(f"[name^='{ids[0]}.']").evaluate_all("cells => cells.map(each => each.name.split('.')[1])")
    quizzes = [each for each in names if each in quizzes]  # as they stand beside each other
    page.locator(f"[name='{ids[3]}.{quizzes[0]}']").click()
    paste(page, "5\t6\r\nA\t7\r\n")
    expect(page.locator(f"[name='{ids[4]}.{quizzes[1]}']")).to_have_value("7")
    press(page, "Save")
    page.locator(f"[name='{ids[0]}.{quizzes[1]}']").click()
    with page.expect_navigation():
        paste(page, f"{called(children[1])}\t3\n{called(children[0])}\t2\n")
    expect(page.locator(f"[name='{ids[0]}.{quizzes[1]}']")).to_have_value("2")
    shots(page, "teacher-marks-pasted")
    press(page, "Save")
    kept = results(school, teacher, quizzes[1])
    assert [kept[id][1] for id in (ids[0], ids[1], ids[3], ids[4])] == ["2", "3", "6", "7"]
    assert results(school, teacher, quizzes[0])[ids[4]] == ("not submitted", None)


def test_marks_without_scripts_and_what_a_colleague_entered_meanwhile(
    show: Show,
    school: School,
    teacher: Client,
    children: list[dict[str, Any]],
    quizzes: list[str],
    expects: Callable[..., None],
    no_faults: Callable,
) -> None:
    expects("status of 409")
    page = show(MARKS, javascript=False)
    last, other = children[-1]["person_id"], children[-2]["person_id"]
    row = {"student_id": last, "score": 4}
    school.head.put(f"{school.branch}/line-items/{quizzes[0]}/results", {"results": [row]})
    page.locator(f"[name='{last}.{quizzes[0]}']").fill("5")
    page.locator(f"[name='{other}.{quizzes[0]}']").fill("6")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("td .error")).to_contain_text("Somebody entered 4 meanwhile; you 5.")
    assert results(school, teacher, quizzes[0])[other][1] == "6", "what nobody else touched is kept"
    page.get_by_role("button", name="Save").click()
    expect(page.locator("td .error")).to_have_count(0)
    assert results(school, teacher, quizzes[0])[last][1] == "5"


# Behaviour


@LANGUAGES
def test_praise_in_two_taps_and_back(
    show: Show,
    school: School,
    teacher: Client,
    children: list[dict[str, Any]],
    shots: Callable,
    no_faults: Callable,
    language: str,
) -> None:
    page = show("behaviour", language=language)
    child = children[2]
    no_faults(page)
    page.get_by_role("link", name=called(child, language), exact=True).first.click()
    page.wait_for_url(re.compile("child="))
    shots(page, "teacher-praise")
    no_faults(page)
    press(page, {"en": "Listening", "ur": "توجہ سے سننا"}[language])
    notes = teacher.get(f"{school.branch}/behaviour/notes", params={"student_id": child["person_id"]})["items"]
    assert (notes[0]["tone"], notes[0]["withdrawn_at"]) == ("praise", None)
    press(page, {"en": "Undo", "ur": "واپس کریں"}[language])
    path = f"{school.branch}/behaviour/notes/{notes[0]['behaviour_note_id']}"
    assert teacher.get(path)["withdrawn_at"]


# The inbox


@LANGUAGES
def test_a_message_is_answered_and_a_note_acknowledged(
    show: Show, school: School, shots: Callable, no_faults: Callable, language: str
) -> None:
    mother, child = school.guardian("urdu_sms"), school.child("urdu_sms")
    teacher_id = school.person(school.chain.teacher.sourced_id)
    draft = {"client_id": new_id(), "text": "When is the quiz?", "student_id": child, "teacher_id": teacher_id}
    talk = mother.post(f"{school.branch}/conversations", draft)
    note = {"home_note_id": new_id(), "student_id": child, "kind": "strengths", "text": f"Reads each evening. {language}"}
    mother.post(f"{school.branch}/home-notes", note)
    page = show("/inbox", language=language)
    shots(page, "teacher-inbox")
    no_faults(page)
    page.locator(f"a[href$='{talk['conversation_id']}']").click()
    answer = f"On Monday. {language}"
    page.locator("#text").fill(answer)
    no_faults(page)
    press(page, {"en": "Send", "ur": "بھیجیں"}[language])
    expect(page.locator(".talk .mine").last).to_contain_text(answer)
    shots(page, "teacher-conversation")
    found = mother.get(f"{school.branch}/conversations/{talk['conversation_id']}/messages")["items"]
    assert found[0]["text"] == answer
    page.goto("/inbox/notes")
    shots(page, "teacher-notes")
    no_faults(page)
    form = page.locator(f"form[action$='{note['home_note_id']}']")
    form.locator("textarea").fill("Well done!")
    with page.expect_navigation():
        form.get_by_role("button").click()
    assert mother.get(f"{school.branch}/home-notes/{note['home_note_id']}")["answer"] == "Well done!"


# Remarks


@LANGUAGES
def test_a_remark_of_the_bank_with_the_childs_name(
    show: Show,
    school: School,
    teacher: Client,
    children: list[dict[str, Any]],
    quizzes: list[str],
    shots: Callable,
    no_faults: Callable,
    language: str,
) -> None:
    remark = {
        "remark_id": new_id(),
        "text": "{name} reads with joy.",
        "text_ur": "{name} شوق سے پڑھتا ہے۔",
        "tags": ["reading"],
    }
    school.head.post(f"{school.branch}/remark-bank", remark)
    term = teacher.get(f"{school.branch}/line-items/{quizzes[0]}")["term"]
    draft = {"run_id": new_id(), "class_id": school.class_id, "term": term}
    run = teacher.post(f"{school.branch}/report-card-runs", draft)["run_id"]
    page = show(f"remarks/{run}", language=language)
    id = children[0]["person_id"]
    page.locator(f"#bank-{id}").select_option(remark["remark_id"])
    expect(page.locator(f"#text-{id}")).to_have_value(f"{children[0]['given_name']} reads with joy.")
    page.locator(f"#text-{children[1]['person_id']}").fill("Works hard.")
    no_faults(page)
    press(page, {"en": "Keep the remarks", "ur": "تبصرے محفوظ کریں"}[language])
    shots(page, "teacher-remarks")
    cards = teacher.get(f"{school.branch}/report-card-runs/{run}/cards")["items"]
    texts = {card["student_id"]: [each["text"] for each in card["remarks"]] for card in cards}
    assert texts[id] == [f"{children[0]['given_name']} reads with joy."]
    assert texts[children[1]["person_id"]] == ["Works hard."]


# All pages


PAGES = (
    "/classes",
    "",
    "register",
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
def test_all_pages_are_for_everybody(
    show: Show, children: list[dict[str, Any]], quizzes: list[str], at: str, shots: Callable, no_faults: Callable, language: str
) -> None:
    page = show("/classes", language=language)
    more = (
        f"students/{children[0]['person_id']}",
        f"marks/items/{quizzes[0]}",
        "/inbox/unclear",
        "/meeting-day/written",
        f"/meeting-day/{at.split('/')[2]}/availability",
    )
    for path in (*PAGES, *more):
        page.goto(path if path.startswith("/") else f"{at}/{path}".rstrip("/"))
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        no_faults(page)
        if path in ("/classes", "", "unreached"):
            shots(page, f"teacher-{path.strip('/') or 'class'}")


def test_the_register_by_keyboard(show: Show, keyboard: Callable) -> None:
    order = keyboard(show("register", javascript=False)).order
    assert order[0] == "link To the content"
    assert any(each.startswith("checkbox ") for each in order)


@pytest.mark.sweep
def test_all_pages_fit_at_400_percent(show: Show, at: str) -> None:
    page = show("/classes", device="narrow", language="ur")
    for path in PAGES:
        page.goto(path if path.startswith("/") else f"{at}/{path}".rstrip("/"))
        fits(page)
