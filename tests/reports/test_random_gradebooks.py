"""1,000 random gradebooks, and what they come to by another way of calculating: whole numbers, and every choice tried.

Nothing here is from services/reports/gradebook but what is tested: all scores become hundredths, all fractions share a
denominator, what is dropped is found by trying every choice, and rounding goes digit by digit.
"""

import random
from itertools import combinations
from math import lcm
from typing import Any

import pytest

from schoolbus import clock
from services.reports.gradebook import grading, term_results
from services.reports.gradebook.grading import Grade, Scheme
from tests.reports.randombooks import Gradebook, a_gradebook

Ratio = tuple[int, int]  # whole numbers, the second above 0


def percent_of_item(result: dict[str, Any], zero: bool) -> Ratio | None:
    if result["status"] == "not submitted":
        return (0, 1) if zero else None
    if result["status"] != "fully graded" or result["score"] is None:
        return None
    return 100 * cents(result["score"]), cents(result["out_of"])


def cents(number: str) -> int:
    whole, _, rest = number.partition(".")
    return int(whole) * 100 + int(f"{rest}00"[:2])


def best_mean(items: list[Ratio], drop: int) -> Ratio:
    """The best mean of as many as are kept: to leave out the lowest is to choose the best."""
    common = lcm(*(under for _, under in items))
    wholes = [over * (common // under) for over, under in items]
    keep = max(1, len(items) - drop)
    return max(sum(choice) for choice in combinations(wholes, keep)), keep * common


def percent_of_subject(book: Gradebook, subject: str, zero: bool) -> Ratio | None:
    top, bottom = 0, 0
    parts: list[tuple[int, Ratio]] = []
    for category in book.categories:
        inside = {
            item["_id"] for item in book.items if item["subject_key"] == subject and item["category_id"] == category["_id"]
        }
        counted = [
            ratio
            for result in book.results
            if result["line_item_id"] in inside and (ratio := percent_of_item(result, zero)) is not None
        ]
        if counted:
            parts.append((cents(category["weight"]), best_mean(counted, category["drop_lowest"])))
    weighing = sum(weight for weight, _ in parts)
    if not weighing:
        return None
    common = lcm(*(under for _, (_, under) in parts))
    top = sum(weight * over * (common // under) for weight, (over, under) in parts)
    bottom = weighing * common
    return top, bottom


def rounded(ratio: Ratio, places: int, how: str) -> str:
    """Digit by digit, as on paper; one digit more and whether anything is left decide."""
    over, under = ratio
    digits, rest = over // under, over % under
    text = [str(digits)]
    for _ in range(places):
        digit, rest = divmod(rest * 10, under)
        text.append(str(digit))
    number = int("".join(text))
    next_digit, left = divmod(rest * 10, under)
    more = {
        "down": False,
        "up": rest > 0,
        "half_up": next_digit >= 5,
        "half_even": next_digit > 5 or (next_digit == 5 and (left > 0 or number % 2 == 1)),
    }[how]
    number += more
    padded = str(number).rjust(places + 1, "0")
    return f"{padded[:-places]}.{padded[-places:]}" if places else padded


def letter(percent: str, scheme: dict[str, Any]) -> str:
    reached = [band for band in scheme["bands"] if cents(percent) >= cents(band[1])]
    return max(reached, key=lambda band: cents(band[1]))[0] if reached else ""


def expected(book: Gradebook) -> dict[str, Any]:
    scheme, subjects = book.scheme, {}
    for subject in sorted({item["subject_key"] for item in book.items}):
        exact = percent_of_subject(book, subject, scheme["missing"] == "zero")
        if exact is None:
            continue
        percent = rounded(exact, scheme["places"], scheme["how"])
        items = [item["_id"] for item in book.items if item["subject_key"] == subject]
        score, out_of = cents(percent), 10_000
        if len(items) == 1:
            (only,) = [result for result in book.results if result["line_item_id"] == items[0]]
            score, out_of = cents(only["score"] or "0"), cents(only["out_of"])
        subjects[subject] = (percent, letter(percent, scheme), score, out_of)
    if not subjects:
        return {"subjects": {}, "percent": None, "gpa": None}
    total = (100 * sum(each[2] for each in subjects.values()), sum(each[3] for each in subjects.values()))
    points = [cents(next(band[2] for band in scheme["bands"] if band[0] == each[1])) for each in subjects.values() if each[1]]
    gpa = rounded((sum(points), 100 * len(points)), 2, scheme["how"]) if scheme["kind"] == "gpa" else None
    return {"subjects": subjects, "percent": rounded(total, scheme["places"], scheme["how"]), "gpa": gpa}


def reached(book: Gradebook) -> dict[str, Any]:
    """By the code under test, from the documents that it keeps."""
    given = book.scheme
    bands = tuple(
        Grade(name, grading.Decimal(least), "-", "-", None if points is None else grading.Decimal(points))
        for name, least, points in given["bands"]
    )
    scheme = Scheme("", given["kind"], bands, grading.Decimal(40), given["places"], given["how"], given["missing"])
    now = clock.now()
    results = [{**result, "comment": None, "marked_at": now, "term_mark": False} for result in book.results]
    found = term_results.of_student(term_results.book(book.items, book.categories), results, {"c1": scheme})
    return {
        "subjects": {
            each.subject.casefold(): (
                f"{each.percent}",
                each.grade.letter,
                cents(grading.shown(each.score)),
                cents(grading.shown(each.out_of)),
            )
            for each in found.subjects
        },
        "percent": None if found.percent is None else f"{found.percent}",
        "gpa": None if found.gpa is None else f"{found.gpa}",
    }


@pytest.mark.parametrize("tens", range(10))
def test_a_thousand_random_gradebooks_come_to_the_same_by_another_way(tens: int) -> None:
    counted = 0
    for number in range(100):
        seed = 100 * tens + number
        book = a_gradebook(random.Random(seed))
        made = reached(book)
        assert made == expected(book), f"gradebook {seed}"
        counted += len(made["subjects"])
    assert counted > 100, "random gradebooks in which hardly anything counts prove nothing"
