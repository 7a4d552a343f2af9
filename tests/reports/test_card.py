"""What of a card is printed."""

from hypothesis import given
from hypothesis import strategies as st

from services.reports.cards.card import printed
from services.reports.cards.words import subject_ur, term_ur
from services.reports.text import one_line, paragraphs
from tests.reports.cards import a_card, line


def test_a_card_prints_marks_totals_and_grade() -> None:
    card = printed(a_card(lines=(line("English", "40", "50"), line("Maths", "17.5", "25", "Good"))))
    assert [(row["score"], row["out_of"], row["percent"], row["grade"]) for row in card["lines"]] == [
        ("40", "50", "80.0", "A+"),
        ("17.5", "25", "70.0", "A"),
    ]
    assert (card["score"], card["out_of"], card["percent"], card["grade"]["letter"]) == ("57.5", "75", "76.7", "A")
    assert card["grade"]["ur"] == "بہترین"
    assert card["date"] == {"en": "24 November 2026", "ur": "24 نومبر 2026"}


def test_a_missing_urdu_name_is_the_english_one() -> None:
    assert printed(a_card(student_name_ur=None))["student"] == {"en": "Ayesha Khan", "ur": "Ayesha Khan"}
    assert printed(a_card(student_name_ur=" \u202e"))["student"]["ur"] == "Ayesha Khan"


def test_subjects_and_terms_have_urdu_names() -> None:
    assert subject_ur("MATHEMATICS") == "ریاضی"
    assert subject_ur("Robotics") is None
    assert term_ur("First Term 2026") == "پہلی ٹرم 2026"
    assert term_ur("Autumn") is None


@given(st.text())
def test_text_is_one_line_without_unseen_characters_and_stays_so(text: str) -> None:
    line = one_line(text)
    assert one_line(line) == line == line.strip()
    assert not set(line) & set("\u202e\u2066\n\r\t\x00\u200f")
    assert one_line(paragraphs(text)) == line


def test_urdu_keeps_its_joiners() -> None:
    assert one_line("می\u200cخواہم\u202e") == "می\u200cخواہم"
