"""Pages of report cards, looked at by other programs than the one that set them."""

import io
from pathlib import Path

import pikepdf
import pytest

from services.reports.cards.card import EDITIONS
from services.reports.cards.design import BESIDE, STACKED, Design
from services.reports.cards.typesetting import render
from services.reports.paper.look import LETTER, Look
from tests.reports.cards import MANY, a_card, a_full_card, line
from tests.reports.paper.pages import Tag, fonts, tags, words

INCH, MM = 72.0, 72 / 25.4
LONG = "Syeda Zainab Fatima Noor-ul-Huda Bukhari bint Ghulam Mustafa Gilani"
LONG_UR = "سیدہ زینب فاطمہ نورالہدیٰ بخاری بنت غلام مصطفیٰ گیلانی"
REMARK = "A curious and hard working child who helps others in class; keep reading at home every day. "
CARDS = {
    "full": a_full_card(),
    "marks alone": a_card(),
    "15 subjects": a_full_card(lines=tuple(line(subject) for subject in MANY)),
    "long names": a_full_card(student_name=LONG, student_name_ur=LONG_UR, branch_name=f"{LONG} School", branch_name_ur=None),
    "no Urdu": a_full_card(student_name_ur=None, branch_name_ur=None, term="Autumn", goals=()),
    "remarks at each subject": a_full_card(lines=tuple(line(subject, remark=REMARK) for subject in MANY)),
}


@pytest.fixture(scope="module", params=[(name, edition) for name in CARDS for edition in EDITIONS], ids=str)
def page(request: pytest.FixtureRequest) -> tuple[str, bytes]:
    name, edition = request.param
    return edition, render(CARDS[name], edition)


def test_every_font_is_embedded_as_a_subset_with_its_unicode(page: tuple[str, bytes], tmp_path: Path) -> None:
    found = fonts(page[1], tmp_path)
    assert found
    assert all((font["emb"], font["sub"], font["uni"]) == ("yes", "yes", "yes") for font in found), found
    assert any("Nastaliq" in font["name"] for font in found) or page[0] == "en" or all("Sans" in font["name"] for font in found)


def test_nothing_stands_outside_the_frame(page: tuple[str, bytes], tmp_path: Path) -> None:
    boxes = words(page[1], tmp_path)
    assert len(boxes) > 40
    for left, _, right, bottom, word in boxes:
        assert min(left, right) >= 11 * MM, word
        assert max(left, right) <= 595.3 - 11 * MM, word
        assert bottom <= 841.9 - 9 * MM, word


def test_a_screen_reader_finds_its_way(page: tuple[str, bytes]) -> None:
    edition, pdf = page
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert bool(opened.Root.MarkInfo.Marked)
        assert bool(opened.Root.ViewerPreferences.DisplayDocTitle)
        assert str(opened.Root.Lang) == ("ur" if edition == "ur" else "en")
        assert "<pdfuaid:part>1</pdfuaid:part>" in opened.Root.Metadata.read_bytes().decode()
    tree = tags(pdf)
    assert len(tree.named("H1")) == 1
    assert tree.named("Figure") == [] or all(figure.alt for figure in tree.named("Figure"))
    tables = tree.named("Table")
    assert tables
    for table in tables:
        assert table.named("TH")
        assert all(cell.scope == "/Column" for cell in table.named("TH"))
    assert all(_levels_in_order(tree))


def _levels_in_order(tree: Tag) -> list[bool]:
    levels = [int(tag.kind[1]) for tag in tree.all() if tag.kind[0] == "H" and tag.kind[1:].isdigit()]
    return [after - before <= 1 for before, after in zip([0, *levels], levels, strict=False)]


@pytest.mark.parametrize("edition", ["ur", "both"])
def test_urdu_is_read_as_it_was_written(edition: str) -> None:
    spoken = {tag.spoken for tag in tags(render(a_full_card(), edition)).all() if tag.spoken}
    for text in ("عائشہ خان", "رپورٹ کارڈ", "ریاضی", "دوسری ٹرم", "24 نومبر 2026", "توجہ سے سننا"):
        assert text in spoken
    assert "عائشہ ذہین اور متجسس بچی ہے، اچھے سوال پوچھتی ہے اور ساتھیوں کی مدد کرتی ہے۔" in spoken


def test_in_both_each_urdu_text_says_its_language() -> None:
    tree = tags(render(a_full_card(), "both"))
    urdu = [tag for tag in tree.all() if tag.lang == "ur"]
    assert {"عائشہ خان", "ریاضی"} <= {below.spoken for tag in urdu for below in tag.all()}


def test_the_chart_says_its_numbers() -> None:
    alts = [figure.alt for figure in tags(render(a_full_card(), "en")).named("Figure")]
    assert any(alt and "First Term 2026: 86.3%" in alt for alt in alts)


@pytest.mark.parametrize("edition", EDITIONS)
def test_letter_paper(edition: str, tmp_path: Path) -> None:
    pdf = render(a_full_card(), edition, Design(look=Look(paper=LETTER)))
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert [float(side) for side in opened.pages[0].mediabox[2:]] == [8.5 * INCH, 11 * INCH]
        assert len(opened.pages) == 1
    assert all(box[3] <= 11 * INCH - 9 * MM for box in words(pdf, tmp_path))


@pytest.mark.parametrize(("subjects", "bilingual"), [(8, BESIDE), (14, BESIDE), (8, STACKED)])
def test_a_bilingual_card_with_every_part_is_one_page(subjects: int, bilingual: str) -> None:
    card = a_full_card(lines=tuple(line(subject) for subject in MANY[:subjects]))
    with pikepdf.open(io.BytesIO(render(card, "both", Design(bilingual=bilingual)))) as opened:
        assert len(opened.pages) == 1


def test_what_would_be_too_small_to_read_goes_on_to_a_second_page() -> None:
    card = a_full_card(lines=tuple(line(f"Subject {number}", remark=REMARK) for number in range(45)))
    with pikepdf.open(io.BytesIO(render(card, "both", Design(bilingual=STACKED)))) as opened:
        assert len(opened.pages) > 1


def test_in_black_and_white_nothing_is_lost() -> None:
    """What is told by a colour is told by a word as well: grades, praise and goals are text."""
    pdf = render(a_full_card(), "en", Design(look=Look(main="#000000", accent="#808080")))
    assert len(tags(pdf).named("TD")) == len(tags(render(a_full_card(), "en")).named("TD"))


def test_a_letter_that_no_font_has_is_no_reason_for_no_card() -> None:
    assert render(a_card(student_name="Ayesha 😀"), "en").startswith(b"%PDF")


@pytest.mark.parametrize("edition", EDITIONS)
def test_made_again_it_is_the_same_byte_by_byte(edition: str) -> None:
    assert render(a_full_card(), edition) == render(a_full_card(), edition)
