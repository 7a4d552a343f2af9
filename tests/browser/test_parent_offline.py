"""A parent on a network that goes, hangs or comes back: nothing is lost, nothing is sent twice."""

import re
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest
from playwright.sync_api import Error, Page, expect

from deploy.local import plan
from tests.browser.parents import CUT_OFF, FAMILY, LANGUAGES, WORDS, Term
from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.support.platform import Platform
from tests.support.waiting import eventually


@LANGUAGES
def test_a_note_written_without_a_network_is_sent_later_and_once(
    term: Term, open_page: Opener, people: People, shots: Callable, expects: Callable, language: str
) -> None:
    expects(*CUT_OFF)
    kind, place = FAMILY[language]
    page = open_page(f"{term.at(kind)}/notes/new?kind=challenges", language=language, person=people.guardian(kind, place))
    page.context.set_offline(True)
    text = f"Written on the bus, {language}."
    page.locator("[name=text]").fill(text)
    page.get_by_role("button", name=WORDS["send"][language], exact=True).click()
    expect(page.locator("#later")).to_contain_text(WORDS["offline"][language])
    shots(page, "parent-offline")
    assert text not in [note["text"] for note in term.notes(kind)]
    page.context.set_offline(False)
    eventually(lambda: [note["text"] for note in term.notes(kind)].count(text) == 1)
    expect(page.locator("#later")).to_be_empty()
    page.goto(f"{term.at(kind)}/notes")
    expect(page.get_by_text(text)).to_be_visible()
    assert [note["text"] for note in term.notes(kind)].count(text) == 1


def test_a_voice_is_kept_without_a_network_too(term: Term, open_page: Opener, people: People, expects: Callable) -> None:
    expects(*CUT_OFF)
    page = open_page(f"{term.at('urdu_sms')}/notes/new?kind=strengths", person=people.guardian("urdu_sms"))
    page.context.grant_permissions(["microphone"])
    before = sum(1 for note in term.notes("urdu_sms") if note["voice"])
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^2 / 60$"))
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".recorder audio")).to_be_visible()
    page.context.set_offline(True)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#later")).to_contain_text("There is no network")
    page.context.set_offline(False)
    eventually(lambda: sum(1 for note in term.notes("urdu_sms") if note["voice"]) == before + 1)


def test_one_tap_without_a_network_keeps_which_button_it_was(
    term: Term, open_page: Opener, people: People, expects: Callable
) -> None:
    expects(*CUT_OFF)
    page = open_page(f"{term.at('apart')}/homework/{term.homework}", person=people.guardian("apart"))
    page.context.set_offline(True)
    page.get_by_role("button", name="We need help", exact=True).click()
    expect(page.locator("#later")).to_contain_text("How plants drink")
    page.context.set_offline(False)
    family = term.school.guardian("apart")

    def said() -> bool:
        found = family.get(f"{term.school.branch}/homework/{term.homework}")
        return bool(found["answers"][0]["done"] == "help")

    eventually(said)


def kept(page: Page) -> int:
    """How many forms the phone keeps."""
    return int(
        page.evaluate("""() => new Promise((resolve) => {
        const opening = indexedDB.open("later", 1);
        opening.onsuccess = () => {
            const counting = opening.result.transaction("forms").objectStore("forms").count();
            counting.onsuccess = () => resolve(counting.result);
        };
    })""")
    )


HANG = """() => {
    const real = fetch;
    const hangs = new Promise((resolve) => { window.answered = () => resolve(new Response("", { status: 503 })); });
    window.fetch = (address, more) => (address === "/health" ? hangs : real(address, more));
}"""


def test_pressed_twice_while_the_network_hangs_it_is_one_note(term: Term, open_page: Opener, people: People) -> None:
    page = open_page(f"{term.at('apart')}/notes/new?kind=learning", person=people.guardian("apart"))
    page.evaluate(HANG)
    page.locator("[name=text]").fill("Pressed twice.")
    for _ in range(2):
        page.get_by_role("button", name="Send", exact=True).click()
    page.evaluate("answered()")
    expect(page.locator("#later p")).to_have_count(1)
    assert kept(page) == 1
    page.evaluate("dispatchEvent(new Event('online'))")
    eventually(lambda: [note["text"] for note in term.notes("apart")].count("Pressed twice.") == 1)
    expect(page.locator("#later p")).to_have_count(0)
    assert kept(page) == 0


