"""Report cards as PDF."""

import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader
from pypdf.generic import DictionaryObject

from schoolbus import typesetting
from services.reports.cards.card import EDITIONS, Card
from services.reports.cards.printing import printed
from services.reports.cards.typesetting import render
from tests.reports.cards import MANY, a_card, line

LONG = "A curious and hard working child who helps others in class; keep reading at home every day " * 2
LONG_UR = "بہت محنتی بچی ہے، خوش خطی پر مزید توجہ دیں اور روزانہ پندرہ منٹ مطالعہ کریں " * 2


def read(card: Card, edition: str) -> tuple[str, set[str]]:
    """The text and the names of the fonts, all embedded, of a one-page PDF of a decent size."""
    pdf = render(card, edition)
    assert len(pdf) < 250_000
    reader = PdfReader(io.BytesIO(pdf))
    assert len(reader.pages) == 1
    page = reader.pages[0]
    assert [round(float(side)) for side in page.mediabox[2:]] == [595, 842]
    fonts = [font.get_object()["/DescendantFonts"][0].get_object() for font in page["/Resources"]["/Font"].values()]
    assert all(_embedded(font["/FontDescriptor"].get_object()) for font in fonts)
    return page.extract_text(), {font["/BaseFont"].partition("+")[2] for font in fonts}


def _embedded(descriptor: DictionaryObject) -> bool:
    return any(name in descriptor for name in ("/FontFile", "/FontFile2", "/FontFile3"))


def squeezed(text: str) -> str:
    return "".join(text.split())


def test_in_english() -> None:
    text, fonts = read(a_card(lines=(line("English", "38.5", "50", "Reads with joy"),)), "en")
    for said in ("Gulberg Model School", "Ayesha Khan", "Class 5-A", "First Term 2026", "24 November 2026"):
        assert squeezed(said) in squeezed(text)
    for said in ("English", "38.5", "77.0", "Reads with joy", "Class teacher's signature", "Excellent"):
        assert squeezed(said) in squeezed(text)
    assert all("Nastaliq" not in font for font in fonts)


@pytest.mark.parametrize("edition", ["ur", "both"])
def test_in_urdu_with_nastaliq(edition: str) -> None:
    text, fonts = read(a_card(), edition)
    assert any("NotoNastaliqUrdu" in font for font in fonts)
    assert "38.5" in text
    assert ("Ayesha" in text) == (edition == "both")


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    "card",
    [
        a_card(lines=tuple(line(subject) for subject in MANY)),
        a_card(lines=tuple(line(f"Subject {number}", remark="Fine") for number in range(30))),
        a_card(lines=tuple(line(subject, remark=(LONG, LONG_UR)[number % 2][:160]) for number, subject in enumerate(MANY))),
        a_card(branch_name="The Foundation Model Higher Secondary School " * 2, branch_name_ur=None),
        a_card(student_name="Syeda Zainab Fatima Noor-ul-Huda Bukhari bint Ghulam Mustafa", student_name_ur=None),
        a_card(student_name_ur="سیدہ زینب فاطمہ نورالہدیٰ بخاری بنت غلام مصطفیٰ گیلانی"),
    ],
    ids=["15 subjects", "30 subjects", "long remarks", "long school", "no Urdu name", "long Urdu name"],
)
def test_always_one_page(card: Card, edition: str) -> None:
    read(card, edition)


@pytest.mark.parametrize("edition", EDITIONS)
@pytest.mark.parametrize(
    "hostile", ["#eval(1)", "#panic()", "[*b*] $x$", '"); #read("card.py")', "\\u{41} \\", "<l> @r // /*", "`x`"]
)
def test_hostile_text_is_printed_as_it_is(hostile: str, edition: str) -> None:
    text, _ = read(a_card(class_title=hostile, student_name=hostile, lines=(line(hostile, remark=hostile),)), edition)
    assert squeezed(hostile) in squeezed(text)


@settings(max_examples=20, deadline=None)
@given(st.text(min_size=1, max_size=60))
def test_whatever_the_text_there_is_one_page(text: str) -> None:
    read(a_card(student_name=text, class_title=text, lines=(line(remark=text),)), "both")


@given(st.text())
def test_the_text_is_one_literal_of_plain_ascii(text: str) -> None:
    card = printed(a_card(student_name=text, term=text))
    source = typesetting.source("/card.typ", "report", card).decode("ascii")
    head, literal = source.split("\n")
    assert head == '#import "/card.typ": report'
    assert literal.startswith('#report(json(bytes("')
    inner = json.loads(literal.removeprefix("#report(json(bytes(").removesuffix(")))"))
    assert json.loads(inner)["class"] == "Class 5-A"
