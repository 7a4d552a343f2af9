"""What a child has reached in a term: subject by subject, from the documents of the gradebook. Plain values, no database.

A subject that has one line item stands as that was marked: 40 of 50. One that is made of several is out of 100, as its
percentage says. Each subject is rounded once; the term adds up what stands there, so that whoever adds up a card by hand finds
the same, and rounds its percentage once.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

from services.reports.gradebook import grading
from services.reports.gradebook.arithmetic import Category, Outcome, Part, mean_and_median, of_subject
from services.reports.gradebook.categories import as_values
from services.reports.gradebook.grading import Grade, Scheme

Document = dict[str, Any]
_OUT_OF = Decimal(100)  # of a subject that is made of several line items
_CENT = 2  # decimals of a share


@dataclass(frozen=True)
class SubjectResult:
    """`percent` as printed; `exact` before it was rounded; `score` of `out_of` as it stands on a card."""

    class_id: str
    subject: str
    percent: Decimal
    exact: Fraction
    score: Decimal
    out_of: Decimal
    grade: Grade
    passed: bool
    remark: str | None
    marked_at: Any
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class TermResult:
    """`percent` and what follows from it: None while nothing counts yet. `gpa`: of schemes of that kind."""

    subjects: tuple[SubjectResult, ...]
    score: Decimal
    out_of: Decimal
    percent: Decimal | None
    grade: Grade | None
    passed: bool | None
    gpa: Decimal | None


@dataclass(frozen=True)
class Book:
    """A term of one or several classes: its line items by id, how many each subject has, its categories."""

    items: Mapping[str, Document]
    counts: Mapping[tuple[str, str], int]
    categories: Mapping[str, Category]


def book(items: Iterable[Document], categories: Iterable[Document]) -> Book:
    by_id = {item["_id"]: item for item in items}
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for item in by_id.values():
        counts[item["class_id"], item["subject_key"]] += 1
    return Book(by_id, counts, {category["_id"]: as_values(category) for category in categories})


def of_student(of_term: Book, results: Iterable[Document], schemes: Mapping[str, Scheme]) -> TermResult:
    """One child's, from all their results; `schemes` by class. Of a subject that they had in two classes the newer counts."""
    by_subject: dict[tuple[str, str], list[Document]] = defaultdict(list)
    for result in results:
        item = of_term.items.get(result["line_item_id"])
        if item is not None:
            by_subject[item["class_id"], item["subject_key"]].append(result)
    newest: dict[str, SubjectResult] = {}
    for (class_id, subject_key), found in sorted(by_subject.items()):
        made = _subject(of_term, class_id, subject_key, found, schemes[class_id])
        if made is not None and (subject_key not in newest or newest[subject_key].marked_at < made.marked_at):
            newest[subject_key] = made
    subjects = tuple(made for _, made in sorted(newest.items()))
    return _term(subjects, schemes)


def _subject(
    of_term: Book, class_id: str, subject_key: str, results: Sequence[Document], scheme: Scheme
) -> SubjectResult | None:
    outcomes = [outcome(each, of_term.items[each["line_item_id"]]) for each in results]
    exact, parts = of_subject(outcomes, of_term.categories, scheme.missing)
    if exact is None:
        return None
    percent, last = grading.rounded_percent(exact, scheme), max(results, key=lambda each: each["marked_at"])
    score, out_of = percent, _OUT_OF
    if of_term.counts[class_id, subject_key] == 1 and _is_plain(last):
        score, out_of = Decimal(last["score"] or 0), Decimal(last["out_of"])
    return SubjectResult(
        class_id,
        of_term.items[last["line_item_id"]]["subject"],
        percent,
        exact,
        score,
        out_of,
        grading.grade(percent, scheme),
        grading.passed(percent, scheme),
        _remark(results),
        last["marked_at"],
        parts,
    )


def _is_plain(result: Mapping[str, Any]) -> bool:
    """Whether it can stand on paper as it was marked: a platform's 7.333333 of 10 is shown by its percentage."""
    return all(Decimal(each or 0) == round(Decimal(each or 0), 2) for each in (result["score"], result["out_of"]))


