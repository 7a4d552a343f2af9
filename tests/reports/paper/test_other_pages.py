"""Letters, certificates, diary weeks and registers: from the same machinery as the cards, and held to the same."""

import io
from datetime import date
from pathlib import Path

import pikepdf
import pytest

from services.reports.cards.card import EDITIONS
from services.reports.paper import register
from tests.reports.paper.pages import fonts, raw_text, tags, words
from tests.reports.paper.samples import ALL, REGISTER

MM = 72 / 25.4
PAGES = {"letter": 1, "certificate": 1, "diary week": 1, "register": 2, "engagement": 2}
URDU = {
    "letter": "عائشہ کی پیش رفت",
    "certificate": "سندِ امتیاز",
    "diary week": "پودے پانی کیسے پیتے ہیں۔",
    "register": "رجسٹر حاضری",
    "engagement": "جن تک رسائی نہ ہوئی",
}


@pytest.fixture(scope="module", params=[(name, edition) for name in ALL for edition in EDITIONS], ids=str)
def printed(request: pytest.FixtureRequest) -> tuple[str, str, bytes]:
    name, edition = request.param
    return name, edition, ALL[name](edition)


def test_they_are_tagged_with_language_title_and_headings(printed: tuple[str, str, bytes]) -> None:
    name, edition, pdf = printed
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == PAGES[name]
        assert str(opened.Root.Lang) == ("ur" if edition == "ur" else "en")
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
        assert "<pdfuaid:part>1</pdfuaid:part>" in opened.Root.Metadata.read_bytes().decode()
    tree = tags(pdf)
    assert len(tree.named("H1")) == 1
    assert all(table.named("TH") for table in tree.named("Table"))
    assert all(figure.alt for figure in tree.named("Figure"))


def test_urdu_is_read_as_it_was_written(printed: tuple[str, str, bytes]) -> None:
    name, edition, pdf = printed
    spoken = {tag.spoken for tag in tags(pdf).all()}
    assert (URDU[name] in spoken) == (edition != "en")


def test_fonts_are_embedded_and_nothing_leaves_the_page(printed: tuple[str, str, bytes], tmp_path: Path) -> None:
    _, _, pdf = printed
    assert all((font["emb"], font["sub"], font["uni"]) == ("yes", "yes", "yes") for font in fonts(pdf, tmp_path))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        width, height = (float(side) for side in opened.pages[0].mediabox[2:])
    for left, top, right, bottom, word in words(pdf, tmp_path):
        assert min(left, right) >= 5 * MM, word
        assert max(left, right) <= width - 5 * MM, word
        assert top >= 4 * MM, word
        assert bottom <= height - 3 * MM, word


@pytest.mark.parametrize("name", ALL)
def test_made_again_it_is_the_same_byte_by_byte(name: str) -> None:
    assert ALL[name]("both") == ALL[name]("both")


def test_days_of_the_diary_are_in_order(tmp_path: Path) -> None:
    text = raw_text(ALL["diary week"]("en"), tmp_path)
    assert text.index("Monday") < text.index("Tuesday") < text.index("Wednesday")
    assert "Thursday" not in text


def test_a_register_counts_what_was_taken() -> None:
    child = register.Attending("A", {date(2026, 11, 2): "present", date(2026, 11, 3): "late", date(2026, 11, 4): "excused"})
    row = register._row(child, REGISTER.days, 7)
    assert (row["roll"], row["present"], row["absent"], row["late"]) == ("7", "2", "1", "1")
    assert [mark["en"] for mark in row["marks"][:4]] == ["P", "L", "X", ""]
    assert register._there(REGISTER, REGISTER.days[0]) != "" == register._there(REGISTER, REGISTER.days[-1])
