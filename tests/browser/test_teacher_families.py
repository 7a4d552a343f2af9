"""What a teacher says to families: praise, answers, remarks on report cards."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from schoolbus.ids import new_id
from tests.browser.support.teaching import Classroom, called, press
from tests.e2e.school import School

LANGUAGES = pytest.mark.parametrize("language", ["en", "ur"])


# Behaviour


@LANGUAGES
def test_praise_in_two_taps_and_back(
    classroom: Classroom,
    school: School,
    shots: Callable,
    no_faults: Callable,
    language: str,
) -> None:
    taught = classroom.taught
    page = classroom.show("behaviour", language=language)
    child = taught.children[2]
    no_faults(page)
    page.get_by_role("link", name=called(child, language), exact=True).first.click()
    page.wait_for_url(re.compile("child="))
    shots(page, "teacher-praise")
    no_faults(page)
    press(page, {"en": "Listening", "ur": "توجہ سے سننا"}[language])
    notes = taught.teacher.get(f"{school.branch}/behaviour/notes", params={"student_id": child["person_id"]})["items"]
    assert (notes[0]["tone"], notes[0]["withdrawn_at"]) == ("praise", None)
    press(page, {"en": "Undo", "ur": "واپس کریں"}[language])
    path = f"{school.branch}/behaviour/notes/{notes[0]['behaviour_note_id']}"
    assert taught.teacher.get(path)["withdrawn_at"]


@LANGUAGES
def test_one_word_for_several_children(classroom: Classroom, shots: Callable, no_faults: Callable, language: str) -> None:
    taught = classroom.taught
    ids = [each["person_id"] for each in taught.children[:2]]
    path = f"{taught.school.branch}/behaviour/notes"
    before = {
        each["behaviour_note_id"] for each in taught.teacher.get(path, params={"class_id": taught.school.class_id})["items"]
    }
    page = classroom.show("behaviour", language=language)
    page.locator("main details summary").first.click()
    for id in ids:
        page.locator(f"[name=child][value='{id}']").check()
    shots(page, "teacher-praise-several")
    no_faults(page)
    press(page, {"en": "Listening", "ur": "توجہ سے سننا"}[language])
    notes = taught.teacher.get(path, params={"class_id": taught.school.class_id})["items"]
    noted = [each for each in notes if each["behaviour_note_id"] not in before]
    assert {each["student_id"] for each in noted} == set(ids)
    press(page, {"en": "Undo", "ur": "واپس کریں"}[language])
    for each in noted:
        assert taught.teacher.get(f"{path}/{each['behaviour_note_id']}")["withdrawn_at"]


# The inbox


@LANGUAGES
def test_a_message_is_answered_and_a_note_acknowledged(
    classroom: Classroom, school: School, shots: Callable, no_faults: Callable, language: str
) -> None:
    mother, child = school.guardian("urdu_sms"), school.child("urdu_sms")
    teacher_id = school.person(school.chain.teacher.sourced_id)
    draft = {"client_id": new_id(), "text": "When is the quiz?", "student_id": child, "teacher_id": teacher_id}
    talk = mother.post(f"{school.branch}/conversations", draft)
    note = {"home_note_id": new_id(), "student_id": child, "kind": "strengths", "text": f"Reads each evening. {language}"}
    mother.post(f"{school.branch}/home-notes", note)
    page = classroom.show("/inbox", language=language)
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
    classroom: Classroom,
    school: School,
    shots: Callable,
    no_faults: Callable,
    language: str,
) -> None:
    taught = classroom.taught
    remark = {
        "remark_id": new_id(),
        "text": "{name} reads with joy.",
        "text_ur": "{name} شوق سے پڑھتا ہے۔",
        "tags": ["reading"],
    }
    school.head.post(f"{school.branch}/remark-bank", remark)
    term = taught.teacher.get(f"{school.branch}/line-items/{taught.quizzes[0]}")["term"]
    draft = {"run_id": new_id(), "class_id": school.class_id, "term": term}
    run = taught.teacher.post(f"{school.branch}/report-card-runs", draft)["run_id"]
    page = classroom.show(f"remarks/{run}", language=language)
    id = taught.children[0]["person_id"]
    page.locator(f"#bank-{id}").select_option(remark["remark_id"])
    expect(page.locator(f"#text-{id}")).to_have_value(f"{taught.children[0]['given_name']} reads with joy.")
    page.locator(f"#text-{taught.children[1]['person_id']}").fill("Works hard.")
    no_faults(page)
    press(page, {"en": "Keep the remarks", "ur": "تبصرے محفوظ کریں"}[language])
    shots(page, "teacher-remarks")
    cards = taught.teacher.get(f"{school.branch}/report-card-runs/{run}/cards")["items"]
    texts = {card["student_id"]: [each["text"] for each in card["remarks"]] for card in cards}
    assert texts[id] == [f"{taught.children[0]['given_name']} reads with joy."]
    assert texts[taught.children[1]["person_id"]] == ["Works hard."]