def test_a_note_kept_on_a_page_of_an_earlier_session_is_sent(
    term: Term, open_page: Opener, people: People, expects: Callable
) -> None:
    expects(*CUT_OFF, "status of 403")
    page = open_page(f"{term.at('apart')}/notes/new?kind=learning", person=people.guardian("apart"))
    page.evaluate("document.querySelectorAll('[name=csrf]').forEach(each => { each.value = 'of.before'; })")
    page.context.set_offline(True)
    page.locator("[name=text]").fill("Kept since yesterday.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#later p")).to_have_count(1)
    page.context.set_offline(False)
    eventually(lambda: [note["text"] for note in term.notes("apart")].count("Kept since yesterday.") == 1)


def test_a_recording_is_not_taken_away_when_an_older_note_is_sent(
    term: Term, open_page: Opener, people: People, expects: Callable
) -> None:
    expects(*CUT_OFF)
    page = seen(open_page(f"{term.at('apart')}/notes/new?kind=routines", person=people.guardian("apart")))
    page.context.grant_permissions(["microphone"])
    page.context.set_offline(True)
    page.locator("[name=text]").fill("The older note.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator("#later p")).to_have_count(1)
    page.reload()
    page.get_by_role("button", name="Record", exact=True).click()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^2 / 60$"))
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator(".recorder audio")).to_be_visible()
    page.context.set_offline(False)
    eventually(lambda: [note["text"] for note in term.notes("apart")].count("The older note.") == 1)
    expect(page.locator("#later p")).to_have_count(0)
    expect(page.locator(".recorder audio")).to_be_visible()


# What was read before


def seen(page: Page) -> Page:
    """The phone keeps it: the worker was not there yet when it was opened first."""
    eventually(lambda: page.evaluate("navigator.serviceWorker.controller !== null"))
    page.reload(wait_until="networkidle")
    return page


@pytest.fixture
def phone(open_page: Opener, people: People) -> Page:
    """It has seen the family's page, and nothing else."""
    return seen(open_page("/family", person=people.guardian("urdu_sms")))


@contextmanager
def hanging(platform: Platform) -> Iterator[None]:
    """The gateway takes connections and says nothing."""
    popen = platform.processes["gateway"].popen
    assert popen is not None
    popen.send_signal(signal.SIGSTOP)
    try:
        yield
    finally:
        popen.send_signal(signal.SIGCONT)


def gives_way(phone: Page) -> None:
    """To a new page, once one comes within the seconds that are waited for it."""

    def is_new() -> bool:
        with suppress(Error):  # it was going there by itself
            phone.goto("/family")
        return phone.locator("#kept").is_hidden()

    eventually(is_new)


def test_after_a_page_not_seen_before_the_others_are_still_there(phone: Page, expects: Callable) -> None:
    expects(*CUT_OFF, "ERR_FAILED")
    phone.context.set_offline(True)
    phone.goto("/messages")
    expect(phone.get_by_role("heading", level=1)).to_have_text("No network")
    phone.goto("/family")
    expect(phone.get_by_role("heading", level=1)).to_have_text("Today")
    expect(phone.locator("#kept")).to_contain_text("This is the page as it was")
    phone.context.set_offline(False)
    gives_way(phone)


def test_a_page_seen_before_is_shown_while_the_network_hangs(phone: Page, platform: Platform, expects: Callable) -> None:
    expects(*CUT_OFF, "ERR_FAILED", "ERR_ABORTED")
    with hanging(platform):
        phone.goto("/family")
        expect(phone.get_by_role("heading", level=1)).to_have_text("Today")
        expect(phone.locator("#kept")).to_be_visible()
    gives_way(phone)


def test_after_a_fault_without_roster_the_pages_are_still_there(phone: Page, platform: Platform, expects: Callable) -> None:
    expects(*CUT_OFF, "ERR_FAILED", "status of 50[0-9]")
    with platform.without(*plan.serving("roster")):
        phone.goto("/messages")
        fault = phone.locator("body").get_attribute("data-person"), phone.get_by_role("heading", level=1).inner_text()
        phone.context.set_offline(True)
    phone.goto("/family")
    assert fault[0] is None, "it does not know who reads"
    assert fault[1] != "Messages"
    expect(phone.get_by_role("heading", level=1)).to_have_text("Today")
    phone.context.set_offline(False)
