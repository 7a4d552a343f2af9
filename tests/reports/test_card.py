"""What of a card is printed."""

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from services.reports.cards.card import Line, Result
from services.reports.cards.design import SECTIONS, Design
from services.reports.cards.parts import Attendance
from services.reports.cards.printing import printed
from services.reports.cards.words import subject_ur, term_ur
from services.reports.paper.points import Point
from services.reports.text import one_line, paragraphs
from tests.reports.cards import a_card, a_full_card, line


def test_a_card_prints_marks_totals_and_grade() -> None:
    card = printed(a_card(lines=(line("English", "40", "50"), line("Maths", "17.5", "25", "Good"))))
    assert [(row["score"], row["out_of"], row["percent"], row["grade"]) for row in card["lines"]] == [
        ("40", "50", "80.0", "A+"),
        ("17.5", "25", "70.0", "A"),
    ]
    assert (card["total"]["score"], card["total"]["out_of"], card["percent"], card["grade"]["letter"]) == (
        "57.5",
        "75",
        "76.7",
        "A",
    )
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


def test_a_section_of_which_a_card_says_nothing_takes_no_room() -> None:
    assert printed(a_card())["sections"] == ["marks", "signatures"]
    assert printed(a_full_card())["sections"] == [name for name in SECTIONS if name != "averages"]
    only = Design(sections=("remarks", "marks"), signers=())
    assert printed(a_full_card(), only)["sections"] == ["remarks", "marks"]


def test_columns_are_those_in_which_something_stands() -> None:
    of_class = line("English", "40", average=Decimal("61.5"))
    assert printed(a_card(lines=(of_class,)))["columns"] == ["score", "out_of", "percent", "average", "grade"]
    assert "average" not in printed(a_card(lines=(of_class,)), Design(sections=("marks",)))["columns"]
    exempt = Line("Art", None, None, remark="Exempt")
    assert printed(a_card(lines=(line(), exempt)))["lines"][1] == {
        "subject": {"en": "Art", "ur": "آرٹ"},
        **dict.fromkeys(("score", "out_of", "percent", "average", "grade"), "–"),
        "remark": "Exempt",
    }
    competent = Line("Art", None, None, grade="Meets")
    assert printed(a_card(lines=(competent,)))["columns"] == ["grade"]


def test_the_gradebooks_result_is_printed_as_it_is() -> None:
    weighted = Result(Decimal("81.25"), "A", "Excellent", "بہترین", average=Decimal("70.00"))
    card = printed(a_card(result=weighted))
    assert (card["percent"], card["grade"]["letter"], card["total"]["average"]) == ("81.25", "A", "70.00")
    assert card["total"]["score"] == "–"
    assert not printed(a_card(lines=(Line("Art", None, None),)))["outcome"]


def test_counts_stand_beside_what_they_are_of() -> None:
    home = printed(a_full_card())["home"]
    assert [each["value"] for each in home["counts"]] == ["31 / 34", "29 / 34", "4"]
    assert printed(a_full_card(attendance=Attendance(90, 90, 0)))["attendance"]["keys"] == ["days", "present", "absent"]


def test_the_chart_has_its_numbers_in_words() -> None:
    course = printed(a_full_card())["progress"]
    assert course["alt"]["en"].endswith("First Term 2026: 86.3%")
    assert "پہلی ٹرم 2026: 86.3%" in course["alt"]["ur"]
    assert [point["x"] for point in course["points"]] == sorted(point["x"] for point in course["points"])
    assert len(printed(a_full_card(progress=(Point("Term", Decimal(50)),) * 12))["progress"]["points"]) == 8
