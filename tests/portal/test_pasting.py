"""Blocks from spreadsheets, cells of a mark sheet, and days on which homework is due: plain values."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.portal.teacher import cells
from gateway.portal.teacher.pasting import Child, plain, spread
from gateway.portal.teacher.school_days import due_days, is_school

CHILDREN = [
    Child("s1", 1, ("Ahsan Jatoi", "Jatoi Ahsan", "احسن جتوئی")),
    Child("s2", 2, ("Aliza Hussain", "Hussain Aliza", "علیزہ حسین")),
    Child("s3", 3, ("Amna Zaidi", "Zaidi Amna", "")),
    Child("s4", 4, ("Amna Zaidi", "Zaidi Amna", "")),
]
COLUMNS = [("q1", "Quiz 1"), ("q2", "Quiz 2"), ("q3", "Exam")]


def test_a_block_of_numbers_begins_where_it_is_put() -> None:
    pasted = spread("7\t8\r\n9\tA\r\n", CHILDREN, COLUMNS, row=1, column=1)
    assert pasted.cells == {("s2", "q2"): "7", ("s2", "q3"): "8", ("s3", "q2"): "9", ("s3", "q3"): "A"}
    assert (pasted.unknown, pasted.beyond) == ((), 0)


def test_with_names_each_line_finds_its_child() -> None:
    pasted = spread("aliza  HUSSAIN\t5\nJatoi, Ahsan\t6\nNobody Known\t7", CHILDREN, COLUMNS)
    assert pasted.cells == {("s2", "q1"): "5", ("s1", "q1"): "6"}
    assert pasted.unknown == ("Nobody Known",)


def test_names_in_urdu() -> None:
    assert spread("علیزہ حسین\t۵", CHILDREN, COLUMNS).cells == {("s2", "q1"): "۵"}


def test_of_two_of_one_name_the_number_decides() -> None:
    pasted = spread("1\tAhsan Jatoi\t5\n4\tAmna Zaidi\t6\n3\tAmna Zaidi\t7", CHILDREN, COLUMNS)
    assert pasted.cells == {("s1", "q1"): "5", ("s4", "q1"): "6", ("s3", "q1"): "7"}
    without = spread("Ahsan Jatoi\t5\nAmna Zaidi\t6", CHILDREN, COLUMNS)
    assert (without.cells, without.unknown) == ({("s1", "q1"): "5"}, ("Amna Zaidi",))


def test_titles_find_their_columns() -> None:
    pasted = spread("Name\tExam\tQuiz 1\nAhsan Jatoi\t40\t8", CHILDREN, COLUMNS)
    assert pasted.cells == {("s1", "q3"): "40", ("s1", "q1"): "8"}
    unknown_titles = spread("Name\tMarks\nAhsan Jatoi\t8", CHILDREN, COLUMNS)
    assert unknown_titles.cells == {("s1", "q1"): "8"}


def test_what_has_no_place_is_counted() -> None:
    assert spread("1\t2\t3\t4", CHILDREN, COLUMNS).beyond == 1
    assert spread("\n".join("12345678"), CHILDREN, COLUMNS[:1]).beyond == 4


@given(st.text(max_size=300), st.integers(0, 5), st.integers(0, 4))
def test_whatever_is_pasted_goes_to_cells_of_the_sheet(block: str, row: int, column: int) -> None:
    pasted = spread(block, CHILDREN, COLUMNS, row, column)
    assert {child for child, _ in pasted.cells} <= {each.id for each in CHILDREN}
    assert {item for _, item in pasted.cells} <= {id for id, _ in COLUMNS}


marks = st.one_of(st.decimals(0, 100, places=1).map(str), st.sampled_from(["A", "E", ""]))
tables = st.integers(1, 3).flatmap(lambda wide: st.lists(st.lists(marks, min_size=wide, max_size=wide), min_size=1, max_size=4))


@given(tables)
def test_what_is_copied_from_the_sheet_comes_back_as_it_was(table: list[list[str]]) -> None:
    lines = [line for line in table if any(line)]
    pasted = spread("\n".join("\t".join(line) for line in lines), CHILDREN, COLUMNS)
    for down, line in enumerate(lines):
        for along, cell in enumerate(line):
            assert pasted.cells[CHILDREN[down].id, COLUMNS[along][0]] == cell


@given(st.permutations(CHILDREN[:2]), st.lists(marks.filter(bool), min_size=2, max_size=2))
def test_the_order_of_named_lines_does_not_matter(order: list[Child], values: list[str]) -> None:
    by_child = dict(zip(order, values, strict=True))
    block = "\n".join(f"{child.names[0]}\t{by_child[child]}" for child in order)
    assert spread(block, CHILDREN, COLUMNS).cells == {(child.id, "q1"): value for child, value in by_child.items()}


def test_names_are_compared_without_points_and_cases() -> None:
    assert plain(" Jatoi,  AHSAN ") == "jatoi ahsan"


# Cells


@pytest.mark.parametrize(
    ("typed", "kept"), [("۴٫۵", "4.5"), (" 04.50 ", "4.5"), ("100", "100"), ("abs", "A"), ("غ", "A"), ("Leave", "E")]
)
def test_a_mark_has_one_way_to_be_written(typed: str, kept: str) -> None:
    assert cells.cleaned(typed) == kept


def test_what_a_cell_says() -> None:
    assert cells.read("", "10") is None
    assert cells.read("8.5", "10").row == {"status": "fully graded", "score": 8.5}  # type: ignore[union-attr]
    assert cells.read("a", "10").row == {"status": "not submitted", "score": None}  # type: ignore[union-attr]
    assert cells.read("E", "10").row == {"status": "exempt", "score": None}  # type: ignore[union-attr]
    for wrong in ("11", "-1", "good", "1e3", "NaN", "1,5"):
        with pytest.raises(cells.NoMark):
            cells.read(wrong, "10")


@given(st.decimals(0, 1000, places=2))
def test_a_number_is_shown_as_it_is_read(number: Decimal) -> None:
    text = cells.cleaned(str(number))
    mark = cells.read(text, "1000")
    assert mark is not None
    assert Decimal(mark.score) == number
    result = {"entered_score": mark.score, "text_score": None, "status": "fully graded"}
    assert cells.shown(result) == text


@given(st.text(max_size=20))
def test_to_clean_twice_is_to_clean_once(text: str) -> None:
    assert cells.cleaned(cells.cleaned(text)) == cells.cleaned(text)


# Days

MONDAY = date(2026, 11, 23)


def test_due_days_leave_sundays_and_holidays_out() -> None:
    saturday = MONDAY + timedelta(days=5)
    offered = dict(due_days(saturday, set(range(6)), [(MONDAY + timedelta(days=7), MONDAY + timedelta(days=8))]))
    assert offered == {"next school day": MONDAY + timedelta(days=9), "next week": MONDAY + timedelta(days=12)}


days = st.dates(date(2026, 1, 1), date(2030, 1, 1))


@given(days, st.sets(st.integers(0, 6), min_size=1), st.lists(st.tuples(days, st.integers(0, 9)), max_size=4))
def test_each_day_is_offered_once_and_is_to_come(today: date, weekdays: set[int], begun: list[tuple[date, int]]) -> None:
    holidays = [(first, first + timedelta(days=long)) for first, long in begun]
    offered = [day for _, day in due_days(today, weekdays, holidays)]
    assert offered
    assert len(offered) == len(set(offered))
    assert all(day > today for day in offered)
    assert all(is_school(day, weekdays, holidays) for day in offered if day < today + timedelta(days=20))
