"""Marks by keyboard, by paste, without scripts, at the staff room's old PC."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.teaching import SUBJECT, Classroom, called, press
from tests.e2e.school import School

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])


MARKS = f"marks?subject={SUBJECT}"


@LANGUAGES
def test_marks_by_keyboard(
    classroom: Classroom,
    school: School,
    shots: Callable,
    no_faults: Callable,
    language: str,
) -> None:
    taught = classroom.taught
    page = classroom.show(MARKS, language=language, device="desk")
    first, second, third = (each["person_id"] for each in taught.children[:3])
    cell = page.locator(f"[name='{first}.{taught.quizzes[0]}']")
    cell.click()
    typed = {"en": ("7", "8.5", "A"), "ur": ("۶", "۸٫۵", "E")}[language]
    for text in typed:
        page.keyboard.insert_text(text)
        page.keyboard.press("Enter")
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"[name='{third}.{taught.quizzes[0]}']")).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.insert_text("99")
    expect(page.locator(f"[name='{second}.{taught.quizzes[0]}']")).to_have_attribute("aria-invalid", "true")
    page.keyboard.press("Escape")
    page.keyboard.insert_text("9")
    shots(page, "teacher-marks")
    no_faults(page)
    press(page, {"en": "Save", "ur": "محفوظ کریں"}[language])
    kept = taught.results(taught.quizzes[0])
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


def test_marks_by_paste(classroom: Classroom, school: School, shots: Callable) -> None:
    taught = classroom.taught
    page = classroom.show(MARKS, device="desk")
    ids = [each["person_id"] for each in taught.children]
    names = page.locator(f"[name^='{ids[0]}.']").evaluate_all("cells => cells.map(each => each.name.split('.')[1])")
    quizzes = [each for each in names if each in taught.quizzes]  # as they stand beside each other
    page.locator(f"[name='{ids[3]}.{quizzes[0]}']").click()
    paste(page, "5\t6\r\nA\t7\r\n")
    expect(page.locator(f"[name='{ids[4]}.{quizzes[1]}']")).to_have_value("7")
    press(page, "Save")
    page.locator(f"[name='{ids[0]}.{quizzes[1]}']").click()
    with page.expect_navigation():
        paste(page, f"{called(taught.children[1])}\t3\n{called(taught.children[0])}\t2\n")
    expect(page.locator(f"[name='{ids[0]}.{quizzes[1]}']")).to_have_value("2")
    shots(page, "teacher-marks-pasted")
    press(page, "Save")
    kept = taught.results(quizzes[1])
    assert [kept[id][1] for id in (ids[0], ids[1], ids[3], ids[4])] == ["2", "3", "6", "7"]
    assert taught.results(quizzes[0])[ids[4]] == ("not submitted", None)


def test_marks_without_scripts_and_what_a_colleague_entered_meanwhile(
    classroom: Classroom,
    school: School,
    expects: Callable[..., None],
    no_faults: Callable,
) -> None:
    taught = classroom.taught
    expects("status of 409")
    page = classroom.show(MARKS, javascript=False)
    last, other = taught.children[-1]["person_id"], taught.children[-2]["person_id"]
    row = {"student_id": last, "score": 4}
    school.head.put(f"{school.branch}/line-items/{taught.quizzes[0]}/results", {"results": [row]})
    page.locator(f"[name='{last}.{taught.quizzes[0]}']").fill("5")
    page.locator(f"[name='{other}.{taught.quizzes[0]}']").fill("6")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("td .error")).to_contain_text("Somebody entered 4 meanwhile; you 5.")
    assert taught.results(taught.quizzes[0])[other][1] == "6", "what nobody else touched is kept"
    page.get_by_role("button", name="Save").click()
    expect(page.locator("td .error")).to_have_count(0)
    assert taught.results(taught.quizzes[0])[last][1] == "5"
    school.head.put(f"{school.branch}/line-items/{taught.quizzes[0]}/results", {"results": [{**row, "score": 3}]})
    page.locator(f"[name='{last}.{taught.quizzes[0]}']").fill("")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("td .error")).to_contain_text("Somebody entered 3 meanwhile; you –.")
    assert taught.results(taught.quizzes[0])[last][1] == "3", "what was not seen is not cleared"
    page.get_by_role("button", name="Save").click()
    expect(page.locator("td .error")).to_have_count(0)
    assert last not in taught.results(taught.quizzes[0])
