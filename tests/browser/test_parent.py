"""What a parent does with a phone: reads the day, books, writes home, answers, keeps the card."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.parents import FAMILY, LANGUAGES, WORDS, Term
from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.browser.support.zooming import fits
from tests.support.waiting import eventually


def heading(page: Page) -> Locator:
    return page.get_by_role("heading", level=1)


# The pages


@pytest.mark.sweep
@LANGUAGES
def test_all_pages_have_no_faults(
    term: Term, open_page: Opener, people: People, shots: Callable, no_faults: Callable, language: str
) -> None:
    kind, place = FAMILY[language]
    at, branch, talk = term.at(kind), term.branch_id, term.talks[kind]
    child, teacher = term.school.child(kind), term.school.teacher.person_id
    pages = {
        "family": "/family",
        "child": at,
        **{word: f"{at}/{word}" for word in ("homework", "marks", "report-cards", "behaviour", "attendance", "diary")},
        **{word: f"{at}/{word}" for word in ("timetable", "goals", "expectations", "notes")},
        "one-homework": f"{at}/homework/{term.homework}",
        "new-note": f"{at}/notes/new?kind=challenges",
        "messages": "/messages",
        "conversation": f"/messages/{branch}/{talk}",
        "write": f"/messages/{branch}/write/{child}",
        "office": f"/messages/{branch}/office",
        "meetings": "/meetings",
        "meeting-day": f"/meetings/{branch}/days/{term.day}",
        "times": f"/meetings/{branch}/days/{term.day}/{child}/{teacher}",
        "together": f"/meetings/{branch}/days/{term.day}/together?pick={child}+{teacher}",
        "calendar": "/meetings/calendar",
        "new-written": f"/meetings/{branch}/written/new/{child}",
        "new-commitment": f"/meetings/{branch}/commitments/new/{child}",
        "events": "/events",
        "pta": f"/events/{branch}/pta",
        "guides": "/guides",
        "preferences": "/preferences",
    }
    page = open_page(language=language, person=people.guardian(kind, place))
    for name, path in pages.items():
        answer = page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        expect(heading(page)).to_be_visible()
        shots(page, f"parent-{name}")
        no_faults(page)


@LANGUAGES
def test_the_day_of_two_children_fits_and_is_walked_by_keyboard(
    open_page: Opener, people: People, keyboard: Callable, shots: Callable, term: Term, language: str
) -> None:
    person = people.guardian("two_branches")
    page = open_page("/family", device="desk", language=language, person=person)
    assert page.locator("main h2 a[href^='/children/']").count() == 2
    shots(page, "parent-two-children-desk")
    order = keyboard(page).order
    assert order[1].startswith("link ")
    assert len(order) > 10
    for device in ("zoomed", "narrow"):
        fits(open_page("/family", device=device, language=language, person=person))


# Journeys


@LANGUAGES
def test_a_parent_books(term: Term, open_page: Opener, people: People, shots: Callable, language: str) -> None:
    kind, place = FAMILY[language]
    page = open_page(f"/meetings/{term.branch_id}/days/{term.day}", language=language, person=people.guardian(kind, place))
    path = f"{term.school.child(kind)}/{term.school.teacher.person_id}"
    page.locator(f"main a[href$='{path}']").click()
    page.locator("[name=slot]").nth(2).check()
    page.get_by_role("button", name=WORDS["book"][language], exact=True).click()
    expect(page.locator(".notice.good")).to_have_text(WORDS["booked"][language])
    shots(page, "parent-booked")
    (booking,) = term.school.guardian(kind, place).get(f"{term.school.branch}/bookings")["items"]
    assert page.url.endswith(booking["booking_id"])
    with page.expect_download() as file:
        page.locator("main a[href$='/calendar']").click()
    assert "BEGIN:VEVENT" in file.value.path().read_text()


@LANGUAGES
def test_a_home_note_by_tap_and_text(term: Term, open_page: Opener, people: People, shots: Callable, language: str) -> None:
    kind, place = FAMILY[language]
    page = open_page(f"{term.at(kind)}/notes", language=language, person=people.guardian(kind, place))
    page.locator("main a[href$='kind=learning']").click()
    page.get_by_text(WORDS["first"][language]).click()
    page.locator("[name=text]").fill("She counts the stairs, وہ گنتی ہے۔")
    page.get_by_role("button", name=WORDS["send"][language], exact=True).click()
    expect(page.locator(".notice.good")).to_contain_text(WORDS["sent"][language])
    shots(page, "parent-note-sent")
    (note,) = [note for note in term.notes(kind) if note["text"].startswith("She counts")]
    assert [each["key"] for each in note["choices"]] == ["reads_daily"]


@LANGUAGES
def test_a_home_note_by_voice(term: Term, open_page: Opener, people: People, shots: Callable, language: str) -> None:
    """Heard before it is sent, and kept as what phones play."""
    kind, place = FAMILY[language]
    before = {note["home_note_id"] for note in term.notes(kind)}
    page = open_page(f"{term.at(kind)}/notes/new?kind=routines", language=language, person=people.guardian(kind, place))
    page.context.grant_permissions(["microphone"])
    page.get_by_role("button", name=WORDS["record"][language], exact=True).click()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^2 / 60$"))
    page.get_by_role("button", name=WORDS["stop"][language], exact=True).click()
    expect(page.locator(".recorder audio")).to_be_visible()
    shots(page, "parent-voice-recorded")
    page.get_by_role("button", name=WORDS["send"][language], exact=True).click()
    expect(page.locator(".notice.good")).to_contain_text(WORDS["sent"][language])
    (note,) = [note for note in term.notes(kind) if note["home_note_id"] not in before]
    assert note["voice"]["content_type"] == "audio/ogg"
    assert 1 <= note["voice"]["seconds"] <= 60
    heard = page.locator("main audio").first
    heard.evaluate("sound => { sound.preload = 'auto'; sound.load() }")
    eventually(lambda: heard.evaluate("sound => sound.readyState >= 2 && sound.duration >= 1"))


@LANGUAGES
def test_a_parent_answers_a_message(term: Term, open_page: Opener, people: People, shots: Callable, language: str) -> None:
    kind, place = FAMILY[language]
    page = open_page("/messages", language=language, person=people.guardian(kind, place))
    page.locator(f"main a[href$='{term.talks[kind]}']").click()
    expect(page.get_by_text("Could you read with her each evening?")).to_be_visible()
    page.get_by_role("button", name=WORDS["thanks"][language], exact=True).click()
    expect(page.locator(".talk .mine").last).to_contain_text(WORDS["thanks"][language])
    shots(page, "parent-answered")
    said = term.school.teacher.get(f"{term.school.branch}/conversations/{term.talks[kind]}/messages")["items"]
    assert [each["text"] for each in said] == [WORDS["thanks"][language], "Could you read with her each evening?"]


@LANGUAGES
def test_the_report_card_in_urdu(term: Term, open_page: Opener, people: People, language: str) -> None:
    kind, place = FAMILY[language]
    page = open_page(f"{term.at(kind)}/report-cards", language=language, person=people.guardian(kind, place))
    with page.expect_download() as file:
        page.get_by_role("link", name="اردو (PDF)").first.click()
    assert file.value.path().read_bytes().startswith(b"%PDF-")
    assert file.value.suggested_filename == "report-card-ur.pdf"
    page.locator("main form button.main").first.click()
    expect(page.locator("main .tag.good").first).to_be_visible()


# Without scripts


def test_without_scripts_homework_is_signed_and_a_note_written(term: Term, open_page: Opener, people: People) -> None:
    page = open_page("/family", javascript=False, person=people.guardian("urdu_sms"))
    page.locator("main form[action*='/homework/'] button.main").first.click()
    expect(page.locator(".notice.good")).to_be_visible()
    page.goto(f"{term.at('urdu_sms')}/notes/new?kind=strengths")
    page.locator("[name=text]").fill("Helps her grandmother.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Helps her grandmother.")).to_be_visible()
    assert [note["text"] for note in term.notes("urdu_sms")].count("Helps her grandmother.") == 1


# How quick and how still


@LANGUAGES
def test_the_first_page_is_small_and_still(
    term: Term, open_page: Opener, people: People, slow: Callable, measures: Callable, language: str
) -> None:
    kind, place = FAMILY[language]
    page = open_page(language=language, person=people.guardian(kind, place), first_visit=True)
    slow(page)
    page.goto("/family")
    found = measures(page)
    print(f"/family in {language} on slow 3G: {found}")
    assert found.without_fonts < 60_000
    assert found.shift == 0, found.shifted


def test_no_family_fetches_what_teachers_write_with(open_page: Opener, people: People) -> None:
    page = open_page("/family", person=people.guardian("apart"))
    page.wait_for_load_state("networkidle")
    fetched = page.evaluate("performance.getEntriesByType('resource').map(each => each.name)")
    assert [each for each in fetched if "/later." in each]
    assert not [each for each in fetched if re.search(r"/(sheet|taps|bank|recording)\.", each)]
