"""What every page of the portal stands on: signing in, the components, the page that is not there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.support.looks import LOOKS, NARROW, ZOOMED, Look
from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People, send
from tests.browser.support.zooming import fits
from tests.support.waiting import eventually

PAGES = {"sign-in": "/sign-in", "staff": "/sign-in/staff", "design": "/design", "offline": "/offline"}


@pytest.mark.sweep
@pytest.mark.parametrize("look", LOOKS, ids=str)
@pytest.mark.parametrize("name", PAGES)
def test_anybody_s_pages_have_no_faults(open_page: Opener, name: str, look: Look, shots: Callable, no_faults: Callable) -> None:
    page = open_page(PAGES[name], look=look)
    shots(page, name)
    no_faults(page)


@pytest.mark.sweep
@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("language", ["en", "ur"])
def test_they_fit_and_are_walked_by_keyboard(open_page: Opener, name: str, language: str, keyboard: Callable) -> None:
    page = open_page(PAGES[name], device="desk", language=language)
    assert keyboard(page).order[0].startswith("link ")
    for device in (ZOOMED, NARROW):
        fits(open_page(PAGES[name], device=device, language=language))


@pytest.mark.parametrize("look", LOOKS, ids=str)
def test_a_guardian_at_home(open_page: Opener, people: People, look: Look, shots: Callable, no_faults: Callable) -> None:
    page = open_page("/family", look=look, person=people.guardian("urdu_sms"))
    assert page.locator("html").get_attribute("lang") == look.language
    shots(page, "family")
    no_faults(page)


@pytest.mark.parametrize("language", ["en", "ur"])
def test_the_first_page_is_quick_and_small(
    open_page: Opener, people: People, slow: Callable, measures: Callable, language: str
) -> None:
    page = open_page(language=language, person=people.guardian("urdu_sms"), first_visit=True)
    slow(page)
    page.goto("/family")
    found = measures(page)
    assert found.without_fonts < 60_000
    assert found.shift < 0.01, found.shifted


@pytest.mark.parametrize("language", ["en", "ur"])
def test_without_scripts(open_page: Opener, people: People, language: str) -> None:
    page = open_page("/family", language=language, javascript=False, person=people.guardian("urdu_sms"))
    assert page.locator("h1").count() == 1


@pytest.mark.parametrize("name", ["teacher", "head", "office", "operator"])
def test_staff_get_in(open_page: Opener, people: People, name: str, expects: Callable) -> None:
    expects("status of 404")
    page = open_page("/", person=getattr(people, name))
    assert "/sign-in" not in page.url


def test_a_page_that_is_not_there(page: Page, expects: Callable, no_faults: Callable) -> None:
    expects("status of 404")
    page.goto("/nowhere")
    no_faults(page)


def test_urdu_is_set_in_nastaliq_from_the_second_page_on(open_page: Opener, faces: Callable) -> None:
    """On a machine that is busy a page may be drawn before the face is out of the cache: then it is the next."""
    page = open_page("/sign-in", language="ur")

    def is_shown() -> bool:
        page.reload()
        return "Noto Nastaliq Urdu" in faces(page, "h1")

    eventually(is_shown)


@pytest.mark.parametrize("javascript", [True, False])
def test_signing_in_as_a_family_does(open_page: Opener, platform, school, javascript: bool, expects: Callable) -> None:
    expects("status of 4..")
    phone = school.family("shared_phone").guardians[0].phone
    page = open_page("/family", javascript=javascript)
    before = len(platform.phone(phone))
    send(page, phone="0" + phone.removeprefix("+92"))
    code = eventually(lambda: platform.code_on(phone, before))
    send(page, code="000000" if code != "000000" else "111111")
    assert page.locator("[role=alert]").inner_text()
    send(page, code=code)
    page.locator("button[name=person_id]").first.click()
    expect(page).to_have_url(re.compile("/family$"))
    expect(page.locator("html")).to_have_attribute("dir", "rtl")  # as she has chosen before
    page.locator("form.language button").click()
    expect(page.locator("html")).to_have_attribute("dir", "ltr")
    page.locator("form[action='/sign-out'] button").click()
    expect(page).to_have_url(re.compile("/sign-in$"))
    page.goto("/family")
    assert "/sign-in" in page.url


def test_offline_a_page_seen_before_is_readable(open_page: Opener, people: People, expects: Callable) -> None:
    expects("ERR_INTERNET_DISCONNECTED", "ERR_FAILED")
    page = open_page("/family", person=people.guardian("urdu_sms"))
    eventually(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    page.reload(wait_until="networkidle")
    page.context.set_offline(True)
    page.reload()
    assert page.locator("h1").inner_text() == "Today"
    page.goto("/messages")
    assert "network" in page.locator("main").inner_text()


def test_two_windows_whose_token_has_expired_stay_signed_in(open_page: Opener, people: People) -> None:
    page = open_page("/family", person=people.guardian("apart"))
    page.context.clear_cookies(name="access")
    both = "() => Promise.all([1, 2, 3, 4].map(() => fetch('/family').then(answer => answer.url)))"
    assert all(each.endswith("/family") for each in page.evaluate(both)), "refreshed once or more, never thrown out"
    page.reload()
    assert page.url.endswith("/family")
