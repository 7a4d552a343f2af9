"""Many PDFs as one, for the printer."""

from pathlib import Path

import pikepdf
import pytest

from services.reports.cards.typesetting import render
from services.reports.paper import joining
from services.reports.paper.joining import Sheet, joined, separator
from tests.reports.cards import a_card
from tests.reports.paper.pages import raw_text


def sheets(count: int, folder: Path) -> list[Sheet]:
    made = [Sheet("Class 5-A", separator({"en": "Class 5-A", "ur": "جماعت پنجم"}, [f"{count} cards"], "R-1"), level=0)]
    for number in range(count):
        pdf = render(a_card(student_name=f"Child {number}", student_name_ur=None), "en")
        path = folder / f"{number}.pdf"
        path.write_bytes(pdf)
        made.append(Sheet(f"Child {number}", path if number % 2 else pdf))
    return made


def test_they_stand_in_order_behind_their_separator(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(joining, "PART", 3)  # more than one part
    assert joined(sheets(7, tmp_path), tmp_path / "run.pdf") == 8
    with pikepdf.open(tmp_path / "run.pdf") as run, run.open_outline() as outline:
        assert len(run.pages) == 8
        (group,) = outline.root
        assert group.title == "Class 5-A"
        assert [child.title for child in group.children] == [f"Child {number}" for number in range(7)]
        assert all("/StructParents" not in page.obj for page in run.pages)
    text = raw_text((tmp_path / "run.pdf").read_bytes(), tmp_path)
    assert [text.index(f"Child {number}") for number in range(7)] == sorted(
        text.index(f"Child {number}") for number in range(7)
    )
    assert text.index("7 cards") < text.index("Child 0")


def test_the_same_sheets_are_the_same_bytes_and_nothing_is_left_beside(tmp_path: Path) -> None:
    those = sheets(2, tmp_path)
    for name in ("one.pdf", "other.pdf"):
        joined(those, tmp_path / name)
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "other.pdf").read_bytes()
    assert not list(tmp_path.glob("joining-*"))


def test_nothing_to_join_is_an_empty_file_without_pages(tmp_path: Path) -> None:
    assert joined([], tmp_path / "run.pdf") == 0


def test_whatever_stands_in_a_part_is_copied_as_it_is(tmp_path: Path) -> None:
    """Text that looks as a reference does, names, numbers beside references, what is shared and what leads in a circle."""
    with pikepdf.new() as made:
        made.add_blank_page()
        page = made.pages[0].obj
        shared = made.make_indirect(pikepdf.Dictionary(Text=pikepdf.String("(1 0 R) \\ 2 0 R )"), Number=1.5))
        shared.Self = shared
        page.Odd = pikepdf.Array([7, 12, shared, pikepdf.Name("/A#B 1"), True, None, shared, pikepdf.String(b"\xff\x00 3 0 R")])
        page.Contents = made.make_stream(b"q (9 0 R) Q")
        made.save(tmp_path / "part.pdf")
    part = joining.Bound(tmp_path / "part.pdf", 1, [("A 1 0 R — پ", 0, 0)])
    assert joining.whole([part, part], tmp_path / "whole.pdf") == 2
    with pikepdf.open(tmp_path / "whole.pdf") as whole, pikepdf.open(tmp_path / "part.pdf") as was:
        assert whole.check_pdf_syntax() == []
        for page in whole.pages:
            assert page.Contents.read_bytes() == b"q (9 0 R) Q"
            assert page.obj.Odd[2].objgen == page.obj.Odd[6].objgen == page.obj.Odd[2].Self.objgen
            assert bytes(page.obj.Odd[2].Text) == bytes(was.pages[0].obj.Odd[2].Text)
            assert [page.obj.Odd[place] for place in (0, 1, 3, 4, 5, 7)] == [
                was.pages[0].obj.Odd[p] for p in (0, 1, 3, 4, 5, 7)
            ]
        assert whole.pages[0].obj.Odd[2].objgen != whole.pages[1].obj.Odd[2].objgen
        with whole.open_outline() as outline:
            assert [item.title for item in outline.root] == ["A 1 0 R — پ"] * 2
