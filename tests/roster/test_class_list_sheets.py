"""Class lists as spreadsheets save them, read into lines: plain values."""

import csv
import io
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.roster.classlists import columns
from services.roster.classlists.rows import Row, as_row
from services.roster.classlists.sheet import MOST, Unreadable, plain, read

URDU = "جماعت\tداخلہ نمبر\tنام\tسرپرست کا نام\tموبائل نمبر\r\n۵-الف\t۱۰۴۱\tعائشہ خان\tعمران خان\t۰۳۰۰ ۱۲۳۴۵۶۷\r\n"


def rows(content: bytes) -> list[Row]:
    return [as_row(line) for line in read(content)[0]]


def one(**cells: str) -> Row:
    titles = {"class": "Class", "student": "Student", **{name: _TITLES[name] for name in cells}}
    values = {"class": "5-A", "student": "Ayesha Khan", **cells}
    written = io.StringIO()
    csv.writer(written).writerows([list(titles.values()), [values[name] for name in titles]])
    return rows(written.getvalue().encode())[0]


_TITLES = {
    "class": "Class",
    "student": "Student",
    "section": "Section",
    "number": "Adm. No.",
    "family_name": "Surname",
    "guardian": "Father's Name",
    "phone": "Mobile #",
    "cnic": "CNIC",
    "b_form": "B-Form",
}


def said(row: Row) -> list[tuple[str, str | None]]:
    return [(each.kind, each.column) for each in row.line.findings]


@pytest.mark.parametrize(
    "content",
    [
        b"Class,Student,Phone\r\n5-A,Ali Raza,\r\n",
        b"\xef\xbb\xbfClass;Student;Phone\r\n5-A;Ali Raza;\r\n",
        "Class\tStudent\tPhone\r\n5-A\tAli Raza\t\r\n".encode("utf-16"),
        b"sep=;\r\nClass;Student;Phone\r\n5-A;Ali Raza;\r\n",
        b"\r\n,,\r\nCLASS ,  student's name,Phone\r\n\r\n5-A, Ali   Raza ,\r\n,,\r\n",
        b'"Class","Student","Phone"\n"5-A","Ali Raza",""\n',
    ],
)
def test_however_it_was_saved(content: bytes) -> None:
    (row,) = rows(content)
    assert (row.school_class, row.given_name, row.family_name, row.phone) == ("5-A", "Ali", "Raza", "")
    assert not row.line.is_wrong


def test_urdu_titles_names_and_digits() -> None:
    (row,) = rows(URDU.encode())
    assert (row.school_class, row.number, row.student, row.guardian) == ("5-الف", "1041", "عائشہ خان", "عمران خان")
    assert row.phone == "+923001234567"


@pytest.mark.parametrize(
    ("content", "line", "word"),
    [
        (b"", None, "empty"),
        (b"\r\n \r\n", None, "empty"),
        (b"Class,Student\r\n", 1, "no line"),
        (b"Name,Phone\r\nAli,1\r\n", 1, "class"),
        (b"Class,Student,Name\r\n5,Ali,Ali\r\n", 1, "twice"),
        (b"PK\x03\x04\x14", None, "workbook"),
        (b"\xd0\xcf\x11\xe0", None, "workbook"),
        (b"Class,Student\r\n5-A,\xc7\xe1\r\n", 2, "UTF-8"),
        (b'Class,Student\r\n5-A,Ali\r\n5-A,"Sana\r\n5-A,Omar\r\n', 3, "quotation"),
        (b"Class,Student\r\n5-A,A\x00li\r\n", 2, "text"),
        (b"Class,Student\r\n" + b"5-A,Ali\r\n" * (MOST + 1), None, "parts"),
    ],
)
def test_what_can_not_be_read_says_where_and_why(content: bytes, line: int | None, word: str) -> None:
    with pytest.raises(Unreadable) as caught:
        read(content)
    assert caught.value.finding.line == line
    assert word in caught.value.finding.reason


