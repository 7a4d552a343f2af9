"""What the operator writes for many branches: for whom, by name; when; in which languages. And where a transfer leads."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.browser.support.zooming import fits
from tests.e2e.school import School

WAIT = 30_000  # milliseconds


def press(page: Page, name: str, within: Any = None) -> None:
    (within or page).get_by_role("button", name=name, exact=True).click()


def far_branch(school: School) -> dict[str, Any]:
    """Another than the one of the stories."""
    mine = school.branch.rpartition("/")[2]
    branches: list[dict[str, Any]] = school.operator.get("/v1/branches", params={"limit": 100})["items"]
    return next(each for each in branches if each["branch_id"] != mine)


def test_an_announcement_to_one_branch_each_week_without_scripts(
    open_page: Opener, people: People, school: School, shots: Callable, expects: Callable
) -> None:
    expects("status of 422")
    name = far_branch(school)["name"]
    page = open_page("/chain/announcements/new", javascript=False, device="desk", person=people.operator)
    page.get_by_label("Title in English").fill("Assembly")
    page.get_by_label("Text in English").fill("The assembly begins at eight.")
    page.get_by_label("By letter").uncheck()
    page.get_by_label("Find a branch by a part of its name").fill(name[1:])
    press(page, "Find")
    assert page.url.endswith("#branches"), "the page comes back where one was"
    expect(page.get_by_label("Title in English")).to_have_value("Assembly")
    expect(page.get_by_label("By letter")).not_to_be_checked()
    page.get_by_label(name, exact=True).check()
    fits(page)
    shots(page, "chain-choosing")
    page.get_by_text("Later, or again and again").click()
    page.get_by_label("On this day", exact=False).first.fill("2027-01-04")
    page.get_by_label("How often").select_option("week")
    press(page, "Keep it and count whom it tells")
    expect(page.get_by_role("alert")).to_contain_text("Name the days of the week.")
    expect(page.get_by_label(name, exact=True)).to_be_checked()
    page.get_by_label("Monday").check()
    press(page, "Keep it and count whom it tells")
    expect(page.get_by_role("definition").nth(1)).to_have_text(name)
    for _ in range(60):
        if page.get_by_text("Begin its schedule…").count():
            break
        page.get_by_role("link", name="Look again").click()
    shots(page, "chain-announcement-scheduled")
    page.get_by_text("Begin its schedule…").click()
    press(page, "Begin the schedule")
    expect(page.get_by_role("status").first).to_contain_text("as its schedule says")
    press(page, "Pause")
    page.get_by_text("Stop it…").click()
    press(page, "Stop it")
    expect(page.locator(".tag").first).to_contain_text("stopped")


def test_a_branch_is_found_for_a_transfer_in_urdu(
    open_page: Opener, people: People, school: School, shots: Callable, no_faults: Callable
) -> None:
    far, child = far_branch(school), school.child("apart")
    at = f"/branches/{school.branch.rpartition('/')[2]}/people/{child}/transfer"
    page = open_page(at, language="ur", person=people.head)
    page.locator("[name=note]").fill("بہت اچھا بچہ ہے۔")
    page.locator("[name=branch_name]").fill(far["name"])
    press(page, "ڈھونڈیں")
    expect(page.locator("[name=branch_ids]").first).to_be_visible()
    expect(page.locator("[name=note]")).to_have_value("بہت اچھا بچہ ہے۔")
    no_faults(page)
    fits(page)
    shots(page, "office-transfer")


@pytest.mark.parametrize("language", ["en", "ur"])
def test_a_guide_with_the_chains_own_file_and_its_versions(
    open_page: Opener, people: People, school: School, shots: Callable, no_faults: Callable, language: str
) -> None:
    page = open_page("/chain/guides/new", language=language, person=people.operator)
    page.locator("[name=title_en]").fill("Reading at home")
    page.locator("[name=body_en]").fill("Read aloud for ten minutes.")
    page.locator("form[action$='/guides/new'] button").click()
    page.locator("form[action$='/steps/publication'] button").click()
    page.locator("[name=body_en]").fill("Read aloud for fifteen minutes.")
    page.locator("main form:has([name=body_en]) button").click()
    file = {"name": "x.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\n"}
    page.locator("[name=file]").set_input_files(file)
    page.locator("[name=language][id=language]").select_option("en")
    page.locator("form[action$='/files'] button").click()
    expect(page.locator("form[action$='/files/en/pdf/removal']")).to_have_count(1)
    no_faults(page)
    fits(page)
    shots(page, "chain-guide")
    page.locator("a[href$='/versions']").click()
    expect(page.locator("section.card")).to_have_count(2)
    no_faults(page)
    fits(page)
    shots(page, "chain-guide-versions")


def test_a_rule_of_the_chains_own_comes_and_goes(
    open_page: Opener, people: People, school: School, shots: Callable, no_faults: Callable
) -> None:
    page = open_page("/chain/rules", language="en", person=people.operator)
    page.get_by_role("link", name="A rule of the chain's own").click()
    page.get_by_label("When this happens").select_option("reports.homework_set")
    press(page, "Go on")
    page.get_by_label("Short name").fill("homework_beside")
    page.get_by_label("On: it is told").uncheck()
    no_faults(page)
    fits(page)
    shots(page, "chain-rule-new")
    press(page, "Put it in force in all branches")
    row = page.get_by_role("row").filter(has_text="homework beside")
    expect(row).to_contain_text("the chain's own")
    row.get_by_role("link").click()
    expect(page.get_by_label("On: it is told")).not_to_be_checked()
    page.get_by_text("Remove the rule…").click()
    press(page, "Remove the rule")
    expect(page.get_by_role("status").first).to_contain_text("nobody is told by it any more")
