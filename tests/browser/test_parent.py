"""What a parent does with a phone: reads the day, books, writes home, answers, keeps the card; with a network and without."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.support.opening import Opener
from tests.browser.support.signing_in import People
from tests.browser.support.zooming import fits
from tests.e2e.school import School
from tests.support.waiting import eventually

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])
FAMILY = {"en": ("apart", 0), "ur": ("urdu_sms", 0)}  # of a child each, so that each books for itself
CUT_OFF = ("ERR_INTERNET_DISCONNECTED", "when fetching the script")  # what was under way when the network went
WORDS = {
    "book": {"en": "Book", "ur": "طے کریں"},
    "booked": {"en": "It is booked.", "ur": "ملاقات طے ہو گئی۔"},
    "send": {"en": "Send", "ur": "بھیجیں"},
    "sent": {"en": "Sent. The teacher reads it", "ur": "بھیج دیا۔ استاد پڑھ کر"},
    "thanks": {"en": "Thank you.", "ur": "شکریہ۔"},
    "record": {"en": "Record", "ur": "ریکارڈ کریں"},
    "stop": {"en": "Stop", "ur": "روکیں"},
    "offline": {"en": "There is no network", "ur": "نیٹ ورک نہیں ہے"},
    "first": {"en": "Reads at home every day", "ur": "گھر پر روز پڑھتا/پڑھتی ہے"},
}


@dataclass(frozen=True)
class Term:
    """What the school has done so far."""

    school: School
    day: str
    homework: str
    talks: dict[str, str]  # conversations, by kind of family

    @property
    def branch_id(self) -> str:
        return self.school.branch.rpartition("/")[2]

    def at(self, kind: str) -> str:
        return f"/children/{self.branch_id}/{self.school.child(kind)}"

    def notes(self, kind: str) -> list[dict[str, Any]]:
        child = self.school.child(kind)
        found = self.school.teacher.get(f"{self.school.branch}/home-notes", params={"limit": 100})["items"]
        return [note for note in found if note["student_id"] == child]


@pytest.fixture(scope="module")
def term(school: School) -> Term:
    teacher, branch = school.teacher, school.branch
    homework = school.set_homework("How plants drink")
    hours = {"held_on": (date.today() + timedelta(days=10)).isoformat(), "starts": "17:00", "ends": "18:30", "slot_minutes": 10}
    teachers = [{"teacher_id": teacher.person_id, "place": "Room 4"}]
    day = school.head.post(f"{branch}/meeting-days", {"title": "Parents' evening", "teachers": teachers, **hours})
    talks = {}
    for kind, place in FAMILY.values():
        child, guardian = school.child(kind), school.person(school.family(kind).guardians[place].sourced_id)
        marks = [{"student_id": child, "score": "42", "out_of": "50", "remark": "Asks good questions"}]
        for subject in ("Science", "Urdu"):
            sheet = {"class_id": school.class_id, "term": "First term", "subject": subject, "marks": marks}
            teacher.put(f"{branch}/marks", sheet)
        said = {"client_id": f"hello-{kind}", "text": "Could you read with her each evening?"}
        begun = teacher.post(f"{branch}/conversations", said | {"student_id": child, "guardian_id": guardian})
        talks[kind] = begun["conversation_id"]
        praise = {"class_id": school.class_id, "student_ids": [child], "aspect_id": "listening", "tone": "praise"}
        teacher.post(f"{branch}/behaviour/notes", praise)
    students = [school.child(kind) for kind, _ in FAMILY.values()]
    asked = {"class_id": school.class_id, "term": "First term", "student_ids": students, "approved": True}
    run = f"{branch}/report-card-runs/{school.head.post(f'{branch}/report-card-runs', asked)['run_id']}"
    eventually(lambda: teacher.get(run)["issued"] == len(students))
    return Term(school, day["meeting_day_id"], homework, talks)


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
    page = open_page(f"{term.at(kind)}/notes/new?kind=routines", language=language, person=people.guardian(kind, place))
    page.context.grant_permissions(["microphone"])
    page.get_by_role("button", name=WORDS["record"][language], exact=True).click()
    expect(page.get_by_role("timer")).to_have_text(re.compile(r"^2 / 60$"))
    page.get_by_role("button", name=WORDS["stop"][language], exact=True).click()
    expect(page.locator(".recorder audio")).to_be_visible()
    shots(page, "parent-voice-recorded")
    page.get_by_role("button", name=WORDS["send"][language], exact=True).click()
    expect(page.locator(".notice.good")).to_contain_text(WORDS["sent"][language])
    (note,) = [note for note in term.notes(kind) if note["voice"]]
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


# Without scripts, without a network


def test_without_scripts_homework_is_signed_and_a_note_written(term: Term, open_page: Opener, people: People) -> None:
    page = open_page("/family", javascript=False, person=people.guardian("urdu_sms"))
    page.locator("main form[action*='/homework/'] button.main").first.click()
    expect(page.locator(".notice.good")).to_be_visible()
    page.goto(f"{term.at('urdu_sms')}/notes/new?kind=strengths")
    page.locator("[name=text]").fill("Helps her grandmother.")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_text("Helps her grandmother.")).to_be_visible()
    assert [note["text"] for note in term.notes("urdu_sms")].count("Helps her grandmother.") == 1


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