def test_a_line_knows_its_number_and_columns_that_are_not_read_are_told() -> None:
    lines, findings = read(b'Class,Roll no,Student\r\n5-A,1,"Ali\r\nRaza"\r\n\r\n5-A,2,\r\n')
    assert [(line.number, line["student"]) for line in lines] == [(2, "Ali Raza"), (5, "")]
    assert [(each.kind, each.line, each.column) for each in findings] == [("warning", 1, "Roll no")]


PHONES = (
    *("0300 1234567", "0300-1234567", "3001234567", "923001234567", "+92 300 1234567", "00923001234567", "'03001234567"),
    *("٠٣٠٠١٢٣٤٥٦٧", "۰۳۰۰-۱۲۳۴۵۶۷", "\u200e0300\u00a01234567"),
)


@pytest.mark.parametrize("written", PHONES)
def test_phones_in_any_spelling(written: str) -> None:
    row = one(guardian="Imran Khan", phone=written)
    assert (row.phone, said(row)) == ("+923001234567", [])


@pytest.mark.parametrize(
    ("cells", "column"),
    [
        ({"student": ""}, "Student"),
        ({"class": " "}, "Class"),
        ({"guardian": "Imran", "phone": "12"}, "Mobile #"),
        ({"guardian": "Imran", "phone": "0300 1234567 / 0301 1234567"}, "Mobile #"),
        ({"guardian": "Imran", "phone": "3.00E+09"}, "Mobile #"),
        ({"phone": "0300 1234567"}, "Mobile #"),
        ({"guardian": "Imran", "cnic": "35202-123"}, "CNIC"),
        ({"guardian": "Imran", "cnic": "3.52E+12"}, "CNIC"),
        ({"b_form": "95202-1234567-1"}, "B-Form"),
        ({"number": "1.04E+09"}, "Adm. No."),
        ({"number": "1" * 41}, "Adm. No."),
        ({"student": "A" * 256}, "Student"),
        ({"student": "???? ???"}, "Student"),
        ({"student": "Ali\ufffd"}, "Student"),
        ({"student": "Ali\x07"}, "Student"),
    ],
)
def test_what_is_wrong_names_its_column(cells: dict[str, Any], column: str) -> None:
    row = one(**cells)
    assert row.line.is_wrong
    assert ("problem", column) in said(row)


def test_names_numbers_and_sections() -> None:
    row = one(student="Muhammad Ali Khan", section="B", cnic="۳۵۲۰۲ ۱۲۳۴۵۶۷ ۱", guardian="Ghazala", phone="0300 1234567")
    assert (row.given_name, row.family_name) == ("Muhammad Ali", "Khan")
    assert (row.guardian_given, row.guardian_family) == ("Ghazala", "")
    assert (row.school_class, row.cnic) == ("5-A-B", "3520212345671")
    assert one(student="Muhammad Ali", family_name="Khan").given_name == "Muhammad Ali"


def test_a_line_with_too_many_cells_is_left_out() -> None:
    (row,) = rows(b"Class,Student\r\n5-A,Khan, Ali\r\n")
    assert row.line.is_wrong
    assert rows(b"Class,Student\r\n5-A,Ali,,\r\n")[0].line.is_wrong is False


def test_the_template_is_read_by_its_own_titles() -> None:
    with pytest.raises(Unreadable) as caught:
        read(columns.template())
    assert caught.value.finding.text == "Below the titles there is no line.", "all titles are known"
    titles = columns.template().decode("utf-8-sig").strip().split(",")
    assert None not in [columns.column_of(title) for title in titles]


@given(st.binary(max_size=300))
def test_whatever_comes_is_read_or_refused(content: bytes) -> None:
    for start in (b"", b"Class,Student,Guardian,Phone\r\n"):
        with suppress(Unreadable):
            assert all(row.line.is_wrong or (row.school_class and row.given_name) for row in rows(start + content))


@given(st.text(max_size=60))
def test_plain_text_is_one_line_and_stays_as_it_is(text: str) -> None:
    made = plain(text)
    assert plain(made) == made
    assert "\n" not in made
