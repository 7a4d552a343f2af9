"""The chain's operator at work, on the real platform."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.looks import Look
from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.browser.support.zooming import fits
from tests.e2e.school import School
from tests.support.programs import bring
from tests.support.waiting import eventually

PAGES = {
    "chain": "/chain",
    "branches": "/chain/branches",
    "branch-new": "/chain/branches/new",
    "branch": "/chain/branches/{branch_id}",
    "plans": "/chain/plans",
    "plan": "/chain/plans/new",
    "approvals": "/chain/approvals",
    "usage": "/chain/usage",
    "engagement": "/chain/engagement",
    "deliveries": "/chain/deliveries",
    "prices": "/chain/prices",
    "people": "/chain/people",
    "machines": "/chain/machines",
    "pulls": "/chain/pulls",
    "pull": "/chain/pulls/new",
    "imports": "/chain/imports",
    "terms": "/chain/terms",
    "announcements": "/chain/announcements",
    "announcement-new": "/chain/announcements/new",
    "guides": "/chain/guides",
    "guide-new": "/chain/guides/new",
    "pack-new": "/chain/packs/new",
    "wording": "/chain/wording",
    "text": "/chain/wording/homework_set/ur",
    "rules": "/chain/rules",
    "rule": "/chain/rules/homework_set",
    "rule-new": "/chain/rules/new",
    "rule-new-of": "/chain/rules/new?event=reports.homework_set",
    "answers": "/chain/answers",
    "account": "/account",
}
PICTURED = ("chain", "branches", "branch", "approvals", "usage", "engagement", "deliveries", "account")
LOOKS = [Look(language="en", scheme="dark", motion=False), Look(language="ur", motion=False).but(device="desk")]


def press(page: Page, name: str, within: Any = None) -> None:
    (within or page).get_by_role("button", name=name, exact=True).click()


@pytest.mark.sweep
@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_every_page_is_sound_in_both_languages_and_schemes(
    open_page: Opener, people: People, school: School, shots: Callable, no_faults: Callable, look: Look
) -> None:
    page = open_page(look=look, person=people.operator)
    wrong = []
    for name, path in PAGES.items():
        answer = page.goto(path.format(branch_id=school.branch.rpartition("/")[2]))
        assert answer is not None
        if answer.status != 200:
            wrong.append(f"{path}: {answer.status}")
        if name in PICTURED:
            shots(page, f"chain-{name}")
        for check in (no_faults, fits):  # colours in both schemes
            try:
                check(page)
            except AssertionError as fault:
                wrong.append(str(fault))
    assert not wrong, "\n".join(wrong)


def test_a_branch_gets_a_plan_is_suspended_and_goes_on(
    open_page: Opener, people: People, school: School, shots: Callable
) -> None:
    page = open_page("/chain", device="desk", person=people.operator)
    page.get_by_role("link", name="Plans and prices").click()
    page.get_by_role("link", name="Make a plan").click()
    page.get_by_label("Short name").fill("basic")
    page.get_by_label("Name in English").fill("Basic")
    page.get_by_label("Name in Urdu").fill("بنیادی")
    page.get_by_label("Rupees a month").fill("5000")
    press(page, "Keep the plan")
    expect(page.get_by_role("status").first).to_contain_text("The plan is kept")
    page.get_by_role("navigation").get_by_role("link", name="Branches").click()
    name = page.get_by_role("row").nth(1).get_by_role("link").inner_text()
    page.get_by_label("Part of a name").fill(name[1:6])
    press(page, "Search")
    page.get_by_role("link", name=name).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    page.get_by_label("Plan", exact=True).select_option("basic")
    press(page, "Begin")
    plan = page.get_by_role("listitem").filter(has_text="Basic").first
    expect(plan).to_contain_text("active")
    plan.get_by_text("Suspend…", exact=True).click()
    expect(plan).to_contain_text("Nothing is deleted.")
    plan.get_by_label("Reason, which the branch sees").first.fill("Not paid")
    shots(page, "chain-suspending")
    press(page, "Suspend", plan)
    expect(plan).to_contain_text("suspended")
    expect(plan).to_contain_text("Not paid")
    press(page, "Resume", plan)
    expect(plan).to_contain_text("active")
    plan.get_by_text("End…", exact=True).click()
    press(page, "End it", plan)
    expect(plan).to_contain_text("ended")


def test_an_announcement_is_counted_sent_and_followed_in_urdu(
    open_page: Opener, people: People, school: School, shots: Callable
) -> None:
    page = open_page("/chain/announcements/new", language="ur", person=people.operator)
    page.get_by_label("اردو میں عنوان").fill("سرما کی چھٹیاں")
    page.get_by_label("اردو میں تحریر").fill("چھٹیاں جمعہ سے شروع ہیں۔")
    press(page, "محفوظ کریں اور گنیں کہ کن کو بتائے گا")
    page.get_by_text("بھیجیں…").click()  # it is there once they are counted, by itself
    shots(page, "chain-announcement-counted")
    press(page, "ابھی بھیجیں")
    expect(page.get_by_role("heading", name="کن تک پہنچا")).to_be_visible()
    expect(page.locator(".tag").first).to_contain_text("بھیجا گیا")
    shots(page, "chain-announcement-sent")
    page.goto("/chain/deliveries")
    expect(page.get_by_role("table", name="ذریعے کے لحاظ سے")).to_be_visible()
    shots(page, "chain-deliveries-after")


def test_without_scripts_counting_is_looked_at_again(open_page: Opener, people: People, school: School) -> None:
    page = open_page("/chain/announcements/new", javascript=False, person=people.operator)
    page.get_by_label("Title in English").fill("Winter break")
    page.get_by_label("Text in English").fill("It begins on Friday.")
    press(page, "Keep it and count whom it tells")
    for _ in range(60):
        if page.get_by_text("Send it…").count():
            break
        page.get_by_role("link", name="Look again").click()
    page.get_by_text("Remove the draft…").click()
    press(page, "Remove the draft")
    expect(page.get_by_role("status").first).to_contain_text("The draft is removed.")


def test_a_machines_secret_is_shown_once(open_page: Opener, people: People, school: School) -> None:
    page = open_page("/chain/machines", device="desk", person=people.operator)
    page.get_by_label("Name, such as that of the system").fill("Campus")
    page.get_by_label("roster-core.readonly").check()
    page.get_by_label("In the whole chain").check()
    press(page, "Make it")
    secret = page.get_by_role("definition").nth(1).inner_text()
    assert len(secret) > 20
    page.get_by_role("link", name="I have copied it").click()
    assert secret not in page.content()
    page.get_by_text("Remove…").click()
    press(page, "Remove it")
    expect(page.get_by_role("status").first).to_contain_text("its access has ended")


def test_the_way_round_by_keyboard(open_page: Opener, people: People, keyboard: Callable) -> None:
    page = open_page("/chain", device="desk", person=people.operator)
    order = keyboard(page).order
    assert order[:3] == ["link To the content", "link Rabta", "button اردو"]
    assert order.index("link The chain") < order.index("link Plans and prices") < order.index("button Sign out")
    page.goto("/account")
    assert "button Change my password" in keyboard(page).order


def test_digits_and_another_device(open_page: Opener, people: People) -> None:
    page = open_page("/account", language="ur", person=people.operator)
    page.get_by_text("اردو، ۰۱۲۳").click()
    press(page, "منتخب کریں")
    assert re.search("[۰-۹]", page.get_by_role("main").inner_text())
    page.get_by_text("اردو، 0123").click()
    press(page, "منتخب کریں")
    assert not re.search("[۴-۹]", page.get_by_role("main").inner_text().replace("۰۱۲۳", ""))


@pytest.mark.parametrize("language", ["en", "ur"])
def test_listen_plays_what_the_server_speaks(open_page: Opener, people: People, language: str) -> None:
    bring("espeak-ng", "opusenc")
    page = open_page("/design", language=language, person=people.operator)
    page.evaluate("speechSynthesis.getVoices = () => []")  # a cheap phone has no voice
    with page.expect_response("**/listen") as heard:
        page.locator(".listen button").click()
    assert heard.value.headers["content-type"] == "audio/ogg"
    assert heard.value.status == 200
    assert int(heard.value.headers["content-length"]) > 1000
    assert page.url.endswith("/design"), "it plays on the page"


def test_listen_without_scripts_opens_a_page_that_plays(open_page: Opener, people: People, no_faults: Callable) -> None:
    bring("espeak-ng", "opusenc")
    page = open_page("/design", javascript=False, person=people.operator)
    with page.context.expect_page() as opened:
        page.locator(".listen button").click()
    sound = opened.value.locator("audio")
    expect(sound).to_be_visible()
    assert eventually(lambda: float(sound.evaluate("each => each.duration || 0"))) > 0.3