def outcome(result: Mapping[str, Any], item: Mapping[str, Any]) -> Outcome:
    score = None if result["score"] is None else Decimal(result["score"])
    return Outcome(result["line_item_id"], item["category_id"], result["status"], score, Decimal(result["out_of"]))


def _remark(results: Sequence[Document]) -> str | None:
    """What the teacher wrote beside the term's mark, or beside the only result."""
    said = [each for each in results if each["term_mark"] or len(results) == 1]
    remark: str | None = max(said, key=lambda each: each["marked_at"])["comment"] if said else None
    return remark


def _term(subjects: tuple[SubjectResult, ...], schemes: Mapping[str, Scheme]) -> TermResult:
    if not subjects:
        return TermResult((), Decimal(0), Decimal(0), None, None, None, None)
    score, out_of = grading.total((each.score, each.out_of) for each in subjects)
    scheme = schemes[max(subjects, key=lambda each: each.marked_at).class_id]
    percent = grading.percent(score, out_of, scheme)
    points = [each.grade.points for each in subjects if each.grade.points is not None]
    gpa = grading.average(points, scheme) if scheme.kind == "gpa" and len(points) == len(subjects) else None
    return TermResult(subjects, score, out_of, percent, grading.grade(percent, scheme), grading.passed(percent, scheme), gpa)


@dataclass(frozen=True)
class Average:
    """Of a subject (None: of the term), over `count` children, as the scheme rounds."""

    subject: str | None
    count: int
    mean: Decimal
    median: Decimal


def averages(results: Iterable[TermResult], scheme: Scheme) -> list[Average]:
    """Subject by subject, then of the term; nothing of what nobody has."""
    exact: dict[str, list[Fraction]] = defaultdict(list)
    names: dict[str, str] = {}
    terms: list[Fraction] = []
    for result in results:
        for subject in result.subjects:
            exact[subject.subject.casefold()].append(subject.exact)
            names[subject.subject.casefold()] = subject.subject
        if result.out_of:
            terms.append(Fraction(result.score) * 100 / Fraction(result.out_of))
    made = [_average(names[key], numbers, scheme) for key, numbers in sorted(exact.items())]
    return [*made, _average(None, terms, scheme)] if terms else made


def _average(subject: str | None, numbers: Sequence[Fraction], scheme: Scheme) -> Average:
    mean, median = (grading.rounded_percent(each, scheme) for each in mean_and_median(numbers))
    return Average(subject, len(numbers), mean, median)


# As HTTP shows it


def shown(student_id: str, result: TermResult) -> Document:
    return {
        "student_id": student_id,
        "subjects": [_subject_shown(each) for each in result.subjects],
        "score": grading.shown(result.score),
        "out_of": grading.shown(result.out_of),
        "percent": _text(result.percent),
        "grade": result.grade.letter if result.grade else None,
        "passed": result.passed,
        "gpa": _text(result.gpa),
    }


def averages_shown(made: Iterable[Average]) -> list[Document]:
    return [{"subject": each.subject, "count": each.count, "mean": f"{each.mean}", "median": f"{each.median}"} for each in made]


def _subject_shown(subject: SubjectResult) -> Document:
    return {
        "class_id": subject.class_id,
        "subject": subject.subject,
        "percent": f"{subject.percent}",
        "score": grading.shown(subject.score),
        "out_of": grading.shown(subject.out_of),
        "grade": subject.grade.letter,
        "points": None if subject.grade.points is None else grading.shown(subject.grade.points),
        "passed": subject.passed,
        "remark": subject.remark,
        "categories": [_part_shown(part) for part in subject.parts],
    }


def _part_shown(part: Part) -> Document:
    return {
        "category_id": part.category_id,
        "weight": grading.shown(part.weight),
        "share": _two(part.share),
        "percent": _two(part.percent),
        "line_items": [
            {"line_item_id": id, "percent": _two(percent), "dropped": id in part.dropped}
            for id, percent in sorted(part.items.items())
        ],
    }


@lru_cache(maxsize=50_000)
def _two(number: Fraction) -> str:
    """For people to follow; nothing is made of it."""
    return f"{grading.rounded(number, _CENT, grading.HALF_UP)}"


def _text(number: Decimal | None) -> str | None:
    return None if number is None else f"{number}"
