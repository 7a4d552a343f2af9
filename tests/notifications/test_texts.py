"""What is said, in each language."""

import re
from datetime import UTC, date, datetime
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from schoolbus.contracts.roster import LANGUAGES as ROSTER_LANGUAGES
from services.notifications.links import link
from services.notifications.messages import sms_text
from services.notifications.ruling.rows import RULES
from services.notifications.segments import parts
from services.notifications.wording import texts
from services.notifications.wording.catalogues import LOCALE, shipped
from services.notifications.wording.languages import first_name, say, whole_name
from services.notifications.wording.templates import templates
from services.notifications.wording.texts import PHRASES, TEXTS, Text

LANGUAGES = sorted(shipped())
FACTS = {
    "words": "School is closed tomorrow.",
    "class_title": "Mathematics 5B",
    "due_on": date(2026, 11, 27),
    "absent_on": date(2026, 11, 27),
    "term": "First term 2026",
    "teacher": "Farah Siddiqui",
    "last_day": date(2026, 12, 5),
    "held_until": datetime(2026, 12, 5, 9, tzinfo=UTC),
    "answer_by": datetime(2026, 12, 5, 9, tzinfo=UTC),
    "until": datetime(2026, 12, 5, 9, tzinfo=UTC),
    "office": "Treasurer",
    "starts_on": date(2026, 12, 7),
    "ends_on": date(2027, 12, 6),
    "closes_at": datetime(2026, 12, 5, 9, tzinfo=UTC),
    "phone": "042-35761999",
    "writer": "Farah Siddiqui",
    "title": "Autumn parents' day",
    "held_on": date(2026, 12, 5),
    "starts_at": datetime(2026, 12, 5, 12, 30, tzinfo=UTC),
    "expected_at": datetime(2026, 12, 5, 12, 45, tzinfo=UTC),
    "place": "Room 12",
    "heads": 3,
    "code": "493021",
    "used": 9000,
    "limit": 10000,
    "host": "hooks.school.example.pk",
    "count": 2,
    "subjects": ("New homework: Zoya", "Report card: Ali"),
}
LINK = link("https://rabta.example.pk", "5f0a8a3e-6c0b-5b0e-9a55-0d0e6f2b7c11")


def holes(sentence):
    return {name for _, name, _, _ in Formatter().parse(sentence) if name}


def test_homework_in_english():
    said = say(texts.HOMEWORK_SET, "en", ["Ayesha"], FACTS)
    assert said.body == "Ayesha has new homework in Mathematics 5B, due Fri 27 Nov."
    assert said.subject == "New homework: Ayesha"
    assert said.parameters == ("Ayesha", "Mathematics 5B", "Fri 27 Nov")


def test_homework_of_siblings_in_english():
    assert say(texts.HOMEWORK_SET, "en", ["Ayesha", "Bilal"], FACTS).body.startswith("Ayesha and Bilal have new homework")


def test_homework_in_urdu():
    said = say(texts.HOMEWORK_SET, "ur", ["عائشہ", "بلال"], FACTS)
    assert said.body == "عائشہ اور بلال کو Mathematics 5B کا ہوم ورک ملا ہے، جمعہ 27 نومبر تک۔"


def test_times_are_the_branchs():
    assert "Sat 5 Dec, 5:30 pm, Room 12" in say(texts.MEETING_BOOKED, "en", ["Sana"], FACTS).body
    assert "ہفتہ 5 دسمبر، سہ پہر 5:30، Room 12" in say(texts.MEETING_BOOKED, "ur", ["Sana"], FACTS).body


def test_what_somebody_typed_is_one_line_and_not_endless():
    said = say(texts.HOMEWORK_SET, "en", ["Sana"], {**FACTS, "class_title": "Maths\n\tadvanced " + "x" * 300})
    assert said.parameters[1].startswith("Maths advanced x")
    assert len(said.parameters[1]) == 40


def test_a_brace_in_a_name_is_a_brace():
    assert "{0.__class__}" in say(texts.HOMEWORK_SET, "en", ["{0.__class__}"], FACTS).body


def test_names_in_the_languages_script_when_known():
    person = {"given_name": "Ayesha", "family_name": "Khan", "given_name_ur": "عائشہ", "name_ur": None}
    assert (first_name(person, "ur"), first_name(person, "en"), whole_name(person, "ur")) == ("عائشہ", "Ayesha", "Ayesha Khan")


def test_each_language_of_the_roster_can_be_said():
    assert {"en", "ur"} == set(LANGUAGES) <= set(ROSTER_LANGUAGES)
    assert {say(texts.HOMEWORK_SET, code, ["Sana"], FACTS).language for code in ROSTER_LANGUAGES} == {"en", "ur"}


def test_catalogues_are_asked_for_all_that_is_said():
    declared = {name: value for name, value in vars(texts).items() if name.isupper()}
    assert {value.name for value in declared.values() if isinstance(value, Text)} == set(TEXTS)
    assert {value for value in declared.values() if isinstance(value, str)} == set(PHRASES)


def test_each_rules_text_is_in_the_table():
    assert {rule.text.name for rule in RULES.values()} <= set(TEXTS)


@pytest.mark.parametrize("code", sorted(set(LANGUAGES) - {"en"}))
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_each_text_is_translated_with_all_that_it_says(text, code):
    with (LOCALE / f"{code}.po").open("rb") as source:
        catalogue = read_po(source, locale=code)
    subject, body = catalogue.get(text.subject), catalogue.get(text.one)
    assert subject is not None
    assert subject.string
    assert holes(subject.string) == holes(text.subject)
    assert body is not None
    assert body.id == (text.one, text.many)
    assert len(body.string) == catalogue.num_plurals
    assert all(holes(form) == holes(text.one) == set(text.fields) for form in body.string)


def test_templates_say_what_the_texts_say():
    of_homework = {(each["name"], each["language"]): each["components"][0] for each in templates()}
    body = of_homework["rabta_homework_set_several", "en"]
    assert body["text"] == "Assalam-o-alaikum,\n{{1}} have new homework in {{2}}, due {{3}}.\n{{4}}\nYour school"
    assert len(body["example"]["body_text"][0]) == 4
    assert ("rabta_homework_set", "ur") in of_homework
    assert ("rabta_meeting_booked_several", "en") not in of_homework
    assert all(re.search(r"^[^{].*[^}]$", each["text"], re.DOTALL) for each in of_homework.values())


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_an_sms_is_one_or_two_parts(text, code):
    child = {"en": "Muhammad Ibrahim", "ur": "محمد ابراہیم"}[code]
    body = say(text, code, [child], FACTS).body
    assert not re.search("[{}]", body)
    assert parts(sms_text(body, LINK)) <= {"en": 1, "ur": 2}[code], body
